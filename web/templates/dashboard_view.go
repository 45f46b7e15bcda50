package templates

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Dashboard is what the page of a survey's results shows.
type Dashboard struct {
	Shell ui.Shell
	reports.Dashboard
	Names
	Form     ResultsForm
	Surveys  []survey.Survey
	Feed     []survey.Response
	Comments int // how many there are, up to reports.MostCounted+1; -1: not counted
	Class    scoring.Class
	Today    survey.Day
	Now      time.Time
	Zone     *time.Location
	MayEdit  bool            // surveys
	Care     *DashboardCare  // nil: there is no inbox
	Pictures []worth.Picture // of customers, by currency
	Goals    *DashboardGoals // nil: there are no pages of goals

	Definitions map[int64]survey.Definition // by version
}

// DashboardGoals are the goals that run, those that end next; none for those who only read them on their own page.
type DashboardGoals struct {
	GoalTexts
	Running []customers.Standing
}

// tools stand beside the lead sentence.
func (d Dashboard) tools() []ui.Link {
	links := []ui.Link{{Text: d.W.T("results.download"), Href: d.csv("score")}}
	if d.Goals != nil {
		links = append(links, ui.Link{Text: d.W.T("goals.title"), Href: GoalsPath})
	}
	return links
}

// shortFeed is how many comments fit beside the trend alone.
const shortFeed = 3

func (d Dashboard) feed() Feed {
	shown := d.Feed
	if !d.byTouchpoint() {
		shown = shown[:min(len(shown), shortFeed)]
	}
	return Feed{Names: d.Names, Responses: shown, Definitions: d.Definitions, Longest: 280, Now: d.Now, Zone: d.Zone}
}

// Path of the page.
const dashboardPath = "/dashboard"

func (d Dashboard) fig() figures { return figuresOf(d.W, d.Scheme) }

// address is this page with another filter.
func (d Dashboard) address(changes ...string) string {
	return d.Form.Address(dashboardPath, changes...)
}

// csv is the address of a chart's figures.
func (d Dashboard) csv(chart string) string {
	return d.Form.Address(dashboardPath + "/" + chart + ".csv")
}

// lead is the sentence that says it all.
func (d Dashboard) lead() string {
	w, f, c := d.W, d.fig(), d.Score
	args := []any{"score", f.name(), "value", f.value(c.To), "change", f.points(c.Change), "period", d.before()}
	switch {
	case !c.Change.Defined:
		return w.T("lead.plain", args...)
	case level(c.Change):
		return w.T("lead.same", args...)
	case c.Change.Diff > 0:
		return w.T("lead.up", args...)
	}
	return w.T("lead.down", args...)
}

// before names the comparison period within a sentence.
func (d Dashboard) before() string {
	days := d.Filter.Period.Days()
	switch {
	case d.Filter.Compare == reports.LastYear:
		return d.W.T("lead.year_before")
	case d.Form.Period != "custom" && strings.HasSuffix(d.Form.Period, "w"):
		return d.W.N("lead.weeks_before", (days+6)/7)
	}
	return d.W.N("lead.days_before", days)
}

// remarks are the sentences under the lead, before the findings.
func (d Dashboard) remarks() (all []string) {
	w, c := d.W, d.Score
	switch {
	case c.To.N < scoring.FewBelow:
		all = append(all, w.N("dash.small_sample", c.To.N)+".")
	case c.Real:
		all = append(all, w.T("dash.change_real"))
	case c.Change.Defined && !level(c.Change):
		all = append(all, w.T("dash.change_chance"))
	}
	if len(d.Older) > 0 {
		all = append(all, w.T("lead.versions", "version", fmt.Sprint(d.Version.Number)))
	}
	if d.Mix.Defined && d.Mix.Shifted() && c.Change.Defined {
		all = append(all, w.T("lead.mix"))
	}
	if d.Repeats.Notable() && c.To.Defined {
		all = append(all, d.repeated())
	}
	return all
}

// repeated says that answers are not as many as customers, and what that makes of the interval.
func (d Dashboard) repeated() string {
	w, r := d.W, d.Repeats
	share, at := d.percent(r.Share()), w.DateTime(r.AsOf, d.Zone)
	if wide := d.Score.To.Widen(r.Widening); r.Widening > 1 {
		return w.T("lead.repeats_interval", "share", share, "interval", d.fig().interval(wide), "time", at)
	}
	return w.T("lead.repeats", "share", share, "time", at)
}

func (d Dashboard) percent(r scoring.Ratio) string {
	v, _ := strconv.ParseFloat(r.Text(0), 64) // a number, which scoring has rounded
	return d.W.Percent(v, 0)
}

// foundText is a finding around the link to its touchpoint.
type foundText struct{ Before, Name, After, Href string }

// found writes the findings: at most two sentences beside the lead.
func (d Dashboard) found() (all []foundText) {
	f := d.fig()
	for _, one := range d.Findings {
		turn := "down"
		if one.Change.Diff > 0 {
			turn = "up"
		}
		y, m, day := one.Event.Day.Date()
		const mark = "\x00"
		text := d.W.T("finding."+string(one.Kind)+"."+turn, "touchpoint", mark, "change", f.points(one.Change), "from", f.value(one.From), "to", f.value(one.To),
			"period", d.before(), "event", one.Event.Title, "date", d.W.Date(y, m, day))
		before, after, _ := strings.Cut(text, mark)
		all = append(all, foundText{before, d.Touchpoint(one.Touchpoint), after, d.address("touchpoint", d.TouchpointKey(one.Touchpoint))})
	}
	return all
}

