package customers_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// again names the recount of each variant of each metric. A metric that is new has to be added.
func again(key, variant string) func(retold) counted {
	byVariant := func(of func(retold, string) counted) func(retold) counted {
		return func(c retold) counted { return of(c, variant) }
	}
	switch key {
	case "mrr":
		return retold.mrr
	case "new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr":
		return func(c retold) counted { return c.movement(key) }
	case "arpc":
		return retold.arpc
	case "avg_monthly_one_off":
		return retold.oneOff
	case "mrr_plus_one_off":
		return retold.plusOneOff
	case "renewal":
		return retold.renewal
	case "upsell":
		return func(c retold) counted {
			return c.upsell(variant == "window" || variant == "window_any", variant == "subscriptions_any" || variant == "window_any")
		}
	case "quota":
		return retold.quota
	case "close_rate":
		return byVariant(retold.closeRate)
	case "stage_length":
		return byVariant(retold.stageLength)
	case "sales_cycle":
		return byVariant(retold.salesCycle)
	case "resolution":
		return byVariant(retold.resolution)
	case "loyalty_participation", "loyalty_engagement", "loyalty_engagement_ratio":
		return func(c retold) counted { return c.loyalty(key) }
	case "loyalty_redemption":
		return retold.redemption
	}
	if variant != "subscriptions" {
		return nil
	}
	switch key {
	case "crr":
		return func(c retold) counted { return c.retentionOf("retained") }
	case "churn":
		return func(c retold) counted { return c.retentionOf("lost") }
	}
	return nil
}

// TestSoakContractsRecounted compares every figure, its inputs and its groups with a recount, for random shops on both engines.
func TestSoakContractsRecounted(t *testing.T) {
	for seed := range soak.Count(t, 500) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) { recountShop(t, st, uint64(seed)) })
		})
	}
}

func recountShop(t *testing.T, st *store.Store, seed uint64) {
	d := dice{Rand: rand.New(rand.NewPCG(seed, 5))}
	zone, err := time.LoadLocation(one(d, "UTC", "Europe/Warsaw", "Asia/Kolkata", "America/New_York"))
	if err != nil {
		t.Fatal(err)
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, zone) }
	d.periods = []scoring.Period{
		{From: day(1, 1), To: day(2, 1)},
		{From: day(2, 1), To: day(3, 1)},
		{From: day(3, 1), To: day(4, 1)},
		{From: day(1, 1), To: day(4, 1)},
		{From: day(3, 5), To: day(3, 15)},
		{From: day(-11, 1), To: day(1, 1)},
		{From: day(2, 2), To: day(3, 20)},
	}
	settings := customers.Settings{WindowDays: one(d, int64(0), 30), GraceDays: one(d, int64(0), 7)}
	asOf := one(d, day(4, 1), day(3, 10), day(6, 1))
	d.edges = []time.Time{asOf, asOf.Add(-48 * time.Hour), asOf.Add(-7 * 24 * time.Hour), day(1, 1-30), day(2, 1-30), day(3, 5-30), day(1, 1-365), day(2, 2).Add(-48 * time.Hour)}
	shop := d.shop()
	shop.tell(t, st)
	known := 0
	for _, m := range customers.Catalogue() {
		for _, variant := range m.Variants {
			recounted := again(m.Key, variant)
			if recounted == nil {
				continue // of orders and costs
			}
			known++
			r := customers.Request{Metric: m.Key, Variant: variant, Periods: d.periods, Zone: zone, AsOf: asOf, Settings: settings}
			if m.ByMoney {
				r.Currency = "EUR"
			}
			for i, f := range figuresOf(t, st, r) {
				c := retold{shop, d.periods[i], zone, asOf, int(settings.WindowDays), time.Duration(settings.GraceDays) * 24 * time.Hour}
				if c.window == 0 {
					c.window = 365
				}
				compareFigure(t, fmt.Sprintf("%s %s of period %d", m.Key, variant, i), f, recounted(c))
			}
		}
	}
	if known != 31 {
		t.Errorf("%d variants were recounted", known)
	}
}

func compareFigure(t *testing.T, what string, f customers.Figure, want counted) {
	t.Helper()
	sameNumber(t, what, f.Value, want.value)
	sameNumbers(t, what, f.Inputs, want.inputs)
	if len(f.Groups) != len(want.groups) {
		t.Errorf("%s: %d groups, want %d", what, len(f.Groups), len(want.groups))
	}
	for _, g := range f.Groups {
		sameNumbers(t, what+" of "+g.Name, g.Inputs, want.groups[g.Name])
	}
	if f.Value != nil {
		made := by(big.NewRat(f.Num, 1), big.NewRat(f.Den, 1))
		if f.Unit == customers.Percent {
			made = by(big.NewRat(100*f.Num, 1), big.NewRat(f.Den, 1))
		}
		sameNumber(t, what+" by its integers", made, f.Value)
	}
	if f.Interval != nil {
		value, _ := f.Value.Float64()
		if !(f.Interval.Lo <= value && value <= f.Interval.Hi) {
			t.Errorf("%s: %v is not in %v", what, value, *f.Interval)
		}
	}
}

func sameNumbers(t *testing.T, what string, inputs []customers.Input, want numbers) {
	t.Helper()
	var names []string
	for _, in := range inputs {
		names = append(names, in.Name)
		value, ok := want[in.Name]
		if !ok {
			t.Errorf("%s: %s is not recounted", what, in.Name)
		}
		sameNumber(t, what+": "+in.Name, in.Value, value)
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(want) {
		t.Errorf("%s: inputs %v, want %d", what, names, len(want))
	}
}

func sameNumber(t *testing.T, what string, got, want *big.Rat) {
	t.Helper()
	if (got == nil) != (want == nil) || got != nil && got.Cmp(want) != 0 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
