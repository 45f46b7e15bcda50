package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/surveyd/surveyd/internal/reports"
)

// EachKnown gives the answers that count of customers who are known, each customer's together. It reads a page at a time, so that no read lasts, and of answers
// without a customer nothing.
func (s *Store) EachKnown(ctx context.Context, do func(reports.Known) error) error {
	type row struct {
		reports.Known
		id     int64
		counts bool
	}
	contact, id := int64(-1), int64(-1)
	for {
		page, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (k row, err error) {
			return k, r.Scan((*int64)(&k.Contact), &k.id, &k.VersionID, instant{&k.At}, &k.Rating, &k.counts)
		}, `SELECT contact_id, id, version_id, answered_at, coalesce(rating, -1), status = 0 AND rating IS NOT NULL FROM response
			WHERE contact_id IS NOT NULL AND (contact_id, id) > ($1, $2) ORDER BY contact_id, id LIMIT $3`, contact, id, recountPage)
		if err != nil {
			return fmt.Errorf("read the answers of customers: %w", err)
		}
		for _, k := range page {
			if k.counts {
				if err := do(k.Known); err != nil {
					return err
				}
			}
		}
		if len(page) < recountPage {
			return nil
		}
		contact, id = int64(page[len(page)-1].Contact), page[len(page)-1].id
	}
}

// SetRepeats replaces what is known of repeated answers.
func (s *Store) SetRepeats(ctx context.Context, all []reports.Repeats) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM repeat_count`); err != nil {
			return fmt.Errorf("replace counts of repeated answers: %w", err)
		}
		for _, r := range all {
			if _, err := s.x(ctx).ExecContext(ctx, `
				INSERT INTO repeat_count (version_id, first_day, last_day, answers, repeated, widening, as_of) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT DO NOTHING`, // a quarter and a year may begin on one day
				r.VersionID, int64(r.Period.First), int64(r.Period.Last), r.Answers, r.Repeated, r.Widening, millis(r.AsOf)); err != nil {
				return fmt.Errorf("write counts of repeated answers: %w", err)
			}
		}
		return nil
	})
}

// Repeats reads what is known of repeated answers in a period, or in one that began on the same day and ended the day before; zero when there were none, or
// nobody looked.
func (s *Store) Repeats(ctx context.Context, versionID int64, p reports.Period) (reports.Repeats, error) {
	r := reports.Repeats{VersionID: versionID, Period: p}
	err := s.q(ctx).QueryRowContext(ctx, `
		SELECT answers, repeated, widening, as_of FROM repeat_count WHERE version_id = $1 AND first_day = $2 AND last_day BETWEEN $3 AND $4
		ORDER BY last_day DESC LIMIT 1`, versionID, int64(p.First), int64(p.Last)-1, int64(p.Last)).Scan(&r.Answers, &r.Repeated, &r.Widening, instant{&r.AsOf})
	if err != nil {
		return reports.Repeats{}, one(err, nil)
	}
	return r, nil
}
