package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// newestRun is the id of the run that pages show.
const newestRun = `(SELECT max(id) FROM segment_run WHERE done)`

// NewestRun reads when the run that pages show was made, and from what; zero when there is none.
func (s *Store) NewestRun(ctx context.Context) (asOf time.Time, basis string, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT as_of, basis FROM segment_run WHERE id = `+newestRun).Scan(instant{&asOf}, &basis)
	return asOf, basis, one(err, nil)
}

// Pictures reads what the newest run found, by currency.
func (s *Store) Pictures(ctx context.Context) ([]worth.Picture, error) {
	var text string
	var all []worth.Picture
	err := s.q(ctx).QueryRowContext(ctx, `SELECT pictures FROM segment_run WHERE id = `+newestRun).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &all)
	}
	if err != nil {
		return nil, fmt.Errorf("read what customers are worth: %w", err)
	}
	return all, nil
}

// BeginRun begins a run that nobody sees, after dropping the rows of those that nobody sees any more.
func (s *Store) BeginRun(ctx context.Context, asOf time.Time) (run int64, err error) {
	if err := s.dropRuns(ctx); err != nil {
		return 0, err
	}
	// A number that was never given before: what a run that was overtaken still writes must not get among the rows of another one.
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO segment_run (id, as_of, basis, done, pictures)
		VALUES ((SELECT CASE WHEN coalesce(max(id), 0) < $1 THEN $1 ELSE max(id) + 1 END FROM segment_run), $1, '', FALSE, '') RETURNING id`, millis(asOf)).Scan(&run)
	if err != nil {
		return 0, fmt.Errorf("begin a run: %w", err)
	}
	return run, nil
}

// dropChunk is how many rows are deleted at a time, so that no answer waits for long.
const dropChunk = 5000

// dropRuns deletes the rows of all runs but the one that is shown, then the runs.
func (s *Store) dropRuns(ctx context.Context) error {
	for table, key := range map[string]string{
		"customer_standing": "run_id, contact_id, currency", "segment_rollup": "run_id, currency, segment, version_id, question, touchpoint_id, language, day",
	} {
		for left := int64(dropChunk); left == dropChunk; {
			res, err := s.x(ctx).ExecContext(ctx, `DELETE FROM `+table+` WHERE (`+key+`) IN (SELECT `+key+` FROM `+table+`
				WHERE run_id < coalesce(`+newestRun+`, 0) OR run_id > coalesce(`+newestRun+`, 0) LIMIT $1)`, dropChunk)
			if err != nil {
				return fmt.Errorf("drop old runs: %w", err)
			}
			if left, err = res.RowsAffected(); err != nil {
				return err
			}
		}
	}
	if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM segment_run WHERE id <> coalesce(`+newestRun+`, 0)`); err != nil {
		return fmt.Errorf("drop old runs: %w", err)
	}
	return nil
}

// AddStandings writes where customers stand in a run.
func (s *Store) AddStandings(ctx context.Context, run int64, all []worth.Standing) error {
	if len(all) == 0 {
		return nil
	}
	const columns = 12
	args := make([]any, 0, columns*len(all))
	for _, v := range all {
		var risk any
		if v.Risk >= 0 {
			risk = v.Risk
		}
		args = append(args, run, int64(v.Contact), v.Currency, v.Last, v.Orders, v.Net, int64(v.R), int64(v.F), int64(v.M), string(v.Segment), risk, string(v.Band))
	}
	_, err := s.x(ctx).ExecContext(ctx, `INSERT INTO customer_standing (run_id, contact_id, currency, last_at, orders, net, r, f, m, segment, risk, band) VALUES `+s.groups("", 1, len(all), columns), args...)
	if err != nil {
		return fmt.Errorf("write where customers stand: %w", err)
	}
	return nil
}

// AddSegmentTallies writes rollups of segments in a run.
func (s *Store) AddSegmentTallies(ctx context.Context, run int64, all []worth.SegmentTally) error {
	if len(all) == 0 {
		return nil
	}
	const columns = 23
	args := make([]any, 0, columns*len(all))
	for _, v := range all {
		c, t := v.Cell, v.Tally
		args = append(args, run, v.Currency, string(v.Segment), c.VersionID, int64(c.Question), c.Touchpoint, c.Language, int64(c.Day), t.N, t.Sum, t.SumSq, t.NA)
		for _, n := range t.R {
			args = append(args, n)
		}
	}
	_, err := s.x(ctx).ExecContext(ctx, `INSERT INTO segment_rollup (run_id, currency, segment, version_id, question, touchpoint_id, language, day, n, sum, sumsq, na,
		r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10) VALUES `+s.groups("", 1, len(all), columns), args...)
	if err != nil {
		return fmt.Errorf("write the rollups of segments: %w", err)
	}
	return nil
}

// errOvertaken ends a run when another one began meanwhile, which dropped its rows.
var errOvertaken = errors.New("another run began")

// EndRun shows a run instead of the one before it, whose rows are then dropped.
func (s *Store) EndRun(ctx context.Context, run int64, basis string, pictures []worth.Picture) error {
	text, err := json.Marshal(pictures)
	var n int64
	if err == nil {
		n, err = s.changed(ctx, `UPDATE segment_run SET done = TRUE, basis = $1, pictures = $2 WHERE id = $3`, basis, string(text), run)
	}
	if err == nil && n == 0 {
		err = errOvertaken
	}
	if err != nil {
		return fmt.Errorf("end a run: %w", err)
	}
	return s.dropRuns(ctx)
}

// SegmentMembers lists the contacts who are in a segment, by their ids.
func (s *Store) SegmentMembers(ctx context.Context, currency string, segment scoring.Segment) ([]survey.ID, error) {
	ids, err := collect(ctx, s.q(ctx), scanID, `SELECT c.id FROM customer_standing v JOIN contact c ON c.id = v.contact_id
		WHERE v.run_id = `+newestRun+` AND v.currency = $1 AND v.segment = $2 ORDER BY c.id`, currency, string(segment))
	if err != nil {
		return nil, fmt.Errorf("read who is in a segment: %w", err)
	}
	return ids, nil
}
