package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

const runColumns = `id, state, file, size, setup, trial, counts, problem, created_by, created_at, finished_at`

func scanRun(rows interface{ Scan(...any) error }) (r portage.Run, err error) {
	var setup, trial, counts string
	if err := rows.Scan(&r.ID, &r.State, &r.File, &r.Size, &setup, &trial, &counts, &r.Problem, &r.CreatedBy, instant{&r.CreatedAt}, instant{&r.EndedAt}); err != nil {
		return r, err
	}
	return r, errors.Join(json.Unmarshal([]byte(setup), &r.Setup), json.Unmarshal([]byte(trial), &r.Trial), json.Unmarshal([]byte(counts), &r.Counts))
}

func runTexts(r portage.Run) (setup, trial, counts string, err error) {
	a, errA := json.Marshal(r.Setup)
	b, errB := json.Marshal(r.Trial)
	c, errC := json.Marshal(r.Counts)
	return string(a), string(b), string(c), errors.Join(errA, errB, errC)
}

// CreateRun writes a new run and sets its ID.
func (s *Store) CreateRun(ctx context.Context, r *portage.Run) error {
	setup, trial, counts, err := runTexts(*r)
	if err != nil {
		return fmt.Errorf("write an import: %w", err)
	}
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO import_run (id, state, file, size, setup, trial, counts, created_by, created_at)
		SELECT coalesce(max(id), 0) + 1, $1, $2, CAST($3 AS BIGINT), $4, $5, $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT) FROM import_run RETURNING id`,
		string(r.State), r.File, r.Size, setup, trial, counts, r.CreatedBy, millis(r.CreatedAt)).Scan(&r.ID)
	if err != nil {
		return fmt.Errorf("write an import: %w", err)
	}
	return nil
}

// Run reads a run. It returns survey.ErrNotFound.
func (s *Store) Run(ctx context.Context, id int64) (portage.Run, error) {
	r, err := scanRun(s.q(ctx).QueryRowContext(ctx, `SELECT `+runColumns+` FROM import_run WHERE id = $1`, id))
	return r, one(err, survey.ErrNotFound)
}

// Runs reads the newest runs.
func (s *Store) Runs(ctx context.Context, limit int) ([]portage.Run, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (portage.Run, error) { return scanRun(r) },
		`SELECT `+runColumns+` FROM import_run ORDER BY id DESC LIMIT $1`, limit)
}

// MoveRun writes a run over the one whose state is from. It returns survey.ErrStale when the state is another one by now.
func (s *Store) MoveRun(ctx context.Context, r portage.Run, from portage.RunState) error {
	setup, trial, counts, err := runTexts(r)
	if err != nil {
		return fmt.Errorf("write an import: %w", err)
	}
	res, err := s.x(ctx).ExecContext(ctx, `
		UPDATE import_run SET state = $1, size = $2, setup = $3, trial = $4, counts = $5, problem = $6, finished_at = $7, lease_until = 0, cancelled = FALSE
		WHERE id = $8 AND state = $9`,
		string(r.State), r.Size, setup, trial, counts, r.Problem, millis(r.EndedAt), r.ID, string(from))
	if err != nil {
		return fmt.Errorf("write an import: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return survey.ErrStale
	}
	return nil
}

// ClaimRun takes the oldest run that is due: one that waits, or whose instance gave no sign of life for portage.LeaseTime.
func (s *Store) ClaimRun(ctx context.Context, now time.Time) (r portage.Run, ok bool, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		lock := ""
		if s.engine == Postgres {
			lock = ` FOR UPDATE SKIP LOCKED`
		}
		r, err = scanRun(s.x(ctx).QueryRowContext(ctx, `
			SELECT `+runColumns+` FROM import_run WHERE state IN ('checking', 'queued', 'running') AND lease_until < $1 ORDER BY id LIMIT 1`+lock, now.UnixMilli()))
		if err != nil {
			return one(err, nil)
		}
		if r.State == portage.Queued {
			r.State = portage.Running
		}
		ok = true
		_, err = s.x(ctx).ExecContext(ctx, `UPDATE import_run SET state = $1, lease_until = $2 WHERE id = $3`,
			string(r.State), now.Add(portage.LeaseTime).UnixMilli(), r.ID)
		return err
	})
	if err != nil {
		return r, false, fmt.Errorf("take an import: %w", err)
	}
	return r, ok, nil
}

// KeepRun notes how far a run is and prolongs its lease. stop tells that somebody asked to end it.
func (s *Store) KeepRun(ctx context.Context, id int64, counts portage.Counts, now time.Time) (stop bool, err error) {
	text, err := json.Marshal(counts)
	if err != nil {
		return false, fmt.Errorf("keep an import: %w", err)
	}
	err = s.x(ctx).QueryRowContext(ctx, `UPDATE import_run SET counts = $1, lease_until = $2 WHERE id = $3 RETURNING cancelled`,
		string(text), now.Add(portage.LeaseTime).UnixMilli(), id).Scan(&stop)
	if err != nil {
		return false, fmt.Errorf("keep an import: %w", err)
	}
	return stop, nil
}

// StopRun asks to end a run.
func (s *Store) StopRun(ctx context.Context, id int64) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE import_run SET cancelled = TRUE WHERE id = $1`, id)
	return err
}

