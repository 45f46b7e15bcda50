package templates

import (
	"net/url"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// MetricsPath is where the figures of customers, money and service are.
const MetricsPath = "/metrics"

// ownPeriod is the choice of days of one's own.
const ownPeriod = "custom"

// MetricForm is the filter of a page of figures as it stands in the address. Empty fields take what is usual.
type MetricForm struct {
	Period   string // a span's name, or custom
	From, To string // of custom, as 2026-03-29
	Mode     string // variant
	Currency string
	Search   string

	Problems ui.Problems // of what was typed; no figures stand beside them
}

// Address is path with the fields that are set, and with changes: names and values by turns.
func (f MetricForm) Address(path string, changes ...string) string {
	q := url.Values{}
	for _, pair := range [][2]string{{"period", f.Period}, {"from", f.From}, {"to", f.To}, {"mode", f.Mode}, {"currency", f.Currency}, {"q", f.Search}} {
		value := pair[1]
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i] == pair[0] {
				value = changes[i+1]
			}
		}
		if value != "" {
			q.Set(pair[0], value)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// InSpan is the form with another period.
func (f MetricForm) InSpan(s customers.Span) MetricForm {
	f.Period, f.From, f.To = s.Name(), "", ""
	if s.Stretch == customers.OwnDays {
		f.Period, f.From, f.To = ownPeriod, s.First.String(), s.Last.String()
	}
	return f
}

// dayField is an end of days of one's own. A day that cannot be is shown as it was typed, which a control for dates would not do.
func (f MetricForm) dayField(w *words.Words, id, value string) ui.Field {
	return ResultsForm{Problems: f.Problems}.dayField(w, id, value)
}

// spanName is a period in words: November 2026, 4th quarter of 2026, 2026, or its days.
func spanName(w *words.Words, s customers.Span) string {
	y, m, d := s.First.Date()
	year := s.First.String()[:4]
	switch s.Stretch {
	case customers.Monthly:
		return w.T("metrics.month", "month", w.MonthName(m), "year", year)
	case customers.Quarterly:
		return w.T("metrics.quarter", "n", (int(m)+2)/3, "year", year)
	case customers.Yearly:
		return w.T("metrics.year", "year", year)
	case customers.OwnDays:
	}
	if s.First == s.Last {
		return w.DateYear(y, m, d)
	}
	ly, lm, ld := s.Last.Date()
	return w.T("metrics.days", "from", w.DateYear(y, m, d), "to", w.DateYear(ly, lm, ld))
}

// spanHead is a period at the head of a column: days of one's own in short, since two of them stand beside each other. A year is told where it is not that of today.
func spanHead(w *words.Words, s customers.Span, today survey.Day) string {
	if s.Stretch != customers.OwnDays {
		return spanName(w, s)
	}
	this, _, _ := today.Date()
	brief := func(d survey.Day) string {
		y, m, day := d.Date()
		if y == this {
			return w.DateShort(y, m, day)
		}
		return w.T("date.day_month_year", "day", day, "month", w.T("month.short."+d.String()[5:7]), "year", d.String()[:4])
	}
	if s.First == s.Last {
		return brief(s.First)
	}
	return w.T("metrics.days", "from", brief(s.First), "to", brief(s.Last))
}

// spanShort is a period for an axis.
func spanShort(w *words.Words, s customers.Span) string {
	y, m, d := s.First.Date()
	switch s.Stretch {
	case customers.Monthly:
		return w.T("metrics.month_short", "month", w.T("month.short."+s.First.String()[5:7]), "year", s.First.String()[2:4])
	case customers.Quarterly:
		return w.T("metrics.quarter_short", "n", (int(m)+2)/3, "year", s.First.String()[2:4])
	case customers.Yearly:
		return s.First.String()[:4]
	case customers.OwnDays:
	}
	return w.DateShort(y, m, d)
}

// How many periods of each length can be chosen; what is older is reached by the table of a page, or by days of one's own.
const (
	monthsOffered   = 13
	quartersOffered = 8
	yearsOffered    = 5
)

// spanOptions are the periods to choose from: those up to today, and the chosen one.
func spanOptions(w *words.Words, chosen customers.Span, today survey.Day) (options []ui.Option) {
	var spans []customers.Span
	for _, of := range []struct {
		newest customers.Span
		n      int
	}{{customers.MonthOf(today), monthsOffered}, {customers.QuarterOf(today), quartersOffered}, {customers.YearOf(today), yearsOffered}} {
		var row []customers.Span
		for i := range of.n {
			row = append(row, of.newest.Before(i))
		}
		if chosen.Stretch == of.newest.Stretch && (chosen.First > of.newest.First || chosen.First < row[len(row)-1].First) {
			row = append(row, chosen)
		}
		spans = append(spans, row...)
	}
	for _, s := range spans {
		options = append(options, ui.Option{Value: s.Name(), Label: spanName(w, s)})
	}
	options = append(options, ui.Option{Value: ownPeriod, Label: w.T("metrics.own_days")})
	if chosen.Stretch == customers.OwnDays {
		return ui.Select(ownPeriod, options)
	}
	return ui.Select(chosen.Name(), options)
}

// found tells whether all words of a search stand in a text.
func found(search, text string) bool {
	text = " " + survey.Fold(text)
	for part := range strings.FieldsSeq(survey.Fold(search)) {
		if !strings.Contains(text, " "+part) {
			return false
		}
	}
	return true
}
