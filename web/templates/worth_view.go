package templates

import (
	"math"
	"net/url"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Where the pages are.
const (
	SegmentsPath = "/customers/segments"
	MoneyPath    = "/money"
)

// Worth is what a job found about customers and their money, in one currency.
type Worth struct {
	Shell ui.Shell
	Names
	Tabs    []ui.Link
	All     []worth.Picture // by currency
	Picture worth.Picture   // the one that is shown
	Orders  customers.FeedState
	Surveys []survey.Survey
	Zone    *time.Location
	MayAsk  bool
}

// WorthMoney is the page of what scores are worth.
type WorthMoney struct {
	Worth
	SurveyID   int64
	Touchpoint int64 // survey.AllTouchpoints: wherever the newest answer was given
}

// SegmentAsk is the page before a segment is asked.
type SegmentAsk struct {
	Shell    ui.Shell
	Segment  worth.SegmentSize
	Currency string
	AsOf     time.Time
	Zone     *time.Location
	Surveys  []survey.Survey
	Survey   survey.Survey // ID 0: none is chosen
	Asked    int
	Against  ui.Table
	Key      string
}

// SegmentName is what people call a segment.
func SegmentName(w *words.Words, s scoring.Segment) string { return w.T("worth.segment." + string(s)) }

// MembersOf is a segment in an address.
func MembersOf(currency string, s scoring.Segment) string { return currency + "." + string(s) }

// cash writes an amount of minor units in its currency.
func (p Worth) cash(minor float64) string {
	digits := customers.MinorDigits(p.Picture.Currency)
	return p.W.Dec(minor/math.Pow10(digits), digits) + nobreak + p.Picture.Currency
}

// nobreak keeps a number and its unit on one line.
const nobreak = "\u00a0"

// cashSpan is an interval of amounts.
func (p Worth) cashSpan(iv *scoring.Interval) string {
	if iv == nil {
		return "–"
	}
	digits := customers.MinorDigits(p.Picture.Currency)
	return p.W.T("date.range", "from", p.W.Dec(iv.Lo/math.Pow10(digits), 0), "to", p.W.Dec(iv.Hi/math.Pow10(digits), 0))
}

// share is k of n in percent, with both.
func (p Worth) share(k, n int64) ui.Cell {
	if n == 0 {
		return ui.Cell{Text: "–"}
	}
	return ui.Cell{Text: p.W.Percent(100*float64(k)/float64(n), 1), Sub: p.W.T("care.of", "n", p.W.Int(k), "of", p.W.Int(n))}
}

// few stands where there are too few customers, or where those would be known by what is left.
func (p Worth) few(n int64) string {
	switch {
	case n == 0:
		return "0"
	case n < worth.FewestShown:
		return p.W.T("worth.few", "n", worth.FewestShown)
	}
	return p.W.T("worth.hidden")
}

func (p Worth) asOf() string {
	text := p.W.T("worth.as_of", "time", p.W.DateTime(p.Picture.AsOf, p.Zone))
	if p.Orders.ChangedAt.After(p.Picture.AsOf) {
		text += " " + p.W.T("worth.newer")
	}
	return text
}

func (p Worth) customers() (n int64) {
	for _, s := range p.Picture.Segments {
		n += s.Customers
	}
	return n
}

func (p Worth) currencyOptions() []ui.Option {
	var options []ui.Option
	for _, v := range p.All {
		options = append(options, ui.Option{Value: v.Currency, Label: v.Currency})
	}
	return ui.Select(p.Picture.Currency, options)
}

// csv is the address of a table as a file.
func (p Worth) csv(path, table string) string {
	return path + "/" + table + ".csv?" + url.Values{"currency": {p.Picture.Currency}}.Encode()
}

// lead of the page of segments.
func (p Worth) lead() string {
	w, r := p.W, p.Picture.Risk
	if r.Refused == worth.Computed {
		for _, b := range p.Picture.ShownBands() {
			if b.Band == worth.HighRisk {
				return w.T("worth.lead.risk", "n", w.Int(b.Customers), "of", w.Int(p.customers()), "money", p.cash(float64(b.Revenue)))
			}
		}
	}
	return w.T("worth.lead.segments", "n", w.Int(p.customers()))
}

func (p Worth) segmentTable() ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T("worth.segments.title"), Columns: []ui.Column{
		{Text: w.T("worth.segment")},
		{Text: w.T("worth.customers"), Num: true},
		{Text: w.T("worth.year"), Num: true},
		{Text: w.T("worth.clv"), Num: true},
		{Text: w.T("worth.high"), Num: true},
		{Text: w.T("worth.their_answers")},
	}}
	if p.MayAsk {
		t.Columns = append(t.Columns, ui.Column{Text: w.T("worth.ask")})
	}
	for _, s := range p.Picture.Segments {
		row := []ui.Cell{{Text: SegmentName(w, s.Segment), Sub: w.T("worth.rule." + string(s.Segment))}}
		if !p.Picture.Shows(s) {
			row = append(row, ui.Cells(p.few(s.Customers), "–", "–", "–", "–")...)
			if p.MayAsk {
				row = append(row, ui.Cell{Text: "–"})
			}
			t.Rows = append(t.Rows, row)
			continue
		}
		in := MembersOf(p.Picture.Currency, s.Segment)
		row = append(row, ui.Cell{Text: w.Int(s.Customers), Sub: w.Percent(100*float64(s.Customers)/float64(p.customers()), 1)}, ui.Cell{Text: p.cash(float64(s.Revenue))},
			ui.Cell{Text: p.cash(float64(s.Lifetime) / float64(s.Customers))}, p.share(s.High, s.Known),
			ui.Cell{Text: w.T("worth.see_answers"), Href: ResultsForm{Period: usualPeriod, Compare: usualCompare, Segment: in}.Address(dashboardPath)})
		if p.MayAsk {
			row = append(row, ui.Cell{Text: w.T("worth.ask_them"), Href: SegmentsPath + "/ask?" + url.Values{"segment": {in}}.Encode()})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p Worth) bandTable() ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T("worth.bands"), Columns: []ui.Column{{Text: w.T("worth.band")}, {Text: w.T("worth.customers"), Num: true}, {Text: w.T("worth.year"), Num: true}}}
	for _, b := range p.Picture.ShownBands() {
		t.Rows = append(t.Rows, ui.Cells(w.T("worth.band."+string(b.Band)), w.Int(b.Customers), p.cash(float64(b.Revenue))))
	}
	return t
}

