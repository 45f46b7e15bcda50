package customers

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Reasons to read a figure with care that any metric may have.
const (
	// PeriodOpen says that the period is not over: its figure will change.
	PeriodOpen Warning = "period_open"
	// ManyCurrencies says that the metric's records are in more than one currency, of which a part of the figure does not know the currency.
	ManyCurrencies Warning = "many_currencies"
)

// calculator makes the figures of a request, one for each period in order, but for what is the same for all metrics: variants fills that in.
type calculator func(ctx context.Context, src Source, r Request) ([]Figure, error)

// way is a variant of a metric.
type way struct {
	variant   string
	calculate calculator
}

// variants completes a metric by the ways in which it is computed, of which the first is the default.
func variants(m Metric, ways ...way) Metric {
	for _, w := range ways {
		m.Variants = append(m.Variants, w.variant)
	}
	m.Calculate = func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		chosen, err := choose(ways, r.Variant)
		if err != nil {
			return nil, fmt.Errorf("calculate %s: %w", m.Key, err)
		}
		r.Metric, r.Variant = m.Key, chosen.variant
		figures := make([]Figure, len(r.Periods))
		if !m.ByMoney || r.Currency != "" { // without a currency there is no money
			if figures, err = chosen.calculate(ctx, src, r); err != nil {
				return nil, fmt.Errorf("calculate %s: %w", m.Key, err)
			}
		}
		for i := range figures {
			figures[i].complete(m, r, r.Periods[i])
		}
		return figures, nil
	}
	return m
}

func choose(ways []way, variant string) (way, error) {
	if variant == "" {
		return ways[0], nil
	}
	for _, w := range ways {
		if w.variant == variant {
			return w, nil
		}
	}
	return way{}, fmt.Errorf("variant %q: %w", variant, survey.ErrNotFound)
}

func (f *Figure) complete(m Metric, r Request, p scoring.Period) {
	f.Metric, f.Variant, f.Unit, f.Currency, f.Period, f.AsOf = m.Key, r.Variant, m.Unit, r.Currency, p, r.AsOf
	if p.To.After(r.AsOf) {
		f.warn(PeriodOpen)
	}
}

func (f *Figure) warn(w Warning) { f.Warnings = append(f.Warnings, w) }

// share makes a figure in percent from k of n, with the interval of a share (metrics 5.2). Num is k.
func share(k, n int64, inputs ...Input) Figure {
	f := Figure{Value: scoring.Ratio{Num: 100 * k, Den: n}.Rat(), Num: k, Den: n, N: n, Inputs: inputs}
	if interval, ok := scoring.Wilson(k, n); ok {
		f.Interval = &interval
	}
	return f
}

// count is an input of so many.
func count(name string, n int64) Input { return Input{name, new(big.Rat).SetInt64(n), Count} }

// money is an input in minor units.
func money(name string, minor int64) Input { return Input{name, new(big.Rat).SetInt64(minor), Money} }

// length is the input that tells how long a period is, for figures that grow with it.
func length(p scoring.Period, zone *time.Location) Input {
	return Input{"period_days", new(big.Rat).SetInt64(p.Days(zone)), Days}
}

// tallies makes a tally for each period.
func tallies[T any](periods []scoring.Period, one func(scoring.Period) T) []T {
	all := make([]T, len(periods))
	for i, p := range periods {
		all[i] = one(p)
	}
	return all
}

// figuresOf are the figures of tallies, one for each period.
func figuresOf[T interface{ figure() Figure }](all []T) []Figure {
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = t.figure()
	}
	return figures
}

// lastEnd is when the last of the periods ends, zero without any.
func lastEnd(periods []scoring.Period) (end time.Time) {
	for _, p := range periods {
		if p.To.After(end) {
			end = p.To
		}
	}
	return end
}

// addOrders gives the orders of each customer to all tallies, in one pass.
func addOrders[T interface{ Add([]scoring.Order) }](ctx context.Context, src Source, r Request, before time.Time, all []T) error {
	return src.EachBuyer(ctx, r.Currency, before, func(_ survey.ID, orders []scoring.Order) error {
		for _, t := range all {
			t.Add(orders)
		}
		return nil
	})
}

// addSubscriptions gives the subscriptions of each customer to all tallies, in one pass.
func addSubscriptions[T interface{ Add([]scoring.Subscription) }](ctx context.Context, src Source, r Request, all []T) error {
	return src.EachSubscriber(ctx, r.Currency, func(_ survey.ID, subscriptions []scoring.Subscription) error {
		for _, t := range all {
			t.Add(subscriptions)
		}
		return nil
	})
}
