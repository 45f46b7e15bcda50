package store

import (
	"context"
	"errors"
	"fmt"
)

// What the writer of SQLite may use while very much comes in: pages in memory, in KiB, and the log's length in pages before it is written into the file. Rows of a feed
// go to random places of indexes; with little memory each of their pages is written again and again.
const (
	bulkMemory, plainMemory = -96 << 10, -2048
	bulkLog, plainLog       = 32_000, 1000
)

// InBulk runs do, which writes very much in many transactions, with more memory for the writer meanwhile.
func (s *Store) InBulk(ctx context.Context, do func() error) error {
	if s.engine != SQLite {
		return do()
	}
	set := func(ctx context.Context, memory, log int) error {
		if _, err := s.w.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size = %d", memory)); err != nil {
			return fmt.Errorf("set the writer's memory: %w", err)
		}
		// This one gives a row back, which must be read to its end.
		var now int
		if err := s.w.QueryRowContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", log)).Scan(&now); err != nil {
			return fmt.Errorf("set the length of the log: %w", err)
		}
		return nil
	}
	if err := set(ctx, bulkMemory, bulkLog); err != nil {
		return err
	}
	return errors.Join(do(), set(context.WithoutCancel(ctx), plainMemory, plainLog))
}
