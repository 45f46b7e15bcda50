package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// fatePage is how many invitations one statement looks at.
const fatePage = 400

// countingKey is the key of the invitations that a surrounding CountFunnel counts.
type countingKey struct{}

// CountFunnel runs change, which does something to these invitations or to their answers, and has the funnel follow, in one transaction: it counts what they were
// before and what they are after. Days are those of zone. On PostgreSQL the invitations are locked, in the order of their ids, before change runs: whoever locks
// contacts must have done so.
func (s *Store) CountFunnel(ctx context.Context, zone *time.Location, ids []survey.ID, change func(context.Context) error) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		cells := map[survey.FunnelCell]*survey.Funnel{}
		counting, _ := ctx.Value(countingKey{}).(map[survey.ID]bool)
		ids := slices.Compact(slices.Sorted(slices.Values(ids)))
		// What is being counted further out is counted there, once.
		ids = slices.DeleteFunc(ids, func(id survey.ID) bool { return counting[id] })
		if len(ids) == 0 {
			return change(ctx)
		}
		inner := maps.Clone(counting)
		if inner == nil {
			inner = map[survey.ID]bool{}
		}
		for _, id := range ids {
			inner[id] = true
		}
		ctx = context.WithValue(ctx, countingKey{}, inner)
		if err := s.addFates(ctx, zone, ids, -1, cells); err != nil {
			return err
		}
		if err := change(ctx); err != nil {
			return err
		}
		if err := s.addFates(ctx, zone, ids, 1, cells); err != nil {
			return err
		}
		return s.addFunnel(ctx, cells)
	})
}

// AddFunnel adds to cohorts.
func (s *Store) AddFunnel(ctx context.Context, deltas []survey.FunnelDelta) error {
	cells := map[survey.FunnelCell]*survey.Funnel{}
	for _, d := range deltas {
		addFate(cells, d, 1)
	}
	return s.InTx(ctx, func(ctx context.Context) error { return s.addFunnel(ctx, cells) })
}

func addFate(cells map[survey.FunnelCell]*survey.Funnel, d survey.FunnelDelta, sign int64) {
	if cells[d.Cell] == nil {
		cells[d.Cell] = &survey.Funnel{}
	}
	cells[d.Cell].Add(d.Funnel, sign)
}

var selectFates = `
	SELECT i.id, i.survey_id, i.touchpoint_id, i.language, i.sent_at, i.bounced_at IS NOT NULL, i.opened_at IS NOT NULL, i.machine, i.click_rating IS NOT NULL,
		i.answered_at IS NOT NULL, r.status, r.comment IS NOT NULL OR COALESCE(r.flags, 0) & ` + commentGone + ` <> 0
	FROM invitation i LEFT JOIN response r ON r.id = i.id WHERE `

func scanFate(rows *sql.Rows, zone *time.Location) (id int64, d survey.FunnelDelta, err error) {
	var (
		sent   time.Time
		status sql.NullInt64
		f      survey.Fate
	)
	err = rows.Scan(&id, &d.Cell.SurveyID, &d.Cell.Touchpoint, &d.Cell.Language, instant{&sent}, &f.Bounced, &f.Opened, &f.Machine, &f.Clicked, &f.Answered, &status, &f.Comment)
	f.Given, f.Status = status.Valid, survey.Status(status.Int64)
	if !sent.IsZero() {
		d.Cell.Day, d.Funnel = survey.DayOf(sent, zone), f.Funnel()
	}
	return id, d, err
}

// addFates adds sign times what the invitations count as. Those that were not sent count as nothing.
func (s *Store) addFates(ctx context.Context, zone *time.Location, ids []survey.ID, sign int64, cells map[survey.FunnelCell]*survey.Funnel) error {
	for page := range slices.Chunk(ids, fatePage) {
		args := make([]any, len(page))
		for i, id := range page {
			args[i] = int64(id)
		}
		if s.engine == Postgres && sign < 0 {
			// A statement of its own: the next one then sees the answers that were written while this one waited.
			if _, err := s.x(ctx).ExecContext(ctx, `SELECT id FROM invitation WHERE id IN `+values(1, len(args))+` ORDER BY id FOR UPDATE`, args...); err != nil {
				return fmt.Errorf("lock invitations: %w", err)
			}
		}
		if _, err := collect(ctx, s.x(ctx), func(rows *sql.Rows) (struct{}, error) {
			_, d, err := scanFate(rows, zone)
			if d.Funnel != (survey.Funnel{}) {
				addFate(cells, d, sign)
			}
			return struct{}{}, err
		}, selectFates+`i.id IN `+values(1, len(args)), args...); err != nil {
			return fmt.Errorf("count invitations: %w", err)
		}
	}
	return nil
}

// addFunnel adds each cohort's change to its row, in the order of the key.
func (s *Store) addFunnel(ctx context.Context, cells map[survey.FunnelCell]*survey.Funnel) error {
	keys := make([]survey.FunnelCell, 0, len(cells))
	for c, f := range cells {
		if *f != (survey.Funnel{}) {
			keys = append(keys, c)
		}
	}
	slices.SortFunc(keys, compareCohorts)
	for _, c := range keys {
		f := cells[c]
		if _, err := s.x(ctx).ExecContext(ctx, `
			INSERT INTO funnel (survey_id, touchpoint_id, language, day, shard, sent, bounced, clicked, unconfirmed, answered, commented)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (survey_id, touchpoint_id, language, day, shard) DO UPDATE SET
				sent = funnel.sent + excluded.sent, bounced = funnel.bounced + excluded.bounced, clicked = funnel.clicked + excluded.clicked,
				unconfirmed = funnel.unconfirmed + excluded.unconfirmed, answered = funnel.answered + excluded.answered, commented = funnel.commented + excluded.commented`,
			c.SurveyID, c.Touchpoint, c.Language, int64(c.Day), s.shard, f.Sent, f.Bounced, f.Clicked, f.Unconfirmed, f.Answered, f.Commented); err != nil {
			return fmt.Errorf("add to the funnel: %w", err)
		}
	}
	return nil
}

func compareCohorts(a, b survey.FunnelCell) int {
	return cmp.Or(cmp.Compare(a.SurveyID, b.SurveyID), cmp.Compare(a.Touchpoint, b.Touchpoint), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Day, b.Day))
}
