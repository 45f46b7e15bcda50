package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// FunnelDifference is a cohort that does not count what its invitations say.
type FunnelDifference struct {
	Cell                survey.FunnelCell
	Funnel, Invitations survey.Funnel
}

// CheckFunnel counts all invitations anew, in the account's zone, and gives the cohorts where the funnel differs.
func (s *Store) CheckFunnel(ctx context.Context, zone *time.Location) ([]FunnelDifference, error) {
	want, err := s.recountFunnel(ctx, zone)
	if err != nil {
		return nil, err
	}
	var diffs []FunnelDifference
	_, err = collect(ctx, s.q(ctx), func(rows *sql.Rows) (struct{}, error) {
		c, got, err := scanCohort(rows)
		w := want[c]
		if w == nil {
			w = &survey.Funnel{}
		}
		if got != *w {
			diffs = append(diffs, FunnelDifference{c, got, *w})
		}
		delete(want, c)
		return struct{}{}, err
	}, `SELECT survey_id, touchpoint_id, language, day, sum(sent), sum(bounced), sum(clicked), sum(unconfirmed), sum(answered), sum(commented)
		FROM funnel GROUP BY survey_id, touchpoint_id, language, day`)
	if err != nil {
		return nil, fmt.Errorf("read the funnel: %w", err)
	}
	for c, w := range want {
		diffs = append(diffs, FunnelDifference{Cell: c, Invitations: *w})
	}
	return diffs, nil
}

// RebuildFunnel counts all invitations anew into the funnel, by days of zone, in one transaction.
func (s *Store) RebuildFunnel(ctx context.Context, zone *time.Location) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if s.engine == Postgres {
			if _, err := s.x(ctx).ExecContext(ctx, `LOCK TABLE invitation, response, funnel IN SHARE ROW EXCLUSIVE MODE`); err != nil {
				return fmt.Errorf("rebuild the funnel: %w", err)
			}
		}
		cells, err := s.recountFunnel(ctx, zone)
		if err != nil {
			return err
		}
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM funnel`); err != nil {
			return fmt.Errorf("rebuild the funnel: %w", err)
		}
		return s.addFunnel(ctx, cells)
	})
}

// foldFunnel joins the shards of the days before day into one.
func (s *Store) foldFunnel(ctx context.Context, day survey.Day) error {
	cells := map[survey.FunnelCell]*survey.Funnel{}
	if _, err := collect(ctx, s.x(ctx), func(rows *sql.Rows) (struct{}, error) {
		c, f, err := scanCohort(rows)
		addFate(cells, survey.FunnelDelta{Cell: c, Funnel: f}, 1)
		return struct{}{}, err
	}, `DELETE FROM funnel WHERE day < $1 AND (survey_id, touchpoint_id, language, day) IN (
			SELECT survey_id, touchpoint_id, language, day FROM funnel WHERE day < $1 GROUP BY survey_id, touchpoint_id, language, day HAVING count(*) > 1)
		RETURNING survey_id, touchpoint_id, language, day, sent, bounced, clicked, unconfirmed, answered, commented`, int64(day)); err != nil {
		return fmt.Errorf("fold the funnel: %w", err)
	}
	return s.addFunnel(ctx, cells)
}

func scanCohort(rows *sql.Rows) (c survey.FunnelCell, f survey.Funnel, err error) {
	err = rows.Scan(&c.SurveyID, &c.Touchpoint, &c.Language, &c.Day, &f.Sent, &f.Bounced, &f.Clicked, &f.Unconfirmed, &f.Answered, &f.Commented)
	return c, f, err
}

// recountFunnel counts every invitation that was sent, a page at a time.
func (s *Store) recountFunnel(ctx context.Context, zone *time.Location) (map[survey.FunnelCell]*survey.Funnel, error) {
	cells := map[survey.FunnelCell]*survey.Funnel{}
	for last := int64(-1); ; {
		ids, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (int64, error) {
			id, d, err := scanFate(rows, zone)
			if d.Funnel != (survey.Funnel{}) {
				addFate(cells, d, 1)
			}
			return id, err
		}, selectFates+`i.id > $1 ORDER BY i.id LIMIT $2`, last, recountPage)
		if err != nil {
			return nil, fmt.Errorf("count invitations: %w", err)
		}
		if len(ids) < recountPage {
			return cells, nil
		}
		last = ids[len(ids)-1]
	}
}