// scope says in words what is filtered, for print.
func (d Dashboard) scope() string {
	parts := []string{d.Survey.Name, span(d.W, d.Filter.Period)}
	if d.Filter.Touchpoint != survey.AllTouchpoints {
		parts = append(parts, d.Touchpoint(d.Filter.Touchpoint))
	}
	if d.Filter.Language != survey.AllLanguages {
		parts = append(parts, d.Language(d.Filter.Language))
	}
	if d.Of() {
		parts = append(parts, SegmentName(d.W, d.Filter.Of.Segment))
	}
	return strings.Join(parts, " · ")
}

// title is the heading of the tile.
func (d Dashboard) title() string {
	if f := d.fig(); f.d.Kind == scoring.KindNPS {
		return d.W.T("score.full.nps")
	}
	return d.fig().name() + " – " + d.fig().about()
}

// tile is the large figure.
func (d Dashboard) tile() ui.Score {
	w, f, s := d.W, d.fig(), d.Score
	t := ui.Score{Value: f.bare(s.To), Unit: f.unit(), Care: care(w, s.To)}
	if s.Change.Defined {
		t.Direction = direction(s)
		t.Delta = arrow(s.Change) + f.points(s.Change)
		t.DeltaNote = w.T("results.from_value", "value", f.value(s.From))
		if in := f.changeInterval(s.Change); in != "" {
			t.DeltaNote = w.T("results.from_value_interval", "value", f.value(s.From), "interval", in)
		}
	}
	if in := f.interval(s.To); in != "" {
		t.Facts = append(t.Facts, ui.Fact{Before: w.T("results.interval"), Bold: in})
	}
	before, after, _ := strings.Cut(answers(w, s.To.N), w.Int(s.To.N))
	t.Facts = append(t.Facts, ui.Fact{Before: before, Bold: w.Int(s.To.N), After: after})
	if d.Repeats.Notable() {
		t.Facts = append(t.Facts, ui.Fact{Bold: d.percent(d.Repeats.Share()), After: " " + w.T("results.repeats")})
	}
	if d.Counts.NA > 0 {
		t.Facts = append(t.Facts, ui.Fact{Before: w.T("common.cant_say"), Bold: w.Int(d.Counts.NA)})
	}
	t.Facts = append(t.Facts, d.reachedFacts()...)
	return t
}

// rule shows the score on its whole scale.
func (d Dashboard) rule() ui.Rule {
	w, f, s := d.W, d.fig(), d.Score
	lo, hi := measure(f.d)
	step, every := (hi-lo)/20, 5
	if f.d.Unit == scoring.UnitScore && f.d.Kind != scoring.KindCLI {
		step, every = 1, 1
	}
	r := ui.Rule{
		ID: "rule", Lo: lo, Hi: hi, Ticks: f.ticks(lo, hi, step, every), From: s.To.Lo, To: s.To.Hi,
		Now:   ui.Mark{At: s.To.Value, Label: w.T("ui.now", "value", f.value(s.To))},
		Title: f.name() + " " + f.value(s.To) + ", " + w.T("results.interval") + " " + f.interval(s.To),
	}
	if s.Change.Defined {
		r.Before = &ui.Mark{At: s.From.Value, Label: w.T("ui.before", "value", f.value(s.From))}
	}
	return r
}

// stack is the split into classes.
func (d Dashboard) stack() ui.StackBar {
	f, s := d.fig(), d.Score.To
	b := ui.StackBar{ID: "stack"}
	var parts []string
	for _, c := range []scoring.Class{scoring.ClassBest, scoring.ClassMiddle, scoring.ClassWorst} {
		r := s.Share(c)
		if f.d.Scheme == scoring.CSS10 && c == scoring.ClassMiddle {
			continue
		}
		p := ui.Part{Class: barClass(c), Share: r.Float() / 100, Label: f.number(r.Text(0), false) + figuresPercent(d.W), Name: strings.ToLower(f.class(c))}
		b.Parts = append(b.Parts, p)
		parts = append(parts, p.Name+" "+p.Label)
	}
	b.Title = strings.Join(parts, ", ")
	return b
}

func figuresPercent(w *words.Words) string { return strings.TrimPrefix(w.Percent(0, 0), "0") }

func barClass(c scoring.Class) ui.Class {
	switch c {
	case scoring.ClassBest:
		return ui.Best
	case scoring.ClassWorst:
		return ui.Worst
	case scoring.ClassMiddle, scoring.ClassNone:
	}
	return ui.Middle
}

// versionsTable lists earlier versions in the period, which are never joined with the newest.
func (d Dashboard) versionsTable() ui.Table {
	w := d.W
	t := ui.Table{Caption: w.T("results.versions"), Columns: []ui.Column{
		{Text: w.T("results.version")}, {Text: w.T("results.score"), Num: true}, {Text: w.T("results.interval"), Num: true}, {Text: w.T("results.answers"), Num: true},
	}}
	row := func(v survey.Version, s scoring.Score) {
		g := figuresOf(w, s.Scheme)
		t.Rows = append(t.Rows, ui.Cells(fmt.Sprint(v.Number), g.name()+" "+g.value(s), g.interval(s), w.Int(s.N)))
	}
	row(d.Version, d.Score.To)
	for _, o := range d.Older {
		row(o.Version, o.Score)
	}
	return t
}
