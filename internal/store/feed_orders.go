package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// PutOrders stores orders by their numbers. Refunds that came by themselves stay: what an order tells of them counts where it is more.
func (s *Store) PutOrders(ctx context.Context, orders []customers.Order, at time.Time) (fates []people.Fate, err error) {
	k := withNumber(customers.Orders, "customer_order", 2, "contact_id", "at", "currency", "amount", "refund_told", "status", "kind")
	k.parts = []customers.Parts{4: customers.PartRefunded, 5: customers.PartStatus, 6: customers.PartKind}
	k.fits = func(rest []any) bool { return rest[4].(int64) <= rest[3].(int64) }
	err = s.InTx(ctx, func(ctx context.Context) (err error) {
		fates, err = putAll(ctx, s, k, orders, at, func(o customers.Order) told {
			return told{o.ID, []any{o.ExternalID}, []any{int64(o.ContactID), millis(o.At), o.Currency, o.Amount, o.Refunded, int64(o.Status), o.Kind}, o.Untold}
		})
		if err != nil {
			return err
		}
		var numbers []string
		for i, fate := range fates {
			if fate == people.Changed || fate == people.Added && orders[i].Refunded > 0 {
				numbers = append(numbers, orders[i].ExternalID)
			}
		}
		if len(numbers) == 0 {
			return nil
		}
		return s.sumRefunds(ctx, `external_id IN `+s.list("$1"), jsonList(numbers))
	})
	return fates, err
}

// PutRefunds stores refunds of orders that are there, by their numbers.
func (s *Store) PutRefunds(ctx context.Context, refunds []customers.Refund, at time.Time) (fates []people.Fate, err error) {
	k := withNumber(customers.Refunds, "customer_refund", -1, "order_id", "at", "amount")
	err = s.InTx(ctx, func(ctx context.Context) error {
		numbers := make([]string, len(refunds))
		for i, r := range refunds {
			numbers[i] = r.ExternalID
		}
		before, err := s.Refunds(ctx, numbers, nil)
		if err != nil {
			return err
		}
		fates, err = putAll(ctx, s, k, refunds, at, func(r customers.Refund) told {
			return told{r.ID, []any{r.ExternalID}, []any{int64(r.OrderID), millis(r.At), r.Amount}, 0}
		})
		if err != nil {
			return err
		}
		var orders []survey.ID
		for i, fate := range fates {
			if fate != people.Same {
				orders = append(orders, refunds[i].OrderID)
			}
		}
		if len(orders) == 0 {
			return nil
		}
		for _, r := range before {
			orders = append(orders, r.OrderID) // it may have been moved to another order
		}
		if err := s.sumRefunds(ctx, `id IN `+s.numbers("$1"), idList(orders)); err != nil {
			return err
		}
		return s.raiseFeed(ctx, customers.Orders, 0, at) // what is left of them is less
	})
	return fates, err
}

// sumRefunds sets what is refunded of the orders that a condition names.
func (s *Store) sumRefunds(ctx context.Context, where, list string) error {
	const sum = `coalesce((SELECT CAST(sum(r.amount) AS BIGINT) FROM customer_refund r WHERE r.order_id = customer_order.id), 0)`
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE customer_order SET refunded = CASE WHEN refund_told > `+sum+` THEN refund_told ELSE `+sum+` END WHERE `+where, list)
	if err != nil {
		return fmt.Errorf("sum refunds: %w", err)
	}
	return nil
}

// OrdersByNumber reads those of the orders that are there.
func (s *Store) OrdersByNumber(ctx context.Context, numbers []string) (map[string]customers.Order, error) {
	found := make(map[string]customers.Order, len(numbers))
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var o customers.Order
		err = r.Scan((*int64)(&o.ID), &o.ExternalID, (*int64)(&o.ContactID), instant{&o.At}, &o.Currency, &o.Amount, &o.Refunded, &o.Status, &o.Kind)
		found[o.ExternalID] = o
		return struct{}{}, err
	}, `SELECT id, external_id, contact_id, at, currency, amount, refunded, status, kind FROM customer_order WHERE external_id IN `+s.list("$1"), jsonList(numbers))
	if err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	return found, nil
}

// Refunds reads refunds by their numbers, and those of orders, each once.
func (s *Store) Refunds(ctx context.Context, numbers []string, orders []survey.ID) ([]customers.Refund, error) {
	found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (f customers.Refund, err error) {
		return f, r.Scan((*int64)(&f.ID), &f.ExternalID, (*int64)(&f.OrderID), instant{&f.At}, &f.Amount)
	}, `SELECT id, external_id, order_id, at, amount FROM customer_refund WHERE id IN (
			SELECT id FROM customer_refund WHERE external_id IN `+s.list("$1")+` UNION SELECT id FROM customer_refund WHERE order_id IN `+s.numbers("$2")+`) ORDER BY id`,
		jsonList(append([]string{}, numbers...)), idList(orders))
	if err != nil {
		return nil, fmt.Errorf("find refunds: %w", err)
	}
	return found, nil
}

// OpportunitiesByNumber reads those of the opportunities that are there.
func (s *Store) OpportunitiesByNumber(ctx context.Context, numbers []string) (map[string]customers.Opportunity, error) {
	found := make(map[string]customers.Opportunity, len(numbers))
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var o customers.Opportunity
		var contact sql.NullInt64
		err = r.Scan((*int64)(&o.ID), &o.ExternalID, &contact, &o.Agent, instant{&o.Created}, instant{&o.Closed}, &o.Outcome, &o.Currency, &o.Amount)
		o.ContactID = survey.ID(contact.Int64)
		found[o.ExternalID] = o
		return struct{}{}, err
	}, `SELECT id, external_id, contact_id, agent, created_at, closed_at, outcome, currency, amount FROM opportunity WHERE external_id IN `+s.list("$1"), jsonList(numbers))
	if err != nil {
		return nil, fmt.Errorf("find opportunities: %w", err)
	}
	return found, nil
}

// Stays reads those of opportunities as they were told, by (OpportunityID, Entered).
func (s *Store) Stays(ctx context.Context, opportunities []survey.ID) ([]customers.Stay, error) {
	found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (f customers.Stay, err error) {
		return f, r.Scan((*int64)(&f.OpportunityID), instant{&f.Entered}, &f.Stage, &f.Position, instant{&f.Left})
	}, `SELECT opportunity_id, entered_at, stage, position, left_at FROM stage_stay WHERE opportunity_id IN `+s.numbers("$1")+` ORDER BY opportunity_id, entered_at, stage`,
		idList(opportunities))
	if err != nil {
		return nil, fmt.Errorf("find stays: %w", err)
	}
	return found, nil
}

// Memberships reads those of contacts, by (ContactID, Joined).
func (s *Store) Memberships(ctx context.Context, contacts []survey.ID) ([]customers.Membership, error) {
	found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (m customers.Membership, err error) {
		return m, r.Scan((*int64)(&m.ContactID), instant{&m.Joined}, instant{&m.Left})
	}, `SELECT contact_id, joined_at, left_at FROM membership WHERE contact_id IN `+s.numbers("$1")+` ORDER BY contact_id, joined_at`, idList(contacts))
	if err != nil {
		return nil, fmt.Errorf("find memberships: %w", err)
	}
	return found, nil
}
