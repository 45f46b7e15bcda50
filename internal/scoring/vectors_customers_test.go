package scoring_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

type vectorOrder struct {
	ID       int64
	Customer string    `json:"customer_id"`
	At       time.Time `json:"ordered_at"`
	Amount   int64     `json:"amount_minor"`
	Refunded int64     `json:"refunded_minor"`
	Status   string
}

// buyers groups the orders that count by customer, sorted as tallies want them.
func buyers(records []vectorOrder) [][]scoring.Order {
	byCustomer := map[string][]scoring.Order{}
	for _, r := range records {
		if r.Status == "paid" {
			byCustomer[r.Customer] = append(byCustomer[r.Customer], scoring.Order{ID: r.ID, At: r.At, Net: r.Amount - r.Refunded})
		}
	}
	all := make([][]scoring.Order, 0, len(byCustomer))
	for _, orders := range byCustomer {
		slices.SortFunc(orders, func(a, b scoring.Order) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		all = append(all, orders)
	}
	return all
}

func rprVector(v vector) map[string]any {
	if v.Metric == "rpr_counts" {
		counts := in[struct {
			Repeat  int64 `json:"repeat_customers"`
			OneTime int64 `json:"one_time_customers"`
		}](v)
		r := scoring.Repeats{Repeat: counts.Repeat, OneTime: counts.OneTime}
		return map[string]any{"rate_pct": ratioOrNull(r.Rate()), "ratio": ratioOrNull(r.Odds())}
	}
	input := in[struct {
		Period periodInput
		Mode   string
		Orders []vectorOrder
	}](v)
	period, _ := input.Period.of(v)
	tally := scoring.RepeatTally{Period: period, Lifetime: input.Mode == "lifetime"}
	for _, orders := range buyers(input.Orders) {
		tally.Add(orders)
	}
	return map[string]any{
		"customers": tally.Customers(), "repeat": tally.Repeat, "one_time": tally.OneTime,
		"rate_pct": ratioOrNull(tally.Rate()), "ratio": ratioOrNull(tally.Odds()),
	}
}

type vectorSubscription struct {
	ID       int64
	Customer string     `json:"customer_id"`
	Started  time.Time  `json:"started_at"`
	Ended    *time.Time `json:"ended_at"`
	Amount   int64      `json:"amount_minor"`
	Span     string     `json:"interval"`
	Spans    int64      `json:"interval_count"`
}

func subscribers(records []vectorSubscription) map[string][]scoring.Subscription {
	byCustomer := map[string][]scoring.Subscription{}
	for _, r := range records {
		s := scoring.Subscription{ID: r.ID, Started: r.Started, Ended: orZero(r.Ended), Amount: r.Amount, Span: scoring.Span(r.Span), Spans: r.Spans}
		byCustomer[r.Customer] = append(byCustomer[r.Customer], s)
	}
	return byCustomer
}

func retentionVector(v vector) map[string]any {
	switch v.Metric {
	case "churn_counts":
		counts := in[struct {
			Lost int64
			Base int64 `json:"base_start"`
		}](v)
		r := scoring.Retention{Base: counts.Base, Lost: counts.Lost, Retained: counts.Base - counts.Lost}
		interval, ok := scoring.Wilson(r.Lost, r.Base)
		return map[string]any{
			"churn_pct": ratioOrNull(r.Churn()), "crr_pct": ratioOrNull(r.Rate()),
			"wilson_lo": orNull(interval.Lo, ok), "wilson_hi": orNull(interval.Hi, ok),
		}
	case "crr_counts":
		c := scoring.RetentionCounts(in[struct{ Start, End, Acquired int64 }](v))
		return map[string]any{"crr_pct": ratioOrNull(c.Rate()), "churn_pct": ratioOrNull(c.Churn()), "inconsistent": c.Inconsistent()}
	}
	input := in[struct {
		Period        periodInput
		Subscriptions []vectorSubscription
	}](v)
	period, _ := input.Period.of(v)
	tally := scoring.RetentionTally{Period: period}
	for _, subscriptions := range subscribers(input.Subscriptions) {
		tally.Add(subscriptions)
	}
	r := tally.Retention
	return map[string]any{
		"base": r.Base, "active_end": r.ActiveEnd, "acquired": r.Acquired, "reactivated": r.Reactivated, "retained": r.Retained, "lost": r.Lost,
		"crr_pct": ratioOrNull(r.Rate()), "churn_pct": ratioOrNull(r.Churn()), "crr_counts_formula_pct": ratioOrNull(r.Counts().Rate()),
	}
}
