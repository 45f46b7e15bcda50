package customers_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// recounts has every variant of the metrics of orders.
func (l *lab) recounts() map[string]func(span) recount {
	formula := func(s span) recount { return l.formula(s, true) }
	return map[string]func(span) recount{
		"rpr in_window":                   func(s span) recount { return l.rate(s, false) },
		"rpr lifetime":                    func(s span) recount { return l.rate(s, true) },
		"rpr_ratio in_window":             func(s span) recount { return l.odds(s, false) },
		"rpr_ratio lifetime":              func(s span) recount { return l.odds(s, true) },
		"repurchase next_period":          l.repurchase,
		"crr window":                      func(s span) recount { return l.retention(s, false) },
		"churn window":                    func(s span) recount { return l.retention(s, true) },
		"cohorts orders":                  l.cohorts,
		"cac period":                      l.cac,
		"clv_historic to_date":            l.historic,
		"clv_formula annualised":          formula,
		"clv_formula unadjusted":          func(s span) recount { return l.formula(s, false) },
		"clv_predictive subscriptions":    l.predictive,
		"apv period":                      l.purchaseValue,
		"apf annualised":                  func(s span) recount { return l.frequency(s, true) },
		"apf unadjusted":                  func(s span) recount { return l.frequency(s, false) },
		"acl measured":                    l.lifespan,
		"clv_cac formula":                 func(s span) recount { return l.against(s, formula(s), false) },
		"clv_cac historic":                func(s span) recount { return l.against(s, l.historic(s), false) },
		"clv_cac predictive":              func(s span) recount { return l.against(s, l.predictive(s), false) },
		"profit_pc formula":               func(s span) recount { return l.against(s, formula(s), true) },
		"profit_pc historic":              func(s span) recount { return l.against(s, l.historic(s), true) },
		"profit_pc predictive":            func(s span) recount { return l.against(s, l.predictive(s), true) },
		"net_new_revenue first_order":     func(s span) recount { return l.newRevenue(s, false) },
		"net_new_revenue first_in_period": func(s span) recount { return l.newRevenue(s, true) },
		"net_new_revenue first_months":    l.newSubscribers,
	}
}

// ordersKeys are the metrics that are recounted here; mixed ones have variants that are recounted elsewhere.
func ordersKeys(l *lab) (keys []string) {
	for name := range l.recounts() {
		var key, variant string
		_, _ = fmt.Sscan(name, &key, &variant)
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// TestSoakOrderMetricsAgreeWithARecount compares every metric, mode and variant with a recount of random shops, record by record.
func TestSoakOrderMetricsAgreeWithARecount(t *testing.T) {
	shops := soak.Count(t, 500)
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for seed := range uint64(shops) {
			l := newLab(seed)
			l.shop.visit(t, st, func(ctx context.Context) { l.check(ctx, t, st, seed) })
		}
	})
}

func (l *lab) check(ctx context.Context, t *testing.T, src customers.Source, seed uint64) {
	t.Helper()
	periods := make([]scoring.Period, len(l.spans))
	for i, s := range l.spans {
		periods[i] = scoring.Period{From: s.from, To: s.to}
	}
	for name, count := range l.recounts() {
		r := customers.Request{Periods: periods, Zone: l.zone, AsOf: l.asOf, Settings: l.settings}
		_, _ = fmt.Sscan(name, &r.Metric, &r.Variant)
		if metricOf(t, r.Metric).ByMoney {
			r.Currency = euros
		}
		for i, f := range figuresIn(ctx, t, src, r) {
			want := count(l.spans[i])
			if l.spans[i].to.After(l.asOf) {
				want.warnings = append(want.warnings, customers.PeriodOpen)
			}
			if !same(f.Value, want.value) || f.N != want.n || !slices.Equal(slices.Sorted(slices.Values(f.Warnings)), slices.Sorted(slices.Values(want.warnings))) {
				t.Errorf("shop %d, %s, %s to %s: %v of %d %v, want %v of %d %v", seed, name, l.spans[i].from, l.spans[i].to, f.Value, f.N, f.Warnings, want.value, want.n, want.warnings)
			}
			if again, ok := fromInputs(f); ok && !same(again, f.Value) {
				t.Errorf("shop %d, %s: the panel's numbers give %v, the figure is %v", seed, name, again, f.Value)
			}
			if f.Metric == "cohorts" {
				l.checkCells(t, f, l.spans[i])
			}
			if want := string(scoring.ClassOfValue(f.Value)); f.Metric == "clv_cac" && f.Class != want {
				t.Errorf("shop %d, %s: class %q, want %q", seed, name, f.Class, want)
			}
		}
	}
}

