package templates

import (
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/web/words"
)

// metricText finds what a form of a metric is called, and how it is explained.
type metricText struct {
	w            *words.Words
	key, variant string
}

func textOf(w *words.Words, key, variant string) metricText { return metricText{w, key, variant} }

// name is what the metric is called.
func (t metricText) name() string { return t.w.T("metric." + t.key + ".name") }

// about says in a sentence what the metric tells.
func (t metricText) about() string { return t.w.T("metric." + t.key + ".about") }

// full is the name with the form, where there are several.
func (t metricText) full() string {
	if sub := t.mode(); sub != "" {
		return t.name() + " – " + sub
	}
	return t.name()
}

// mode names the form, "" where there is one only.
func (t metricText) mode() string {
	if key := "metric." + t.key + ".mode." + t.variant; t.w.Has(key) {
		return t.w.T(key)
	}
	return ""
}

func (t metricText) trendSub() string { return t.mode() }

// rules says what counts.
func (t metricText) rules() string {
	if key := "metric." + t.key + ".rules." + t.variant; t.w.Has(key) {
		return t.w.T(key)
	}
	return t.w.T("metric." + t.key + ".rules")
}

// groups is what the parts of the metric are.
func (t metricText) groups() string {
	if key := "metric." + t.key + ".groups"; t.w.Has(key) {
		return t.w.T(key)
	}
	return t.w.T("metrics.groups")
}

// formula is how the value is made, with the names of the inputs.
func (t metricText) formula() string {
	if key, ok := timesKey(FormulaOf(t.key, t.variant)); ok {
		return t.w.T("metrics.times." + key)
	}
	return fillFormula(FormulaOf(t.key, t.variant), func(input string) string { return lowerFirst(t.input(input)) })
}

// timesKey tells of a formula that is one way to sum up lengths of time, which words say better than "median = median".
func timesKey(formula string) (string, bool) {
	switch formula {
	case "{median}", "{mean}", "{p90}":
		return strings.Trim(formula, "{}"), true
	}
	return "", false
}

// lowerFirst makes a name fit into a formula. An abbreviation stays.
func lowerFirst(name string) string {
	r := []rune(name)
	if len(r) > 1 && strings.ToLower(string(r[1])) == string(r[1]) {
		return strings.ToLower(string(r[0])) + string(r[1:])
	}
	return name
}

// fillFormula puts something in place of the {inputs} of a formula.
func fillFormula(formula string, of func(input string) string) string {
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(formula, "{")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(of(name))
		formula = after
	}
}

// FormulaInputs are the names of the inputs in a formula.
func FormulaInputs(formula string) (names []string) {
	fillFormula(formula, func(name string) string {
		names = append(names, name)
		return ""
	})
	return names
}

// numbers is the formula with the shop's own numbers, and what comes out, more exactly than elsewhere.
func (p MetricPage) numbers() string {
	a, f := p.amounts(), p.Page.Now().Figure
	extra := 0
	if p.unit() == customers.Percent || p.unit() == customers.Plain {
		extra = 2
	}
	formula := FormulaOf(p.Metric.Key, p.Variant)
	if f.Estimate {
		formula = CountsFormulaOf(p.Metric.Key, p.Variant)
	}
	if inputOf(f.Inputs, "margin").Value != nil && inputOf(f.Inputs, "clv").Value == nil { // a lifetime value that is an input has it already
		formula += " × {margin}"
	}
	if f.Value != nil {
		result := a.digits(f.Value, p.unit(), extra) + a.unit(p.unit())
		if key, ok := timesKey(formula); ok {
			return p.w().N("metrics.times_of."+key, f.N) + " = " + result
		}
		if names := FormulaInputs(formula); len(names) == 1 && formula == "{"+names[0]+"}" {
			return result // a sum has no more to it
		}
	}
	text := fillFormula(formula, func(name string) string {
		in := inputOf(f.Inputs, name)
		if name == "margin" && in.Value != nil {
			return percentOf(p.w(), in.Value) // two decimals of a part of one would be too few
		}
		return a.checkable(in.Value, in.Unit)
	})
	if f.Value == nil {
		return text + " = " + p.w().T("metrics.no_data")
	}
	return text + " = " + a.digits(f.Value, p.unit(), extra) + a.unit(p.unit())
}

// input is what a number of the formula is called in this form of the metric: what is counted as leads differs.
func (t metricText) input(name string) string {
	if key := "metric." + t.key + ".input." + t.variant + "." + name; t.w.Has(key) {
		return t.w.T(key)
	}
	return inputName(t.w, name)
}

// inputName is what a number of a formula is called. What has no words is a name of the shop's own.
func inputName(w *words.Words, name string) string {
	if key := "input." + name; w.Has(key) {
		return w.T(key)
	}
	for _, month := range []string{"month", "partial"} { // of a cohort
		if n, ok := strings.CutPrefix(name, month+"_"); ok {
			return w.T("input."+month+"_n", "n", n)
		}
	}
	return name
}

// groupName is what a part is called: the shop's own name, a word of ours for what has none, or a month.
func groupName(w *words.Words, name string) string {
	if name == "" {
		return w.T("metrics.nobody")
	}
	if s, ok := customers.ParseSpan(name); ok && s.Stretch == customers.Monthly {
		return spanName(w, s)
	}
	if key := "group." + name; w.Has(key) {
		return w.T(key)
	}
	return name
}

// variantName is what a form of a metric is called in a list.
func variantName(w *words.Words, key, variant string) string {
	if name := textOf(w, key, variant).mode(); name != "" {
		return name
	}
	return textOf(w, key, variant).name()
}

// named tells whether a metric has a name in any language that fits a search.
func named(search string, m customers.Metric) bool {
	for _, lang := range words.Languages() {
		w := words.For(lang)
		if found(search, w.T("metric."+m.Key+".name")+" "+w.T("metric."+m.Key+".aliases")) {
			return true
		}
	}
	return false
}
