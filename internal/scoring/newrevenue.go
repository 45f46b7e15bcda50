package scoring

import (
	"math/big"
	"time"
)

// NewRevenueTally sums the revenue from customers who are new in a period (metrics 4.9). Customers are added one at a time.
type NewRevenueTally struct {
	Period    Period
	Whole     bool  // all orders of new customers in the period (first_in_period); false: only their first (first_order)
	Customers int64 // whose first order is in the period
	Revenue   int64 // minor units
}

// Add counts a customer, with all orders ever, sorted by time and then id.
func (t *NewRevenueTally) Add(orders []Order) {
	if len(orders) > 0 {
		t.AddSince(orders[0], orders)
	}
}

// AddSince is Add for a customer whose first order may be in another currency than the orders, and so none of them.
func (t *NewRevenueTally) AddSince(first Order, orders []Order) {
	if !t.Period.Contains(first.At) {
		return
	}
	if !t.Whole {
		if len(orders) > 0 && orders[0].ID == first.ID {
			t.Customers++
			t.Revenue += first.Net
		}
		return
	}
	from, to := within(orders, t.Period)
	if from < to {
		t.Customers++
	}
	for _, o := range orders[from:to] {
		t.Revenue += o.Net
	}
}

// NewSubscriberTally sums what new subscribers bring in their first months (metrics 4.9, rule first_months): a month is counted in the period in which it
// begins, counted from the customer's first start, with the monthly part of what the customer then was subscribed to.
type NewSubscriberTally struct {
	Period    Period
	Months    int64 // how many are new, at least 1
	Zone      *time.Location
	Customers int64 // with such a month in the period
	revenue   monthlySum
}

// Add counts a customer by all subscriptions ever, in any order.
func (t *NewSubscriberTally) Add(subscriptions []Subscription) {
	if len(subscriptions) == 0 {
		return
	}
	first := subscriptions[0].Started
	for _, s := range subscriptions {
		if s.Started.Before(first) {
			first = s.Started
		}
	}
	t.AddSince(first, subscriptions)
}

// AddSince is Add for a customer whose first subscription may be in another currency than these are.
func (t *NewSubscriberTally) AddSince(first time.Time, subscriptions []Subscription) {
	counted := false
	for k := range t.Months {
		at := MonthsLater(first, k, t.Zone)
		if !t.Period.Contains(at) {
			continue
		}
		for _, s := range subscriptions {
			if !s.Started.After(at) && (s.Ended.IsZero() || s.Ended.After(at)) {
				t.revenue.addPrice(s)
				counted = true
			}
		}
	}
	if counted {
		t.Customers++
	}
}

// Revenue is the sum in minor units.
func (t *NewSubscriberTally) Revenue() *big.Rat { return t.revenue.rat() }
