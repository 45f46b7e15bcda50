package templates

import (
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// MetricsView is the overview of all figures.
type MetricsView struct {
	Shell     ui.Shell
	Pages     []customers.Page // of all metrics, in their order
	Span      customers.Span
	Form      MetricForm
	Today     survey.Day
	Now       time.Time
	Zone      *time.Location
	MayImport bool
}

// metricGroup is a box of the overview.
type metricGroup struct {
	Key, Name string
	Ledger    ui.Ledger
	Lacking   []lackingMetric
}

// lackingMetric has nothing to be made from.
type lackingMetric struct{ Name, Text, Href string }

func (p MetricsView) page(one customers.Page) MetricPage {
	return MetricPage{Shell: p.Shell, Page: one, Form: p.Form, Today: p.Today, Now: p.Now, Zone: p.Zone}
}

func (p MetricsView) lead() string {
	if len(p.Form.Problems) > 0 {
		return p.Shell.W.T("metrics.title")
	}
	return p.Shell.W.T("metrics.lead.all", "period", spanName(p.Shell.W, p.Span))
}

func (p MetricsView) tools() []ui.Link {
	if len(p.Form.Problems) > 0 {
		return nil
	}
	w := p.Shell.W
	return []ui.Link{
		{Text: w.T("worth.money.title"), Href: MoneyPath},
		{Text: w.T("worth.segments.title"), Href: SegmentsPath},
		{Text: w.T("results.download"), Href: p.Form.Address(MetricsPath + "/all.csv")},
	}
}

func (p MetricsView) own() bool { return p.Form.Period == ownPeriod }

func (p MetricsView) spans() []ui.Option { return spanOptions(p.Shell.W, p.Span, p.Today) }

// Renewing tells whether a job makes some of the figures.
func (p MetricsView) Renewing() bool {
	for _, one := range p.Pages {
		if one.Renewing {
			return true
		}
	}
	return false
}

// MetricGroups are the boxes of the overview, in order.
func MetricGroups() []string { return []string{"customers", "revenue", "sales", "service", "loyalty"} }

// groups sorts the figures into boxes. A search leaves those out that do not fit it.
func (p MetricsView) groups() (all []metricGroup) {
	w := p.Shell.W
	for _, key := range MetricGroups() {
		g := metricGroup{Key: key, Name: w.T("metrics.group." + key)}
		g.Ledger = ui.Ledger{Caption: g.Name, Columns: [4]string{w.T("metrics.what"), w.T("results.course"), w.T("metrics.value"), w.T("ui.change")}}
		for _, one := range p.Pages {
			if GroupOf(one.Metric.Key) != key || p.Form.Search != "" && !named(p.Form.Search, one.Metric) {
				continue
			}
			if m := p.page(one); m.nothing() || m.lacking() {
				g.Lacking = append(g.Lacking, lackingMetric{m.text().name(), w.T("metrics.needs", "feeds", feedNames(w, m.needs())), p.Form.Address(m.path(), "q", "")})
			} else {
				g.Ledger.Rows = append(g.Ledger.Rows, m.row())
			}
		}
		if len(g.Ledger.Rows)+len(g.Lacking) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// columns are the boxes in two columns: revenue has as many figures as all others.
func (p MetricsView) columns() [][]metricGroup {
	var left, right []metricGroup
	for _, g := range p.groups() {
		if g.Key == "revenue" {
			right = append(right, g)
		} else {
			left = append(left, g)
		}
	}
	switch {
	case left == nil:
		return [][]metricGroup{right}
	case right == nil:
		return [][]metricGroup{left}
	}
	return [][]metricGroup{left, right}
}

// row is the figure as a line of the overview.
func (p MetricPage) row() ui.LedgerRow {
	w, a, t := p.w(), p.amounts(), p.tile()
	this := p.Page.Now()
	r := ui.LedgerRow{
		Name: p.text().name(), Sub: p.text().mode(), Href: p.Form.Address(p.path(), "q", "", "currency", p.otherCurrency()),
		Value: t.Value, Unit: t.Unit, Care: t.Care, Delta: strings.TrimSuffix(t.Delta, nbsp+p.Currency),
	}
	if this.Known && this.Figure.Value != nil {
		r.N = "n = " + w.Int(this.Figure.N)
	} else if slices.Contains(this.Figure.Warnings, customers.NextMonthOpen) {
		r.N = w.T("metrics.next_month_open")
	} else if p.Renewing {
		r.N = w.T("metrics.waits")
	} else {
		r.N = w.T("metrics.no_data")
	}
	for _, s := range p.Page.Trend {
		r.Spark = append(r.Spark, ui.Point{OK: s.Known && s.Figure.Value != nil, Value: a.float(s.Figure.Value, p.Metric.Unit)})
	}
	return r
}

// otherCurrency names the currency in addresses where it is not the usual one.
func (p MetricPage) otherCurrency() string {
	if len(p.Money) == 0 || p.Currency == p.Money[0] {
		return ""
	}
	return p.Currency
}
