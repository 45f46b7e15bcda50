package templates

import (
	"net/url"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// ResultsForm is the filter of a results page as it stands in the address. Empty fields take what is usual, and are left out of addresses.
type ResultsForm struct {
	Survey     string // id
	Period     string // 4w, 12w, 26w, 52w, quarter, year, all, custom
	From, To   string // of custom, as 2026-03-29
	Compare    string // previous, lastyear, none
	Touchpoint string // key; "-": none given
	Language   string // code; "-": not known
	Grain      string // day
	Class      string // worst, middle, best: comments only
	Search     string
	Tab        string // all: responses without a comment, too
	Status     string // of the tab all: test, spam, deleted, any
	After      string // a place in a feed
	Segment    string // of customers, EUR.champions: dashboards only

	Problems ui.Problems // of what was typed; no figures stand beside them
}

// The usual values.
const (
	usualPeriod  = "12w"
	usualCompare = "previous"
)

// None is the value of a filter that picks answers without a touchpoint or with no known language.
const None = "-"

// pairs lists the fields by their names in the address, with what is usual.
func (f *ResultsForm) pairs() []struct {
	name, usual string
	value       *string
} {
	return []struct {
		name, usual string
		value       *string
	}{
		{"survey", "", &f.Survey},
		{"period", usualPeriod, &f.Period},
		{"from", "", &f.From},
		{"to", "", &f.To},
		{"compare", usualCompare, &f.Compare},
		{"touchpoint", "", &f.Touchpoint},
		{"language", "", &f.Language},
		{"grain", "", &f.Grain},
		{"class", "", &f.Class},
		{"q", "", &f.Search},
		{"tab", "", &f.Tab},
		{"status", "", &f.Status},
		{"after", "", &f.After},
		{"segment", "", &f.Segment},
	}
}

// ReadResultsForm reads the fields from an address. Get gives the value of a name.
func ReadResultsForm(get func(name string) string) ResultsForm {
	var f ResultsForm
	for _, p := range f.pairs() {
		if *p.value = get(p.name); *p.value == "" {
			*p.value = p.usual
		}
	}
	return f
}

// Address is path with the fields that are not usual, and with changes: names and values by turns.
func (f ResultsForm) Address(path string, changes ...string) string {
	q := url.Values{}
	for _, p := range f.pairs() {
		value := *p.value
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i] == p.name {
				value = changes[i+1]
			}
		}
		if value != p.usual {
			q.Set(p.name, value)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// dayField is an end of the period. A day that cannot be is shown as it was typed, which a control for dates would not do.
func (f ResultsForm) dayField(w *words.Words, id, value string) ui.Field {
	field := ui.Field{ID: id, Label: w.T("results." + id), Type: "date", Value: value, Error: f.Problems.At(id)}
	if _, err := survey.ParseDay(value); err != nil && value != "" {
		field.Type = "text"
	}
	return field
}

func (f ResultsForm) touchpointField(w *words.Words) ui.Field {
	return ui.Field{ID: "touchpoint", Label: w.T("results.touchpoint"), Error: f.Problems.At("touchpoint")}
}
