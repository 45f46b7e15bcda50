package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

// addNewsSQL notes in the transaction of a line that somebody may have to be told of it.
const addNewsSQL = `INSERT INTO case_news (log_id) VALUES ($1)`

// TakeNews reads the oldest lines that nobody was told of, with their cases, and takes them out in the transaction of ctx. Of those whose case is gone it gives nothing.
func (s *Store) TakeNews(ctx context.Context, limit int) ([]telling.News, error) {
	ids, err := collect(ctx, s.x(ctx), func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) },
		`DELETE FROM case_news WHERE log_id IN (SELECT log_id FROM case_news ORDER BY log_id LIMIT $1) RETURNING log_id`, limit)
	if err != nil {
		return nil, fmt.Errorf("take the news of cases: %w", err)
	}
	slices.Sort(ids)
	all := make([]telling.News, 0, len(ids))
	for _, id := range ids {
		n, err := s.news(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			continue // its person was erased, or its case went into another one
		}
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

func (s *Store) news(ctx context.Context, line int64) (n telling.News, err error) {
	if n.Line, err = scanCaseEntry(s.q(ctx).QueryRowContext(ctx, `SELECT `+caseEntryColumns+` FROM case_log WHERE id = $1`, line)); err != nil {
		return n, fmt.Errorf("read a line that is news: %w", err)
	}
	n.Case, err = scanCase(s.q(ctx).QueryRowContext(ctx, `SELECT `+caseColumns+` FROM followup_case f WHERE f.id = $1`, int64(n.Line.CaseID)))
	if err == nil && n.Line.Kind == followup.LogNote {
		n.Mentioned, err = s.CaseMentions(ctx, n.Line.CaseID, n.Line.ID)
	}
	if err != nil {
		return n, fmt.Errorf("read a case that is news: %w", err)
	}
	return n, nil
}

// AddAlerts writes what users are told with their next mail.
func (s *Store) AddAlerts(ctx context.Context, alerts []telling.Alert) error {
	for part := range slices.Chunk(alerts, inserts) {
		args := make([]any, 0, 4*len(part))
		for _, a := range part {
			args = append(args, a.User, int64(a.Line), string(a.What), millis(a.At))
		}
		if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO case_alert (user_id, log_id, what, at) VALUES `+s.groups("", 1, len(part), 4)+` ON CONFLICT DO NOTHING`, args...); err != nil {
			return fmt.Errorf("write alerts: %w", err)
		}
	}
	return nil
}

// WaitingAlerts tells since when the oldest alert of each user has been waiting.
func (s *Store) WaitingAlerts(ctx context.Context) (map[int64]time.Time, error) {
	all := map[int64]time.Time{}
	_, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (_ struct{}, err error) {
		var user int64
		var at time.Time
		err = rows.Scan(&user, instant{&at})
		all[user] = at
		return struct{}{}, err
	}, `SELECT user_id, MIN(at) FROM case_alert GROUP BY user_id`)
	return all, err
}

// TakeAlerts takes all alerts of a user out, in the transaction of ctx, the oldest first.
func (s *Store) TakeAlerts(ctx context.Context, user int64) ([]telling.Alert, error) {
	all, err := collect(ctx, s.x(ctx), func(rows *sql.Rows) (a telling.Alert, err error) {
		return a, rows.Scan(&a.User, &a.Line, &a.What, instant{&a.At}, &a.Case)
	}, `DELETE FROM case_alert WHERE user_id = $1
		RETURNING user_id, log_id, what, at, COALESCE((SELECT case_id FROM case_log WHERE id = case_alert.log_id), 0)`, user)
	if err != nil {
		return nil, fmt.Errorf("take a user's alerts: %w", err)
	}
	slices.SortFunc(all, func(a, b telling.Alert) int { return a.At.Compare(b.At) })
	return slices.DeleteFunc(all, func(a telling.Alert) bool { return a.Case == 0 }), nil
}

// notTold picks the cases of which no step up to $1 was told although it is time at $2.
const notTold = `status <> 'resolved' AND replied_at IS NULL AND NOT excluded AND alerted < 2 AND alerted < $1`

// LateCases reads the cases of which a reminder is due at now (telling.Reminded), or that are overdue (telling.Escalated), and nobody was told, the longest due first.
func (s *Store) LateCases(ctx context.Context, now time.Time, step telling.Step, limit int) ([]followup.Case, error) {
	args := []any{int64(step), now.UnixMilli()}
	when := `due_at < CAST($2 AS BIGINT)`
	if step == telling.Reminded {
		before := telling.Before.Milliseconds()
		when = fmt.Sprintf(`due_at <= CAST($2 AS BIGINT) + %d AND due_at - CASE WHEN (due_at - opened_at) / %d < %d THEN (due_at - opened_at) / %d ELSE %d END <= CAST($2 AS BIGINT)`,
			before, telling.BeforeOf, before, telling.BeforeOf, before)
	}
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (followup.Case, error) { return scanCase(rows) },
		`SELECT `+caseColumns+` FROM followup_case f WHERE `+notTold+` AND `+when+` ORDER BY due_at, id LIMIT $3`, append(args, limit)...)
}

// MarkLate notes that a step was told, in the transaction of ctx; false when it was before, or there is nothing late any more. Whoever is at work on the case does not
// notice: its version stays.
func (s *Store) MarkLate(ctx context.Context, id survey.ID, step telling.Step) (bool, error) {
	res, err := s.x(ctx).ExecContext(ctx, `UPDATE followup_case SET alerted = $1 WHERE id = $2 AND `+notTold, int64(step), int64(id))
	if err != nil {
		return false, fmt.Errorf("note that a case is late: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
