package customers

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Reasons to read what winning a customer costs with care (metrics 4.4).
const (
	NoCosts      Warning = "no_costs"       // there is no record of a cost of the chosen categories: no data, which is not the same as free
	CostsLeftOut Warning = "costs_left_out" // money was spent in categories that are not counted; how much is the input of the same name
)

// costBasis is what CAC reads besides the costs: whichever of these is the first word of a customer.
func costBasis() []Feed { return []Feed{Refunds, Since, Subscriptions} }

// acquisitionMetrics tell what winning a customer costs, and what that brings (metrics 4.4, 4.6).
func acquisitionMetrics() []Metric {
	needs, instead := []Feed{Costs, Orders}, map[string][]Feed{predictive: {Costs, Subscriptions}}
	return []Metric{
		variants(Metric{Key: "cac", Unit: Money, ByMoney: true, Needs: needs, AsGood: map[Feed][]Feed{Orders: {Since, Subscriptions}}, Also: costBasis(), Counts: costCounts()}, way{"period", acquisition}),
		variants(Metric{Key: "clv_cac", Unit: Plain, ByMoney: true, Needs: needs, Instead: instead, Also: costBasis(), Counts: againstCounts(valueToCost)}, againstCost(valueToCost)...),
		variants(Metric{Key: "profit_pc", Unit: Money, ByMoney: true, Needs: needs, Instead: instead, Also: costBasis(), Counts: againstCounts(profit)}, againstCost(profit)...),
	}
}

// acquisition is what it cost to win a customer: the costs of the chosen categories, spent in the period, or as long before as the account's lag, by all customers
// acquired in the period, whatever they pay in.
func acquisition(ctx context.Context, src Source, r Request) ([]Figure, error) {
	acquired := make([]int64, len(r.Periods))
	err := src.FirstSeen(ctx, lastEnd(r.Periods), func(_ survey.ID, at time.Time) error {
		for i, p := range r.Periods {
			if p.Contains(at) {
				acquired[i]++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	several, err := severalCurrencies(ctx, src, Orders, Costs)
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(r.Periods))
	for i, p := range r.Periods {
		lag := r.Settings.LagDays
		spent, err := src.CostsIn(ctx, r.Currency, scoring.Period{From: scoring.DaysLater(p.From, -lag, r.Zone), To: scoring.DaysLater(p.To, -lag, r.Zone)})
		if err != nil {
			return nil, err
		}
		figures[i] = acquisitionOf(spent, acquired[i], r.Settings)
		if several {
			figures[i].warn(ManyCurrencies)
		}
	}
	return figures, nil
}

// acquisitionOf makes the figure of costs by category. All categories are shown, with those that count marked by a 1.
func acquisitionOf(spent map[string]int64, acquired int64, s Settings) Figure {
	chosen := s.CostGroups
	if len(chosen) == 0 {
		chosen = []string{Marketing, Sales}
	}
	var sum, leftOut int64
	found := false
	var groups []Group
	for category, amount := range spent {
		var counts int64
		if slices.Contains(chosen, category) {
			sum, found, counts = sum+amount, true, 1
		} else {
			leftOut += amount
		}
		groups = append(groups, Group{category, []Input{money("costs", amount), count("included", counts)}})
	}
	slices.SortFunc(groups, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	f := Figure{
		Value: scoring.CAC(sum, acquired).Rat(), Num: sum, Den: acquired, N: acquired, Groups: groups,
		Inputs: []Input{
			money("costs", sum), count("acquired_customers", acquired), {"lag_days", new(big.Rat).SetInt64(s.LagDays), Days}, money(string(CostsLeftOut), leftOut),
		},
	}
	if !found {
		f.Value = nil
		f.warn(NoCosts)
	}
	if leftOut > 0 {
		f.warn(CostsLeftOut)
	}
	return f
}

// severalCurrencies tells whether the feeds have more than one currency between them.
func severalCurrencies(ctx context.Context, src Source, feeds ...Feed) (bool, error) {
	var all []string
	for _, feed := range feeds {
		found, err := src.Currencies(ctx, feed)
		if err != nil {
			return false, err
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	return len(slices.Compact(all)) > 1, nil
}

// againstCost compares each form of CLV with what it cost to win a customer in the same period.
func againstCost(compare func(clv, cac Figure) Figure) []way {
	against := func(clv calculator) calculator {
		return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
			values, err := clv(ctx, src, r)
			if err != nil {
				return nil, err
			}
			costs, err := acquisition(ctx, src, r)
			if err != nil {
				return nil, err
			}
			figures := make([]Figure, len(values))
			for i := range values {
				figures[i] = comparison(values[i], costs[i], compare)
			}
			return figures, nil
		}
	}
	return []way{
		{"formula", against(lifetimes(annualisedValue))},
		{"historic", against(lifetimes(historicValue))},
		{predictive, against(predictiveValue)},
	}
}

// comparison has the two figures as its inputs, and after them what they were made of.
func comparison(clv, cac Figure, compare func(clv, cac Figure) Figure) Figure {
	f := compare(clv, cac)
	f.N, f.Groups = clv.N, cac.Groups
	f.Inputs = append([]Input{{"clv", clv.Value, Money}, {"cac", cac.Value, Money}}, slices.Concat(clv.Inputs, cac.Inputs)...)
	f.Warnings = slices.Concat(clv.Warnings, cac.Warnings)
	return f
}

func valueToCost(clv, cac Figure) Figure {
	f := Figure{Value: scoring.ValueToCost(clv.Value, cac.Value)}
	f.Class = string(scoring.ClassOfValue(f.Value))
	f.fraction()
	return f
}

func profit(clv, cac Figure) Figure {
	f := Figure{Value: scoring.ProfitPerCustomer(clv.Value, cac.Value)}
	f.fraction()
	return f
}

// fraction makes Num and Den those of the value in lowest terms, for a figure that is made from other figures. Where 64 bits cannot hold them they stay 0.
func (f *Figure) fraction() {
	if f.Value == nil {
		return
	}
	if f.Num, f.Den = 0, 0; f.Value.Num().IsInt64() && f.Value.Denom().IsInt64() {
		f.Num, f.Den = f.Value.Num().Int64(), f.Value.Denom().Int64()
	}
}
