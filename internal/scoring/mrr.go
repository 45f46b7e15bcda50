package scoring

import (
	"math/big"
	"time"
)

// ActiveAt tells whether the subscription is active just before the time: it began before it, and had not ended before it. One that ends exactly
// then is still active, one that begins then is not yet (metrics 4.2).
func (s Subscription) ActiveAt(t time.Time) bool {
	return s.Started.Before(t) && (s.Ended.IsZero() || !s.Ended.Before(t))
}

// Recurring tallies the monthly recurring revenue at both ends of a period, and what changed it (metrics 4.7). Its customers come one at a time.
type Recurring struct {
	Period   Period
	parts    [recurringParts]part
	switched int64
}

type part struct {
	customers int64
	money     monthlySum
}

// Indexes of the parts.
const (
	atStart = iota
	fresh
	back
	more
	less
	gone
	atEnd
	recurringParts
)

// Flow is monthly money, and how many customers it is of.
type Flow struct {
	Customers int64
	Money     *big.Rat // minor units a month
}

// Movements is what Recurring tallied. End = Start + New + Reactivation + Expansion - Contraction - Churned, exactly. So do the customers without Expansion and
// Contraction, but for those who switched the currency: they are customers of both ends, and what they pay goes from the contraction of one currency into the
// expansion of the other.
type Movements struct {
	Start        Flow
	New          Flow // of customers whose first subscription began in the period
	Reactivation Flow // of customers who had one before, but none at the start
	Expansion    Flow // of customers of both ends who pay more, by how much
	Contraction  Flow // of customers of both ends who pay less, by how much
	Churned      Flow // of customers who have none at the end, what they paid at the start
	End          Flow
	Switched     int64 // customers of both ends who pay in this currency at one of them only
}

// Add takes all subscriptions of one customer, in any order.
func (r *Recurring) Add(subscriptions []Subscription) {
	if len(subscriptions) > 0 {
		r.AddAs(StandingOf(subscriptions, r.Period), subscriptions)
	}
}

// Subscriber is what a customer is to a period by subscriptions in all currencies.
type Subscriber struct {
	Before, Start, End bool // had one before it began; has one when it begins, and when it ends
}

// StandingOf looks at all subscriptions of one customer.
func StandingOf(subscriptions []Subscription, p Period) (s Subscriber) {
	for _, v := range subscriptions {
		s.Before = s.Before || v.Started.Before(p.From)
		s.Start = s.Start || v.ActiveAt(p.From)
		s.End = s.End || v.ActiveAt(p.To)
	}
	return s
}

// AddAs is Add for a customer who may have subscriptions in other currencies than these are: who switches is neither lost nor new (metrics 4.7).
func (r *Recurring) AddAs(who Subscriber, subscriptions []Subscription) {
	var start, end monthlySum
	var inStart, inEnd bool
	for _, s := range subscriptions {
		if s.ActiveAt(r.Period.From) {
			inStart = true
			start.addPrice(s)
		}
		if s.ActiveAt(r.Period.To) {
			inEnd = true
			end.addPrice(s)
		}
	}
	if inStart {
		r.count(atStart, start)
	}
	if inEnd {
		r.count(atEnd, end)
	}
	if who.Start && who.End && inStart != inEnd {
		r.switched++
	}
	switch change := end.minus(start); {
	case !inStart && !inEnd:
	case who.Start && !who.End:
		r.count(gone, start)
	case !who.Start && who.Before:
		r.count(back, end)
	case !who.Start:
		r.count(fresh, end)
	case change.sign() > 0:
		r.count(more, change)
	case change.sign() < 0:
		r.count(less, start.minus(end))
	}
}

func (r *Recurring) count(which int, money monthlySum) {
	r.parts[which].customers++
	r.parts[which].money.add(money)
}

// Movements is what was tallied so far.
func (r *Recurring) Movements() Movements {
	of := func(which int) Flow { return Flow{r.parts[which].customers, r.parts[which].money.rat()} }
	return Movements{Start: of(atStart), New: of(fresh), Reactivation: of(back), Expansion: of(more), Contraction: of(less), Churned: of(gone), End: of(atEnd), Switched: r.switched}
}

// PerCustomer is the money of each of the customers, nil without any.
func (f Flow) PerCustomer() *big.Rat {
	if f.Customers == 0 {
		return nil
	}
	return new(big.Rat).Quo(f.Money, big.NewRat(f.Customers, 1))
}

// MonthlyAverage is money in minor units over whole months, nil without any.
func MonthlyAverage(money, months int64) *big.Rat {
	if months < 1 {
		return nil
	}
	return big.NewRat(money, months)
}

// RecurringOfCounts estimates monthly recurring revenue from a count of customers and what one of them brings a month, in minor units. It is the sum
// of the subscriptions only if that is the mean of the same customers.
func RecurringOfCounts(customers int64, perCustomer *big.Rat) *big.Rat {
	if perCustomer == nil {
		return nil
	}
	return new(big.Rat).Mul(big.NewRat(customers, 1), perCustomer)
}
