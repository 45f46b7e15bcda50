package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

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

// SaveCaseReasons writes the reasons in their order; those without an ID are new.
func (s *Store) SaveCaseReasons(ctx context.Context, reasons []followup.Reason, at time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for i, r := range reasons {
			names, err := json.Marshal(r.Names)
			if err != nil {
				return fmt.Errorf("write a reason: %w", err)
			}
			var archived any
			if r.Archived {
				archived = at.UnixMilli()
			}
			if r.ID == 0 {
				_, err = s.x(ctx).ExecContext(ctx, `
					INSERT INTO case_reason (id, names, position, archived_at) SELECT MAX(id) + 1, $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM case_reason`, string(names), i+1, archived)
			} else {
				_, err = s.x(ctx).ExecContext(ctx, `UPDATE case_reason SET names = $1, position = $2, archived_at = $3 WHERE id = $4`,
					string(names), i+1, archived, r.ID)
			}
			if err != nil {
				return fmt.Errorf("write a reason: %w", err)
			}
		}
		return nil
	})
}
