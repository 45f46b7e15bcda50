package templates

import (
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// MetricPage is the page of a figure.
type MetricPage struct {
	Shell ui.Shell
	customers.Page
	Form     MetricForm
	Today    survey.Day
	Now      time.Time
	Zone     *time.Location
	Settings bool // the reader may change the settings of figures
}

func (p MetricPage) w() *words.Words { return p.Shell.W }

func (p MetricPage) amounts() amounts { return amounts{p.w(), p.Currency} }

// unit is that of the figure: a form of a metric may have one of its own.
func (p MetricPage) unit() customers.Unit {
	if u := p.Page.Now().Figure.Unit; len(p.Page.Trend) > 0 && u != "" {
		return u
	}
	return p.Metric.Unit
}

func (p MetricPage) text() metricText { return textOf(p.w(), p.Metric.Key, p.Variant) }

// path is the address of the page without its filter.
func (p MetricPage) path() string { return MetricPath(p.Metric.Key) }

// csv is the address of a table as a file.
func (p MetricPage) csv(table string) string { return p.Form.Address(p.path() + "/" + table + ".csv") }

// over tells whether a period has ended; a figure of one that runs is not yet whole.
func (p MetricPage) over(s customers.Span) bool { return !p.Now.Before(s.Period(p.Zone).To) }

// change is that from the period before; nil where there is none to tell.
func (p MetricPage) changed() (size string, up, ok bool) {
	this, before := p.Page.Now(), p.Earlier()
	c := change(before.Figure.Value, this.Figure.Value)
	if !this.Known || !before.Known || c == nil || !p.over(this.Span) {
		return "", false, false
	}
	if level := strings.Trim(MetricNumber(c, p.unit(), p.Currency, 0), "-0.") == ""; level {
		return "", false, true
	}
	return p.amounts().size(c, p.unit()), c.Sign() > 0, true
}

// lead is the sentence that says it all.
func (p MetricPage) lead() string {
	w, this := p.w(), p.Page.Now()
	args := []any{
		"name", p.text().name(), "period", spanName(w, this.Span), "value", p.amounts().value(this.Figure.Value, p.unit()), "before", spanName(w, p.Earlier().Span),
	}
	size, up, ok := p.changed()
	args = append(args, "change", size)
	switch {
	case !this.Known && p.Renewing:
		return w.T("metrics.lead.waits", args...)
	case !this.Known || this.Figure.Value == nil:
		return w.T("metrics.lead.none", args...)
	case !p.over(this.Span):
		return w.T("metrics.lead.so_far", args...)
	case !ok:
		return w.T("metrics.lead.plain", args...)
	case size == "":
		return w.T("metrics.lead.same", args...)
	case up:
		return w.T("metrics.lead.up", args...)
	}
	return w.T("metrics.lead.down", args...)
}

func (p MetricPage) tools() []ui.Link {
	return []ui.Link{{Text: p.w().T("results.download"), Href: p.csv("trend")}}
}

// notes are what a reader should know before the figures: how old they are, and what warnings say.
func (p MetricPage) notes() (all []string) {
	w, f := p.w(), p.Page.Now().Figure
	if p.Renewing && !p.AsOf.IsZero() {
		all = append(all, w.T("metrics.renewing", "time", w.DateTime(p.AsOf, p.Zone)))
	}
	if f.Estimate {
		all = append(all, w.T("metrics.estimate_note"))
	}
	if f.Class != "" {
		all = append(all, w.T("metric."+p.Metric.Key+".class."+f.Class))
	}
	for _, x := range f.Warnings {
		all = append(all, w.T("warning."+string(x), p.told(f, x)...))
	}
	if len(p.Empty) > 0 && !f.Estimate && f.Value == nil {
		all = append(all, w.T("metrics.lacks", "feeds", feedNames(w, p.Empty)))
	}
	return all
}

// told is what the sentence of a warning may name: the newest month of which the next is over, too, and the amount that a figure has beside its warning.
func (p MetricPage) told(f customers.Figure, x customers.Warning) []any {
	args := []any{"period", spanName(p.w(), customers.MonthOf(p.Today).Before(2))}
	if in := inputOf(f.Inputs, string(x)); in.Value != nil {
		args = append(args, "amount", p.amounts().value(in.Value, in.Unit))
	}
	return args
}

// nothing tells whether there is neither a record to make the figure from nor one by hand.
func (p MetricPage) nothing() bool { return p.Records == 0 && len(p.ByHand) == 0 }

// lacking tells whether a feed that the figure needs has nothing, so that no period has a figure.
func (p MetricPage) lacking() bool {
	return len(p.Empty) > 0 && !slices.ContainsFunc(p.Page.Trend, func(s customers.Shown) bool { return s.Known && s.Figure.Value != nil })
}

// needs are the feeds that the form which is shown needs.
func (p MetricPage) needs() []customers.Feed { return p.Metric.NeedsOf(p.Variant) }

// feedNames lists feeds within a sentence.
func feedNames(w *words.Words, feeds []customers.Feed) string {
	names := make([]string, len(feeds))
	for i, f := range feeds {
		names[i] = w.T("feedname." + string(f))
	}
	return strings.Join(names, ", ")
}

// tile is the large figure.
func (p MetricPage) tile() ui.Score {
	w, a, this := p.w(), p.amounts(), p.Page.Now()
	f, u := this.Figure, p.unit()
	t := ui.Score{Value: a.bare(f.Value, u)}
	if f.Value == nil {
		return t
	}
	t.Unit = a.unit(u)
	if _, _, ok := p.changed(); ok {
		before := p.Earlier()
		c := change(before.Figure.Value, f.Value)
		t.Delta = a.signed(c, u)
		t.DeltaNote = w.T("results.from_value", "value", a.value(before.Figure.Value, u))
		if r := a.relative(before.Figure.Value, c); r != "" && u != customers.Count {
			t.DeltaNote += "; " + w.T("metrics.relative", "change", r)
		}
	}
	t.Facts = p.facts(f)
	if f.Estimate {
		t.Care = w.T("metrics.estimate")
	} else if !p.over(this.Span) {
		t.Care = w.T("metrics.so_far")
	}
	return t
}

// facts are the numbers that a figure came from, with n.
func (p MetricPage) facts(f customers.Figure) (all []ui.Fact) {
	w, a := p.w(), p.amounts()
	for _, in := range besideN(f.Inputs) {
		if len(all) == 3 {
			break
		}
		all = append(all, ui.Fact{Before: p.text().input(in.Name) + ":", Bold: a.cell(in.Value, in.Unit)})
	}
	all = append(all, ui.Fact{Before: "n =", Bold: w.Int(f.N)})
	if iv := f.Interval; iv != nil {
		all = append(all, ui.Fact{Before: w.T("metrics.interval"), Bold: w.T("date.range", "from", w.Dec(iv.Lo, 1), "to", w.Percent(iv.Hi, 1))})
	}
	return all
}

// trend is the line over the periods.
func (p MetricPage) trend() ui.Trend {
	w, a, u := p.w(), p.amounts(), p.unit()
	t := ui.Trend{ID: "trend", Title: p.trendHeading() + ": " + a.value(p.Page.Now().Figure.Value, u)}
	var values []float64
	for i, s := range p.toDraw() {
		point := ui.Point{OK: s.Known && s.Figure.Value != nil, Value: a.float(s.Figure.Value, u)}
		point.From, point.To = point.Value, point.Value
		if point.OK {
			values = append(values, point.Value)
			t.Last = a.bare(s.Figure.Value, u) + a.unit(u)
		}
		t.Points = append(t.Points, point)
		t.Times = append(t.Times, ui.Tick{At: float64(i), Label: spanShort(w, s.Span)})
	}
	var step float64
	t.Lo, t.Hi, step = freeScale(values)
	t.Ticks = a.scaleTicks(t.Lo, t.Hi, step, u)
	return t
}

func (p MetricPage) trendHeading() string {
	return p.w().T("metrics.trend."+string(p.Span.Stretch), "name", p.text().name())
}

// toDraw are the periods from the first that has a value.
func (p MetricPage) toDraw() []customers.Shown {
	for i, s := range p.Page.Trend {
		if s.Known && s.Figure.Value != nil {
			return p.Page.Trend[i:]
		}
	}
	return p.Page.Trend
}

// drawn tells whether there are two periods to draw a line between.
func (p MetricPage) drawn() bool {
	n := 0
	for _, s := range p.Page.Trend {
		if s.Known && s.Figure.Value != nil {
			n++
		}
	}
	return n > 1
}

// trendTable has the periods, the newest first.
func (p MetricPage) trendTable() ui.Table {
	w, a := p.w(), p.amounts()
	t := ui.Table{Caption: p.trendHeading(), Columns: []ui.Column{{Text: w.T("results.period")}, {Text: p.text().name(), Num: true}}}
	inputs := besideN(p.Page.Now().Figure.Inputs)
	for _, in := range inputs {
		t.Columns = append(t.Columns, ui.Column{Text: p.text().input(in.Name), Num: true})
	}
	t.Columns = append(t.Columns, ui.Column{Text: "n", Num: true})
	for i := len(p.Page.Trend) - 1; i >= 0; i-- {
		s := p.Page.Trend[i]
		row := []ui.Cell{{Text: spanName(w, s.Span), Href: p.Form.InSpan(s.Span).Address(p.path())}, {Text: a.cell(s.Figure.Value, p.unit())}}
		if s.Figure.Estimate {
			row[0].Tag = w.T("metrics.estimate")
		}
		for _, in := range inputs {
			row = append(row, ui.Cell{Text: a.cell(inputOf(s.Figure.Inputs, in.Name).Value, in.Unit)})
		}
		t.Rows = append(t.Rows, append(row, ui.Cell{Text: w.Int(s.Figure.N)}))
	}
	return t
}

// besideN leaves out the input that is n, which stands for itself wherever all inputs do.
func besideN(inputs []customers.Input) (others []customers.Input) {
	for _, in := range inputs {
		if in.Name != "n" {
			others = append(others, in)
		}
	}
	return others
}

// inputOf finds an input by its name; one without a value where it is not there.
func inputOf(inputs []customers.Input, name string) customers.Input {
	for _, in := range inputs {
		if in.Name == name {
			return in
		}
	}
	return customers.Input{Name: name}
}

// compared sets the period against the one before.
func (p MetricPage) compared() ui.Table {
	w, a := p.w(), p.amounts()
	this, before := p.Page.Now(), p.Earlier()
	t := ui.Table{Caption: w.T("metrics.compared"), Close: true, Columns: []ui.Column{
		{Text: w.T("metrics.what")}, {Text: spanHead(w, this.Span, p.Today), Num: true, Wraps: true}, {Text: spanHead(w, before.Span, p.Today), Num: true, Wraps: true}, {Text: w.T("ui.change"), Num: true},
	}}
	row := func(name string, was, is customers.Input, u customers.Unit) {
		cells := []ui.Cell{{Text: name}, {Text: a.cell(is.Value, u)}, {Text: a.cell(was.Value, u)}, {Text: "–"}}
		if c := change(was.Value, is.Value); c != nil && p.over(this.Span) {
			cells[3].Text = a.signed(c, u)
			if r := a.relative(was.Value, c); r != "" {
				cells[3].Sub = w.T("metrics.relative_short", "change", r)
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	row(p.text().name(), customers.Input{Value: before.Figure.Value}, customers.Input{Value: this.Figure.Value}, p.unit())
	for _, in := range this.Figure.Inputs {
		row(p.text().input(in.Name), inputOf(before.Figure.Inputs, in.Name), in, in.Unit)
	}
	return t
}

// groups are the parts of the figure: agents, stages, categories, cohorts.
func (p MetricPage) groups() ui.Table {
	w, a := p.w(), p.amounts()
	f := p.Page.Now().Figure
	t := ui.Table{Caption: p.text().groups(), Columns: []ui.Column{{Text: p.text().groups()}}}
	var names []customers.Input
	for _, g := range f.Groups {
		for _, in := range g.Inputs {
			if in.Name = WholeMonth(in.Name); inputOf(names, in.Name).Unit == "" {
				names = append(names, in)
			}
		}
	}
	for _, in := range names {
		t.Columns = append(t.Columns, ui.Column{Text: p.text().input(in.Name), Num: true})
	}
	for _, g := range f.Groups {
		row := []ui.Cell{{Text: groupName(w, g.Name)}}
		for _, in := range names {
			cell := ui.Cell{Text: a.cell(inputOf(g.Inputs, in.Name).Value, in.Unit)}
			if part := inputOf(g.Inputs, strings.Replace(in.Name, "month_", "partial_", 1)); part.Name != in.Name && part.Unit != "" {
				cell.Text, cell.Sub = a.cell(part.Value, in.Unit), w.T("metrics.so_far_short")
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// WholeMonth is the column of a cohort's month: one that is not over stands in that of the month.
func WholeMonth(name string) string {
	if n, ok := strings.CutPrefix(name, "partial_"); ok {
		return "month_" + n
	}
	return name
}

// modes are the forms of the metric to choose from.
func (p MetricPage) modes() (options []ui.Option) {
	for _, v := range p.Metric.Variants {
		options = append(options, ui.Option{Value: v, Label: variantName(p.w(), p.Metric.Key, v), Selected: v == p.Variant})
	}
	return options
}

func (p MetricPage) currencies() (options []ui.Option) {
	for _, c := range p.Money {
		options = append(options, ui.Option{Value: c, Label: c, Selected: c == p.Currency})
	}
	return options
}

func (p MetricPage) spans() []ui.Option { return spanOptions(p.w(), p.Span, p.Today) }

// handed are the figures that were typed in, with the form that is shown.
func (p MetricPage) handed() string {
	if len(p.Metric.Variants) > 1 {
		return MetricForm{Mode: p.Variant}.Address(p.path() + "/by-hand")
	}
	return p.path() + "/by-hand"
}

// asOf says when the figure was made and by which clock; "" for one that is not made yet.
func (p MetricPage) asOf() string {
	if p.AsOf.IsZero() {
		return ""
	}
	return p.w().T("metrics.as_of", "time", p.w().DateTime(p.AsOf, p.Zone), "zone", p.Zone.String())
}

// basis says which days the figure is of, for paper, which has no filter.
func (p MetricPage) basis() string {
	w := p.w()
	period := p.Span
	y, m, d := period.First.Date()
	ly, lm, ld := period.Last.Date()
	return w.T("metrics.basis", "from", w.DateYear(y, m, d), "to", w.DateYear(ly, lm, ld))
}

// settings are what the account set, as far as the figure depends on it and no input says it.
func (p MetricPage) settings() (all []string) {
	w := p.w()
	switch p.Metric.Key {
	case "rpr", "rpr_ratio":
		if p.Page.Settings.OncePerDay {
			all = append(all, w.T("metrics.once_per_day"))
		}
	case "cac", "clv_cac", "profit_pc":
		if p.Page.Now().Figure.Estimate {
			if form, ok := p.Metric.FormOf(p.Variant); ok && takesValue(form) {
				all = append(all, w.T("metrics.margin.typed"))
			}
			break // what was typed names no categories
		}
		names := p.Page.Settings.CostGroups
		if len(names) == 0 {
			names = []string{customers.Marketing, customers.Sales}
		}
		said := make([]string, len(names))
		for i, n := range names {
			said[i] = groupName(w, n)
		}
		all = append(all, w.T("metrics.cost_groups", "groups", strings.Join(said, ", ")))
	}
	return all
}
