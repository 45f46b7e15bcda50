package customers

import (
	"context"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// upsell is the share of a base of customers to whom something was sold on top (metrics 4.8).
func upsell(ctx context.Context, src Source, r Request) ([]Figure, error) {
	days := r.Settings.WindowDays
	if days <= 0 {
		days = usualWindow
	}
	anyTime := r.Variant == SubscribedAny || r.Variant == WindowAny
	all := tallies(r.Periods, func(p scoring.Period) *scoring.Upsells {
		return &scoring.Upsells{Period: p, Any: anyTime, Since: scoring.DaysLater(p.From, -days, r.Zone)}
	})
	byOrders := r.Variant == Window || r.Variant == WindowAny
	tell := upsellSubscribers
	if byOrders {
		tell = upsellBuyers
	}
	if err := tell(ctx, src, r, all); err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = share(t.Upsold, t.Base, count("upsold", t.Upsold), count("customers", t.Base))
		if byOrders {
			figures[i].Inputs = append(figures[i].Inputs, count("window_days", days))
		}
	}
	return figures, nil
}

// upsellBuyers counts those who are active by their orders.
func upsellBuyers(ctx context.Context, src Source, r Request, all []*scoring.Upsells) error {
	return src.EachBuyer(ctx, r.Currency, lastEnd(r.Periods), func(_ survey.ID, orders []scoring.Order) error {
		for _, t := range all {
			t.AddBuyer(orders)
		}
		return nil
	})
}

// upsellSubscribers counts those who have subscriptions. Only few customers buy something on top, so they are held until the subscriptions come by.
func upsellSubscribers(ctx context.Context, src Source, r Request, all []*scoring.Upsells) error {
	upsold := map[survey.ID]uint64{} // in which periods, by their bits
	err := src.EachBuyer(ctx, r.Currency, lastEnd(r.Periods), func(customer survey.ID, orders []scoring.Order) error {
		if bits := periodsWhere(r, func(p scoring.Period) bool { return scoring.SoldOnTop(orders, p) }); bits != 0 {
			upsold[customer] = bits
		}
		return nil
	})
	if err != nil {
		return err
	}
	return src.EachSubscriber(ctx, r.Currency, func(customer survey.ID, subscriptions []scoring.Subscription) error {
		bits := upsold[customer]
		for i, t := range all {
			t.AddSubscriber(subscriptions, bits>>i&1 == 1)
		}
		return nil
	})
}
