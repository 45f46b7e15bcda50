package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// MoneyStore is where what customers bought is written.
type MoneyStore interface {
	PutOrders(ctx context.Context, orders []customers.Order, at time.Time) ([]people.Fate, error)
	PutCosts(ctx context.Context, records []customers.Cost, at time.Time) ([]people.Fate, error)
	PutSubscriptions(ctx context.Context, records []customers.Subscription, at time.Time) ([]people.Fate, error)
	PutContracts(ctx context.Context, records []customers.Contract, at time.Time) ([]people.Fate, error)
	PutOpportunities(ctx context.Context, records []customers.Opportunity, at time.Time) ([]people.Fate, error)
	PutStays(ctx context.Context, records []customers.Stay, at time.Time) ([]people.Fate, error)
	PutQuotas(ctx context.Context, records []customers.Quota, at time.Time) ([]people.Fate, error)
	PutTickets(ctx context.Context, records []customers.Ticket, at time.Time) ([]people.Fate, error)
	PutMemberships(ctx context.Context, records []customers.Membership, at time.Time) ([]people.Fate, error)
	PutRewards(ctx context.Context, records []customers.Reward, at time.Time) ([]people.Fate, error)
}

const (
	euro     = 100
	currency = "EUR"
	history  = 30 // months of orders and costs before the end
	// Of so many customers one has a care plan, is a member of the loyalty programme, has a contract.
	planEvery, memberEvery, contractEvery = 6, 3, 20
)

// till makes up what the shop's other systems would tell.
type till struct {
	rng      *rand.Rand
	now      time.Time
	zone     *time.Location
	contacts []survey.Contact

	orders        []customers.Order
	subscriptions []customers.Subscription
	memberships   []customers.Membership
	rewards       []customers.Reward
	contracts     []customers.Contract
	tickets       []customers.Ticket
}

// money writes two and a half years of orders, costs, sales and service.
func (t *tale) money(ctx context.Context, st MoneyStore, s Setup) error {
	b := &till{rng: chance(ofMoney), now: s.Now.UTC().Truncate(time.Second), zone: s.Zone, contacts: t.contacts}
	for i, c := range t.contacts {
		b.buy(c)
		if i%planEvery == 0 {
			b.subscribe(c)
		}
		if i%memberEvery == 0 {
			b.join(c)
		}
		if i%contractEvery == 0 {
			b.contract(c)
		}
	}
	deals, stays := b.pipeline()
	for _, write := range []func() ([]people.Fate, error){
		func() ([]people.Fate, error) { return st.PutOrders(ctx, b.orders, b.now) },
		func() ([]people.Fate, error) { return st.PutCosts(ctx, b.costs(), b.now) },
		func() ([]people.Fate, error) { return st.PutSubscriptions(ctx, b.subscriptions, b.now) },
		func() ([]people.Fate, error) { return st.PutContracts(ctx, b.contracts, b.now) },
		func() ([]people.Fate, error) { return st.PutOpportunities(ctx, deals, b.now) },
		func() ([]people.Fate, error) { return st.PutStays(ctx, stays, b.now) },
		func() ([]people.Fate, error) { return st.PutQuotas(ctx, b.quotas(), b.now) },
		func() ([]people.Fate, error) { return st.PutTickets(ctx, b.tickets, b.now) },
		func() ([]people.Fate, error) { return st.PutMemberships(ctx, b.memberships, b.now) },
		func() ([]people.Fate, error) { return st.PutRewards(ctx, b.rewards, b.now) },
	} {
		if _, err := write(); err != nil {
			return fmt.Errorf("write what the demo's customers bought: %w", err)
		}
	}
	return nil
}

// back is a moment so many days before the end, in the hours of the shop.
func (b *till) back(days float64) time.Time {
	at := b.now.Add(-time.Duration(days * float64(24*time.Hour)))
	y, m, d := at.In(b.zone).Date()
	at = time.Date(y, m, d, 8+b.rng.IntN(12), b.rng.IntN(60), 0, 0, b.zone)
	if at.After(b.now) {
		return b.now.Add(-time.Hour)
	}
	return at.UTC()
}

