package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
)

// raiseFeed notes, in the transaction of a change, that a feed has changed and how many records came with it.
func (s *Store) raiseFeed(ctx context.Context, feed customers.Feed, added int64, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO feed (kind, revision, records, changed_at) VALUES ($1, 1, $2, $3)
		ON CONFLICT (kind) DO UPDATE SET revision = feed.revision + 1, records = feed.records + excluded.records, changed_at = excluded.changed_at`,
		string(feed), added, millis(at))
	if err != nil {
		return fmt.Errorf("raise the revision of %s: %w", feed, err)
	}
	return nil
}

// FeedStates reads what is known of the feeds that have anything. It costs nothing to ask.
func (s *Store) FeedStates(ctx context.Context) (map[customers.Feed]customers.FeedState, error) {
	states := map[customers.Feed]customers.FeedState{}
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var f customers.FeedState
		err = r.Scan(&f.Feed, &f.Revision, &f.Records, instant{&f.ChangedAt})
		states[f.Feed] = f
		return struct{}{}, err
	}, `SELECT kind, revision, records, changed_at FROM feed`)
	if err != nil {
		return nil, fmt.Errorf("read the feeds: %w", err)
	}
	return states, nil
}

// Currencies lists those that a feed ever had, by code.
func (s *Store) Currencies(ctx context.Context, feed customers.Feed) ([]string, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (code string, err error) { return code, r.Scan(&code) },
		`SELECT currency FROM feed_currency WHERE kind = $1 ORDER BY currency`, string(feed))
}

// OrdersSpan gives when the first and the last order were made, of whatever status; zero: there is none.
func (s *Store) OrdersSpan(ctx context.Context) (first, last time.Time, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT (SELECT min(at) FROM customer_order), (SELECT max(at) FROM customer_order)`).Scan(instant{&first}, instant{&last})
	return first, last, err
}
