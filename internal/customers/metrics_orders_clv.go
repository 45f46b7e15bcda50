package customers

import (
	"context"
	"math/big"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Reasons to read a customer lifetime value with care (metrics 4.5).
const (
	RevenueBased     Warning = "revenue_based"     // no margin is set: it is revenue, not profit
	LifespanCensored Warning = "lifespan_censored" // measured from orders: most customers are not at the end of their lifespan
	Implausible      Warning = "implausible"       // the formula gives less than customers have brought already
	OtherLength      Warning = "other_length"      // of a period that is no year, not brought to a year
	ShortPeriod      Warning = "short_period"      // of less than a year, brought to one: who buys once a year counts as who buys in every such period
	NoChurn          Warning = "no_churn"          // nobody was lost, so nothing can be expected
	NoWholeMonth     Warning = "no_whole_month"    // the period has no whole month to take the churn of
)

// lifetimeMetrics tell what a customer brings (metrics 4.5, 4.9).
func lifetimeMetrics() []Metric {
	orders, refunds := []Feed{Orders}, []Feed{Refunds}
	of := func(key string, unit Unit, forms []Counts, ways ...way) Metric {
		return variants(Metric{Key: key, Unit: unit, ByMoney: true, Needs: orders, Also: refunds, Counts: forms}, ways...)
	}
	return []Metric{
		of("clv_historic", Money, historicCounts(), way{"to_date", lifetimes(historicValue)}),
		of("clv_formula", Money, formulaCounts(), way{"annualised", lifetimes(annualisedValue)}, way{"unadjusted", lifetimes(unadjustedValue)}),
		variants(Metric{Key: "clv_predictive", Unit: Money, ByMoney: true, Needs: []Feed{Subscriptions}, Counts: predictiveCounts()}, way{Subscribed, predictiveValue}),
		of("apv", Money, nil, way{"period", lifetimes(purchaseValue)}),
		of("apf", Plain, nil, way{"annualised", lifetimes(annualFrequency)}, way{"unadjusted", lifetimes(frequency)}),
		of("acl", Years, nil, way{"measured", lifetimes(lifespan)}),
		variants(Metric{Key: "net_new_revenue", Unit: Money, ByMoney: true, Sums: true, Needs: orders, Instead: map[string][]Feed{firstMonths: {Subscriptions}}, Also: []Feed{Refunds, Subscriptions}},
			way{"first_order", newRevenue(false)}, way{"first_in_period", newRevenue(true)}, way{firstMonths, newSubscribers}),
	}
}

// Variants that are made from subscriptions.
const (
	Subscribed  = "subscriptions"
	firstMonths = "first_months" // of new revenue
	predictive  = "predictive"   // of what a customer brings, against what winning one costs
)

// lifetimes makes figures of what customers bought in each period and before.
func lifetimes(figure func(t *scoring.LifetimeTally, r Request) Figure) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		all := tallies(r.Periods, func(p scoring.Period) *scoring.LifetimeTally { return &scoring.LifetimeTally{Period: p} })
		if err := addOrders(ctx, src, r, lastEnd(r.Periods), all); err != nil {
			return nil, err
		}
		figures := make([]Figure, len(all))
		for i, t := range all {
			figures[i] = figure(t, r)
		}
		return figures, nil
	}
}

// atMargin brings a figure from revenue to profit when the account has a margin, and says so when it has none.
func (f *Figure) atMargin(s Settings) {
	if s.Margin == nil {
		f.warn(RevenueBased)
		return
	}
	f.Inputs = append(f.Inputs, Input{"margin", s.Margin, Plain})
	if f.Value != nil {
		f.Value = new(big.Rat).Mul(f.Value, s.Margin)
		f.fraction()
	}
}

