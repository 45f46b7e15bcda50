package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrPostgresTool is returned for copies on PostgreSQL, which has tools of its own for them.
var ErrPostgresTool = errors.New("use PostgreSQL's own tools")

// Backup writes a whole, consistent copy of an SQLite database to a file that must not exist yet. Others may write meanwhile.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.engine != SQLite {
		return ErrPostgresTool
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists already", file)
	}
	if err := createPrivate(file); err != nil { // VACUUM INTO takes an empty file, and keeps its mode
		return fmt.Errorf("write the copy: %w", err)
	}
	if _, err := s.w.ExecContext(ctx, `VACUUM INTO $1`, file); err != nil {
		return errors.Join(fmt.Errorf("write the copy: %w", err), os.Remove(file))
	}
	return nil
}

// Health is what doctor looks at.
type Health struct {
	Integrity string // "ok", or what the engine found
	Responses int64
}

// Check asks the engine whether the file is whole, and counts the responses.
func (s *Store) Check(ctx context.Context) (h Health, err error) {
	h.Integrity = "ok"
	if s.engine == SQLite {
		if err := s.r.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&h.Integrity); err != nil {
			return h, fmt.Errorf("check the file: %w", err)
		}
	}
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM response`).Scan(&h.Responses); err != nil {
		return h, fmt.Errorf("count the responses: %w", err)
	}
	return h, nil
}
