package customers

import (
	"context"
	"math/big"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// recurringMetrics are the family of monthly recurring revenue (metrics 4.7).
func recurringMetrics() []Metric {
	of := func(key string, fill func(scoring.Movements) Figure, forms ...Counts) Metric {
		return variants(Metric{Key: key, Unit: Money, ByMoney: true, Needs: []Feed{Subscriptions}, Counts: forms}, way{Subscribed, inWords(recurring(fill))})
	}
	list := []Metric{of("mrr", monthlyRevenue, recurringCounts()...)}
	for _, m := range movementsByName() {
		moved := of(m.key, func(all scoring.Movements) Figure { return movement(m.of(all)) })
		moved.Sums = true
		list = append(list, moved)
	}
	return append(list,
		of("arpc", perCustomer),
		variants(Metric{Key: "avg_monthly_one_off", Unit: Money, ByMoney: true, Needs: []Feed{Orders}, Also: []Feed{Refunds}, Counts: oneOffCounts()},
			way{AverageMonth, oneOff}),
		variants(Metric{Key: "mrr_plus_one_off", Unit: Money, ByMoney: true, Needs: []Feed{Subscriptions, Orders}, Also: []Feed{Refunds}, Counts: runRateCounts()},
			way{AverageMonth, inWords(recurringPlusOneOff)}))
}

// namedMovement is a part of a change of the revenue.
type namedMovement struct {
	key string
	of  func(scoring.Movements) scoring.Flow
}

// movementsByName has the parts in the order of the identity: end = start + the first three - the other two.
func movementsByName() []namedMovement {
	return []namedMovement{
		{"new_mrr", func(m scoring.Movements) scoring.Flow { return m.New }},
		{"reactivation_mrr", func(m scoring.Movements) scoring.Flow { return m.Reactivation }},
		{"expansion_mrr", func(m scoring.Movements) scoring.Flow { return m.Expansion }},
		{"contraction_mrr", func(m scoring.Movements) scoring.Flow { return m.Contraction }},
		{"churned_mrr", func(m scoring.Movements) scoring.Flow { return m.Churned }},
	}
}

// recurring makes figures from what changed in their periods.
func recurring(fill func(scoring.Movements) Figure) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		all, err := movementsOf(ctx, src, r)
		if err != nil {
			return nil, err
		}
		figures := make([]Figure, len(all))
		for i, m := range all {
			figures[i] = fill(m)
			figures[i].fraction()
			figures[i].warnOf(CurrencySwitched, "currency_switched", m.Switched)
		}
		return figures, nil
	}
}

