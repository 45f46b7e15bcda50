package demo

import (
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// noise is answers that should not count, which the staff marked: they tried the new survey themselves, and strangers advertise.
func noise(v *survey.Version) []*visit {
	rng := chance(ofMarks)
	var all []*visit
	for _, m := range []struct {
		status   survey.Status
		from, to int
		texts    [][2]string // language and comment
	}{
		{survey.Test, 0, 1, [][2]string{{"en", "test"}, {"en", "Test from the office, please ignore"}, {"bg", "проба"}, {"pl", "test po polsku"}, {"ru", "Проверка"}}},
		{survey.Test, releaseWeek, releaseWeek + 1, [][2]string{{"bg", "Проба след новата кошница"}, {"en", "testing the new checkout, Mira"}}},
		{survey.Spam, 2, weeks, [][2]string{
			{"en", "Your shop on page one of every search engine in 7 days, write to us: https://rank-fast.example"},
			{"en", "Earn 400 a day from home with no risk https://easy-money.example"},
			{"ru", "Продвижение сайтов недорого, гарантия: https://seo.example"},
			{"en", "I really enjoyed this article, it gave me new ideas for my blog about loans"},
			{"pl", "Chwilówka bez BIK w 15 minut https://pozyczka.example"},
		}},
		{survey.Deleted, 9, 20, [][2]string{{"bg", "Моят телефон е 0888 000 000, обадете се"}}},
	} {
		for i, p := range (&act{checkout, m.from, m.to, len(m.texts), npsWeights(0.9, 0.05)}).visits(rng, v) {
			p.r.Language, p.r.Comment, p.mark = m.texts[i][0], m.texts[i][1], m.status
			p.r.Classify(v.Definition)
			all = append(all, p)
		}
	}
	return all
}

// rethink lets some customers change their rating within the day, up or down. What counts in the end stays what it is.
func rethink(visits []*visit) {
	rng := chance(ofMarks + 100)
	for i, p := range visits {
		if i%53 != 0 || p.r.Rating == survey.NoRating || p.ago != 0 {
			continue
		}
		was := p.r.Rating - 1 - rng.IntN(3)
		if p.r.Rating < 5 {
			was = p.r.Rating + 1 + rng.IntN(3)
		}
		p.was = &was
	}
}

// marker writes the changes of answers after they were given.
type marker struct {
	now   time.Time
	zone  *time.Location
	staff []account.User
	count int
}

// change gives the record that made the visit what it is from what it was, or false when nothing has changed since it was given. before is what was given.
func (m *marker) change(p *visit) (before survey.Response, rec survey.Record, changed bool, err error) {
	before = p.r
	by := int64(0)
	later := time.Duration(20+37*m.count%900) * time.Minute
	switch {
	case p.mark != survey.Counted:
		p.r.Status = p.mark
		for _, u := range m.staff {
			if u.Can(account.EditResponses) {
				by = u.ID // the last of them: the manager
			}
		}
	case p.was != nil:
		before.Rating = *p.was
		if before.Classify(*p.def); before.Class != p.r.Class && p.r.Class != scoring.ClassBest {
			before.Comment = "" // they came back to say why
		}
	default:
		return before, survey.Record{}, false, nil
	}
	m.count++
	at := p.r.AnsweredAt.Add(later)
	if at.After(m.now) {
		at = p.r.AnsweredAt.Add(m.now.Sub(p.r.AnsweredAt) / 2)
	}
	rec, err = survey.ChangeRecord(before, p.r, *p.def, m.zone, by, at)
	return before, rec, true, err
}
