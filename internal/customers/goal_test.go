package customers_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/customers"
)

func whole() customers.Goal {
	return customers.Goal{
		Specific: "Win customers", Kind: customers.GoalNumber, Measure: customers.Measure{By: customers.MeasuredByHand}, Baseline: new(big.Rat), Target: big.NewRat(12, 1),
		Achievable: "Calls", Relevant: "Growth", Start: 100, Deadline: 200,
	}
}

func TestADraftNamesWhatIsMissing(t *testing.T) {
	for want, change := range map[string]func(*customers.Goal){
		"[]": func(*customers.Goal) {},
		"[specific measurable achievable relevant time_bound]": func(g *customers.Goal) { *g = customers.Goal{Kind: customers.GoalNumber} },
		"[specific]":              func(g *customers.Goal) { g.Specific = " \n\u202e " },
		"[measurable]":            func(g *customers.Goal) { g.Kind = customers.GoalMoney },
		"[time_bound]":            func(g *customers.Goal) { g.Start = 0 },
		"[measurable achievable]": func(g *customers.Goal) { g.Target, g.Achievable = nil, "" },
		"[relevant]":              func(g *customers.Goal) { g.Kind, g.Baseline, g.Target, g.Relevant = customers.GoalTask, nil, nil, "" },
	} {
		g := whole()
		change(&g)
		g.Tidy()
		if got := fmt.Sprint(g.Missing()); got != want {
			t.Errorf("%s is missing, want %s", got, want)
		}
		if problems := g.Check(); len(problems) > 0 {
			t.Errorf("a draft that lacks %s is refused: %v", want, problems)
		}
		g.Published = true
		if refused := len(g.Check()) > 0; refused != (want != "[]") {
			t.Errorf("published without %s: %v", want, g.Check())
		}
	}
}

func TestWrongGoalsAreRefusedEvenAsDrafts(t *testing.T) {
	for want, change := range map[string]func(*customers.Goal){
		"target":     func(g *customers.Goal) { g.Target = new(big.Rat) },
		"deadline":   func(g *customers.Goal) { g.Deadline = g.Start },
		"baseline":   func(g *customers.Goal) { g.Baseline = big.NewRat(1, 3) },
		"kind":       func(g *customers.Goal) { g.Kind = "wish" },
		"specific":   func(g *customers.Goal) { g.Specific = strings.Repeat("я", 201) },
		"unit":       func(g *customers.Goal) { g.Unit = strings.Repeat("x", 31) },
		"achievable": func(g *customers.Goal) { g.Achievable = strings.Repeat("x", 2001) },
		"currency":   func(g *customers.Goal) { g.Kind, g.Measure.Currency = customers.GoalMoney, "€" },
	} {
		g := whole()
		change(&g)
		g.Tidy()
		if problems := g.Check(); len(problems) != 1 || problems[0].Field != want {
			t.Errorf("%v, want a problem of %s", problems, want)
		}
	}
	cents := whole()
	cents.Kind, cents.Measure.Currency, cents.Target = customers.GoalMoney, "EUR", big.NewRat(1, 2)
	if problems := cents.Check(); len(problems) != 1 {
		t.Errorf("half a cent: %v", problems)
	}
	large := whole()
	large.Target = new(big.Rat).Add(customers.MostGoalValue(), big.NewRat(1, 1))
	if problems := large.Check(); len(problems) != 1 {
		t.Errorf("a value that is too large: %v", problems)
	}
}

func TestTidyLeavesOutWhatHasNoMeaning(t *testing.T) {
	g := whole()
	g.Kind, g.Unit = customers.GoalYesNo, "customers"
	g.Measure = customers.Measure{By: customers.MeasuredByScore, SurveyID: 3, Touchpoint: 4, Currency: "EUR"}
	g.Tidy()
	if g.Measure != (customers.Measure{By: customers.MeasuredByHand, Touchpoint: -1}) || g.Unit != "" || g.Target.RatString() != "1" {
		t.Errorf("a goal of yes or no is measured by %+v in %q up to %s", g.Measure, g.Unit, g.Target.RatString())
	}
}

func TestMinorDigits(t *testing.T) {
	for currency, want := range map[string]int{"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4, "XYZ": 2} {
		if got := customers.MinorDigits(currency); got != want {
			t.Errorf("%s has %d decimals, want %d", currency, got, want)
		}
	}
	for code, want := range map[string]bool{"PLN": true, "pln": false, "": false, "EURO": false, "ABC": false, "XXX": false} {
		if customers.IsCurrency(code) != want {
			t.Errorf("%q is a currency: %v", code, !want)
		}
	}
}
