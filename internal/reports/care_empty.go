package reports

import "strings"

// empty are words of four letters and more that say nothing of what a comment is about, in the languages of surveys.
var empty = func() map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(emptyWords) {
		all[w] = true
	}
	return all
}()

const emptyWords = `
about after again also always another because been before being between both came cannot come could days didn does doesn done down each ever even every from have having here hers
into isn itself just know like made make many more most much must never next nothing once only other ours over said same shall should since some still such sure take than that their
them then there these they this those though through today told took under until upon very want wanted was went were what when where which while will with without would year years your yours yourself
without well really quite rather almost already being anything something everything nobody someone
albo ależ bardzo bardziej będą będzie bowiem była było były choć ciągle coś czego czemu czyli dalej dlaczego dlatego dobrze dopiero dużo dwa dziś gdyż gdzie ich inne innej innych jak
jakie jako jednak jego jest jeszcze jeśli jeżeli już każdy kiedy kiedyś kilka kogo komu która które którego której który których którym którzy lecz mają mnie mogą może można moja moje mój
musi nadal nawet nich nigdy nikt nic niczego oraz pani pana państwa państwo podczas ponad ponieważ poza prawie przecież przed przede przez przy skąd swoje także taki takie tego tego tej też tutaj tych tylko
tym wasz wasze więc wiele właśnie wszystko wszystkie zamiast zawsze znowu znów żeby został została zostało
более больше будет была были было быть ваша ваше ваши вашего вместо вообще всего всегда всех всем всё даже другой другие если есть ещё еще жаль здесь каждый какая какой когда которая которое которые
который кроме куда либо между меня может можно мной много моего надо наконец нами ничего нибудь никогда никто ничто однако опять очень перед пока после потом потому почему почти просто против раза разве сказали
сколько снова совсем столько такая такие такое такой также там тебя теперь тоже только тогда того тоже точно хоть хотя чего через чтобы этого этой этом этот хотел хотела
беше бъде бяха вече вместо всички всичко дали докато други друго друга добре евентуално защо защото изобщо имаше никой никого нищо имат какво каква какви както като когато което която които които който
къде между може много моето моля моята моят нали нашия нещо никога ними някой някога няма обаче около освен отново пред преди през просто пъти само след също също така такава такива такъв тази
твърде тези това този тогава толкова трябва тъй тях хора човек чрез щеше
`
