package customers

import (
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// GoalField is one of the five letters of SMART.
type GoalField string

// The five fields, all of which a goal needs to be published.
const (
	Specific   GoalField = "specific"
	Measurable GoalField = "measurable"
	Achievable GoalField = "achievable"
	Relevant   GoalField = "relevant"
	TimeBound  GoalField = "time_bound"
)

// GoalFields lists the five in their order.
func GoalFields() []GoalField {
	return []GoalField{Specific, Measurable, Achievable, Relevant, TimeBound}
}

// Missing are the fields that are not complete yet.
func (g Goal) Missing() (fields []GoalField) {
	for _, f := range GoalFields() {
		if len(g.lacks(f)) > 0 {
			fields = append(fields, f)
		}
	}
	return fields
}

// lacks says what is still to be told in a field, by controls of the form.
func (g Goal) lacks(f GoalField) (lack survey.Problems) {
	need := func(missing bool, field string) {
		if missing {
			lack = append(lack, survey.Problem{Field: field, Key: "goals.error." + field})
		}
	}
	switch f {
	case Specific:
		need(g.Specific == "", "specific")
	case Measurable:
		need(g.Kind == GoalMoney && g.Measure.Currency == "", "currency")
		need(g.Baseline == nil, "baseline")
		need(g.Target == nil, "target")
	case Achievable:
		need(g.Achievable == "", "achievable")
	case Relevant:
		need(g.Relevant == "", "relevant")
	case TimeBound:
		need(g.Start == 0, "start")
		need(g.Deadline == 0, "deadline")
	}
	return lack
}

// Check finds, in the order of the form, why a tidy goal can't be kept: what is wrong with it, and for a published one also what it lacks.
func (g Goal) Check() (problems survey.Problems) {
	for _, f := range GoalFields() {
		problems = append(problems, g.wrong(f)...)
		if g.Published {
			problems = append(problems, g.lacks(f)...)
		}
	}
	return problems
}

// wrong finds what is wrong with what was told in a field.
func (g Goal) wrong(f GoalField) (problems survey.Problems) {
	add := func(bad bool, field, key string, args ...any) {
		if bad {
			problems = append(problems, survey.Problem{Field: field, Key: key, Args: args})
		}
	}
	long := func(text, field string, most int) {
		add(utf8.RuneCountInString(text) > most, field, "edit.error.too_long", "max", most)
	}
	switch f {
	case Specific:
		long(g.Specific, "specific", MostGoalTitle)
	case Measurable:
		add(!slices.Contains(GoalKinds(), g.Kind), "kind", "goals.error.kind")
		add(g.Measure.Currency != "" && !IsCurrency(g.Measure.Currency), "currency", "goals.error.currency")
		long(g.Unit, "unit", MostGoalUnit)
		add(g.Baseline != nil && !g.fits(g.Baseline), "baseline", "goals.error.size")
		add(g.Target != nil && !g.fits(g.Target), "target", "goals.error.size")
		add(g.Baseline != nil && g.Target != nil && g.Baseline.Cmp(g.Target) == 0, "target", "goals.error.same")
	case Achievable:
		long(g.Achievable, "achievable", MostGoalText)
	case Relevant:
		long(g.Relevant, "relevant", MostGoalText)
	case TimeBound:
		add(g.Start != 0 && g.Deadline != 0 && g.Deadline <= g.Start, "deadline", "goals.error.order")
	}
	return problems
}

// fits tells whether a value is not too large, and whole in ten-thousandths, or in minor units of money.
func (g Goal) fits(v *big.Rat) bool {
	parts := big.NewRat(10_000, 1)
	if g.Kind == GoalMoney {
		parts = big.NewRat(1, 1)
	}
	return new(big.Rat).Abs(v).Cmp(MostGoalValue()) <= 0 && new(big.Rat).Mul(v, parts).IsInt()
}
