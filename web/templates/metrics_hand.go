package templates

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// HandEntry is something typed in, with the figure made from it.
type HandEntry struct {
	customers.Manual
	Figure customers.Figure
	Span   customers.Span
}

// HandForm is what was typed, as it was.
type HandForm struct {
	ID       string // of the entry that is changed; "": a new one
	Period   string
	Currency string
	Inputs   map[string]string
	Note     string
}

// HandPage is where counts are typed in for a metric.
type HandPage struct {
	Shell   ui.Shell
	Metric  customers.Metric
	Counts  customers.Counts // the form that is shown
	Typed   HandForm
	Span    customers.Span // that the form is about
	Entries []HandEntry
	Users   []account.User
	Today   survey.Day
	Zone    *time.Location

	Settings customers.Settings
}

func (p HandPage) w() *words.Words { return p.Shell.W }

func (p HandPage) path() string { return MetricPath(p.Metric.Key) + "/by-hand" }

func (p HandPage) name() string { return textOf(p.w(), p.Metric.Key, p.Counts.Variant).name() }

func (p HandPage) formula() string {
	t := textOf(p.w(), p.Metric.Key, p.Counts.Variant)
	formula := CountsFormulaOf(p.Metric.Key, p.Counts.Variant)
	if p.Counts.Value && p.Settings.Margin != nil {
		formula += " × {margin}"
	}
	return t.name() + " = " + fillFormula(formula, func(input string) string { return lowerFirst(t.input(input)) })
}

// margin says whether the account's margin is applied to what is typed, "" where there is nothing to apply it to.
func (p HandPage) margin() string {
	switch margin := p.Settings.Margin; {
	case takesValue(p.Counts):
		return p.w().T("metrics.margin.typed")
	case !p.Counts.Value:
		return ""
	case margin == nil:
		return p.w().T("metrics.margin.none")
	default:
		return p.w().T("metrics.margin.applied", "margin", percentOf(p.w(), margin))
	}
}

// percentOf writes a part of one as a percentage: 40%, 12.5%.
func percentOf(w *words.Words, part *big.Rat) string {
	text := scoring.RoundRat(new(big.Rat).Mul(part, big.NewRat(100, 1)), 2)
	return w.Digits(strings.TrimSuffix(strings.TrimRight(text, "0"), ".")) + figuresPercent(w)
}

// takesValue tells whether a lifetime value is typed into a form as it is.
func takesValue(c customers.Counts) bool {
	return slices.ContainsFunc(c.Fields, func(f customers.CountsField) bool { return f.Name == "clv" })
}

// forms are the other forms of the metric.
func (p HandPage) forms() (links []ui.Link) {
	if len(p.Metric.Counts) < 2 {
		return nil
	}
	for _, c := range p.Metric.Counts {
		links = append(links, ui.Link{Text: variantName(p.w(), p.Metric.Key, c.Variant), Href: MetricForm{Mode: c.Variant}.Address(p.path()), Current: c.Variant == p.Counts.Variant})
	}
	return links
}

// spans are the periods that counts may be of.
func (p HandPage) spans() (options []ui.Option) {
	for _, o := range spanOptions(p.w(), p.Span, p.Today) {
		if o.Value != ownPeriod {
			options = append(options, o)
		}
	}
	return ui.Select(p.Typed.Period, options)
}

func (p HandPage) period() ui.Field {
	return ui.Field{ID: "period", Label: p.w().T("results.period"), Error: p.Shell.Problems.At("period")}
}

func (p HandPage) field(f customers.CountsField) ui.Field {
	id := "input." + f.Name
	field := ui.Field{ID: id, Label: textOf(p.w(), p.Metric.Key, p.Counts.Variant).input(f.Name), Value: p.Typed.Inputs[f.Name], InputMode: "decimal", Autocomplete: "off", Short: true, Error: p.Shell.Problems.At(id)}
	return field
}

// money tells whether a currency is asked for.
func (p HandPage) money() bool { return p.Metric.ByMoney }

func (p HandPage) currency() ui.Field {
	return ui.Field{ID: "currency", Label: p.w().T("metrics.currency"), Hint: p.w().T("metrics.hand.currency_hint"), Value: p.Typed.Currency, MaxLength: "3", Autocomplete: "off", Short: true, Error: p.Shell.Problems.At("currency")}
}

func (p HandPage) note() ui.Field {
	return ui.Field{ID: "note", Label: p.w().T("metrics.hand.note"), Note: p.w().T("common.optional"), Value: p.Typed.Note, Rows: "2", MaxLength: "500", Error: p.Shell.Problems.At("note")}
}

// entry is a line of what was typed in.
func (p HandPage) value(e HandEntry) string {
	return amounts{p.w(), e.Currency}.cell(e.Figure.Value, e.Figure.Unit)
}

// inputs writes the counts of an entry.
func (p HandPage) inputs(e HandEntry) (all []ui.Fact) {
	a := amounts{p.w(), e.Currency}
	t := textOf(p.w(), p.Metric.Key, e.Variant)
	for _, in := range e.Figure.Inputs {
		all = append(all, ui.Fact{Before: t.input(in.Name) + ":", Bold: a.cell(in.Value, in.Unit)})
	}
	return all
}

func (p HandPage) warnings(e HandEntry) (all []string) {
	for _, x := range e.Figure.Warnings {
		all = append(all, p.w().T("warning."+string(x)))
	}
	return all
}

func (p HandPage) by(e HandEntry) string {
	return p.w().T("metrics.hand.by", "name", UserName(p.w(), p.Users, e.EnteredBy), "time", p.w().DateTime(e.EnteredAt, p.Zone))
}

// mode names the form of an entry, where there are several.
func (p HandPage) mode(e HandEntry) string { return textOf(p.w(), p.Metric.Key, e.Variant).mode() }

// FigureSettings is the page of what figures depend on, as typed.
type FigureSettings struct {
	S                                           ui.Shell
	Tabs                                        []ui.Link
	Window, Grace, Lag, Margin, Lifespan, Month string
	OncePerDay                                  bool
	Groups                                      string // one a line
	Known                                       []string
}

// FigureSettingsPath is where the settings of figures are.
const FigureSettingsPath = "/settings/figures"

func (p FigureSettings) field(id, value string) ui.Field {
	return ui.Field{
		ID: id, Label: p.S.W.T("metrics.settings." + id), Hint: p.S.W.T("metrics.settings." + id + "_hint"), Value: value, InputMode: "decimal", Autocomplete: "off", Short: true,
		Error: p.S.Problems.At(id),
	}
}

func (p FigureSettings) groups() ui.Field {
	f := p.field("groups", p.Groups)
	f.Short, f.InputMode = false, ""
	return f
}
