package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

const caseEntryColumns = `id, case_id, at, COALESCE(user_id, 0), kind, before, after, body, COALESCE(mail_id, 0), COALESCE(response_id, 0)`

func scanCaseEntry(rows interface{ Scan(...any) error }) (e followup.Entry, err error) {
	return e, rows.Scan(&e.ID, &e.CaseID, instant{&e.At}, &e.UserID, &e.Kind, &e.Before, &e.After, &e.Body, &e.MailID, &e.ResponseID)
}

// CaseLog reads the newest lines of a case's log, the newest last.
func (s *Store) CaseLog(ctx context.Context, id survey.ID, limit int) ([]followup.Entry, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (followup.Entry, error) { return scanCaseEntry(rows) }, `
		SELECT * FROM (SELECT `+caseEntryColumns+` FROM case_log WHERE case_id = $1 ORDER BY id DESC LIMIT $2) AS newest ORDER BY 3, 1`, int64(id), limit)
}

// CaseEntry reads one line of a case's log. It returns survey.ErrNotFound.
func (s *Store) CaseEntry(ctx context.Context, caseID, id survey.ID) (followup.Entry, error) {
	e, err := scanCaseEntry(s.q(ctx).QueryRowContext(ctx, `SELECT `+caseEntryColumns+` FROM case_log WHERE id = $1 AND case_id = $2`, int64(id), int64(caseID)))
	return e, one(err, survey.ErrNotFound)
}

// AddCaseEntries adds lines to the log.
func (s *Store) AddCaseEntries(ctx context.Context, entries []followup.Entry) error {
	for _, e := range entries {
		_, err := s.execTx(ctx, `INSERT INTO case_log (id, case_id, at, user_id, kind, before, after, body, mail_id, response_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			int64(e.ID), int64(e.CaseID), millis(e.At), null(e.UserID), e.Kind, e.Before, e.After, e.Body, null(int64(e.MailID)), null(int64(e.ResponseID)))
		if err != nil {
			return fmt.Errorf("write the log of a case: %w", err)
		}
		for _, user := range e.Mentions {
			if _, err := s.execTx(ctx, `INSERT INTO case_mention (case_id, log_id, user_id) VALUES ($1, $2, $3)`, int64(e.CaseID), int64(e.ID), user); err != nil {
				return fmt.Errorf("write whom a note names: %w", err)
			}
		}
		if !followup.Tells(e.Kind) {
			continue
		}
		if _, err := s.execTx(ctx, addNewsSQL, int64(e.ID)); err != nil {
			return fmt.Errorf("write the news of a case: %w", err)
		}
	}
	return nil
}

// CaseMentions reads whom a line of the log names.
func (s *Store) CaseMentions(ctx context.Context, caseID, line survey.ID) ([]int64, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (user int64, err error) { return user, rows.Scan(&user) },
		`SELECT user_id FROM case_mention WHERE case_id = $1 AND log_id = $2 ORDER BY user_id`, int64(caseID), int64(line))
}
