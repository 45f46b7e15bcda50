package server

import (
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// surveyBody is the greatest form of a customer, in bytes: a comment of 10,000 runes and some more.
const surveyBody = 192 << 10

// reading turns the form of one screen into a response, and finds what is missing.
type reading struct {
	def      survey.Definition
	w        *words.Words
	form     url.Values
	given    *survey.Response
	problems ui.Problems
}

// screen reads the answers of a screen into the response. Unknown fields are refused; what was typed stays in the response, right or wrong.
func (rd *reading) screen(n int) error {
	known := map[string]bool{"layout": true, versionField: true, openedField: true, handField: true, touchField: true}
	for _, q := range rd.def.Screens()[n] {
		known[fieldOf(q)] = true
		rd.question(q)
	}
	if n == 0 && rd.def.AskComment {
		known["comment"] = true
		rd.comment()
	}
	for name := range rd.form {
		if !known[name] {
			return errBadForm
		}
	}
	switch rd.form.Get("layout") {
	case "split":
		rd.given.Layout = survey.LayoutSplit
	case "row":
		rd.given.Layout = survey.LayoutRow
	}
	return nil
}

func (rd *reading) comment() {
	rd.given.Comment = survey.Clean(rd.form.Get("comment"))
	if over := utf8.RuneCountInString(rd.given.Comment) - survey.MaxComment; over > 0 {
		rd.problem("comment", rd.w.N("error.comment_too_long", int64(over)))
	}
}

func (rd *reading) problem(field, text string) {
	rd.problems = append(rd.problems, ui.Problem{Field: field, Text: text})
}

func (rd *reading) question(q survey.Question) {
	a := survey.Answer{Question: q.No, Rating: survey.NoRating}
	switch q.Kind {
	case survey.Rating:
		rd.rating(q, &a)
	case survey.Single, survey.Multiple:
		rd.choice(q, &a)
	case survey.Open:
		a.Text = survey.Clean(rd.form.Get(fieldOf(q)))
		if over := utf8.RuneCountInString(a.Text) - survey.MaxComment; over > 0 {
			rd.problem(fieldOf(q), rd.w.N("error.comment_too_long", int64(over)))
		}
	}
	if primary, ok := rd.def.Primary(); ok && primary.No == q.No {
		rd.given.Rating, rd.given.CantSay = a.Rating, a.CantSay
		return
	}
	rd.given.Put(a)
}

// rating reads a point of a scale. The headline question, and the three of a loyalty index, must be answered; aspects may be left out.
func (rd *reading) rating(q survey.Question, a *survey.Answer) {
	def, _ := q.Scheme.Def()
	text := rd.form.Get(fieldOf(q))
	if q.CantSay && text == cantSay {
		a.CantSay = true
		return
	}
	if n, err := strconv.Atoi(text); err == nil && def.Contains(n) && strconv.Itoa(n) == text {
		a.Rating = n
		return
	}
	primary, single := rd.def.Primary()
	if text == "" && single && primary.No != q.No {
		return
	}
	if q.Scheme == scoring.CLI6 {
		rd.problem(fieldOf(q), rd.w.T("error.choice_required"))
		return
	}
	rd.problem(fieldOf(q), rd.w.T("error.number_required", "lo", strconv.Itoa(def.Min), "hi", strconv.Itoa(def.Max)))
}

func (rd *reading) choice(q survey.Question, a *survey.Answer) {
	for _, v := range rd.form[fieldOf(q)] {
		if q.CantSay && v == cantSay {
			a.CantSay = true
			continue
		}
		k, err := strconv.Atoi(v)
		if err != nil || k < 0 || k >= len(q.Options) || (q.Kind == survey.Single && a.Options != 0) {
			rd.problem(fieldOf(q), rd.w.T("error.choice_required"))
			return
		}
		a.Options |= 1 << k
	}
}
