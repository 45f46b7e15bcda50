package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
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

// Returns reads the next answers of customers whose cases an answer opened from from on and before to, those of the newest cases first. Most cases are looked at.
func (s *Store) Returns(ctx context.Context, from, to time.Time, touchpoint int64, most int) ([]reports.Return, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (v reports.Return, err error) {
		return v, rows.Scan(&v.Contact, &v.VersionID, &v.NextID, &v.Rating, &v.Next, &v.Class, &v.NextClass, instant{&v.AnsweredAt}, instant{&v.Replied}, instant{&v.NextAt})
	}, `
		SELECT f.contact_id, a.version_id, n.version_id, a.rating, n.rating, a.class, n.class, a.answered_at,
			(SELECT MIN(t.replied_at) FROM case_round t WHERE t.case_id = r.case_id AND t.ticket = r.no), n.answered_at
		FROM (`+opened+` AND ticket = no ORDER BY opened_at DESC, case_id DESC LIMIT $4) AS r
		JOIN followup_case f ON f.id = r.case_id
		JOIN response a ON a.id = (SELECT MIN(c.response_id) FROM case_response c WHERE c.case_id = r.case_id AND c.round = r.no AND c.state = 'stands')
		JOIN response n ON n.id = (
			SELECT x.id FROM response x WHERE x.contact_id = f.contact_id AND x.survey_id = a.survey_id AND x.status = 0 AND x.rating IS NOT NULL AND x.answered_at > a.answered_at
			ORDER BY x.answered_at, x.id LIMIT 1)
		WHERE f.contact_id IS NOT NULL AND a.rating IS NOT NULL
		ORDER BY r.opened_at DESC, r.case_id DESC, r.no DESC`, from.UnixMilli(), to.UnixMilli(), touchpoint, most)
}

// opened picks rounds by when they opened.
const opened = `SELECT case_id, no, ticket, opened_at, touchpoint_id FROM case_round WHERE opened_at >= $1 AND opened_at < $2 AND NOT excluded AND (CAST($3 AS BIGINT) = -1 OR touchpoint_id = $3)`

// Said reads the comments in cases that opened from from on and before to, the newest first. Most cases are looked at.
func (s *Store) Said(ctx context.Context, from, to time.Time, touchpoint int64, most int) ([]reports.Said, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (v reports.Said, err error) {
		return v, rows.Scan(&v.CaseID, &v.ResponseID, &v.Touchpoint, &v.Language, &v.Rating, instant{&v.At}, &v.Comment)
	}, `
		SELECT r.case_id, a.id, r.touchpoint_id, a.language, COALESCE(a.rating, -1), a.answered_at, a.comment
		FROM (`+opened+` ORDER BY opened_at DESC, case_id DESC LIMIT $4) AS r
		JOIN case_response c ON c.case_id = r.case_id AND c.round = r.no AND c.state <> 'marked'
		JOIN response a ON a.id = c.response_id
		WHERE a.comment IS NOT NULL ORDER BY a.answered_at DESC, a.id DESC`, from.UnixMilli(), to.UnixMilli(), touchpoint, most)
}

// logBetween picks lines of all logs behind a place and between two times.
const logBetween = `case_log WHERE (at, id) > ($1, $2) AND at >= $3 AND at < $4 ORDER BY at, id`

// CaseLogOf reads lines of the logs of all cases from from on and before to, in their order, up to limit; after names the last line of the page before, zero at first.
func (s *Store) CaseLogOf(ctx context.Context, from, to time.Time, after followup.Entry, limit int) ([]followup.Entry, error) {
	if after.ID == 0 {
		after.At = from.Add(-time.Millisecond)
	}
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (followup.Entry, error) { return scanCaseEntry(rows) }, `
		SELECT `+caseEntryColumns+` FROM `+logBetween+` LIMIT $5`,
		after.At.UnixMilli(), int64(after.ID), from.UnixMilli(), to.UnixMilli(), limit)
}
