package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// Events reads the dated notes of the days from first to last, both included.
func (s *Store) Events(ctx context.Context, first, last survey.Day) ([]survey.Event, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (e survey.Event, err error) {
		var by sql.NullInt64
		err = r.Scan(&e.ID, &e.Day, &e.Title, &by, instant{&e.CreatedAt})
		e.CreatedBy = by.Int64
		return e, err
	}, `SELECT id, day, title, created_by, created_at FROM event WHERE day BETWEEN $1 AND $2 ORDER BY day, id`, int64(first), int64(last))
}

// CreateEvent writes a dated note and sets its ID.
func (s *Store) CreateEvent(ctx context.Context, e *survey.Event) error {
	err := s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO event (id, day, title, created_by, created_at)
		SELECT coalesce(max(id), 0) + 1, CAST($1 AS BIGINT), $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM event RETURNING id`,
		int64(e.Day), e.Title, null(e.CreatedBy), millis(e.CreatedAt)).Scan(&e.ID)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return nil
}

// DeleteEvent removes a dated note.
func (s *Store) DeleteEvent(ctx context.Context, id int64) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM event WHERE id = $1`, id)
	return err
}
