package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
)

// Search gives the ids of the responses that hold the words, for tests.
func (s *Store) Search(ctx context.Context, words string) ([]int64, error) {
	condition, arg := s.matching(words, 1)
	if condition == "" {
		return nil, nil
	}
	return collect(ctx, s.r, func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) }, `SELECT r.id FROM response r WHERE `+condition, arg)
}

// EmptyLog writes the log of SQLite into its file, and gives the bytes that are left in it, for tests. It waits a while for readers, and then it is an error
// that one still reads from the log.
func (s *Store) EmptyLog(ctx context.Context) (int64, error) {
	var busy, pages, done int
	if err := s.w.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &done); err != nil {
		return 0, err
	}
	info, err := os.Stat(s.path + "-wal")
	if err == nil && busy != 0 {
		err = errors.New("somebody reads from the log")
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