// termTable says what each feature does.
func (p Worth) termTable() ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T("worth.terms"), Columns: []ui.Column{{Text: w.T("worth.term")}, {Text: w.T("worth.odds"), Num: true}}}
	for _, term := range p.Picture.Risk.Terms {
		t.Rows = append(t.Rows, ui.Cells(w.T("worth.term."+string(term.Feature)), "× "+w.Dec(term.Odds, 2)))
	}
	return t
}

func (p Worth) calibrationTable() ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T("worth.calibration"), Columns: []ui.Column{
		{Text: w.T("worth.predicted"), Num: true}, {Text: w.T("worth.happened"), Num: true}, {Text: w.T("results.interval"), Num: true}, {Text: w.T("worth.customers"), Num: true},
	}}
	for _, c := range p.Picture.Risk.Calibration {
		iv, _ := scoring.Wilson(c.Happened, c.N)
		t.Rows = append(t.Rows, ui.Cells(w.Percent(100*c.Predicted, 0), w.Percent(100*float64(c.Happened)/float64(c.N), 0), shareSpan(w, iv), w.Int(c.N)))
	}
	return t
}

// riskText says how good the model is, or why there is none.
func (p Worth) riskText() string {
	w, r := p.W, p.Picture.Risk
	if r.Refused != worth.Computed {
		return w.T("worth.refused."+string(r.Refused), "customers", worth.FewestCustomers, "events", worth.FewestEvents, "train", w.Int(r.Train.N), "check", w.Int(r.Check.N),
			"auc", w.Dec(r.AUC, 2), "least", w.Dec(worth.LeastAUC, 2),
			"expected", w.Dec(r.Expected, 0), "away", w.Int(r.Check.Stayed))
	}
	return w.T("worth.auc", "auc", w.Dec(r.AUC, 2), "low", w.Dec(r.AUCInterval.Lo, 2), "high", w.Dec(r.AUCInterval.Hi, 2), "n", w.Int(r.Check.N),
		"date", w.DateTime(r.Check.At, p.Zone), "away", w.Int(r.Check.Stayed), "train", w.Int(r.Train.N)) + " " +
		w.T("worth.expected", "expected", w.Dec(r.Expected, 0), "away", w.Int(r.Check.Stayed))
}

func (p SegmentAsk) surveyOptions() []ui.Option {
	return ui.Select(strconv.FormatInt(p.Survey.ID, 10), surveyOptions(p.Surveys))
}

func (p SegmentAsk) confirm() ui.Confirm {
	w := p.Shell.W
	return ui.Confirm{
		Title: w.N("worth.ask.n", int64(p.Asked)), Body: w.T("worth.ask.body", "survey", p.Survey.Name, "time", w.DateTime(p.AsOf, p.Zone)), Action: SegmentsPath + "/ask",
		Button: w.T("worth.ask.button"), Cancel: w.T("common.cancel"), Back: SegmentsPath,
		Hidden: []ui.Hide{{Name: "segment", Value: MembersOf(p.Currency, p.Segment.Segment)}, {Name: "survey", Value: strconv.FormatInt(p.Survey.ID, 10)}, {Name: "key", Value: p.Key}},
	}
}
