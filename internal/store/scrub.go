package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// scrubKey is the setting that says since when something that was erased may still stand in free parts of the file.
const scrubKey = "scrub_since"

// ErrScrubBusy says that others read the database, so the file could not be made anew. Try again later.
var ErrScrubBusy = errors.New("others read the database; what was erased stays in free parts of the file for now")

// MarkScrub notes, in the transaction of an erasure, that the file is to be scrubbed. The first time stays.
func (s *Store) MarkScrub(ctx context.Context, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, scrubKey, at.UTC().Format(time.RFC3339Nano))
	return err
}

// ScrubSince tells since when the file waits to be scrubbed; zero: it does not.
func (s *Store) ScrubSince(ctx context.Context) (time.Time, error) {
	var text string
	err := s.q(ctx).QueryRowContext(ctx, `SELECT value FROM setting WHERE key = $1`, scrubKey).Scan(&text)
	if err != nil {
		return time.Time{}, one(err, nil)
	}
	return time.Parse(time.RFC3339Nano, text)
}

// Scrub makes what was erased unreadable in the file too. SQLite writes the file anew, without its free parts, and empties the write-ahead log; answers wait
// meanwhile, about a second for each 100 MB. PostgreSQL does as much by vacuuming as it always does. It also takes away what an answer that was just being given
// left behind. It returns ErrScrubBusy.
func (s *Store) Scrub(ctx context.Context) error {
	err := s.InTx(ctx, func(ctx context.Context) error {
		orphans, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (id survey.ID, err error) { return id, r.Scan((*int64)(&id)) }, `
			SELECT id FROM response r WHERE contact_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = r.contact_id)`)
		if err == nil {
			_, err = s.eraseWords(ctx, orphans)
		}
		if err == nil {
			_, err = s.x(ctx).ExecContext(ctx, `DELETE FROM setting WHERE key = $1`, scrubKey)
		}
		return err
	})
	if err != nil || s.engine != SQLite {
		return err
	}
	if _, err := s.w.ExecContext(ctx, `VACUUM`); err != nil {
		return errors.Join(fmt.Errorf("write the file anew: %w", err), s.MarkScrub(ctx, time.Now()))
	}
	var busy, frames, moved int
	if err := s.w.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return fmt.Errorf("empty the log: %w", err)
	}
	if busy != 0 {
		return errors.Join(ErrScrubBusy, s.MarkScrub(ctx, time.Now()))
	}
	return nil
}
