package templates

import (
	"math/big"
	"net/url"
	"strconv"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// QuotasPath is where quotas are typed in.
const QuotasPath = MetricsPath + "/quota-attainment/quotas"

// QuotaEntry is a quota by hand, with its period in days.
type QuotaEntry struct {
	customers.Quota
	Span customers.Span
}

// QuotaPage is where quotas are typed in, with the form as it was typed.
type QuotaPage struct {
	Shell   ui.Shell
	Entries []QuotaEntry
	Today   survey.Day
	Span    customers.Span // that is chosen

	Seller, Currency, Amount string
}

func (p QuotaPage) w() *words.Words { return p.Shell.W }

// How far ahead quotas can be set.
const (
	monthsAhead   = 12
	quartersAhead = 4
	yearsAhead    = 1
)

// spans are the periods that a quota can be for: those to come and those of a year past, each length from the latest on, and the chosen one.
func (p QuotaPage) spans() (options []ui.Option) {
	listed := false
	for _, of := range []struct {
		last customers.Span
		n    int
	}{
		{customers.MonthOf(p.Today).Before(-monthsAhead), monthsAhead + monthsOffered},
		{customers.QuarterOf(p.Today).Before(-quartersAhead), quartersAhead + 5},
		{customers.YearOf(p.Today).Before(-yearsAhead), yearsAhead + 2},
	} {
		for i := range of.n {
			s := of.last.Before(i)
			listed = listed || s == p.Span
			options = append(options, ui.Option{Value: s.Name(), Label: spanName(p.w(), s)})
		}
	}
	if !listed {
		options = append(options, ui.Option{Value: p.Span.Name(), Label: spanName(p.w(), p.Span)})
	}
	return ui.Select(p.Span.Name(), options)
}

func (p QuotaPage) field(id, label, value string) ui.Field {
	return ui.Field{ID: id, Label: label, Value: value, Autocomplete: "off", Short: true, Error: p.Shell.Problems.At(id)}
}

func (p QuotaPage) seller() ui.Field {
	f := p.field("seller", p.w().T("metrics.quota.seller"), p.Seller)
	f.Hint, f.Short = p.w().T("metrics.quota.seller_hint"), false
	return f
}

func (p QuotaPage) period() ui.Field {
	f := p.field("period", p.w().T("results.period"), "")
	f.Hint = p.w().T("metrics.quota.period_hint")
	return f
}

func (p QuotaPage) currency() ui.Field {
	f := p.field("currency", p.w().T("metrics.currency"), p.Currency)
	f.Hint, f.MaxLength = p.w().T("metrics.hand.currency_hint"), "3"
	return f
}

func (p QuotaPage) amount() ui.Field {
	f := p.field("amount", p.w().T("input.quota"), p.Amount)
	f.InputMode = "decimal"
	return f
}

func (p QuotaPage) value(e QuotaEntry) string {
	return amounts{p.w(), e.Currency}.value(new(big.Rat).SetInt64(e.Amount), customers.Money)
}

// key names an entry in forms and addresses.
func (e QuotaEntry) key() []ui.Hide {
	return []ui.Hide{
		{Name: "seller", Value: e.Agent},
		{Name: "from", Value: strconv.FormatInt(e.Period.From.UnixMilli(), 10)},
		{Name: "to", Value: strconv.FormatInt(e.Period.To.UnixMilli(), 10)},
		{Name: "currency", Value: e.Currency},
	}
}

func (e QuotaEntry) edit() string {
	q := url.Values{}
	for _, k := range e.key() {
		q.Set(k.Name, k.Value)
	}
	return QuotasPath + "?" + q.Encode()
}

// quotas is where quotas are typed in, "" on pages of other figures.
func (p MetricPage) quotas() string {
	if p.Metric.Key == "quota" {
		return QuotasPath
	}
	return ""
}