// AddChunk keeps a piece of a run's file.
func (s *Store) AddChunk(ctx context.Context, run int64, no int, body []byte) error {
	if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO import_chunk (run_id, no, body) VALUES ($1, $2, $3)`, run, no, body); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	return nil
}

// Chunk reads a piece of a run's file, nil behind the last one.
func (s *Store) Chunk(ctx context.Context, run int64, no int) (body []byte, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT body FROM import_chunk WHERE run_id = $1 AND no = $2`, run, no).Scan(&body)
	return body, one(err, nil)
}

// DropChunks removes a run's file.
func (s *Store) DropChunks(ctx context.Context, run int64) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM import_chunk WHERE run_id = $1`, run)
	return err
}

// AddRejects keeps rows that come back, as CSV.
func (s *Store) AddRejects(ctx context.Context, run int64, no int, text string) error {
	if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO import_reject (run_id, no, body) VALUES ($1, $2, $3)`, run, no, text); err != nil {
		return fmt.Errorf("keep bad rows: %w", err)
	}
	return nil
}

// Rejects reads rows that come back, "" behind the last ones.
func (s *Store) Rejects(ctx context.Context, run int64, no int) (text string, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT body FROM import_reject WHERE run_id = $1 AND no = $2`, run, no).Scan(&text)
	return text, one(err, nil)
}

// DropRejects removes the rows that came back.
func (s *Store) DropRejects(ctx context.Context, run int64) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM import_reject WHERE run_id = $1`, run)
	return err
}

// Forget cancels runs that wait for somebody since before waiting, with their files, and drops the rows that came back before ended.
func (s *Store) Forget(ctx context.Context, waiting, ended, now time.Time) error {
	old, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) },
		`SELECT id FROM import_run WHERE state IN ('mapping', 'checked') AND created_at < $1`, waiting.UnixMilli())
	if err != nil {
		return fmt.Errorf("find forgotten imports: %w", err)
	}
	for _, id := range old {
		if err := s.InTx(ctx, func(ctx context.Context) error {
			if _, err := s.x(ctx).ExecContext(ctx, `UPDATE import_run SET state = 'cancelled', finished_at = $1 WHERE id = $2`, now.UnixMilli(), id); err != nil {
				return err
			}
			return s.DropChunks(ctx, id)
		}); err != nil {
			return fmt.Errorf("end a forgotten import: %w", err)
		}
	}
	var due int
	if err := s.q(ctx).QueryRowContext(ctx, `
		SELECT count(*) FROM import_reject WHERE run_id IN (SELECT id FROM import_run WHERE finished_at < $1)`, ended.UnixMilli()).Scan(&due); err != nil || due == 0 {
		return err
	}
	_, err = s.x(ctx).ExecContext(ctx, `DELETE FROM import_reject WHERE run_id IN (SELECT id FROM import_run WHERE finished_at < $1)`, ended.UnixMilli())
	return err
}
