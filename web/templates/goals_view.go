package templates

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// GoalsPage lists goals.
type GoalsPage struct {
	GoalTexts
	Shell    ui.Shell
	Goals    []customers.Standing
	Archived bool // those that were put away
	MayEdit  bool
	Pager    ui.Pager // no Text: there is one page
}

func (p GoalsPage) tabs() []ui.Link {
	return []ui.Link{
		{Text: p.W.T("goals.tab.current"), Href: GoalsPath, Current: !p.Archived},
		{Text: p.W.T("goals.tab.archived"), Href: GoalsPath + "?show=archived", Current: p.Archived},
	}
}

// GoalPage is the page of one goal.
type GoalPage struct {
	GoalTexts
	Shell   ui.Shell
	Goal    customers.Standing
	Values  []customers.GoalValue // the last days first
	MayEdit bool
	Value   ui.Field // of the form that takes a value
	States  []ui.Option
	Day     ui.Field
}

// GoalFormPage makes or changes a goal.
type GoalFormPage struct {
	Shell                                                  ui.Shell
	Heading, Action, Back, Revision                        string
	Draft                                                  bool // or new: it can be kept without being set
	Specific, Kind, Measure, Touchpoint                    ui.Field
	Kinds, Measures, Touchpoints                           []ui.Option
	Unit, Currency, Baseline, Target, Achievable, Relevant ui.Field
	Start, Deadline                                        ui.Field
}

// goalBar is how far a goal is, from 0 to 1, with a mark where its time is.
type goalBar struct {
	id, title      string
	class          string // of the bar: on its way or not
	share, elapsed string // in percent of the width
}

func (t GoalTexts) bar(s customers.Standing) goalBar {
	b := goalBar{id: "goal-" + strconv.FormatInt(s.ID, 10), class: "det", share: width(s.Progress), elapsed: width(s.Elapsed)}
	if s.GoalProgress.Status == scoring.GoalAchieved || s.GoalProgress.Status == scoring.GoalOnTrack {
		b.class = "pro"
	}
	b.title = t.Status(s) + ": " + t.far(s)
	return b
}

// far says how far a goal is, and how far its time.
func (t GoalTexts) far(s customers.Standing) string {
	return t.W.T("goals.way", "share", t.share(s.Progress)) + ", " + t.W.T("goals.time", "share", t.share(s.Elapsed))
}

// width clips a share to 0..1 and writes it in percent.
func width(v *big.Rat) string {
	if v == nil {
		return "0%"
	}
	return strconv.FormatFloat(100*min(max(float(v), 0), 1), 'f', 2, 64) + "%"
}

// Late tells whether a goal is not where it should be.
func (GoalTexts) Late(s customers.Standing) bool {
	return slices.Contains([]scoring.GoalStatus{scoring.GoalBehind, scoring.GoalMissed}, s.GoalProgress.Status)
}

// facts stand under the value: where it began, how sure it is, what it rests on.
func (p GoalPage) facts() []ui.Fact {
	g := p.Goal
	facts := []ui.Fact{
		{Before: p.W.T("goals.form.baseline"), Bold: p.began()},
		{Before: p.W.T("goals.form.target"), Bold: p.GoalTexts.Value(g.Goal, g.Target)},
	}
	for _, s := range p.Sure(g) {
		facts = append(facts, ui.Fact{Before: s})
	}
	return append(facts, ui.Fact{Before: p.Left(g)})
}

// began is where the goal began.
func (p GoalPage) began() string { return p.GoalTexts.Value(p.Goal.Goal, p.Goal.Baseline) }

// tile is the value, large.
func (p GoalPage) tile() ui.Score {
	number, unit := p.nowApart(p.Goal)
	return ui.Score{Value: number, Unit: unit, Facts: p.facts(), Care: p.care(p.Goal)}
}

// since says of when the value is; "" for a score.
func (p GoalPage) since() string {
	r := p.Goal.Reading
	switch {
	case p.Goal.Measure.By != customers.MeasuredByHand:
		return ""
	case r.Day == 0:
		return p.W.T("goals.no_value")
	}
	return p.W.T("goals.value_day", "date", p.W.DateYear(r.Day.Date()))
}

// part is one of the five.
type goalPart struct{ name, text string }

func (p GoalPage) parts() (all []goalPart) {
	g := p.Goal
	texts := map[customers.GoalField]string{
		customers.Specific: g.Specific, customers.Achievable: g.Achievable, customers.Relevant: g.Relevant,
		customers.Measurable: p.measured(g.Goal),
	}
	if g.Baseline != nil || g.Target != nil {
		texts[customers.Measurable] = p.W.T("goals.from_to", "from", p.began(), "to", p.GoalTexts.Value(g.Goal, g.Target)) + ", " + p.measured(g.Goal)
	}
	if g.Start != 0 || g.Deadline != 0 {
		texts[customers.TimeBound] = p.day(g.Start) + " – " + p.day(g.Deadline)
	}
	for _, f := range customers.GoalFields() {
		text := texts[f]
		if text == "" {
			text = "–"
		}
		all = append(all, goalPart{p.W.T("goals.field." + string(f)), text})
	}
	return all
}

func (p GoalPage) day(d survey.Day) string {
	if d == 0 {
		return "–"
	}
	return p.W.DateYear(d.Date())
}

// how explains the figures with the goal's own numbers.
func (p GoalPage) how() []string {
	g := p.Goal
	exactly := func(v *big.Rat) string {
		if v == nil {
			return "–"
		}
		return p.GoalTexts.Value(g.Goal, v)
	}
	total := int64(g.Deadline - g.Start)
	all := []string{
		p.W.T("goals.how.time", "days", min(max(total-g.DaysLeft, 0), total), "total", total, "share", p.share(g.Elapsed)),
		p.W.T("goals.how.rule"),
	}
	if g.Kind.Whole() {
		return append(all, p.W.T("goals.how.whole"))
	}
	way := p.W.T("goals.how.way", "now", exactly(g.Reading.Value), "baseline", exactly(g.Baseline), "target", exactly(g.Target), "share", p.share(g.Progress))
	all = append([]string{way}, all...)
	if g.Measure.By == customers.MeasuredByMetric {
		if key := "goals.how.month"; !customers.SumsUp(g.Measure.Metric) {
			all = append(all, p.W.T(key))
		} else {
			all = append(all, p.W.T("goals.how.sum", "from", p.day(g.Start), "to", p.day(max(g.Start, g.Deadline-survey.Day(max(g.DaysLeft, 0))))))
		}
	}
	if g.Reading.Score != nil {
		all = append(all, p.W.T("goals.how.score"))
	}
	return all
}