// checkCells compares every cell of a table of cohorts.
func (l *lab) checkCells(t *testing.T, f customers.Figure, s span) {
	t.Helper()
	rows := 0
	for m := l.later(s.from, 0); m.Before(s.to) && m.Before(l.asOf) && s.from.Before(l.asOf); m = l.later(m, 1) {
		if rows >= len(f.Groups) || f.Groups[rows].Name != l.monthName(m) {
			t.Errorf("row %d of %d is not %s", rows, len(f.Groups), l.monthName(m))
			return
		}
		cells := f.Groups[rows].Inputs[1:]
		for k := 0; l.later(m, k).Before(l.asOf); k++ {
			size, active := l.cohort(s, m, k)
			name := fmt.Sprintf("month_%d", k)
			if l.later(m, k+1).After(l.asOf) {
				name = fmt.Sprintf("partial_%d", k)
			}
			if k >= len(cells) || cells[k].Name != name || !same(cells[k].Value, over(100*active, size)) {
				t.Errorf("cohort %s, %s: %v, want %d of %d", l.monthName(m), name, cells, active, size)
				return
			}
		}
		rows++
	}
	if rows != len(f.Groups) {
		t.Errorf("%d cohorts, want %d", len(f.Groups), rows)
	}
}

func same(a, b *big.Rat) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Cmp(b) == 0)
}

// fromInputs works out a figure as a reader of its panel would; false where the panel leads on to others.
func fromInputs(f customers.Figure) (value *big.Rat, ok bool) {
	at := map[string]*big.Rat{}
	for _, in := range f.Inputs {
		if _, twice := at[in.Name]; !twice {
			at[in.Name] = in.Value
		}
	}
	ratio := func(num, den *big.Rat) *big.Rat {
		if num == nil || den == nil || den.Sign() == 0 {
			return nil
		}
		return new(big.Rat).Quo(num, den)
	}
	times := func(a, b *big.Rat) *big.Rat {
		if a == nil || b == nil {
			return nil
		}
		return new(big.Rat).Mul(a, b)
	}
	percent := func(num, den string) *big.Rat { return times(exact(100), ratio(at[num], at[den])) }
	margin := at["margin"]
	if margin == nil {
		margin = exact(1)
	}
	switch f.Metric {
	case "rpr":
		return percent("repeat_customers", "customers"), true
	case "rpr_ratio":
		return ratio(at["repeat_customers"], at["one_time_customers"]), true
	case "repurchase":
		return percent("buyers_again", "buyers"), true
	case "crr":
		return percent("retained", "base"), f.Value != nil
	case "churn":
		return percent("lost", "base"), f.Value != nil
	case "cac":
		return ratio(at["costs"], at["acquired_customers"]), !slices.Contains(f.Warnings, customers.NoCosts)
	case "clv_historic":
		return times(ratio(at["revenue_to_date"], at["customers_to_date"]), margin), true
	case "clv_formula":
		return times(times(times(at["apv"], at["apf"]), at["acl"]), margin), true
	case "clv_predictive":
		return times(times(exact(100), ratio(at["arpc"], at["monthly_churn"])), margin), true
	case "apv":
		return ratio(at["revenue"], at["purchases"]), true
	case "acl":
		return ratio(at["years_from_first_to_last"], at["customers_to_date"]), true
	case "clv_cac":
		return ratio(at["clv"], at["cac"]), true
	case "net_new_revenue":
		return at["new_revenue"], true
	}
	return nil, false
}

// TestEveryMetricOfOrdersIsRecounted finds variants that the recount leaves out.
func TestEveryMetricOfOrdersIsRecounted(t *testing.T) {
	l := newLab(0)
	recounted := l.recounts()
	for _, key := range ordersKeys(l) {
		m := metricOf(t, key)
		for _, variant := range m.Variants {
			elsewhere := variant == customers.Subscribed && key != "clv_predictive" // with the metrics of contracts
			if recounted[key+" "+variant] == nil && !elsewhere {
				t.Errorf("%s %s is not recounted", key, variant)
			}
		}
	}
	r := customers.Request{Metric: "rpr", Variant: "weekly", Zone: time.UTC}
	if _, err := metricOf(t, "rpr").Calculate(t.Context(), nil, r); err == nil {
		t.Error("a variant that there is not was calculated")
	}
}
