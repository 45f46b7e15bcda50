package demo

import (
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// quote is a comment that everybody sees first, so it has its person and its time.
type quote struct {
	hours      float64 // before now
	touchpoint string
	rating     int
	lang, name string
	text       string
	order      string
}

func quotes() []quote {
	return []quote{
		{3, checkout, 10, "en", "Maya Reed", "Paid in two taps and the confirmation was in my inbox before I put the phone down.", ""},
		{7, product, 9, "ru", "Нина Волкова", "Стол собрали за двадцать минут, дерево настоящее, запаха нет.", ""},
		{15, delivery, 6, "en", "Hannah Lowe", "Left in the rain without a note. The box was pulp by the evening.", ""},
		{21, product, 0, "bg", "Елена Петрова", "Столът пристигна с липсващи болтове.", ""},
		{26, product, 10, "pl", "Marek Sikora", "Lampa wygląda lepiej niż na zdjęciach, a klosz jest naprawdę szklany.", ""},
		{76, checkout, 5, "pl", "Piotr Zieliński", "Przy płatności strona dwa razy się zawiesiła i nie wiedziałem, czy zapłaciłem.", ""},
		{99, product, 6, "en", "James Whitlock", "The lamp is lovely, but the cable is far too short for a standing lamp.", ""},
		{43, delivery, 3, "pl", "Anna Kowalska", "Paczka przyszła otwarta, a kurier nie chciał spisać protokołu. Infolinia odesłała mnie do przewoźnika, a przewoźnik z powrotem do sklepu.", "10482"},
		{125, checkout, 4, "ru", "Ольга Седова", "Промокод не сработал, а служба поддержки ответила только на третий день.", ""},
		{149, delivery, 2, "bg", "Георги Димитров", "Чакам пратката вече девет дни и никой не ми отговаря. Телефонът дава заето от вторник насам.", ""},
	}
}

// place gives each quote to a visit near the end that fits, so that the figures stay what they are.
func place(visits []*visit) {
	taken := map[*visit]bool{}
	for _, q := range quotes() {
		var best *visit
		for _, p := range visits {
			if p.act.touchpoint == q.touchpoint && p.act.to == weeks && p.r.Rating == q.rating && !taken[p] && (best == nil || p.week > best.week) {
				best = p
			}
		}
		if best == nil {
			continue
		}
		taken[best] = true
		best.week, best.ago = weeks-1, time.Duration(q.hours*float64(time.Hour))
		best.r.Language, best.r.Comment, best.comments = q.lang, q.text, false
		best.known, best.who, best.order = true, q.name, q.order
	}
}

// freshen moves some answers of the last week to the last hours, whatever the time of day: somebody is always looking.
func freshen(visits []*visit) {
	minutes := []float64{4, 11, 19, 34, 47, 63, 82, 96, 125, 151, 206, 262, 330, 395}
	for i := len(visits) - 1; i >= 0 && len(minutes) > 0; i -= 7 {
		p := visits[i]
		if p.week == weeks-1 && p.ago == 0 && p.r.Rating != survey.NoRating {
			p.ago = time.Duration(minutes[0] * float64(time.Minute))
			minutes = minutes[1:]
		}
	}
}
