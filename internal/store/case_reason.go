package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

func scanReason(rows interface{ Scan(...any) error }) (r followup.Reason, err error) {
	var names string
	if err = rows.Scan(&r.ID, &names, &r.Archived); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(names), &r.Names)
}

const reasonColumns = `id, names, archived_at IS NOT NULL`

// CaseReason reads one reason of a resolution. It returns survey.ErrNotFound.
func (s *Store) CaseReason(ctx context.Context, id int64) (followup.Reason, error) {
	r, err := scanReason(s.q(ctx).QueryRowContext(ctx, `SELECT `+reasonColumns+` FROM case_reason WHERE id = $1`, id))
	return r, one(err, survey.ErrNotFound)
}

// CaseReasons reads all reasons, those that can't be chosen any more too, in their order.
func (s *Store) CaseReasons(ctx context.Context) ([]followup.Reason, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (followup.Reason, error) { return scanReason(rows) }, `SELECT `+reasonColumns+` FROM case_reason ORDER BY position, id`)
}

// Works tells whether a user is there and not disabled.
func (s *Store) Works(ctx context.Context, user int64) (bool, error) {
	var n int
	err := s.q(ctx).QueryRowContext(ctx, `SELECT COUNT(*) FROM staff WHERE id = $1 AND NOT disabled`, user).Scan(&n)
	return n > 0, err
}
