package customers_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
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
	put(t, st.PutOrders, s.orders, at)
	put(t, st.PutRefunds, s.refunds, at)
	put(t, st.PutCustomers, s.acquired, at)
	put(t, st.PutSubscriptions, s.subscriptions, at)
	put(t, st.PutCosts, s.costs, at)
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
func (c ordersCase) figureOf(t *testing.T, st *store.Store, metric, variant string) customers.Figure {
	t.Helper()
	period, zone := c.Period.of(t)
	r := customers.Request{Metric: metric, Variant: variant, Currency: "EUR", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To}
	if c.Lifespan != nil {
		r.Settings.Lifespan = new(big.Rat).SetFloat64(*c.Lifespan)
	}
	return figuresOf(t, st, r)[0]
}
