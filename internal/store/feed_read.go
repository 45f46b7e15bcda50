package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// counted is which orders count (metrics 2.5): paid ones of which something is left. One that never cost anything was still an order.
const counted = `status = 0 AND NOT (amount > 0 AND refunded >= amount)`

// stream runs a query and hands its rows on one by one, so that their number doesn't matter.
func stream(ctx context.Context, q querier, row func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// inCurrency narrows a condition to a currency, unless it is "".
func inCurrency(where, currency string, args []any) (string, []any) {
	if currency == "" {
		return where, args
	}
	return where + ` AND currency = $` + strconv.Itoa(len(args)+1), append(args, currency)
}

// buyersSQL reads orders in the order of the index customer_order_of, which has all that is read.
func buyersSQL(currency string, before time.Time) (string, []any) {
	where, args := inCurrency(counted+` AND at < $1`, currency, []any{before.UnixMilli()})
	return `SELECT contact_id, id, at, amount - refunded, kind FROM customer_order WHERE ` + where + ` ORDER BY contact_id, at, id`, args
}

// EachBuyer implements customers.Source.
func (s *Store) EachBuyer(ctx context.Context, currency string, before time.Time, do func(survey.ID, []scoring.Order) error) error {
	var orders []scoring.Order // of one customer
	flush := func() error {
		if len(orders) == 0 {
			return nil
		}
		err := do(survey.ID(orders[0].Customer), orders)
		orders = orders[:0]
		return err
	}
	query, args := buyersSQL(currency, before)
	err := stream(ctx, s.q(ctx), func(r *sql.Rows) error {
		var o scoring.Order
		var at int64
		if err := r.Scan(&o.Customer, &o.ID, &at, &o.Net, &o.Kind); err != nil {
			return err
		}
		if len(orders) > 0 && orders[0].Customer != o.Customer {
			if err := flush(); err != nil {
				return err
			}
		}
		o.At = time.UnixMilli(at).UTC()
		orders = append(orders, o)
		return nil
	}, query, args...)
	if err == nil {
		err = flush()
	}
	if err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	return nil
}

// EachSubscriber implements customers.Source.
func (s *Store) EachSubscriber(ctx context.Context, currency string, do func(survey.ID, []scoring.Subscription) error) error {
	var all []scoring.Subscription // of one customer
	flush := func() error {
		if len(all) == 0 {
			return nil
		}
		err := do(survey.ID(all[0].Customer), all)
		all = all[:0]
		return err
	}
	where, args := inCurrency(`NOT trial`, currency, nil)
	err := stream(ctx, s.q(ctx), func(r *sql.Rows) error {
		var v scoring.Subscription
		if err := r.Scan(&v.Customer, &v.ID, instant{&v.Started}, instant{&v.Ended}, &v.Amount, &v.Span, &v.Spans); err != nil {
			return err
		}
		if len(all) > 0 && all[0].Customer != v.Customer {
			if err := flush(); err != nil {
				return err
			}
		}
		all = append(all, v)
		return nil
	}, `SELECT contact_id, id, started_at, ended_at, amount, span, spans FROM subscription WHERE `+where+` ORDER BY contact_id, started_at, id`, args...)
	if err == nil {
		err = flush()
	}
	if err != nil {
		return fmt.Errorf("read subscriptions: %w", err)
	}
	return nil
}

// FirstSeen implements customers.Source.
func (s *Store) FirstSeen(ctx context.Context, before time.Time, do func(survey.ID, time.Time) error) error {
	err := stream(ctx, s.q(ctx), func(r *sql.Rows) error {
		var id, at int64
		if err := r.Scan(&id, &at); err != nil {
			return err
		}
		return do(survey.ID(id), time.UnixMilli(at).UTC())
	}, `
		SELECT contact_id, min(at) FROM (
			SELECT contact_id, acquired_at AS at, 0 AS bought FROM customer_since
			UNION ALL SELECT contact_id, min(at), 1 FROM customer_order WHERE `+counted+` GROUP BY contact_id
			UNION ALL SELECT contact_id, min(started_at), 1 FROM subscription WHERE NOT trial GROUP BY contact_id
		) AS c GROUP BY contact_id
		HAVING min(at) < $1 AND (max(bought) = 1 OR NOT EXISTS (SELECT 1 FROM customer_order) AND NOT EXISTS (SELECT 1 FROM subscription))
		ORDER BY contact_id`, before.UnixMilli())
	if err != nil {
		return fmt.Errorf("read since when customers are there: %w", err)
	}
	return nil
}

// CostsIn implements customers.Source.
func (s *Store) CostsIn(ctx context.Context, currency string, p scoring.Period) (map[string]int64, error) {
	where, args := inCurrency(`at >= $1 AND at < $2`, currency, []any{p.From.UnixMilli(), p.To.UnixMilli()})
	sums := map[string]int64{}
	err := stream(ctx, s.q(ctx), func(r *sql.Rows) error {
		var category string
		var sum int64
		err := r.Scan(&category, &sum)
		sums[category] = sum
		return err
	}, `SELECT category, CAST(sum(amount) AS BIGINT) FROM cost WHERE `+where+` GROUP BY category`, args...)
	if err != nil {
		return nil, fmt.Errorf("sum costs: %w", err)
	}
	return sums, nil
}

// QuotasIn implements customers.Source.
func (s *Store) QuotasIn(ctx context.Context, currency string, p scoring.Period) ([]customers.Quota, error) {
	where, args := inCurrency(`from_at >= $1 AND to_at <= $2`, currency, []any{p.From.UnixMilli(), p.To.UnixMilli()})
	quotas, err := collect(ctx, s.q(ctx), readQuota, `SELECT `+quotaColumns+` FROM quota WHERE `+where+` ORDER BY agent, from_at, to_at, currency`, args...)
	if err != nil {
		return nil, fmt.Errorf("read quotas: %w", err)
	}
	return quotas, nil
}
