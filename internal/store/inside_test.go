package store

import (
	"context"
	"database/sql"
)

// Search gives the ids of the responses that hold the words, for tests.
func (s *Store) Search(ctx context.Context, words string) ([]int64, error) {
	condition, arg := s.matching(words, 1)
	if condition == "" {
		return nil, nil
	}
	return collect(ctx, s.r, func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) }, `SELECT r.id FROM response r WHERE `+condition, arg)
}