// movementsOf tallies every period in one pass.
func movementsOf(ctx context.Context, src Source, r Request) ([]scoring.Movements, error) {
	all := tallies(r.Periods, func(p scoring.Period) *scoring.Recurring { return &scoring.Recurring{Period: p} })
	known, err := subscribersOf(ctx, src, r)
	if err != nil {
		return nil, err
	}
	err = src.EachSubscriber(ctx, r.Currency, func(customer survey.ID, subscriptions []scoring.Subscription) error {
		who, several := known[customer]
		for i, t := range all {
			if several {
				t.AddAs(who.in(i), subscriptions)
			} else {
				t.Add(subscriptions)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	movements := make([]scoring.Movements, len(all))
	for i, t := range all {
		movements[i] = t.Movements()
	}
	return movements, nil
}

// subscriber is what a customer is to each period, by their bits: scoring.Subscriber.
type subscriber struct{ before, start, end uint64 }

func (s subscriber) in(i int) scoring.Subscriber {
	has := func(bits uint64) bool { return bits>>i&1 == 1 }
	return scoring.Subscriber{Before: has(s.before), Start: has(s.start), End: has(s.end)}
}

// subscribersOf finds what each customer is by subscriptions in all currencies. Nil where there is only one.
func subscribersOf(ctx context.Context, src Source, r Request) (map[survey.ID]subscriber, error) {
	several, err := severalCurrencies(ctx, src, Subscriptions)
	if err != nil || !several {
		return nil, err
	}
	all := map[survey.ID]subscriber{}
	err = src.EachSubscriber(ctx, "", func(customer survey.ID, subscriptions []scoring.Subscription) error {
		bits := func(is func(scoring.Subscriber) bool) uint64 {
			return periodsWhere(r, func(p scoring.Period) bool { return is(scoring.StandingOf(subscriptions, p)) })
		}
		all[customer] = subscriber{
			before: bits(func(s scoring.Subscriber) bool { return s.Before }), start: bits(func(s scoring.Subscriber) bool { return s.Start }),
			end: bits(func(s scoring.Subscriber) bool { return s.End }),
		}
		return nil
	})
	return all, err
}

// monthlyRevenue is what subscriptions bring a month when the period ends, with how it came from what they brought when it began.
func monthlyRevenue(m scoring.Movements) Figure {
	f := Figure{Value: m.End.Money, N: m.End.Customers, Inputs: []Input{{"mrr_start", m.Start.Money, Money}}, Groups: []Group{flowGroup("mrr_start", m.Start)}}
	for _, part := range movementsByName() {
		flow := part.of(m)
		f.Inputs = append(f.Inputs, Input{part.key, flow.Money, Money})
		f.Groups = append(f.Groups, flowGroup(part.key, flow))
	}
	f.Groups = append(f.Groups, flowGroup("mrr", m.End))
	return f
}

func flowGroup(name string, flow scoring.Flow) Group {
	return Group{name, []Input{{"money", flow.Money, Money}, count("customers", flow.Customers)}}
}

func movement(flow scoring.Flow) Figure {
	return Figure{Value: flow.Money, N: flow.Customers, Inputs: flowGroup("", flow).Inputs}
}

func perCustomer(m scoring.Movements) Figure {
	return Figure{
		Value: m.End.PerCustomer(), N: m.End.Customers,
		Inputs: []Input{{"mrr", m.End.Money, Money}, count("active_end", m.End.Customers)},
	}
}

// oneOffs is what orders brought in a period.
type oneOffs struct {
	period          scoring.Period
	revenue, orders int64
}

// Add takes the orders of one customer.
func (s *oneOffs) Add(orders []scoring.Order) {
	for _, o := range orders {
		if s.period.Contains(o.At) {
			s.revenue += o.Net
			s.orders++
		}
	}
}

// oneOffsOf sums the orders of every period in one pass.
func oneOffsOf(ctx context.Context, src Source, r Request) ([]*oneOffs, error) {
	all := tallies(r.Periods, func(p scoring.Period) *oneOffs { return &oneOffs{period: p} })
	return all, addOrders(ctx, src, r, lastEnd(r.Periods), all)
}

// average tells a figure of the orders of an average month, nil in a period that is shorter than one.
func (s *oneOffs) average(f *Figure, r Request) *big.Rat {
	months, exact := scoring.WholeMonths(s.period, r.Zone)
	f.Inputs = append(f.Inputs, money("one_off_revenue", s.revenue), count("months", months))
	if !exact {
		f.warn(PartMonths)
	}
	return scoring.MonthlyAverage(s.revenue, months)
}

func oneOff(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all, err := oneOffsOf(ctx, src, r)
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, s := range all {
		f := &figures[i]
		f.N = s.orders
		f.Value = s.average(f, r)
		f.fraction()
	}
	return figures, nil
}

// recurringPlusOneOff is a run rate: orders do not come back by themselves (metrics 4.7).
func recurringPlusOneOff(ctx context.Context, src Source, r Request) ([]Figure, error) {
	movements, err := movementsOf(ctx, src, r)
	if err != nil {
		return nil, err
	}
	all, err := oneOffsOf(ctx, src, r)
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, s := range all {
		f, end := &figures[i], movements[i].End
		f.N = end.Customers
		f.Inputs = []Input{{"mrr", end.Money, Money}}
		average := s.average(f, r)
		f.Inputs = append(f.Inputs, Input{"avg_monthly_one_off", average, Money})
		if average != nil {
			f.Value = new(big.Rat).Add(end.Money, average)
			f.fraction()
		}
	}
	return figures, nil
}

// subscriptionRetention is retention or churn of customers by their subscriptions (metrics 4.2).
func subscriptionRetention(figure func(scoring.Retention) Figure) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		all := tallies(r.Periods, func(p scoring.Period) *scoring.RetentionTally { return &scoring.RetentionTally{Period: p} })
		if err := addSubscriptions(ctx, src, r, all); err != nil {
			return nil, err
		}
		figures := make([]Figure, len(all))
		for i, t := range all {
			figures[i] = figure(t.Retention)
			figures[i].Inputs = append(figures[i].Inputs, length(t.Period, r.Zone))
		}
		return figures, nil
	}
}
