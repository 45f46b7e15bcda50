package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// SaveClock writes when a case was replied to. Its version stays.
func (s *Store) SaveClock(ctx context.Context, c *followup.Case) error {
	return s.change(ctx, survey.ErrNotFound, `UPDATE followup_case SET replied_at = $1, changed_at = $2 WHERE id = $3`, millis(c.RepliedAt), millis(c.ChangedAt), int64(c.ID))
}

// CaseOfContact finds the case of a contact that changed last. It returns survey.ErrNotFound.
func (s *Store) CaseOfContact(ctx context.Context, contact survey.ID) (id survey.ID, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT id FROM followup_case WHERE contact_id = $1 ORDER BY changed_at DESC, id DESC LIMIT 1`, int64(contact)).Scan(&id)
	return id, one(err, survey.ErrNotFound)
}

// PendingMails reads mails of a kind to a contact that are neither sent nor dropped, the oldest first.
func (s *Store) PendingMails(ctx context.Context, contact survey.ID, kind string) ([]asking.Mail, error) {
	return s.mails(ctx, `WHERE contact_id = $1 AND kind = $2 AND state IN ('due', 'handed', 'kept', 'uncertain') ORDER BY id LIMIT 100`, int64(contact), kind)
}

// MailEntry reads the newest line of a kind that a case's log has about a mail. It returns survey.ErrNotFound.
func (s *Store) MailEntry(ctx context.Context, caseID, mail survey.ID, kind string) (followup.Entry, error) {
	e, err := scanCaseEntry(s.q(ctx).QueryRowContext(ctx, `
		SELECT `+caseEntryColumns+` FROM case_log WHERE case_id = $1 AND mail_id = $2 AND kind = $3 ORDER BY id DESC LIMIT 1`, int64(caseID), int64(mail), kind))
	return e, one(err, survey.ErrNotFound)
}

// IncomingEntry reads the line that a case's log has about a customer's mail with this Message-ID. It returns survey.ErrNotFound.
func (s *Store) IncomingEntry(ctx context.Context, caseID survey.ID, message string) (followup.Entry, error) {
	e, err := scanCaseEntry(s.q(ctx).QueryRowContext(ctx, `
		SELECT `+caseEntryColumns+` FROM case_log WHERE case_id = $1 AND kind = 'incoming' AND before = $2 LIMIT 1`, int64(caseID), message))
	return e, one(err, survey.ErrNotFound)
}

// CountEntries counts the lines of a kind in a case's log since a time.
func (s *Store) CountEntries(ctx context.Context, caseID survey.ID, kind string, since time.Time) (n int64, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT COUNT(*) FROM case_log WHERE case_id = $1 AND kind = $2 AND at > $3`, int64(caseID), kind, since.UnixMilli()).Scan(&n)
	return n, err
}

// maxThread is how many mails of a case are named in the next one.
const maxThread = 20

// CaseThread reads the Message-IDs of the mails of a case, ours and the customer's, the oldest first.
func (s *Store) CaseThread(ctx context.Context, caseID survey.ID) ([]string, error) {
	ids, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) }, `
		SELECT message_id FROM (
			SELECT l.id, CASE WHEN l.kind = 'incoming' THEN l.before ELSE COALESCE(m.message_id, '') END AS message_id
			FROM case_log l LEFT JOIN mail m ON m.id = l.mail_id WHERE l.case_id = $1 AND l.kind IN ('reply', 'incoming') ORDER BY l.id DESC LIMIT $2
		) AS newest WHERE message_id <> '' ORDER BY id`, int64(caseID), maxThread)
	if err != nil {
		return nil, fmt.Errorf("read the thread of a case: %w", err)
	}
	return ids, nil
}
