package mail

import (
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	view "github.com/surveyd/surveyd/web/templates/mail"
	"github.com/surveyd/surveyd/web/words"
)

// texts writes the parts of a letter in one language.
type texts struct {
	l     asking.Letter
	w     *words.Words
	brand string
}

// bought tells whether the letter is about a purchase: only then may it thank for one.
func (t texts) bought() bool {
	return t.l.OccasionKind == people.Purchase || t.l.OccasionKind == "" && t.l.Invitation.OrderRef != ""
}

func (t texts) greeting() string {
	if name := oneLine(t.l.Contact.Name); name != "" {
		return t.w.T("email.greeting", "name", name)
	}
	return t.w.T("email.greeting_anon")
}

func (t texts) intro() string {
	order, at := t.l.Invitation.OrderRef, t.l.OccasionAt
	switch {
	case t.l.Kind == asking.ReminderMail:
		return t.w.T("email.reminder_intro")
	case t.bought() && order != "" && !at.IsZero():
		return t.w.T("email.intro", "order", order, "date", t.date(at))
	case t.bought() && order != "":
		return t.w.T("email.intro_order", "order", order)
	case t.bought() && !at.IsZero():
		return t.w.T("email.intro_date", "date", t.date(at))
	}
	return t.w.T("email.intro_plain")
}

func (t texts) why() string {
	if t.bought() && !t.l.OccasionAt.IsZero() {
		return t.w.T("email.why", "brand", t.brand, "date", t.date(t.l.OccasionAt))
	}
	return t.w.T("email.why_plain", "brand", t.brand)
}

func (t texts) subject() string {
	order := t.l.Invitation.OrderRef
	about := t.bought() && order != ""
	more := len(t.l.Definition.Questions) > 1
	if t.l.Kind == asking.ReminderMail {
		switch {
		case about && more:
			return t.w.T("email.reminder_subject_more", "order", order)
		case about:
			return t.w.T("email.reminder_subject", "order", order)
		case more:
			return t.w.T("email.reminder_subject_more_plain", "brand", t.brand)
		}
		return t.w.T("email.reminder_subject_plain", "brand", t.brand)
	}
	switch {
	case about && more:
		return t.w.T("email.subject_more", "order", order)
	case about:
		return t.w.T("email.subject", "order", order)
	case more:
		return t.w.T("email.subject_more_plain", "brand", t.brand)
	}
	return t.w.T("email.subject_plain", "brand", t.brand)
}

// date writes a day by the clocks of the contact, else of the account.
func (t texts) date(at time.Time) string {
	for _, name := range []string{t.l.Contact.Zone, t.l.Account.Zone} {
		if zone, err := time.LoadLocation(name); name != "" && err == nil {
			return t.w.Date(at.In(zone).Date())
		}
	}
	return t.w.Date(at.UTC().Date())
}

// fill writes a text of the survey.
func (t texts) fill(s survey.Text) string {
	return t.w.Fill(s.In(t.w.Lang(), t.l.Survey.Settings.DefaultLanguage), "brand", t.brand, "product", "")
}

// ask writes the first question with its scale, from low to high. A loyalty index stores 1 for "definitely yes", which stands last, and people see its words.
func (t texts) ask(v *view.View) {
	screens := t.l.Definition.Screens()
	if len(screens) == 0 {
		return
	}
	q := screens[0][0]
	v.Question = t.fill(q.Text)
	if q.Kind != survey.Rating {
		return
	}
	if len(screens[0]) > 1 || len(screens) == 1 {
		v.Lead = t.fill(t.l.Definition.Intro)
	}
	def, ok := q.Scheme.Def()
	if !ok {
		return
	}
	v.Help, v.Choose = t.w.T("email.scale_help"), t.w.T("email.text_choose")
	v.Low, v.High = t.fill(q.Low), t.fill(q.High)
	inWords := q.Scheme == scoring.CLI6 && len(q.Points) == def.Max-def.Min+1
	if inWords {
		v.InWords, v.Help, v.Choose = true, t.w.T("email.words_help"), t.w.T("email.words_choose")
	}
	for i := range def.Max - def.Min + 1 {
		rating := def.Min + i
		if q.Scheme == scoring.CLI6 {
			rating = def.Max - i
		}
		c := view.Cell{Text: strconv.Itoa(rating), Href: v.Open.Href + "/" + strconv.Itoa(rating)}
		switch {
		case inWords:
			c.Text = t.fill(q.Points[i])
		case i < len(q.Points):
			c.Says = t.fill(q.Points[i])
		case i == 0:
			c.Says = v.Low
		case i == def.Max-def.Min:
			c.Says = v.High
		}
		v.Cells = append(v.Cells, c)
	}
}