// buy makes up the orders of a customer: most come once, furniture lasts; those who come again do so within the year.
func (b *till) buy(c survey.Contact) {
	age := b.rng.Float64() * history * 30
	if since := b.now.Sub(c.CreatedAt).Hours() / 24; b.rng.IntN(3) == 0 || age < since {
		age = since + 3 // the first order came just before the first answer
	}
	for n := 0; age > 0 && n < 8; n++ {
		o := customers.Order{
			ID: survey.ID(len(b.orders) + 1), ExternalID: fmt.Sprint("LH-", 40000+len(b.orders)), ContactID: c.ID, At: b.back(age), Currency: currency,
			Amount: int64(25+b.rng.ExpFloat64()*180) * euro,
		}
		switch p := b.rng.IntN(40); {
		case p == 0:
			o.Status = customers.Cancelled
		case p < 3:
			o.Refunded = o.Amount / 2
		case n > 0 && p < 9:
			o.Kind = "addon"
		}
		b.orders = append(b.orders, o)
		if b.rng.IntN(8) == 0 {
			b.ask(c, o.At)
		}
		if b.rng.Float64() > 0.42+0.06*float64(n) {
			return
		}
		age -= 12 + b.rng.ExpFloat64()*120
	}
}

// ask makes up a question to the help desk some days after an order.
func (b *till) ask(c survey.Contact, after time.Time) {
	created := after.Add(time.Duration(b.rng.IntN(200)) * time.Hour)
	if created.After(b.now) {
		return
	}
	t := customers.Ticket{
		ID: survey.ID(len(b.tickets) + 1), ExternalID: fmt.Sprint("T-", 700+len(b.tickets)), ContactID: c.ID, Agent: b.one("Ivan Petrov", "Lena Brandt"), Created: created,
		Resolved: created.Add(time.Duration(20+b.rng.ExpFloat64()*900) * time.Minute), Excluded: b.rng.IntN(30) == 0,
	}
	if t.Resolved.After(b.now) {
		t.Resolved = time.Time{}
	}
	b.tickets = append(b.tickets, t)
}

func (b *till) one(of ...string) string { return of[b.rng.IntN(len(of))] }

// subscribe makes up the care plan of a customer: a few leave, a few take the larger one.
func (b *till) subscribe(c survey.Contact) {
	began := b.back(30 + b.rng.Float64()*(history-3)*30)
	plan := func(from, to time.Time, amount int64, span scoring.Span) {
		b.subscriptions = append(b.subscriptions, customers.Subscription{
			ID: survey.ID(len(b.subscriptions) + 1), ExternalID: fmt.Sprint("CARE-", 100+len(b.subscriptions)), ContactID: c.ID, Started: from, Ended: to, Currency: currency,
			Amount: amount, Span: span, Spans: 1,
		})
	}
	turn := began.Add(time.Duration(60+b.rng.IntN(400)) * 24 * time.Hour)
	switch p := b.rng.IntN(10); {
	case p < 3 && turn.Before(b.now):
		plan(began, turn, 9*euro, scoring.Month)
	case p < 5 && turn.Before(b.now):
		plan(began, turn, 9*euro, scoring.Month)
		plan(turn, time.Time{}, 19*euro, scoring.Month)
	case p < 7:
		plan(began, time.Time{}, 96*euro, scoring.Year)
	default:
		plan(began, time.Time{}, 9*euro, scoring.Month)
	}
}

// join makes up what a member of the loyalty programme does.
func (b *till) join(c survey.Contact) {
	age := 20 + b.rng.Float64()*500
	b.memberships = append(b.memberships, customers.Membership{ContactID: c.ID, Joined: b.back(age)})
	for age -= 10; age > 0; age -= 5 + b.rng.ExpFloat64()*70 {
		r := customers.Reward{ID: survey.ID(len(b.rewards) + 1), ExternalID: fmt.Sprint("R-", len(b.rewards)), ContactID: c.ID, At: b.back(age), Kind: customers.Earned, Count: 50}
		switch b.rng.IntN(5) {
		case 0:
			r.Kind, r.Count = customers.Issued, 1
		case 1:
			r.Kind, r.Count = customers.Redeemed, 1
		}
		b.rewards = append(b.rewards, r)
	}
}

// contract makes up the delivery contracts of an office: one term after the other.
func (b *till) contract(c survey.Contact) {
	for age := b.rng.Float64() * 400; age > -200; age -= 180 {
		k := customers.Contract{ID: survey.ID(len(b.contracts) + 1), ExternalID: fmt.Sprint("K-", 10+len(b.contracts)), ContactID: c.ID, TermEnds: b.now.Add(-time.Duration(age*24) * time.Hour)}
		if age > 0 && b.rng.IntN(6) > 0 {
			k.Renewed = k.TermEnds.Add(-time.Duration(b.rng.IntN(20)) * 24 * time.Hour)
		}
		b.contracts = append(b.contracts, k)
		if k.Renewed.IsZero() {
			return
		}
	}
}
