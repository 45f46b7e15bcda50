package scoring

import (
	"slices"
	"time"
)

// Repeats is how many customers bought more than once, and how many did not (metrics 4.1).
type Repeats struct{ Repeat, OneTime int64 }

// Customers is everybody who bought.
func (r Repeats) Customers() int64 { return r.Repeat + r.OneTime }

// Rate is the share of customers who bought again, in percent. Undefined without customers.
func (r Repeats) Rate() Ratio { return Ratio{100 * r.Repeat, r.Customers()} }

// Odds is the repeat customers for each one-time customer. It is no share: it may exceed 1, and is undefined when nobody bought just once.
func (r Repeats) Odds() Ratio { return Ratio{r.Repeat, r.OneTime} }

// RepeatTally counts who of the customers of a period buys again. Customers are added one at a time.
type RepeatTally struct {
	Period   Period
	Lifetime bool           // orders before the period count as well to tell who is a repeat customer
	Daily    *time.Location // the orders of a customer on one day of this zone are one; nil: each is one
	Repeats
}

// Add counts a customer, whose orders are sorted by time.
func (t *RepeatTally) Add(orders []Order) {
	from, to := within(orders, t.Period)
	if from == to {
		return
	}
	if t.Lifetime {
		from = 0
	}
	if several(orders[from:to], t.Daily) {
		t.Repeat++
	} else {
		t.OneTime++
	}
}

// several tells whether sorted orders are more than one purchase.
func several(orders []Order, daily *time.Location) bool {
	if len(orders) < 2 || daily == nil {
		return len(orders) > 1
	}
	return !sameDay(orders[0].At.In(daily), orders[len(orders)-1].At.In(daily))
}

func sameDay(a, b time.Time) bool {
	year, month, day := a.Date()
	year2, month2, day2 := b.Date()
	return year == year2 && month == month2 && day == day2
}

// before is how many of the sorted orders were made before the time.
func before(orders []Order, t time.Time) int {
	n, _ := slices.BinarySearchFunc(orders, t, func(o Order, t time.Time) int { return o.At.Compare(t) })
	return n
}

// within finds the sorted orders of a period: those from the first index up to the second.
func within(orders []Order, p Period) (from, to int) {
	to = before(orders, p.To)
	return before(orders[:to], p.From), to
}

// AgainTally counts who of the buyers of a period buys again in the next one (month to month repurchase).
type AgainTally struct {
	Period, Next  Period
	Buyers, Again int64
}

// Add counts a customer, whose orders are sorted by time.
func (t *AgainTally) Add(orders []Order) {
	if from, to := within(orders, t.Period); from == to {
		return
	}
	t.Buyers++
	if from, to := within(orders, t.Next); from < to {
		t.Again++
	}
}

// Rate is the share of the buyers who bought again, in percent. Undefined without buyers.
func (t *AgainTally) Rate() Ratio { return Ratio{100 * t.Again, t.Buyers} }
