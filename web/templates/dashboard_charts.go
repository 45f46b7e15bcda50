package templates

import (
	"fmt"
	"math"
	"strconv"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// point places a score on a line.
func point(s scoring.Score) ui.Point {
	return ui.Point{OK: s.Defined, Value: s.Value, From: s.Lo, To: s.Hi}
}

// trend is the main line.
func (d Dashboard) trend() ui.Trend {
	f, t := d.fig(), d.Dashboard.Trend
	c := ui.Trend{ID: "trend"}
	var values []float64
	last := scoring.Score{}
	sparse := reports.Sparse(t.Points)
	for _, p := range t.Points {
		at := point(p.Score)
		at.Break, at.OK = p.Break, at.OK && !sparse(p.Score)
		c.Points = append(c.Points, at)
		if at.OK {
			last = p.Score
			values = append(values, p.Score.Lo, p.Score.Hi, p.Score.Value)
		}
	}
	for _, s := range t.Before {
		c.Previous = append(c.Previous, point(s))
		if s.Defined {
			values = append(values, s.Value)
		}
	}
	var step float64
	c.Lo, c.Hi, step = scaleOf(f.d, values)
	c.Ticks, c.Times, c.Last = f.ticks(c.Lo, c.Hi, step, 1), d.times(), f.value(last)
	c.Events = d.events()
	if len(t.Points) > 0 {
		c.Title = d.trendHeading() + ": " + f.value(d.Score.To) + ", " + d.W.T("results.last_point", "value", f.value(last))
	}
	return c
}

// events are the dated notes, and where another version begins.
func (d Dashboard) events() (all []ui.Event) {
	t := d.Dashboard.Trend
	if len(t.Points) == 0 {
		return nil
	}
	first := t.Grain.Bucket(t.Points[0].Day)
	for _, e := range d.Dashboard.Events {
		all = append(all, ui.Event{At: float64(e.Day-first) / float64(t.Grain.Step()), Label: e.Title + ", " + dayShort(d.W, e.Day, d.Today)})
	}
	for i, p := range t.Points {
		if p.Break {
			all = append(all, ui.Event{At: float64(i), Label: d.W.T("results.version_n", "version", fmt.Sprint(p.Version))})
		}
	}
	return all
}

// times label the time axis: months, or years where there are many.
func (d Dashboard) times() (ticks []ui.Tick) {
	points := d.Dashboard.Trend.Points
	if len(points) == 0 {
		return nil
	}
	long := points[len(points)-1].Day-points[0].Day > 550
	lastY, lastM, _ := (points[0].Day - 8).Date()
	for i, p := range points {
		y, m, day := p.Day.Date()
		switch {
		case len(points) <= 35 && d.Dashboard.Trend.Grain == reports.Daily:
			if i%7 == 0 {
				ticks = append(ticks, ui.Tick{At: float64(i), Label: d.W.DateShort(y, m, day)})
			}
		case long && y != lastY:
			ticks = append(ticks, ui.Tick{At: float64(i), Label: strconv.Itoa(y)})
		case !long && m != lastM && day <= 7 || len(points) < 4:
			ticks = append(ticks, ui.Tick{At: float64(i), Label: d.W.MonthName(m)})
		}
		lastY, lastM = y, m
	}
	return ticks
}

// trendHeading names the main line.
func (d Dashboard) trendHeading() string {
	return d.W.T("results.trend."+string(d.Dashboard.Trend.Grain), "score", d.fig().name())
}

// trendTable has a row for every step with answers, and for every version in it.
func (d Dashboard) trendTable() ui.Table {
	w, f := d.W, d.fig()
	head := "results.week_of"
	if d.Dashboard.Trend.Grain == reports.Daily {
		head = "results.day"
	}
	t := ui.Table{Caption: d.trendHeading(), Columns: []ui.Column{
		{Text: w.T(head)}, {Text: f.name(), Num: true}, {Text: w.T("results.interval"), Num: true}, {Text: w.T("results.answers"), Num: true},
	}}
	versions := len(d.Older) > 0
	if versions {
		t.Columns = append(t.Columns, ui.Column{Text: w.T("results.version"), Num: true})
	}
	for _, p := range d.Dashboard.Trend.Rows {
		row := ui.Cells(dayShort(w, p.Day, d.Today), f.value(p.Score), f.interval(p.Score), w.Int(p.Score.N))
		if versions {
			row = append(row, ui.Cell{Text: fmt.Sprint(p.Version)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// smalls are the touchpoints side by side on one scale.
func (d Dashboard) smalls() (all []ui.Small) {
	f := d.fig()
	var values []float64
	for _, p := range d.Parts {
		s := p.Score()
		values = append(values, s.Value, s.Lo, s.Hi)
		if p.SmallLine() {
			sparse := reports.Sparse(p.Points)
			for _, q := range p.Points {
				if q.Score.Defined && !sparse(q.Score) {
					values = append(values, q.Score.Value)
				}
			}
		}
	}
	lo, hi, step := scaleOf(f.d, values)
	for i, p := range d.Parts {
		s := p.Score()
		m := ui.Small{
			Name: d.Touchpoint(p.Touchpoint), Href: d.address("touchpoint", d.TouchpointKey(p.Touchpoint), "after", ""), Value: f.value(s),
			N: f.interval(s) + ", n = " + d.W.Int(s.N) + d.apart(p),
			Trend: ui.Trend{
				ID: "t-" + strconv.Itoa(i), Lo: lo, Hi: hi, Height: 112, Ticks: f.ticks(lo, hi, step, 1), Points: []ui.Point{point(s)},
				Title: d.Touchpoint(p.Touchpoint) + ": " + f.value(s) + ", " + d.W.T("results.interval") + " " + f.interval(s),
			},
		}
		m.Delta, m.Direction = d.delta(p.Change), direction(p.Change)
		if s.N < scoring.FewBelow {
			m.Care = d.W.T("results.few", "n", s.N)
		}
		if p.SmallLine() {
			m.Trend.Points = nil
			sparse := reports.Sparse(p.Points)
			for _, q := range p.Points {
				at := point(q.Score)
				at.OK = at.OK && !sparse(q.Score)
				m.Trend.Points = append(m.Trend.Points, at)
			}
		}
		all = append(all, m)
	}
	return all
}

// apart says whether a part lies above or below the others by more than chance.
func (d Dashboard) apart(p reports.Part) string {
	switch {
	case !p.Gap.Real:
		return ""
	case p.Gap.Up():
		return "; " + d.W.T("results.above_rest")
	}
	return "; " + d.W.T("results.below_rest")
}

// delta is a change in few characters: coloured when it is real, else with the words that it may be chance.
func (d Dashboard) delta(c reports.Compared) string {
	f := figuresOf(d.W, c.To.Scheme)
	switch {
	case !c.Change.Defined:
		return ""
	case c.Real:
		return arrow(c.Change) + f.signed(c.Change)
	}
	return d.W.T("results.within_chance", "change", f.signed(c.Change))
}

// verdict is a change for a table cell.
func (d Dashboard) verdict(c reports.Compared) string {
	if c.Real {
		return d.W.T("results.more_than_chance", "change", figuresOf(d.W, c.To.Scheme).signed(c.Change))
	}
	if text := d.delta(c); text != "" {
		return text
	}
	return "–"
}

// partsTable lists touchpoints or languages.
func (d Dashboard) partsTable(caption, head string, parts []reports.Part, name func(reports.Part) string) ui.Table {
	w, f := d.W, d.fig()
	t := ui.Table{Caption: caption, Columns: []ui.Column{
		{Text: head}, {Text: f.name(), Num: true}, {Text: w.T("results.interval"), Num: true}, {Text: w.T("results.answers"), Num: true}, {Text: w.T("results.gap"), Num: true},
	}}
	compared := d.Score.Change.Defined
	if compared {
		t.Columns = append(t.Columns, ui.Column{Text: w.T("results.before"), Num: true}, ui.Column{Text: w.T("ui.change"), Num: true})
	}
	for _, p := range parts {
		s := p.Score()
		row := ui.Cells(name(p), f.value(s), f.interval(s), w.Int(s.N), d.verdict(p.Gap))
		if compared {
			row = append(row, ui.Cells(f.value(p.Change.From), d.verdict(p.Change))...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d Dashboard) touchpointsTable() ui.Table {
	return d.partsTable(d.W.T("results.by_touchpoint", "score", d.fig().name()), d.W.T("results.touchpoint"), d.Parts, func(p reports.Part) string { return d.Touchpoint(p.Touchpoint) })
}

func (d Dashboard) languagesTable() ui.Table {
	return d.partsTable(d.W.T("results.by_language", "score", d.fig().name()), d.W.T("common.language"), d.Dashboard.Tongues, func(p reports.Part) string { return d.Language(p.Language) })
}

// languages compares the languages.
func (d Dashboard) languages() ui.DotInterval {
	f := d.fig()
	c := ui.DotInterval{ID: "lang", Title: d.W.T("results.by_language", "score", f.name())}
	var values []float64
	for _, p := range d.Dashboard.Tongues {
		s := p.Score()
		values = append(values, s.Value, s.Lo, s.Hi)
		c.Rows = append(c.Rows, dotRow(f, d.Language(p.Language), s))
	}
	var step float64
	c.Lo, c.Hi, step = scaleOf(f.d, values)
	c.Ticks = f.ticks(c.Lo, c.Hi, step, 1)
	return c
}

func dotRow(f figures, name string, s scoring.Score) ui.DotRow {
	r := ui.DotRow{Name: name, Label: f.value(s) + "  n = " + f.w.Int(s.N), Value: s.Value, From: s.Lo, To: s.Hi, Quiet: s.N < scoring.GreyBelow}
	if !s.HasInterval {
		r.From, r.To = s.Value, s.Value
	}
	return r
}

// histogram shows how often each rating was given.
func (d Dashboard) histogram() ui.Histogram {
	f := d.fig()
	h := ui.Histogram{ID: "hist", Title: d.W.T("results.spread_title")}
	for rating := f.d.Min; rating <= f.d.Max; rating++ {
		n := d.Counts.R[rating]
		h.Bars = append(h.Bars, ui.Bar{Label: strconv.Itoa(rating), Count: float64(n), Text: d.W.Int(n), Class: barClass(f.d.Class(rating))})
	}
	return h
}

func (d Dashboard) histogramTable() ui.Table {
	f := d.fig()
	t := ui.Table{Caption: d.W.T("results.spread_title"), Columns: []ui.Column{{Text: d.W.T("results.rating")}, {Text: d.W.T("results.answers"), Num: true}, {Text: d.W.T("results.share"), Num: true}}}
	for rating := f.d.Min; rating <= f.d.Max; rating++ {
		n := d.Counts.R[rating]
		share := scoring.Ratio{Num: 100 * n, Den: d.Counts.N}
		t.Rows = append(t.Rows, ui.Cells(strconv.Itoa(rating), d.W.Int(n), f.number(share.Text(1), false)+figuresPercent(d.W)))
	}
	return t
}

// AspectGroup is a survey's other questions on one scheme: they share a chart.
type AspectGroup struct {
	Scheme  scoring.Scheme
	Aspects []reports.Aspect
}

func (d Dashboard) aspectGroups() (groups []AspectGroup) {
next:
	for _, a := range d.Aspects {
		for i := range groups {
			if groups[i].Scheme == a.Question.Scheme {
				groups[i].Aspects = append(groups[i].Aspects, a)
				continue next
			}
		}
		groups = append(groups, AspectGroup{a.Question.Scheme, []reports.Aspect{a}})
	}
	return groups
}

// label is what a question is called where there is little room.
func (d Dashboard) label(q survey.Question) string {
	lang, fallback := d.W.Lang(), d.Survey.Settings.DefaultLanguage
	if s := q.Short.In(lang, fallback); s != "" {
		return d.fill(s)
	}
	if q.Aspect != "" && d.W.Has("csat.aspect."+q.Aspect) {
		return d.W.T("csat.aspect." + q.Aspect)
	}
	if s := q.Text.In(lang, fallback); s != "" {
		return d.fill(s)
	}
	if s := q.Text.In("en", "en"); s != "" {
		return d.fill(s)
	}
	return d.W.T("results.question_n", "n", q.No)
}

func (d Dashboard) aspectHeading(g AspectGroup) string {
	f := figuresOf(d.W, g.Scheme)
	if g.Scheme == scoring.CLI6 {
		return d.W.T("results.cli_questions")
	}
	return f.name() + " – " + f.about()
}

func (d Dashboard) aspects(i int, g AspectGroup) ui.DotInterval {
	f := figuresOf(d.W, g.Scheme)
	c := ui.DotInterval{ID: "asp-" + strconv.Itoa(i), Title: d.aspectHeading(g)}
	var values []float64
	for _, a := range g.Aspects {
		s := a.Change.To
		values = append(values, s.Value, s.Lo, s.Hi)
		c.Rows = append(c.Rows, dotRow(f, shorten(d.label(a.Question), 40), s))
	}
	var step float64
	c.Lo, c.Hi, step = scaleOf(f.d, values)
	c.Ticks = f.ticks(c.Lo, c.Hi, step, 1)
	return c
}

func (d Dashboard) aspectsTable(g AspectGroup) ui.Table {
	w, f := d.W, figuresOf(d.W, g.Scheme)
	t := ui.Table{Caption: d.aspectHeading(g), Columns: []ui.Column{
		{Text: w.T("results.question")},
		{Text: w.T("results.score"), Num: true},
		{Text: w.T("results.interval"), Num: true},
		{Text: w.T("results.answers"), Num: true},
		{Text: w.T("common.cant_say"), Num: true},
		{Text: w.T("ui.change"), Num: true},
	}}
	for _, a := range g.Aspects {
		s := a.Change.To
		t.Rows = append(t.Rows, ui.Cells(d.label(a.Question), f.value(s), f.interval(s), w.Int(s.N), w.Int(a.CantSay), d.verdict(a.Change)))
	}
	return t
}

// option is the text of a question's option.
func (d Dashboard) option(q survey.Question, k int) string {
	if s := q.Options[k].In(d.W.Lang(), d.Survey.Settings.DefaultLanguage); s != "" {
		return d.fill(s)
	}
	return strconv.Itoa(k + 1)
}

func (d Dashboard) choice(i int, c reports.Choice) ui.DotInterval {
	chart := ui.DotInterval{ID: "choice-" + strconv.Itoa(i), Title: d.label(c.Question), Lo: 0, Hi: 100, Ticks: ui.Ticks(0, 100, 25, 2, func(v float64) string { return d.W.Percent(v, 0) })}
	for k, o := range c.Options {
		chart.Rows = append(chart.Rows, ui.DotRow{
			Name: shorten(d.option(c.Question, k), 40), Label: d.share(o) + "  n = " + d.W.Int(o.Count),
			Value: o.Share.Float(), From: o.Interval.Lo, To: o.Interval.Hi, Quiet: c.N < scoring.GreyBelow,
		})
	}
	return chart
}

func (d Dashboard) share(o reports.Option) string {
	return figures{w: d.W}.number(o.Share.Text(1), false) + figuresPercent(d.W)
}

func (d Dashboard) choiceTable(c reports.Choice) ui.Table {
	w := d.W
	t := ui.Table{Caption: d.label(c.Question), Columns: []ui.Column{
		{Text: w.T("results.option")}, {Text: w.T("results.share"), Num: true}, {Text: w.T("results.interval"), Num: true}, {Text: w.T("results.answers"), Num: true},
	}}
	for k, o := range c.Options {
		t.Rows = append(t.Rows, ui.Cells(d.option(c.Question, k), d.share(o), w.T("date.range", "from", w.Percent(o.Interval.Lo, 1), "to", w.Percent(o.Interval.Hi, 1)), w.Int(o.Count)))
	}
	return t
}

// ledger lists the other surveys.
func (d Dashboard) ledger() ui.Ledger {
	w := d.W
	l := ui.Ledger{Caption: w.T("results.others"), Columns: [4]string{w.T("results.survey"), w.T("results.course"), w.T("results.score"), w.T("ui.change")}}
	for _, o := range d.Others {
		f, s := figuresOf(w, o.Scheme), o.Change.To
		row := ui.LedgerRow{
			Name: o.Survey.Name, Sub: f.name() + ", " + f.about(), N: "n = " + w.Int(s.N), Value: f.bare(s), Unit: f.unit(),
			Href: d.Form.Address(dashboardPath, "survey", strconv.FormatInt(o.Survey.ID, 10), "after", "", "class", ""),
		}
		if in := f.interval(s); in != "" {
			row.N += ", 95%: " + in
		}
		row.Care = care(w, s)
		if s.N >= reports.LineFrom {
			for _, p := range o.Points {
				row.Spark = append(row.Spark, point(p.Score))
			}
		}
		if c := o.Change; c.Change.Defined {
			row.Delta, row.Direction = arrow(c.Change)+f.signed(c.Change), direction(c)
			if c.Change.HasInterval {
				row.Margin = "±" + f.number(scoring.RoundFloat(math.Abs(c.Change.Hi-c.Change.Lo)/2, f.d.Decimals), false)
			}
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// spread tells whether there are ratings of one scale to show.
func (d Dashboard) spread() bool { return d.Scheme != scoring.CLI6 }

// byTouchpoint tells whether there are touchpoints to compare.
func (d Dashboard) byTouchpoint() bool { return len(d.Parts) > 1 }

// byLanguage tells whether there are languages to compare.
func (d Dashboard) byLanguage() bool { return len(d.Dashboard.Tongues) > 1 }

// spans gives the width of one box after the other at the foot of the page.
func (d Dashboard) spans() func() string {
	n := len(d.aspectGroups()) + len(d.Choices)
	if d.spread() {
		n++
	}
	if d.byLanguage() {
		n++
	}
	if d.Care != nil {
		n++
	}
	widths := fullRows(n)
	return func() string {
		width := widths[0]
		widths = widths[1:]
		return width
	}
}

// fullRows are the widths of n boxes that leave no row with a gap.
func fullRows(n int) (widths []string) {
	for n > 0 {
		row := []string{"c4", "c4", "c4"}
		switch n {
		case 1:
			row = []string{"c12"}
		case 2, 4:
			row = []string{"c6", "c6"}
		}
		widths = append(widths, row...)
		n -= len(row)
	}
	return widths
}

// shorten cuts a text at a number of characters.
func shorten(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
