package store

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
)

// withNumber is a feed whose rows have a number of the shop's, and an id of ours.
func withNumber(feed customers.Feed, table string, currency int, rest ...string) kept {
	return kept{feed: feed, table: table, numbered: true, key: []string{"external_id"}, rest: rest, currency: currency}
}

// putAll stores the rows that records make.
func putAll[T any](ctx context.Context, s *Store, k kept, records []T, at time.Time, row func(T) told) ([]people.Fate, error) {
	rows := make([]told, len(records))
	for i, r := range records {
		rows[i] = row(r)
	}
	return s.put(ctx, k, rows, at)
}

// inTime tells whether what ends, if it does, doesn't do so before it starts. Both are milliseconds, or nil where they are not told.
func inTime(start, end any) bool {
	from, begun := start.(int64)
	to, over := end.(int64)
	return !begun || !over || from <= to
}

// PutCustomers stores since when contacts are customers.
func (s *Store) PutCustomers(ctx context.Context, records []customers.Acquired, at time.Time) ([]people.Fate, error) {
	k := kept{feed: customers.Since, table: "customer_since", key: []string{"contact_id"}, number: true, rest: []string{"acquired_at"}, currency: -1}
	return putAll(ctx, s, k, records, at, func(c customers.Acquired) told {
		return told{key: []any{int64(c.ContactID)}, rest: []any{millis(c.At)}}
	})
}

// PutSubscriptions stores subscriptions by their numbers.
func (s *Store) PutSubscriptions(ctx context.Context, records []customers.Subscription, at time.Time) ([]people.Fate, error) {
	k := withNumber(customers.Subscriptions, "subscription", 3, "contact_id", "started_at", "ended_at", "currency", "amount", "span", "spans", "trial")
	k.parts = []customers.Parts{2: customers.PartEnds, 6: customers.PartSpans, 7: customers.PartFlag}
	k.fits = func(rest []any) bool { return inTime(rest[1], rest[2]) }
	return putAll(ctx, s, k, records, at, func(c customers.Subscription) told {
		return told{c.ID, []any{c.ExternalID}, []any{int64(c.ContactID), millis(c.Started), millis(c.Ended), c.Currency, c.Amount, string(c.Span), c.Spans, c.Trial}, c.Untold}
	})
}

// PutContracts stores contracts by their numbers.
func (s *Store) PutContracts(ctx context.Context, records []customers.Contract, at time.Time) ([]people.Fate, error) {
	k := withNumber(customers.Contracts, "contract", -1, "contact_id", "term_ends_at", "renewed_at")
	k.parts = []customers.Parts{2: customers.PartRenewed}
	return putAll(ctx, s, k, records, at, func(c customers.Contract) told {
		return told{c.ID, []any{c.ExternalID}, []any{int64(c.ContactID), millis(c.TermEnds), millis(c.Renewed)}, c.Untold}
	})
}

// PutCosts stores costs by their numbers.
func (s *Store) PutCosts(ctx context.Context, records []customers.Cost, at time.Time) ([]people.Fate, error) {
	k := withNumber(customers.Costs, "cost", 2, "at", "category", "currency", "amount")
	return putAll(ctx, s, k, records, at, func(c customers.Cost) told {
		return told{c.ID, []any{c.ExternalID}, []any{millis(c.At), c.Category, c.Currency, c.Amount}, 0}
	})
}

// PutOpportunities stores opportunities by their numbers.
func (s *Store) PutOpportunities(ctx context.Context, records []customers.Opportunity, at time.Time) ([]people.Fate, error) {
	k := withNumber(customers.Opportunities, "opportunity", 5, "contact_id", "agent", "created_at", "closed_at", "outcome", "currency", "amount")
	k.parts = []customers.Parts{
		customers.PartCustomer, customers.PartAgent, customers.PartCreated, customers.PartOutcome, customers.PartOutcome, customers.PartMoney, customers.PartMoney,
	}
	k.fits = func(rest []any) bool { return inTime(rest[2], rest[3]) }
	return putAll(ctx, s, k, records, at, func(c customers.Opportunity) told {
		return told{c.ID, []any{c.ExternalID}, []any{null(int64(c.ContactID)), c.Agent, millis(c.Created), millis(c.Closed), int64(c.Outcome), c.Currency, c.Amount}, c.Untold}
	})
}

