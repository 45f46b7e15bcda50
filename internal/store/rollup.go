package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Difference is a rollup cell that does not count what the answers say.
type Difference struct {
	Cell            survey.Cell
	Rollup, Answers survey.Tally
}

// recountPage is how many responses are read at a time: no read goes on for long.
const recountPage = 5000

// CheckRollups counts all answers anew, in the account's zone, and gives the cells where the rollups differ. Answers that come in meanwhile may show as
// differences on SQLite as on PostgreSQL; run it again to see whether they stay.
func (s *Store) CheckRollups(ctx context.Context, zone *time.Location) ([]Difference, error) {
	want, err := s.recount(ctx, zone)
	if err != nil {
		return nil, err
	}
	var diffs []Difference
	err = s.eachTally(ctx, func(c survey.Cell, got survey.Tally) {
		w := want[c]
		if w == nil {
			w = &survey.Tally{}
		}
		if got != *w {
			diffs = append(diffs, Difference{c, got, *w})
		}
		delete(want, c)
	})
	for c, w := range want {
		if !w.Zero() {
			diffs = append(diffs, Difference{Cell: c, Answers: *w})
		}
	}
	return diffs, err
}

// RebuildRollups counts all answers anew into the rollups, by days of zone, in one transaction: nobody sees half of it.
func (s *Store) RebuildRollups(ctx context.Context, zone *time.Location) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if s.engine == Postgres {
			if _, err := s.x(ctx).ExecContext(ctx, `LOCK TABLE response, rollup IN SHARE ROW EXCLUSIVE MODE`); err != nil {
				return fmt.Errorf("rebuild the rollups: %w", err)
			}
		}
		cells, err := s.recount(ctx, zone)
		if err != nil {
			return err
		}
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM rollup`); err != nil {
			return fmt.Errorf("rebuild the rollups: %w", err)
		}
		return s.addTallies(ctx, cells)
	})
}

// FoldRollups joins the shards of the days before day into one, the funnel's too. Readers see the same sums before and after.
func (s *Store) FoldRollups(ctx context.Context, day survey.Day) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		cells := map[survey.Cell]*survey.Tally{}
		if err := s.tallies(ctx, func(c survey.Cell, t survey.Tally) {
			if cells[c] == nil {
				cells[c] = &survey.Tally{}
			}
			cells[c].Add(t, 1)
		}, `DELETE FROM rollup WHERE day < $1 AND (version_id, question, touchpoint_id, language, day) IN (
				SELECT version_id, question, touchpoint_id, language, day FROM rollup WHERE day < $1
				GROUP BY version_id, question, touchpoint_id, language, day HAVING count(*) > 1)
			RETURNING version_id, question, touchpoint_id, language, day, n, sum, sumsq, na, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10`, int64(day)); err != nil {
			return fmt.Errorf("fold the rollups: %w", err)
		}
		if err := s.addTallies(ctx, cells); err != nil {
			return err
		}
		return s.foldFunnel(ctx, day)
	})
}

// eachTally reads every cell, its shards summed.
func (s *Store) eachTally(ctx context.Context, do func(survey.Cell, survey.Tally)) error {
	return s.tallies(ctx, do, `
		SELECT version_id, question, touchpoint_id, language, day, sum(n), sum(sum), sum(sumsq), sum(na),
			sum(r0), sum(r1), sum(r2), sum(r3), sum(r4), sum(r5), sum(r6), sum(r7), sum(r8), sum(r9), sum(r10)
		FROM rollup GROUP BY version_id, question, touchpoint_id, language, day`)
}

func (s *Store) tallies(ctx context.Context, do func(survey.Cell, survey.Tally), query string, args ...any) error {
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var c survey.Cell
		var t survey.Tally
		into := []any{&c.VersionID, &c.Question, &c.Touchpoint, &c.Language, &c.Day, &t.N, &t.Sum, &t.SumSq, &t.NA}
		for i := range t.R {
			into = append(into, &t.R[i])
		}
		if err = r.Scan(into...); err == nil {
			do(c, t)
		}
		return struct{}{}, err
	}, query, args...)
	return err
}

// recount counts every response that counts.
func (s *Store) recount(ctx context.Context, zone *time.Location) (map[survey.Cell]*survey.Tally, error) {
	cells := map[survey.Cell]*survey.Tally{}
	versions := map[int64]survey.Definition{}
	err := s.EachResponse(ctx, ResponseRange{}, func(r survey.Response) error {
		d, ok := versions[r.VersionID]
		if !ok {
			v, err := s.Version(ctx, r.VersionID)
			if err != nil {
				return fmt.Errorf("version %d: %w", r.VersionID, err)
			}
			d = v.Definition
			versions[r.VersionID] = d
		}
		for _, delta := range r.Deltas(d, survey.DayOf(r.AnsweredAt, zone), 1) {
			t := cells[delta.Cell]
			if t == nil {
				t = &survey.Tally{}
				cells[delta.Cell] = t
			}
			t.Add(delta.Tally, 1)
		}
		return nil
	})
	return cells, err
}

// ResponseRange bounds EachResponse.
type ResponseRange struct {
	SurveyID int64     // 0: every survey
	UpTo     survey.ID // the last id; 0: no bound. Responses with a larger id came later.
}

// EachResponse gives every response in the order of ids, a page at a time, so that no read lasts.
func (s *Store) EachResponse(ctx context.Context, in ResponseRange, do func(survey.Response) error) error {
	last := int64(-1)
	upTo := int64(in.UpTo)
	if upTo == 0 {
		upTo = 1<<63 - 1
	}
	for {
		page, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Response, error) { return scanResponse(r) },
			selectResponses+`WHERE r.id > $1 AND r.id <= $2 AND (CAST($3 AS BIGINT) = 0 OR r.survey_id = $3) ORDER BY r.id LIMIT $4`, last, upTo, in.SurveyID, recountPage)
		if err != nil {
			return fmt.Errorf("read responses: %w", err)
		}
		if err := s.addAnswersBetween(ctx, page); err != nil {
			return err
		}
		for _, r := range page {
			if err := do(r); err != nil {
				return err
			}
		}
		if len(page) < recountPage {
			return nil
		}
		last = int64(page[len(page)-1].ID)
	}
}
