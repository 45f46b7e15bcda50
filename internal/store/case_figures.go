package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// spells picks rounds by when they opened and by when they ended, each by its index. The arguments are the ends of the time, the second as the first that is not in it, and the touchpoint.
const spells = `(
	SELECT * FROM case_round WHERE opened_at >= $1 AND opened_at < $2 AND NOT excluded AND (CAST($3 AS BIGINT) = -1 OR touchpoint_id = $3)
	UNION ALL
	SELECT * FROM case_round WHERE resolved_at >= $1 AND resolved_at < $2 AND NOT (opened_at >= $1 AND opened_at < $2) AND NOT excluded AND (CAST($3 AS BIGINT) = -1 OR touchpoint_id = $3)
) AS r`

// Spells reads the rounds that opened or ended from from on and before to, in no order.
func (s *Store) Spells(ctx context.Context, from, to time.Time, touchpoint int64) ([]reports.Spell, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (v reports.Spell, err error) {
		return v, rows.Scan(&v.CaseID, &v.No, instant{&v.Opened}, instant{&v.Due}, instant{&v.Replied}, instant{&v.Resolved}, instant{&v.Created}, &v.Touchpoint, &v.Owner,
			&v.RepliedBy, &v.ResolvedBy, &v.Reason, &v.Declined, &v.Again, &v.Last)
	}, `
		SELECT r.case_id, r.no, r.opened_at, r.due_at, r.replied_at, r.resolved_at, t.opened_at, r.touchpoint_id, COALESCE(f.owner_id, 0), COALESCE(r.replied_by, 0), COALESCE(r.resolved_by, 0),
			COALESCE(r.reason_id, 0), r.declined,
			r.no > 1 AND EXISTS (SELECT 1 FROM case_round b WHERE b.case_id = r.case_id AND b.no < r.no AND NOT b.excluded),
			NOT EXISTS (SELECT 1 FROM case_round n WHERE n.case_id = r.case_id AND n.no = r.no + 1 AND n.ticket = r.ticket)
		FROM `+spells+` JOIN case_round t ON t.case_id = r.case_id AND t.no = r.ticket JOIN followup_case f ON f.id = r.case_id`,
		from.UnixMilli(), to.UnixMilli(), touchpoint)
}

// SpellTags reads the tags of the cases that Spells reads the rounds of.
func (s *Store) SpellTags(ctx context.Context, from, to time.Time, touchpoint int64) (map[survey.ID][]string, error) {
	rows, err := s.q(ctx).QueryContext(ctx, `SELECT DISTINCT g.case_id, g.tag FROM `+spells+` JOIN case_tag g ON g.case_id = r.case_id ORDER BY g.case_id, g.tag`, from.UnixMilli(), to.UnixMilli(), touchpoint)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tags := map[survey.ID][]string{}
	for rows.Next() {
		var id survey.ID
		var tag string
		if err := rows.Scan(&id, &tag); err != nil {
			return nil, err
		}
		tags[id] = append(tags[id], tag)
	}
	return tags, rows.Err()
}

// Standing counts the cases that are open, each figure up to most.
func (s *Store) Standing(ctx context.Context, now time.Time, touchpoint int64, most int) (v reports.Standing, err error) {
	for _, part := range []struct {
		into      *int
		condition string
		before    time.Time
	}{
		{&v.Open, `opened_at <= $3`, now},
		{&v.Overdue, `due_at < $3 AND replied_at IS NULL`, now},
		{&v.TooLong, `(SELECT t.opened_at FROM case_round r JOIN case_round t ON t.case_id = r.case_id AND t.no = r.ticket WHERE r.case_id = f.id AND r.no = f.rounds) < $3`, now.Add(-scoring.OpenLimit)},
	} {
		err := s.q(ctx).QueryRowContext(ctx, `
			SELECT COUNT(*) FROM (SELECT 1 FROM followup_case f WHERE status <> 'resolved' AND NOT excluded AND (CAST($1 AS BIGINT) = -1 OR touchpoint_id = $1) AND `+part.condition+` LIMIT $2) AS counted`,
			touchpoint, most, part.before.UnixMilli()).Scan(part.into)
		if err != nil {
			return v, fmt.Errorf("count open cases: %w", err)
		}
	}
	return v, nil
}
