package customers_test

import (
	"math/rand/v2"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// dice makes random shops: small ones, with much that happens exactly when a period begins or ends.
type dice struct {
	*rand.Rand
	periods []scoring.Period
	edges   []time.Time // other times at which something changes
}

// when is a time around the periods, to the millisecond.
func (d dice) when() time.Time {
	p := d.periods[d.IntN(len(d.periods))]
	edge := []time.Time{p.From, p.To}[d.IntN(2)]
	switch d.IntN(5) {
	case 0:
		return edge
	case 4:
		return d.edges[d.IntN(len(d.edges))]
	case 1:
		return edge.Add(time.Duration(d.IntN(3)-1) * time.Millisecond)
	case 2:
		return edge.AddDate(0, 0, d.IntN(800)-400)
	}
	return p.From.Add(time.Duration(d.Int64N(int64(p.To.Sub(p.From)/time.Millisecond))) * time.Millisecond)
}

// later is some time after, often just a few hours, or never.
func (d dice) later(t time.Time) time.Time {
	switch d.IntN(5) {
	case 0:
		return time.Time{}
	case 1:
		return t
	case 2:
		return t.Add(48 * time.Hour)
	case 3:
		return t.Add(time.Duration(d.IntN(100*3600)) * time.Second)
	}
	if edge := d.when(); edge.After(t) {
		return edge
	}
	return t.Add(time.Millisecond)
}

func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

func (d dice) contact() survey.ID { return survey.ID(1 + d.IntN(8)) }

func (d dice) currency() string { return one(d, "EUR", "EUR", "USD") }

func (d dice) agent() string { return one(d, "", "Ann", "Боян", "Cid") }

// upTo does something up to so many times less one.
func (d dice) upTo(n int, do func()) {
	for range d.IntN(n) {
		do()
	}
}

// shop rolls one.
func (d dice) shop() (s contractsShop) {
	d.upTo(25, func() { s.orders = append(s.orders, d.order()) })
	d.upTo(15, func() {
		at := d.when()
		s.subscriptions = append(s.subscriptions, customers.Subscription{
			ContactID: d.contact(), Started: at, Ended: d.later(at), Currency: d.currency(), Amount: one(d, int64(0), 999, 1000, 12000, 123456789), Trial: d.IntN(8) == 0,
			Span: one(d, scoring.Week, scoring.Month, scoring.Quarter, scoring.Year), Spans: one(d, int64(1), 1, 2, 6, 13, 17),
		})
	})
	d.upTo(15, func() {
		ends := d.when()
		renewed := one(d, time.Time{}, ends, ends.AddDate(0, 0, -20), ends.Add(7*24*time.Hour), ends.Add(7*24*time.Hour+time.Millisecond), d.later(ends))
		s.contracts = append(s.contracts, customers.Contract{ContactID: d.contact(), TermEnds: ends, Renewed: renewed})
	})
	d.pipeline(&s)
	d.upTo(20, func() {
		at := one(d, d.when(), d.when(), one(d, d.periods...).To.Add(-48*time.Hour)) // not overdue yet when the period ends
		s.tickets = append(s.tickets, customers.Ticket{Agent: d.agent(), Created: at, Resolved: d.later(at), Excluded: d.IntN(6) == 0, Untimed: d.IntN(6) == 0})
	})
	d.loyalty(&s)
	return s
}

func (d dice) order() customers.Order {
	o := customers.Order{ContactID: d.contact(), At: d.when(), Currency: d.currency(), Amount: one(d, int64(0), 1, 100, 4999), Kind: one(d, "", "", "upgrade", "addon", "cross_sell")}
	o.Status = one(d, customers.Paid, customers.Paid, customers.Paid, customers.Cancelled, customers.Test)
	o.Refunded = one(d, 0, 0, o.Amount/2, o.Amount)
	return o
}

// pipeline rolls opportunities with their stays, and quotas.
func (d dice) pipeline(s *contractsShop) {
	d.upTo(25, func() {
		o := customers.Opportunity{Agent: d.agent(), Created: d.when(), Currency: d.currency(), Amount: one(d, int64(-500), 0, 700, 12345)}
		if o.Closed = d.later(o.Created); !o.Closed.IsZero() {
			o.Outcome = one(d, scoring.Won, scoring.Won, scoring.Lost)
		}
		at := o.Created
		s.opportunities = append(s.opportunities, o)
		d.upTo(5, func() {
			at = at.Add(time.Duration(1+d.IntN(40*24*3600)) * time.Second)
			stage := d.IntN(3)
			s.stays = append(s.stays, customers.Stay{OpportunityID: survey.ID(len(s.opportunities)), Stage: []string{"lead", "offer", "talks"}[stage], Position: int64(stage + 1), Entered: at})
			if d.IntN(2) == 0 {
				at = at.Add(time.Duration(d.IntN(20*24)) * time.Hour)
				s.stays[len(s.stays)-1].Left = at
			}
		})
		switch last := &s.opportunities[len(s.opportunities)-1]; d.IntN(8) { // some lack dates
		case 0:
			last.Created = time.Time{}
		case 1:
			last.Closed = time.Time{}
		}
	})
	seen := map[customers.Quota]bool{}
	d.upTo(20, func() {
		q := customers.Quota{Agent: d.agent(), Period: one(d, d.periods...), Currency: d.currency()}
		if !seen[q] {
			seen[q] = true
			q.Amount = one(d, int64(0), 1000, 50000)
			s.quotas = append(s.quotas, q)
		}
	})
}

// loyalty rolls members, some of whom never bought, what they did, and what the shop knows of its customers.
func (d dice) loyalty(s *contractsShop) {
	for contact := survey.ID(1); contact <= 10; contact++ {
		if d.IntN(3) == 0 {
			s.acquired = append(s.acquired, customers.Acquired{ContactID: contact, At: d.when()})
		}
		if d.IntN(2) == 0 {
			at := d.when()
			first := customers.Membership{ContactID: contact, Joined: at, Left: d.later(at)}
			s.memberships = append(s.memberships, first)
			if back := d.later(first.Left.Add(time.Millisecond)); !first.Left.IsZero() && back.After(first.Left) {
				s.memberships = append(s.memberships, customers.Membership{ContactID: contact, Joined: back, Left: d.later(back)})
			}
		}
	}
	d.upTo(25, func() {
		s.rewards = append(s.rewards, customers.Reward{
			ContactID: d.contact() + 2, At: d.when(), Kind: one(d, customers.Earned, customers.Issued, customers.Redeemed), Count: 1 + d.Int64N(3),
		})
	})
}
