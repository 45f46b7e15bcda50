package customers

import (
	"context"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// prospect is what predictive CLV needs of a period: recurring revenue at its end, and the customers lost in each of its whole months.
type prospect struct {
	recurring *scoring.Recurring
	months    []*scoring.RetentionTally
}

func newProspect(p scoring.Period, zone *time.Location) *prospect {
	all := &prospect{recurring: &scoring.Recurring{Period: p}}
	for _, m := range p.Months(zone) {
		if !m.From.Before(p.From) && !m.To.After(p.To) {
			all.months = append(all.months, &scoring.RetentionTally{Period: m})
		}
	}
	return all
}

// Add takes the subscriptions of one customer.
func (p *prospect) Add(subscriptions []scoring.Subscription) {
	p.recurring.Add(subscriptions)
	for _, m := range p.months {
		m.Add(subscriptions)
	}
}

// predictiveValue is ARPC a month x margin / monthly churn (metrics 4.5). The churn is that of all whole months of the period together: those lost in them by those there
// when they began. So a period of any length has a monthly churn that is exact, and no power of a yearly one.
func predictiveValue(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all := tallies(r.Periods, func(p scoring.Period) *prospect { return newProspect(p, r.Zone) })
	if err := addSubscriptions(ctx, src, r, all); err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, p := range all {
		figures[i] = p.figure(r.Settings)
	}
	return figures, nil
}

func (p *prospect) figure(s Settings) Figure {
	end := p.recurring.Movements().End
	var lost, base int64
	for _, m := range p.months {
		lost, base = lost+m.Lost, base+m.Base
	}
	churn := scoring.Ratio{Num: lost, Den: base}.Rat()
	f := Figure{
		Value: scoring.PredictiveCLV(end.PerCustomer(), big.NewRat(1, 1), churn), N: end.Customers,
		Inputs: []Input{
			{"mrr", end.Money, Money},
			count("active_end", end.Customers),
			{"arpc", end.PerCustomer(), Money},
			count("lost_by_month", lost), count("base_by_month", base),
			{"monthly_churn", scoring.Ratio{Num: 100 * lost, Den: base}.Rat(), Percent},
		},
	}
	f.fraction()
	switch {
	case len(p.months) == 0:
		f.warn(NoWholeMonth)
	case base > 0 && lost == 0:
		f.warn(NoChurn)
	}
	f.atMargin(s)
	return f
}
