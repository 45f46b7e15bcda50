package customers

import (
	"context"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// newRevenue is the revenue from customers whose first order ever is in the period: of that order, or of all their orders in the period (metrics 4.9).
func newRevenue(whole bool) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		end := lastEnd(r.Periods)
		firsts, err := firstOrders(ctx, src, r, end)
		if err != nil {
			return nil, err
		}
		all := tallies(r.Periods, func(p scoring.Period) *scoring.NewRevenueTally {
			return &scoring.NewRevenueTally{Period: p, Whole: whole}
		})
		err = src.EachBuyer(ctx, r.Currency, end, func(customer survey.ID, orders []scoring.Order) error {
			first := orders[0]
			if f, ok := firsts[customer]; ok {
				first = f
			}
			for _, t := range all {
				t.AddSince(first, orders)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		figures := make([]Figure, len(all))
		for i, t := range all {
			figures[i] = newRevenueOf(new(big.Rat).SetInt64(t.Revenue), t.Customers)
		}
		return figures, nil
	}
}

// firstOrders finds each customer's first order in any currency, since one who bought before in another currency is not new. Nil where there is only one.
func firstOrders(ctx context.Context, src Source, r Request, end time.Time) (map[survey.ID]scoring.Order, error) {
	several, err := severalCurrencies(ctx, src, Orders)
	if err != nil || !several {
		return nil, err
	}
	firsts := map[survey.ID]scoring.Order{}
	err = src.EachBuyer(ctx, "", end, func(customer survey.ID, orders []scoring.Order) error {
		firsts[customer] = orders[0]
		return nil
	})
	return firsts, err
}

// newRevenueOf is a sum: it has no denominator, and 0 where there are no new customers.
func newRevenueOf(revenue *big.Rat, customers int64) Figure {
	f := Figure{Value: revenue, N: customers, Inputs: []Input{{"new_revenue", revenue, Money}, count("new_customers", customers)}}
	f.fraction()
	return f
}

// newSubscribers is the monthly part of what new subscribers pay in their first months that begin in the period.
func newSubscribers(ctx context.Context, src Source, r Request) ([]Figure, error) {
	months := max(r.Settings.FirstMonths, 1)
	starts, err := firstStarts(ctx, src)
	if err != nil {
		return nil, err
	}
	all := tallies(r.Periods, func(p scoring.Period) *scoring.NewSubscriberTally {
		return &scoring.NewSubscriberTally{Period: p, Months: months, Zone: r.Zone}
	})
	err = src.EachSubscriber(ctx, r.Currency, func(customer survey.ID, subscriptions []scoring.Subscription) error {
		first, ok := starts[customer]
		if !ok {
			first = subscriptions[0].Started
		}
		for _, t := range all {
			t.AddSince(first, subscriptions)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = newRevenueOf(t.Revenue(), t.Customers)
		figures[i].Inputs = append(figures[i].Inputs, count("first_months", months))
	}
	return figures, nil
}

// firstStarts finds each customer's first subscription in any currency. Nil where there is only one.
func firstStarts(ctx context.Context, src Source) (map[survey.ID]time.Time, error) {
	several, err := severalCurrencies(ctx, src, Subscriptions)
	if err != nil || !several {
		return nil, err
	}
	starts := map[survey.ID]time.Time{}
	err = src.EachSubscriber(ctx, "", func(customer survey.ID, subscriptions []scoring.Subscription) error {
		starts[customer] = subscriptions[0].Started
		return nil
	})
	return starts, err
}
