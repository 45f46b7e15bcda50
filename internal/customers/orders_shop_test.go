package customers_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// ordersShop is all that a shop told of what the metrics of orders are made from. Orders and subscriptions have ids; the other numbers are given here.
type ordersShop struct {
	orders        []customers.Order
	refunds       []customers.Refund
	acquired      []customers.Acquired
	subscriptions []customers.Subscription
	costs         []customers.Cost
}

// tell stores the records.
func (s *ordersShop) tell(t testing.TB, st *store.Store) {
	t.Helper()
	s.tellIn(context.Background(), t, st)
}

// visit has the records in the store while it is looked at, and takes them out again: a database for each of hundreds of shops would take minutes to make.
func (s *ordersShop) visit(t *testing.T, st *store.Store, look func(ctx context.Context)) {
	t.Helper()
	undo := errors.New("undo it all")
	err := st.InTx(t.Context(), func(ctx context.Context) error {
		s.tellIn(ctx, t, st)
		look(ctx)
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
}

func (s *ordersShop) tellIn(ctx context.Context, t testing.TB, st *store.Store) {
	t.Helper()
	for i := range s.orders {
		s.orders[i].ExternalID = fmt.Sprint("o", s.orders[i].ID)
	}
	for i := range s.refunds {
		s.refunds[i].ID, s.refunds[i].ExternalID = survey.ID(i+1), fmt.Sprint("r", i)
	}
	for i := range s.subscriptions {
		s.subscriptions[i].ExternalID = fmt.Sprint("s", s.subscriptions[i].ID)
	}
	for i := range s.costs {
		s.costs[i].ID, s.costs[i].ExternalID = survey.ID(i+1), fmt.Sprint("c", i)
	}
	at := time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
	putIn(ctx, t, st.PutOrders, s.orders, at)
	putIn(ctx, t, st.PutRefunds, s.refunds, at)
	putIn(ctx, t, st.PutCustomers, s.acquired, at)
	putIn(ctx, t, st.PutSubscriptions, s.subscriptions, at)
	putIn(ctx, t, st.PutCosts, s.costs, at)
}

// ordersCase is the input of cases that have orders.
type ordersCase struct {
	Period   localPeriod
	Mode     string
	Rule     string
	Lifespan *float64 `json:"lifespan_years"`
	Orders   []struct {
		ID       int64
		Customer string    `json:"customer_id"`
		At       time.Time `json:"ordered_at"`
		Amount   int64     `json:"amount_minor"`
		Refunded int64     `json:"refunded_minor"`
		Status   string
	}
}

func (c ordersCase) shop() *ordersShop {
	shop, ids := &ordersShop{}, map[string]survey.ID{}
	for _, o := range c.Orders {
		if ids[o.Customer] == 0 {
			ids[o.Customer] = survey.ID(len(ids) + 1)
		}
		order := customers.Order{ID: survey.ID(o.ID), ContactID: ids[o.Customer], At: o.At, Currency: "EUR", Amount: o.Amount, Refunded: o.Refunded}
		switch o.Status {
		case "cancelled":
			order.Status = customers.Cancelled
		case "test":
			order.Status = customers.Test
		case "refunded":
			order.Refunded = o.Amount
		}
		shop.orders = append(shop.orders, order)
	}
	return shop
}

// figureOf computes a metric of the case's period.
func (c ordersCase) figureOf(ctx context.Context, t *testing.T, st *store.Store, metric, variant string) customers.Figure {
	t.Helper()
	period, zone := c.Period.of(t)
	r := customers.Request{Metric: metric, Variant: variant, Currency: "EUR", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To}
	if c.Lifespan != nil {
		r.Settings.Lifespan = new(big.Rat).SetFloat64(*c.Lifespan)
	}
	return figuresIn(ctx, t, st, r)[0]
}

// visitEach runs the cases of a family that have records through the store of each engine.
func visitEach[I any](t *testing.T, family, metric string, shop func(I) *ordersShop, look func(ctx context.Context, t *testing.T, st *store.Store, c vectorCase[I])) {
	cases := casesOf[I](t, family, metric)
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for _, c := range cases {
			t.Run(c.ID, func(t *testing.T) {
				shop(c.Input).visit(t, st, func(ctx context.Context) { look(ctx, t, st, c) })
			})
		}
	})
}
