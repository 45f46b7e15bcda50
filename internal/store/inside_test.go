package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"time"
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

// CarePlans tells how SQLite picks what figures of follow-up are made from, for tests.
func (s *Store) CarePlans(ctx context.Context) (steps []string, err error) {
	for _, query := range []string{`SELECT case_id FROM ` + spells, opened + ` ORDER BY opened_at DESC, case_id DESC LIMIT 9`, `SELECT id FROM ` + logBetween} {
		plan, err := collect(ctx, s.r, func(r *sql.Rows) (step string, err error) {
			var id, parent, unused int
			return step, r.Scan(&id, &parent, &unused, &step)
		}, `EXPLAIN QUERY PLAN `+query, 1, 2, -1, 4)
		if err != nil {
			return nil, err
		}
		steps = append(steps, plan...)
	}
	return steps, nil
}

// BuyersPlan tells how SQLite reads orders by customer, for tests.
func (s *Store) BuyersPlan(ctx context.Context, currency string) ([]string, error) {
	query, args := buyersSQL(currency, time.Now())
	return collect(ctx, s.r, func(r *sql.Rows) (step string, err error) {
		var id, parent, unused int
		return step, r.Scan(&id, &parent, &unused, &step)
	}, `EXPLAIN QUERY PLAN `+query, args...)
}

// WriterMemory tells how many pages of SQLite's writer stay in memory, and how long its log may grow, for tests.
func (s *Store) WriterMemory(ctx context.Context) (cache, log int, err error) {
	if err = s.w.QueryRowContext(ctx, `PRAGMA cache_size`).Scan(&cache); err == nil {
		err = s.w.QueryRowContext(ctx, `PRAGMA wal_autocheckpoint`).Scan(&log)
	}
	return cache, log, err
}
