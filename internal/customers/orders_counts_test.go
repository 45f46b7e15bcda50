package customers_test

import (
	"math"
	"slices"
	"testing"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
)

// typed is the figure of what is typed into the form of a metric's usual variant.
func typed(t *testing.T, metric string, in map[string]int64) customers.Figure {
	t.Helper()
	m := metricOf(t, metric)
	form, ok := m.FormOf(m.Variants[0])
	if !ok {
		t.Fatalf("%s has no form", metric)
	}
	for _, field := range form.Fields {
		if _, ok := in[field.Name]; !ok {
			t.Fatalf("%s wants %s", metric, field.Name)
		}
	}
	return form.Figure(in)
}

func TestRepeatCountsOfTheVectors(t *testing.T) {
	for _, c := range casesOf[map[string]int64](t, "rpr", "rpr_counts") {
		isExactly(t, c.ID+" rate", typed(t, "rpr", c.Input).Value, c.Expected["rate_pct"])
		isExactly(t, c.ID+" ratio", typed(t, "rpr_ratio", c.Input).Value, c.Expected["ratio"])
	}
}

func TestRetentionCountsOfTheVectors(t *testing.T) {
	for _, c := range casesOf[map[string]int64](t, "retention", "crr_counts") {
		f := typed(t, "crr", map[string]int64{"base": c.Input["start"], "active_end": c.Input["end"], "acquired": c.Input["acquired"]})
		isExactly(t, c.ID, f.Value, c.Expected["crr_pct"])
		if slices.Contains(f.Warnings, customers.Inconsistent) != c.Expected["inconsistent"] {
			t.Errorf("%s: warnings %v", c.ID, f.Warnings)
		}
	}
	for _, c := range casesOf[map[string]int64](t, "retention", "churn_counts") {
		f := typed(t, "churn", map[string]int64{"base": c.Input["base_start"], "lost": c.Input["lost"]})
		isExactly(t, c.ID, f.Value, c.Expected["churn_pct"])
		if f.Interval == nil || c.Expected["wilson_lo"] == nil {
			if f.Interval != nil || c.Expected["wilson_lo"] != nil {
				t.Errorf("%s: interval %v", c.ID, f.Interval)
			}
			continue
		}
		if math.Abs(f.Interval.Lo-c.Expected["wilson_lo"].(float64)) > 1e-7 || math.Abs(f.Interval.Hi-c.Expected["wilson_hi"].(float64)) > 1e-7 {
			t.Errorf("%s: interval %v", c.ID, f.Interval)
		}
	}
}

func TestMoneyCountsOfTheVectors(t *testing.T) {
	for _, c := range casesOf[map[string]int64](t, "cac", "cac") {
		f := typed(t, "cac", map[string]int64{"costs": c.Input["cost_minor"], "acquired_customers": c.Input["new_customers"]})
		isExactly(t, c.ID, f.Value, c.Expected["cac_minor"])
	}
	for _, c := range casesOf[map[string]float64](t, "clv", "clv_formula") {
		in := map[string]int64{"lifespan_months": int64(12 * c.Input["lifespan_years"])}
		for to, from := range map[string]string{"revenue": "revenue_minor", "purchases": "purchases", "customers": "customers"} {
			in[to] = int64(c.Input[from])
		}
		f := typed(t, "clv_formula", in)
		isExactly(t, c.ID+" clv", f.Value, c.Expected["clv_minor"])
		isExactly(t, c.ID+" apv", inputOf(t, f.Inputs, "apv"), c.Expected["apv_minor"])
		isExactly(t, c.ID+" apf", inputOf(t, f.Inputs, "apf"), c.Expected["apf"])
	}
	for _, c := range casesOf[map[string]int64](t, "clv", "clv_to_cac") {
		in := map[string]int64{"clv": c.Input["clv_minor"], "cac": c.Input["cac_minor"]}
		ratio := typed(t, "clv_cac", in)
		isExactly(t, c.ID+" ratio", ratio.Value, c.Expected["ratio"])
		isExactly(t, c.ID+" profit", typed(t, "profit_pc", in).Value, c.Expected["profit_per_customer_minor"])
		if want, _ := c.Expected["class"].(string); ratio.Class != want {
			t.Errorf("%s: class %q, want %q", c.ID, ratio.Class, want)
		}
	}
}

func TestOtherFormsOfCounts(t *testing.T) {
	if f := typed(t, "clv_predictive", map[string]int64{"arpc": 5000, "lost_by_month": 1, "base_by_month": 20}); scoring.RoundRat(f.Value, 0) != "100000" {
		t.Errorf("50.00 a month at 5 %%: %v", f.Value)
	}
	if f := typed(t, "clv_historic", map[string]int64{"revenue_to_date": 1000, "customers_to_date": 3}); scoring.RoundRat(f.Value, 2) != "333.33" {
		t.Errorf("10.00 of 3: %v", f.Value)
	}
	if f := typed(t, "clv_predictive", map[string]int64{"arpc": 5000, "lost_by_month": 0, "base_by_month": 20}); f.Value != nil || !slices.Contains(f.Warnings, customers.NoChurn) {
		t.Errorf("without churn: %v %v", f.Value, f.Warnings)
	}
}

// TestImpossibleCountsAreNamed types in what cannot be.
func TestImpossibleCountsAreNamed(t *testing.T) {
	for _, c := range []struct {
		metric string
		in     map[string]int64
		value  bool
	}{
		{"rpr", map[string]int64{"repeat_customers": -1, "one_time_customers": 3}, false},
		{"churn", map[string]int64{"lost": 11, "base": 10}, true},
		{"churn", map[string]int64{"lost": -1, "base": 10}, false},
		{"cac", map[string]int64{"costs": -100, "acquired_customers": 4}, true},
		{"clv_predictive", map[string]int64{"arpc": 100, "lost_by_month": 5, "base_by_month": 4}, true},
	} {
		f := typed(t, c.metric, c.in)
		if !slices.Contains(f.Warnings, customers.Inconsistent) || (f.Value != nil) != c.value || f.Interval != nil {
			t.Errorf("%s of %v: %v %v %v", c.metric, c.in, f.Value, f.Interval, f.Warnings)
		}
	}
}
