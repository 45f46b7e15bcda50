package telling

import (
	"cmp"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// AlertContent is what the row of an alert holds: ids alone. The words are read when it goes out, so nothing of an erased person waits here, and a reader whose role
// was taken gets nothing.
type AlertContent struct {
	User  int64       `json:"user,string"`
	Pace  Pace        `json:"pace"`
	Cases []AboutCase `json:"cases"`
	More  int         `json:"more,omitempty"` // cases beyond those
}

// AboutCase is what there is to tell about one case.
type AboutCase struct {
	Case survey.ID `json:"case"`
	News []About   `json:"news"` // the most pressing first
}

// About is one thing, with the line of the log that says it.
type About struct {
	What What      `json:"what"`
	Line survey.ID `json:"line"`
}

// group joins the alerts about each case, the case with the most pressing one first. Of what happened twice the newest is told.
func group(alerts []Alert) []AboutCase {
	order := Whats()
	rank := func(w What) int { return slices.Index(order, w) }
	var cases []AboutCase
	for _, a := range alerts {
		i := slices.IndexFunc(cases, func(c AboutCase) bool { return c.Case == a.Case })
		if i < 0 {
			i = len(cases)
			cases = append(cases, AboutCase{Case: a.Case})
		}
		news := slices.DeleteFunc(cases[i].News, func(b About) bool { return b.What == a.What })
		cases[i].News = append(news, About{a.What, a.Line})
	}
	for _, c := range cases {
		slices.SortStableFunc(c.News, func(a, b About) int { return cmp.Compare(rank(a.What), rank(b.What)) })
	}
	slices.SortStableFunc(cases, func(a, b AboutCase) int { return cmp.Compare(rank(a.News[0].What), rank(b.News[0].What)) })
	return cases
}

// cut keeps the mail short.
func (c AlertContent) cut() AlertContent {
	if over := len(c.Cases) - MostLines; over > 0 {
		c.Cases, c.More = c.Cases[:MostLines], c.More+over
	}
	return c
}

// DigestContent is what the row of a digest holds.
type DigestContent struct {
	User   int64      `json:"user,string"`
	Monday survey.Day `json:"monday"`         // on which it is due; it tells of the week before
	Last   bool       `json:"last,omitempty"` // nothing happened for MostEmpty weeks: there will be none until something does
}
