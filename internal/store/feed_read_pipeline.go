package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
)

// each streams the rows of a query as records, and names what they are in errors.
func each[T any](ctx context.Context, s *Store, what string, scan func(*sql.Rows) (T, error), do func(T) error, query string, args ...any) error {
	err := stream(ctx, s.q(ctx), func(r *sql.Rows) error {
		v, err := scan(r)
		if err != nil {
			return err
		}
		return do(v)
	}, query, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// ContractsEnding implements customers.Source.
func (s *Store) ContractsEnding(ctx context.Context, p scoring.Period, do func(scoring.Contract) error) error {
	return each(ctx, s, "contracts", func(r *sql.Rows) (c scoring.Contract, err error) {
		return c, r.Scan(instant{&c.TermEnds}, instant{&c.Renewed})
	}, do, `SELECT term_ends_at, renewed_at FROM contract WHERE term_ends_at >= $1 AND term_ends_at < $2 ORDER BY term_ends_at, id`, p.From.UnixMilli(), p.To.UnixMilli())
}

// EachOpportunity implements customers.Source.
func (s *Store) EachOpportunity(ctx context.Context, currency string, do func(scoring.Opportunity) error) error {
	where, args := inCurrency(`id > 0`, currency, nil)
	return each(ctx, s, "opportunities", func(r *sql.Rows) (o scoring.Opportunity, err error) {
		return o, r.Scan(&o.ID, &o.Agent, instant{&o.Created}, instant{&o.Closed}, &o.Outcome, &o.Amount)
	}, do, `SELECT id, agent, created_at, closed_at, outcome, amount FROM opportunity WHERE `+where+` ORDER BY id`, args...)
}

// EachStay implements customers.Source.
func (s *Store) EachStay(ctx context.Context, do func(scoring.Stay) error) error {
	type row struct {
		scoring.Stay
		closed time.Time
	}
	var last row // not handed on yet: the next one may tell when it ended
	hand := func(next scoring.Stay) error {
		if last.Opportunity == 0 {
			return nil
		}
		if last.Left.IsZero() && next.Opportunity == last.Opportunity {
			last.Left = next.Entered
		}
		if last.Left.IsZero() && !last.closed.Before(last.Entered) {
			last.Left = last.closed
		}
		return do(last.Stay)
	}
	err := each(ctx, s, "stages", func(r *sql.Rows) (v row, err error) {
		return v, r.Scan(&v.Opportunity, &v.Stage, &v.Position, instant{&v.Entered}, instant{&v.Left}, instant{&v.closed})
	}, func(v row) error {
		err := hand(v.Stay)
		last = v
		return err
	}, `SELECT t.opportunity_id, t.stage, t.position, t.entered_at, t.left_at, o.closed_at FROM stage_stay t JOIN opportunity o ON o.id = t.opportunity_id
		ORDER BY t.opportunity_id, t.entered_at, t.position, t.stage`)
	if err != nil {
		return err
	}
	return hand(scoring.Stay{})
}

// EachTicket implements customers.Source.
func (s *Store) EachTicket(ctx context.Context, do func(agent string, t scoring.Ticket) error) error {
	type row struct {
		scoring.Ticket
		agent string
	}
	return each(ctx, s, "tickets", func(r *sql.Rows) (v row, err error) {
		return v, r.Scan(&v.agent, instant{&v.Created}, instant{&v.Resolved}, &v.Excluded, &v.Untimed)
	}, func(v row) error { return do(v.agent, v.Ticket) }, `SELECT agent, created_at, resolved_at, excluded, untimed FROM ticket ORDER BY id`)
}

// EachMembership implements customers.Source.
func (s *Store) EachMembership(ctx context.Context, do func(customers.Membership) error) error {
	return each(ctx, s, "memberships", func(r *sql.Rows) (m customers.Membership, err error) {
		return m, r.Scan((*int64)(&m.ContactID), instant{&m.Joined}, instant{&m.Left})
	}, do, `SELECT contact_id, joined_at, left_at FROM membership ORDER BY contact_id, joined_at`)
}

// EachReward implements customers.Source.
func (s *Store) EachReward(ctx context.Context, p scoring.Period, do func(customers.Reward) error) error {
	return each(ctx, s, "rewards", func(r *sql.Rows) (v customers.Reward, err error) {
		return v, r.Scan((*int64)(&v.ID), &v.ExternalID, (*int64)(&v.ContactID), instant{&v.At}, &v.Kind, &v.Count)
	}, do, `SELECT id, external_id, contact_id, at, kind, count FROM reward WHERE at >= $1 AND at < $2 ORDER BY at, id`, p.From.UnixMilli(), p.To.UnixMilli())
}
