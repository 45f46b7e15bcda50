package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// names of one language. Where family names differ, a woman's has its own ending.
type names struct {
	women, men []string
	families   []string // a man's
	woman      func(family string) string
	mail       string // a domain that exists nowhere
}

func namesOf(lang string) names {
	same := func(family string) string { return family }
	switch lang {
	case "pl":
		return names{
			women:    []string{"Agnieszka", "Katarzyna", "Joanna", "Magdalena", "Ewa", "Zofia", "Hanna", "Justyna", "Dorota", "Kinga"},
			men:      []string{"Tomasz", "Paweł", "Michał", "Jakub", "Grzegorz", "Łukasz", "Rafał", "Wojciech", "Adam", "Krzysztof"},
			families: []string{"Nowak", "Wiśniewski", "Wójcik", "Kamiński", "Lewandowski", "Dąbrowski", "Mazur", "Krawczyk", "Piotrowski", "Grabowski", "Pawlak", "Michalski", "Król", "Wieczorek", "Jabłoński"},
			woman: func(family string) string {
				if stem, ok := strings.CutSuffix(family, "ski"); ok {
					return stem + "ska"
				}
				return family
			},
			mail: "poczta.example",
		}
	case "ru":
		return names{
			women:    []string{"Анна", "Марина", "Екатерина", "Светлана", "Татьяна", "Наталья", "Юлия", "Ирина"},
			men:      []string{"Алексей", "Сергей", "Дмитрий", "Андрей", "Михаил", "Павел", "Николай", "Илья"},
			families: []string{"Соколов", "Морозов", "Лебедев", "Козлов", "Новиков", "Егоров", "Павлов", "Степанов", "Орлов", "Макаров", "Захаров", "Белов"},
			woman:    func(family string) string { return family + "а" },
			mail:     "pochta.example",
		}
	case "bg":
		return names{
			women:    []string{"Мария", "Десислава", "Радостина", "Цветелина", "Ивелина", "Гергана", "Милена", "Калина", "Надежда"},
			men:      []string{"Николай", "Стоян", "Димитър", "Петър", "Христо", "Пламен", "Борис", "Явор", "Емил"},
			families: []string{"Иванов", "Георгиев", "Стоянов", "Тодоров", "Василев", "Маринов", "Илиев", "Колев", "Ангелов", "Костов", "Янев", "Рашков", "Бояджиев"},
			woman:    func(family string) string { return family + "а" },
			mail:     "poshta.example",
		}
	}
	return names{
		women:    []string{"Alice", "Grace", "Emma", "Olivia", "Ruth", "Nora", "Claire", "Sophie", "Priya", "Imogen", "Leah"},
		men:      []string{"Daniel", "Oliver", "Thomas", "Ben", "Samuel", "Liam", "George", "Arjun", "Patrick", "Callum", "Hugo"},
		families: []string{"Hughes", "Bennett", "Carter", "Mitchell", "Foster", "Barnes", "Sharma", "Doyle", "Palmer", "Fisher", "Grant", "Holt", "Murphy", "Ward", "Ellis", "Byrne"},
		woman:    same,
		mail:     "example.com",
	}
}

func (n names) draw(rng *rand.Rand) string {
	family := n.families[rng.IntN(len(n.families))]
	if rng.IntN(2) == 0 {
		return n.women[rng.IntN(len(n.women))] + " " + n.woman(family)
	}
	return n.men[rng.IntN(len(n.men))] + " " + family
}

// crowd is the customers that the shop knows, in the order in which they first answered.
type crowd struct {
	rng      *rand.Rand
	ids      *survey.IDs
	contacts []survey.Contact
	byName   map[string]int   // of language and name
	byLang   map[string][]int // who may come again
}

// welcome finds or makes the customer of a visit: most are new, some come again.
func (c *crowd) welcome(p *visit) {
	lang := p.r.Language
	again := c.byLang[lang]
	if p.who == "" && len(again) > 0 && c.rng.Float64() < 0.55 {
		p.r.ContactID = c.contacts[again[c.rng.IntN(len(again))]].ID
		return
	}
	if p.who == "" {
		p.who = namesOf(lang).draw(c.rng)
	}
	if i, ok := c.byName[lang+p.who]; ok {
		p.r.ContactID = c.contacts[i].ID
		return
	}
	contact := survey.Contact{
		ID: c.ids.Next(), ExternalID: strconv.Itoa(20400 + 7*len(c.contacts)), Name: p.who, Language: lang, CreatedAt: p.asked,
		Email: address(p.who) + "@" + namesOf(lang).mail,
	}
	c.byName[lang+p.who] = len(c.contacts)
	c.byLang[lang] = append(again, len(c.contacts))
	c.contacts = append(c.contacts, contact)
	p.r.ContactID = contact.ID
}

// greet writes the customers.
func (c *crowd) greet(ctx context.Context, st Store) error {
	for _, contact := range c.contacts {
		id, err := st.EnsureContact(ctx, contact)
		if err != nil {
			return err
		}
		if id != contact.ID {
			return fmt.Errorf("%s has the address of another customer", contact.Name)
		}
	}
	return nil
}

// address is what stands before the @: the name in Latin letters.
func address(name string) string {
	latin := strings.NewReplacer(
		"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "y", "к", "k", "л", "l", "м", "m", "н", "n",
		"о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "sht", "ъ", "a",
		"ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya",
		"ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z", " ", ".",
	)
	return latin.Replace(strings.ToLower(name))
}
