package templates

import (
	"strconv"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// FunnelPath is where the funnel of invitations is.
const FunnelPath = "/invitations/funnel"

// Funnel is the page of what became of invitations.
type Funnel struct {
	F InvitingFrame
	Names
	reports.Cohorts
	Form    ResultsForm
	Surveys []survey.Survey
	Period  reports.Period
}

func (p Funnel) surveyOptions() []ui.Option {
	all := []ui.Option{{Value: "", Label: p.W.T("funnel.all_surveys")}}
	return ui.Select(p.Form.Survey, append(all, surveyOptions(p.Surveys)...))
}

func (p Funnel) periodOptions() []ui.Option { return periodOptions(p.W, p.Form.Period) }

func (p Funnel) touchpointOptions() []ui.Option { return touchpointOptions(p.Names, p.Form.Touchpoint) }

func (p Funnel) languageOptions() []ui.Option {
	var asked survey.Survey
	for _, s := range p.Surveys {
		if p.Form.Survey == "" || strconv.FormatInt(s.ID, 10) == p.Form.Survey {
			asked.Settings.Languages = append(asked.Settings.Languages, s.Settings.Languages...)
		}
	}
	return languageOptions(p.Names, p.Form.Language, asked, nil)
}

func (p Funnel) csv() string { return p.Form.Address(FunnelPath + ".csv") }

// lead is the sentence that says it all.
func (p Funnel) lead() string {
	if rate := reports.Rate(p.Settled); rate.Defined() {
		return p.W.T("funnel.lead", "rate", p.W.Percent(rate.Float(), 0), "n", p.W.Int(p.Settled.Delivered()))
	}
	return p.W.T("funnel.lead_waiting", "n", p.W.Int(p.Total.Sent))
}

// wait says which invitations the rate leaves out.
func (p Funnel) wait() string {
	return p.W.T("funnel.wait", "n", reports.ResponseWait)
}

// steps lead from all who were asked to those who said why.
func (p Funnel) steps() ui.StepChart {
	h := ui.StepChart{ID: "funnel"}
	for _, step := range []struct {
		key string
		n   int64
	}{{"sent", p.Total.Sent}, {"delivered", p.Total.Delivered()}, {"clicked", p.Total.Clicked}, {"answered", p.Total.Answered}, {"commented", p.Total.Commented}} {
		h.Rows = append(h.Rows, ui.StepRow{Label: p.W.T("funnel." + step.key), Count: float64(max(step.n, 0)), Text: p.W.Int(step.n)})
	}
	return h
}

// table lists cohorts; name tells what one of them is.
func (p Funnel) table(caption, head string, all []reports.Cohort, name func(survey.FunnelCell) ui.Cell) ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T(caption), Columns: []ui.Column{
		{Text: w.T(head)},
		{Text: w.T("funnel.rate"), Num: true},
		{Text: w.T("funnel.sent"), Num: true},
		{Text: w.T("funnel.bounced"), Num: true},
		{Text: w.T("funnel.delivered"), Num: true},
		{Text: w.T("funnel.clicked"), Num: true},
		{Text: w.T("funnel.unconfirmed"), Num: true},
		{Text: w.T("funnel.answered"), Num: true},
		{Text: w.T("funnel.commented"), Num: true},
	}}
	for _, d := range all {
		f := d.Total
		rate := "–"
		if r := reports.Rate(d.Settled); r.Defined() {
			rate = w.Percent(r.Float(), 0)
		}
		row := []ui.Cell{name(d.Cell), {Text: rate}}
		for _, n := range []int64{f.Sent, f.Bounced, f.Delivered(), f.Clicked, f.Unconfirmed, f.Answered, f.Commented} {
			row = append(row, ui.Cell{Text: w.Int(n)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// tables are all that is told apart. One of a single row says no more than the total.
func (p Funnel) tables() (all []ui.Table) {
	add := func(caption, head string, cohorts []reports.Cohort, name func(survey.FunnelCell) ui.Cell) {
		if len(cohorts) > 1 {
			all = append(all, p.table(caption, head, cohorts, name))
		}
	}
	if p.Form.Survey == "" {
		add("funnel.by_survey", "results.survey", p.Cohorts.Surveys, func(c survey.FunnelCell) ui.Cell {
			return ui.Cell{Text: p.surveyName(c.SurveyID), Href: p.Form.Address(FunnelPath, "survey", strconv.FormatInt(c.SurveyID, 10))}
		})
	}
	add("funnel.by_touchpoint", "results.touchpoint", p.Cohorts.Touchpoints, func(c survey.FunnelCell) ui.Cell {
		return ui.Cell{Text: p.Touchpoint(c.Touchpoint), Href: p.Form.Address(FunnelPath, "touchpoint", p.TouchpointKey(c.Touchpoint))}
	})
	add("funnel.by_language", "common.language", p.Languages, func(c survey.FunnelCell) ui.Cell { return ui.Cell{Text: p.Language(c.Language)} })
	if len(p.Weeks) > 0 {
		all = append(all, p.table("funnel.by_week", "funnel.week", p.Weeks, func(c survey.FunnelCell) ui.Cell {
			cell := ui.Cell{Text: p.W.DateYear(c.Day.Date())}
			if p.Waiting(c.Day) {
				cell.Tag = p.W.T("funnel.waiting")
			}
			return cell
		}))
	}
	return all
}

func (p Funnel) surveyName(id int64) string {
	for _, s := range p.Surveys {
		if s.ID == id {
			return s.Name
		}
	}
	return strconv.FormatInt(id, 10)
}

// Unconfirmed is the page of clicks that no person has confirmed.
type Unconfirmed struct {
	F       InvitingFrame
	Surveys []ui.Option
	Rows    []UnconfirmedRow
	Pager   ui.Pager
	None    bool // no survey has any
}

// UnconfirmedRow is one of them.
type UnconfirmedRow struct {
	Person  ui.Cell
	Rating  string
	When    string
	Held    bool   // an answer was given, and held back
	Answer  string // its page; "": there is none
	Comment string
	Reasons []string // why it seems to be a program's; none: nobody has confirmed it yet
	Count   string   // where the form goes that makes it count; "": its question is asked no more
	ID      string
}
