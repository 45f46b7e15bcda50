package store

import (
	"context"
	"fmt"
)

// touch raises the setting 'revision', which tells every instance that what customers see has changed.
func (s *Store) touch(ctx context.Context) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO setting (key, value) VALUES ('revision', '1')
		ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)`)
	if err != nil {
		return fmt.Errorf("raise the revision: %w", err)
	}
	if tx := txOf(ctx); tx != nil {
		tx.touched = true
	} else {
		s.epoch.Add(1)
	}
	return nil
}

// Epoch changes when this process has committed a change of what customers see. It costs nothing to ask.
func (s *Store) Epoch() int64 { return s.epoch.Load() }

// Revision changes when any process has. It is a read of the database.
func (s *Store) Revision(ctx context.Context) (int64, error) {
	var n int64
	err := s.q(ctx).QueryRowContext(ctx, `SELECT CAST(value AS BIGINT) FROM setting WHERE key = 'revision'`).Scan(&n)
	return n, one(err, nil)
}
