package scoring

import (
	"slices"
	"time"
)

// Retention is what became of the customers of a period (metrics 4.2). Those acquired in the period are in neither the base nor the retained.
type Retention struct {
	Base        int64 // active when the period began
	ActiveEnd   int64 // active when it ended
	Acquired    int64 // customers for the first time in the period, active at its end or not
	Reactivated int64 // customers before, not active when the period began, active when it ended
	Retained    int64 // of Base, active when it ended
	Lost        int64 // of Base, not active when it ended
}

// Rate is the share of the base that was retained, in percent. Undefined without a base.
func (r Retention) Rate() Ratio { return Ratio{100 * r.Retained, r.Base} }

// Churn is the share of the base that was lost, in percent. Undefined without a base.
func (r Retention) Churn() Ratio { return Ratio{100 * r.Lost, r.Base} }

// Counts is what the counts form would have to go by.
func (r Retention) Counts() RetentionCounts {
	return RetentionCounts{Start: r.Base, End: r.ActiveEnd, Acquired: r.Acquired}
}

// RetentionCounts is retention without knowing who is who (metrics 4.2). It is only right when nobody acquired in the period left in it, and nobody came back.
type RetentionCounts struct{ Start, End, Acquired int64 }

// Rate is 100*(end-acquired)/start in percent, not clipped. Undefined without customers at the start.
func (c RetentionCounts) Rate() Ratio { return Ratio{100 * (c.End - c.Acquired), c.Start} }

// Churn is 100 less the rate.
func (c RetentionCounts) Churn() Ratio { return Ratio{100 * (c.Start - c.End + c.Acquired), c.Start} }

// Inconsistent tells that the counts cannot all be right: the rate would be below 0 or above 100 percent.
func (c RetentionCounts) Inconsistent() bool {
	return c.End < c.Acquired || c.End-c.Acquired > c.Start
}

// RetentionTally counts the retention of a period. Customers are added one at a time.
type RetentionTally struct {
	Period Period
	Retention
}

// Add counts a customer by the subscriptions, in any order. Who has none counts nowhere.
func (t *RetentionTally) Add(subscriptions []Subscription) {
	if len(subscriptions) == 0 {
		return
	}
	var atStart, atEnd bool
	first := subscriptions[0].Started
	for _, s := range subscriptions {
		atStart = atStart || s.ActiveAt(t.Period.From)
		atEnd = atEnd || s.ActiveAt(t.Period.To)
		if s.Started.Before(first) {
			first = s.Started
		}
	}
	t.count(t.Period, first, atStart, atEnd)
}

// count sorts a customer, acquired at the time first, into the groups.
func (r *Retention) count(p Period, first time.Time, atStart, atEnd bool) {
	if p.Contains(first) {
		r.Acquired++
	}
	if atEnd {
		r.ActiveEnd++
	}
	switch {
	case atStart && atEnd:
		r.Base++
		r.Retained++
	case atStart:
		r.Base++
		r.Lost++
	case atEnd && first.Before(p.From):
		r.Reactivated++
	}
}

// ActivityTally counts the retention of a period where there are no contracts: a customer is active at t who ordered within a window, (t-W, t].
// Whoever ordered for the first time exactly at t is new and not active yet, as one is whose subscription starts at t.
type ActivityTally struct {
	Period              Period
	startSince, toSince time.Time // where the windows at the period's start and end begin
	Retention
}

// NewActivityTally makes one with a window of so many days of the zone.
func NewActivityTally(p Period, days int64, zone *time.Location) *ActivityTally {
	return &ActivityTally{Period: p, startSince: DaysLater(p.From, -days, zone), toSince: DaysLater(p.To, -days, zone)}
}

// BaseSince is when the window at the period's start begins. When the shop's data begin later, the base is not whole, and nobody can have churned.
func (t *ActivityTally) BaseSince() time.Time { return t.startSince }

// Add counts a customer, whose orders are sorted by time.
func (t *ActivityTally) Add(orders []Order) {
	if len(orders) == 0 {
		return
	}
	atStart, atEnd := active(orders, t.startSince, t.Period.From), active(orders, t.toSince, t.Period.To)
	t.count(t.Period, orders[0].At, atStart, atEnd)
}

// active tells whether one of the sorted orders was made after since and not after t.
func active(orders []Order, since, t time.Time) bool {
	if !orders[0].At.Before(t) {
		return false
	}
	n, _ := slices.BinarySearchFunc(orders, t, func(o Order, t time.Time) int {
		if o.At.After(t) {
			return 1
		}
		return -1
	})
	return orders[n-1].At.After(since)
}