// PutStays stores stays of opportunities that are there.
func (s *Store) PutStays(ctx context.Context, records []customers.Stay, at time.Time) ([]people.Fate, error) {
	k := kept{feed: customers.Stages, table: "stage_stay", key: []string{"opportunity_id", "entered_at", "stage"}, number: true, rest: []string{"position", "left_at"}, currency: -1}
	k.parts = []customers.Parts{customers.PartPosition, customers.PartEnds}
	return putAll(ctx, s, k, records, at, func(c customers.Stay) told {
		return told{key: []any{int64(c.OpportunityID), millis(c.Entered), c.Stage}, rest: []any{c.Position, millis(c.Left)}, untold: c.Untold}
	})
}

// PutQuotas stores quotas by person, period and currency.
func (s *Store) PutQuotas(ctx context.Context, records []customers.Quota, at time.Time) ([]people.Fate, error) {
	k := kept{feed: customers.Quotas, table: "quota", key: []string{"agent", "from_at", "to_at", "currency"}, rest: []string{"amount", "by_hand"}, currency: -1}
	return putAll(ctx, s, k, records, at, func(c customers.Quota) told {
		return told{key: []any{c.Agent, millis(c.Period.From), millis(c.Period.To), c.Currency}, rest: []any{c.Amount, c.ByHand}}
	})
}

// PutTickets stores tickets by their numbers.
func (s *Store) PutTickets(ctx context.Context, records []customers.Ticket, at time.Time) ([]people.Fate, error) {
	k := withNumber(customers.Tickets, "ticket", -1, "contact_id", "agent", "created_at", "resolved_at", "excluded", "untimed")
	k.parts = []customers.Parts{customers.PartCustomer, customers.PartAgent, 0, customers.PartEnds, customers.PartFlag, customers.PartEnds}
	k.fits = func(rest []any) bool { return inTime(rest[2], rest[3]) }
	return putAll(ctx, s, k, records, at, func(c customers.Ticket) told {
		return told{c.ID, []any{c.ExternalID}, []any{null(int64(c.ContactID)), c.Agent, millis(c.Created), millis(c.Resolved), c.Excluded, c.Untimed}, c.Untold}
	})
}

// PutMemberships stores who is in the loyalty programme, by when they joined.
func (s *Store) PutMemberships(ctx context.Context, records []customers.Membership, at time.Time) ([]people.Fate, error) {
	k := kept{feed: customers.Memberships, table: "membership", key: []string{"contact_id", "joined_at"}, number: true, rest: []string{"left_at"}, currency: -1}
	k.parts = []customers.Parts{customers.PartEnds}
	return putAll(ctx, s, k, records, at, func(c customers.Membership) told {
		return told{key: []any{int64(c.ContactID), millis(c.Joined)}, rest: []any{millis(c.Left)}, untold: c.Untold}
	})
}

// PutRewards stores what happened in the loyalty programme by its numbers.
func (s *Store) PutRewards(ctx context.Context, records []customers.Reward, at time.Time) ([]people.Fate, error) {
	k := withNumber(customers.Rewards, "reward", -1, "contact_id", "at", "kind", "count")
	k.parts = []customers.Parts{3: customers.PartCount}
	return putAll(ctx, s, k, records, at, func(c customers.Reward) told {
		return told{c.ID, []any{c.ExternalID}, []any{int64(c.ContactID), millis(c.At), string(c.Kind), c.Count}, c.Untold}
	})
}
