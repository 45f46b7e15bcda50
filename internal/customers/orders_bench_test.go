package customers_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// BenchmarkOrderMetrics asks each metric of orders for fourteen months at once, over 1,000,000 orders and 50,000 subscriptions of 200,000 customers.
func BenchmarkOrderMetrics(b *testing.B) {
	st := storetest.SQLite(b)
	last := largeShop(b, st)
	r := customers.Request{Zone: time.UTC, AsOf: last}
	for i := range 14 {
		r.Periods = append(r.Periods, scoring.Period{From: last.AddDate(0, i-14, 0), To: last.AddDate(0, i-13, 0)})
	}
	for _, key := range ordersKeys(newLab(0)) {
		m := metricOf(b, key)
		for _, variant := range m.Variants {
			b.Run(key+"/"+variant, func(b *testing.B) {
				r := r
				r.Metric, r.Variant = key, variant
				if m.ByMoney {
					r.Currency = "EUR"
				}
				for b.Loop() {
					figuresOf(b, st, r)
				}
			})
		}
	}
}

// largeShop tells of five years, and says when they end.
func largeShop(b *testing.B, st *store.Store) time.Time {
	b.Helper()
	const orders, people, days = 1_000_000, 200_000, 5 * 365
	random := rand.New(rand.NewPCG(1, 1))
	start := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	moment := func() time.Time { return start.Add(time.Duration(random.IntN(days*86400)) * time.Second) }
	shop := ordersShop{}
	for i := range orders {
		shop.orders = append(shop.orders, customers.Order{
			ID: survey.ID(i + 1), ContactID: survey.ID(1 + random.IntN(people)), At: moment(), Currency: "EUR", Amount: int64(random.IntN(10_000)),
		})
	}
	for i := range people / 4 {
		s := customers.Subscription{ID: survey.ID(i + 1), ContactID: survey.ID(1 + i*4), Started: moment(), Currency: "EUR", Amount: 990, Span: scoring.Month, Spans: 1}
		if end := moment(); end.After(s.Started) {
			s.Ended = end
		}
		shop.subscriptions = append(shop.subscriptions, s)
	}
	for range 1000 {
		shop.costs = append(shop.costs, customers.Cost{At: moment(), Category: customers.Marketing, Currency: "EUR", Amount: 100_000})
	}
	shop.tell(b, st)
	return start.AddDate(5, 0, 0)
}
