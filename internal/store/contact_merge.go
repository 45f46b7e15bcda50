package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

func scanMerge(r *sql.Rows) (m people.Merge, err error) {
	var detail string
	if err := r.Scan(&m.ID, &m.Kept, &m.Gone, &m.Reason, &detail, instant{&m.At}); err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(detail), &m.Names)
}

const mergeColumns = `id, kept_id, gone_id, reason, detail, at`

// Merges reads who went into whom, made before the one with id before (0: from the newest), newest first.
func (s *Store) Merges(ctx context.Context, before survey.ID, limit int) ([]people.Merge, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return collect(ctx, s.q(ctx), scanMerge, `SELECT `+mergeColumns+` FROM contact_merge WHERE id < $1 ORDER BY id DESC LIMIT $2`, int64(before), limit)
}

// MergesInto reads who went into a contact, newest first.
func (s *Store) MergesInto(ctx context.Context, kept survey.ID, limit int) ([]people.Merge, error) {
	return collect(ctx, s.q(ctx), scanMerge, `SELECT `+mergeColumns+` FROM contact_merge WHERE kept_id = $1 ORDER BY id DESC LIMIT $2`, int64(kept), limit)
}
