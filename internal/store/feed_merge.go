package store

import (
	"context"
	"fmt"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
)

// ofContacts are the tables of feeds whose rows name a contact; those in which a contact has one row are not among them.
var ofContacts = []struct {
	feed  customers.Feed
	table string
}{
	{customers.Orders, "customer_order"},
	{customers.Subscriptions, "subscription"},
	{customers.Contracts, "contract"},
	{customers.Opportunities, "opportunity"},
	{customers.Tickets, "ticket"},
	{customers.Rewards, "reward"},
}

// ofOneContact are the tables of feeds in which a contact has one row, or one by another column, and how the row of one who goes changes that of the one who is kept.
var ofOneContact = []struct {
	feed        customers.Feed
	by          string // "": one row
	table, join string
}{
	{customers.Since, "", "customer_since", `acquired_at = CASE WHEN g.acquired_at < customer_since.acquired_at THEN g.acquired_at ELSE customer_since.acquired_at END`},
	// Who is a member under one of two names is one. Memberships that overlap now both stay: whoever reads them counts a customer once.
	{customers.Memberships, "joined_at", "membership", `left_at = CASE WHEN g.left_at IS NULL OR membership.left_at IS NULL THEN NULL WHEN g.left_at > membership.left_at THEN g.left_at ELSE membership.left_at END`},
}

// mergeFeeds gives what feeds told of a contact who goes to the one who is kept.
func (s *Store) mergeFeeds(ctx context.Context, m people.Merge) error {
	for _, t := range ofContacts {
		n, err := s.changed(ctx, `UPDATE `+t.table+` SET contact_id = $1 WHERE contact_id = $2`, int64(m.Kept), int64(m.Gone))
		if err == nil && n > 0 {
			err = s.raiseFeed(ctx, t.feed, 0, m.At)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	for _, t := range ofOneContact {
		joined, same := "", ""
		if t.by != "" {
			joined, same = ` AND g.`+t.by+` = `+t.table+`.`+t.by, ` AND `+t.by+` IN (SELECT `+t.by+` FROM `+t.table+` WHERE contact_id = $2)`
		}
		both, err := s.changed(ctx, `UPDATE `+t.table+` SET `+t.join+` FROM (SELECT * FROM `+t.table+` WHERE contact_id = $1) AS g WHERE `+t.table+`.contact_id = $2`+joined,
			int64(m.Gone), int64(m.Kept))
		if err == nil && both > 0 {
			args := []any{int64(m.Gone), int64(m.Kept)}
			if same == "" {
				args = args[:1]
			}
			_, err = s.changed(ctx, `DELETE FROM `+t.table+` WHERE contact_id = $1`+same, args...)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
		n, err := s.changed(ctx, `UPDATE `+t.table+` SET contact_id = $2 WHERE contact_id = $1`, int64(m.Gone), int64(m.Kept))
		if err == nil && n+both > 0 {
			err = s.raiseFeed(ctx, t.feed, -both, m.At)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	return nil
}

// changed runs a statement and counts the rows that it changed.
func (s *Store) changed(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.x(ctx).ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
