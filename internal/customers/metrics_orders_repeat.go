package customers

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// NextPeriodOpen says that the time in which customers could have bought again is not over.
const NextPeriodOpen Warning = "next_period_open"

// Variants of the repeat purchase rate (metrics 4.1).
const (
	InWindow = "in_window" // two orders in the period
	Lifetime = "lifetime"  // one in the period, and another one ever before its end
)

// repeatMetrics tell who buys again (metrics 4.1).
func repeatMetrics() []Metric {
	again := func(figure func(scoring.Repeats) Figure) []way {
		return []way{{InWindow, repeats(false, figure)}, {Lifetime, repeats(true, figure)}}
	}
	return []Metric{
		variants(Metric{Key: "rpr", Unit: Percent, Needs: []Feed{Orders}, Also: []Feed{Refunds}, Counts: repeatCounts(repeatRate)}, again(repeatRate)...),
		variants(Metric{Key: "rpr_ratio", Unit: Plain, Needs: []Feed{Orders}, Also: []Feed{Refunds}, Counts: repeatCounts(repeatOdds)}, again(repeatOdds)...),
		variants(Metric{Key: "repurchase", Unit: Percent, Needs: []Feed{Orders}, Also: []Feed{Refunds}, Ages: true}, way{"next_period", repurchase}),
	}
}

func repeats(lifetime bool, figure func(scoring.Repeats) Figure) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		var daily *time.Location
		if r.Settings.OncePerDay {
			daily = r.Zone
		}
		all := tallies(r.Periods, func(p scoring.Period) *scoring.RepeatTally {
			return &scoring.RepeatTally{Period: p, Lifetime: lifetime, Daily: daily}
		})
		if err := addOrders(ctx, src, r, lastEnd(r.Periods), all); err != nil {
			return nil, err
		}
		figures := make([]Figure, len(all))
		for i, t := range all {
			figures[i] = figure(t.Repeats)
			figures[i].Inputs = append(figures[i].Inputs, length(t.Period, r.Zone))
		}
		return figures, nil
	}
}

func repeatRate(r scoring.Repeats) Figure {
	return share(r.Repeat, r.Customers(), count("repeat_customers", r.Repeat), count("customers", r.Customers()), count("one_time_customers", r.OneTime))
}

// repeatOdds is the ratio, which is no share and has no interval of one.
func repeatOdds(r scoring.Repeats) Figure {
	return Figure{
		Value: r.Odds().Rat(), Num: r.Repeat, Den: r.OneTime, N: r.Customers(),
		Inputs: []Input{count("repeat_customers", r.Repeat), count("one_time_customers", r.OneTime), count("customers", r.Customers())},
	}
}

// repurchase is the share of the buyers of a period who buy again in the next one of the same length.
func repurchase(ctx context.Context, src Source, r Request) ([]Figure, error) {
	var end time.Time
	all := tallies(r.Periods, func(p scoring.Period) *scoring.AgainTally {
		next := p.Next(r.Zone)
		end = lastEnd([]scoring.Period{{To: end}, next})
		return &scoring.AgainTally{Period: p, Next: next}
	})
	if err := addOrders(ctx, src, r, end, all); err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = share(t.Again, t.Buyers, count("buyers_again", t.Again), count("buyers", t.Buyers), length(t.Period, r.Zone))
		if t.Next.To.After(r.AsOf) {
			figures[i].warn(NextPeriodOpen)
		}
	}
	return figures, nil
}