// historicValue is what all customers brought up to the period's end, by customer: a floor, since it leaves out what they will buy.
func historicValue(t *scoring.LifetimeTally, r Request) Figure {
	f := Figure{
		Value: t.Ever.PerCustomer().Rat(), Num: t.Ever.Revenue, Den: t.Ever.Customers, N: t.Ever.Customers,
		Inputs: []Input{money("revenue_to_date", t.Ever.Revenue), count("customers_to_date", t.Ever.Customers)},
	}
	f.atMargin(r.Settings)
	return f
}

// annualisedValue is APV x APF x ACL with the frequency brought to a year, where the period is longer or shorter.
func annualisedValue(t *scoring.LifetimeTally, r Request) Figure {
	years := t.Period.Years(r.Zone)
	f := formulaValue(t, r, years)
	f.ofYears(years)
	return f
}

// ofYears warns of a period that is shorter than the year to which its frequency was brought (metrics 4.5).
func (f *Figure) ofYears(years *big.Rat) {
	if f.Value != nil && years.Cmp(big.NewRat(1, 1)) < 0 {
		f.warn(ShortPeriod)
	}
}

// unadjustedValue takes the frequency of the period as it is.
func unadjustedValue(t *scoring.LifetimeTally, r Request) Figure {
	f := formulaValue(t, r, big.NewRat(1, 1))
	if t.Period.Years(r.Zone).Cmp(big.NewRat(1, 1)) != 0 {
		f.warn(OtherLength)
	}
	return f
}

func formulaValue(t *scoring.LifetimeTally, r Request, years *big.Rat) Figure {
	lifespan, measured := r.Settings.Lifespan, r.Settings.Lifespan == nil
	if measured {
		lifespan = t.Lifespan()
	}
	f := Figure{
		Value: perYear(t.In.Lifetime(lifespan), years), Num: t.In.Revenue, Den: t.In.Customers, N: t.In.Customers,
		Inputs: append(purchases(t.In), []Input{
			{"apv", t.In.Value().Rat(), Money}, {"apf", perYear(t.In.Frequency().Rat(), years), Plain}, {"acl", lifespan, Years}, {"period_years", years, Years},
		}...),
	}
	if measured && f.Value != nil {
		f.warn(LifespanCensored)
	}
	if floor := t.Ever.PerCustomer().Rat(); f.Value != nil && f.Value.Cmp(floor) < 0 {
		f.warn(Implausible)
	}
	f.fraction()
	f.atMargin(r.Settings)
	return f
}

// perYear brings a figure of so many years to one; nil for nil and for a period without length.
func perYear(value, years *big.Rat) *big.Rat {
	if value == nil || years.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(value, years)
}

func purchases(p scoring.Purchases) []Input {
	return []Input{money("revenue", p.Revenue), count("purchases", p.Orders), count("customers", p.Customers)}
}

func purchaseValue(t *scoring.LifetimeTally, _ Request) Figure {
	return Figure{Value: t.In.Value().Rat(), Num: t.In.Revenue, Den: t.In.Orders, N: t.In.Orders, Inputs: purchases(t.In)[:2]}
}

func annualFrequency(t *scoring.LifetimeTally, r Request) Figure {
	years := t.Period.Years(r.Zone)
	f := frequency(t, r)
	f.Value, f.Inputs = perYear(f.Value, years), append(f.Inputs, Input{"period_years", years, Years})
	f.fraction()
	f.ofYears(years)
	return f
}

func frequency(t *scoring.LifetimeTally, r Request) Figure {
	return Figure{
		Value: t.In.Frequency().Rat(), Num: t.In.Orders, Den: t.In.Customers, N: t.In.Customers,
		Inputs: append(purchases(t.In)[1:], length(t.Period, r.Zone)),
	}
}

// lifespan is the measured one, over all customers up to the period's end.
func lifespan(t *scoring.LifetimeTally, _ Request) Figure {
	f := Figure{
		Value: t.Lifespan(), N: t.Ever.Customers,
		Inputs: []Input{{"years_from_first_to_last", t.Lived(), Years}, count("customers_to_date", t.Ever.Customers)},
	}
	f.fraction()
	if f.Value != nil {
		f.warn(LifespanCensored)
	}
	return f
}
