package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

const mailColumns = `id, kind, invitation_id, contact_id, recipient, content, state, due_at, lease_until, attempts, handed_at, done_at, message_id, problem, created_at`

func scanMail(rows interface{ Scan(...any) error }) (m asking.Mail, err error) {
	var (
		id                  int64
		invitation, contact sql.NullInt64
		content             string
	)
	err = rows.Scan(&id, &m.Kind, &invitation, &contact, &m.Recipient, &content, &m.State, instant{&m.DueAt}, instant{&m.LeaseUntil}, &m.Attempts,
		instant{&m.HandedAt}, instant{&m.DoneAt}, &m.MessageID, &m.Problem, instant{&m.CreatedAt})
	m.ID, m.InvitationID, m.ContactID = survey.ID(id), survey.ID(invitation.Int64), survey.ID(contact.Int64)
	if content != "" {
		m.Content = []byte(content)
	}
	return m, err
}

func (s *Store) mails(ctx context.Context, query string, args ...any) ([]asking.Mail, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (asking.Mail, error) { return scanMail(r) }, `SELECT `+mailColumns+` FROM mail `+query, args...)
}

// inserts is how many rows one statement writes: fewer placeholders than any engine's limit.
const inserts = 200

// AddMails writes mails.
func (s *Store) AddMails(ctx context.Context, mails []asking.Mail) error {
	for part := range slices.Chunk(mails, inserts) {
		args := make([]any, 0, 9*len(part))
		for _, m := range part {
			args = append(args, int64(m.ID), m.Kind, null(int64(m.InvitationID)), null(int64(m.ContactID)), m.Recipient, string(m.Content), string(m.State),
				millis(m.DueAt), millis(m.CreatedAt))
		}
		if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO mail (id, kind, invitation_id, contact_id, recipient, content, state, due_at, created_at) VALUES `+
			s.groups("", 1, len(part), 9), args...); err != nil {
			return fmt.Errorf("write mails: %w", err)
		}
	}
	return nil
}

// DueMails reads mails that are due before this time and not on lease at now, the longest due first. It leases nothing.
func (s *Store) DueMails(ctx context.Context, now, before time.Time, limit int) ([]asking.Mail, error) {
	return s.mails(ctx, `WHERE state = 'due' AND due_at < $1 AND (lease_until IS NULL OR lease_until < $2) ORDER BY due_at, id LIMIT $3`,
		millis(before), millis(now), limit)
}

// LeaseMails takes mails that are due for one process until a time, the longest due first.
func (s *Store) LeaseMails(ctx context.Context, now, until time.Time, limit int) (found []asking.Mail, err error) {
	skip := ""
	if s.engine == Postgres {
		skip = ` FOR UPDATE SKIP LOCKED`
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		found, err = s.mails(ctx, `WHERE state = 'due' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at, id LIMIT $2`+skip, millis(now), limit)
		if err != nil || len(found) == 0 {
			return err
		}
		args := []any{millis(until)}
		for i := range found {
			found[i].LeaseUntil = until
			args = append(args, int64(found[i].ID))
		}
		_, err = s.x(ctx).ExecContext(ctx, `UPDATE mail SET lease_until = $1 WHERE id IN (`+s.places(2, len(found))+`)`, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find mails that are due: %w", err)
	}
	return found, nil
}

// places writes n placeholders, the first one $first, as groups does.
func (s *Store) places(first, n int) string {
	return strings.TrimSuffix(strings.TrimPrefix(s.groups("", first, 1, n), "("), ")")
}

// Mails reads the mails with these ids, in any order.
func (s *Store) Mails(ctx context.Context, ids []survey.ID) ([]asking.Mail, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.mails(ctx, `WHERE id IN (`+s.places(1, len(ids))+`)`, idArgs(ids)...)
}

func idArgs(ids []survey.ID) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = int64(id)
	}
	return args
}

// SaveMail writes how far a mail is.
func (s *Store) SaveMail(ctx context.Context, m asking.Mail) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		UPDATE mail SET state = $1, due_at = $2, lease_until = $3, attempts = $4, handed_at = $5, done_at = $6, message_id = $7, problem = $8 WHERE id = $9`,
		string(m.State), millis(m.DueAt), millis(m.LeaseUntil), m.Attempts, millis(m.HandedAt), millis(m.DoneAt), m.MessageID, m.Problem, int64(m.ID))
	if err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	return nil
}

// HandOver marks mails as handed to the mail server, by a process that keeps them until a time.
func (s *Store) HandOver(ctx context.Context, ids []survey.ID, at, until time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	args := append([]any{millis(at), millis(until)}, idArgs(ids)...)
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE mail SET state = 'handed', handed_at = $1, lease_until = $2 WHERE id IN (`+s.places(3, len(ids))+`)`, args...); err != nil {
		return fmt.Errorf("hand mails over: %w", err)
	}
	return nil
}

// HandedMails reads mails that were handed over and whose process is gone: its lease ended before this time. The zero time finds all that were handed over.
func (s *Store) HandedMails(ctx context.Context, before time.Time, limit int) ([]asking.Mail, error) {
	if before.IsZero() {
		return s.mails(ctx, `WHERE state = 'handed' ORDER BY handed_at, id LIMIT $1`, limit)
	}
	return s.mails(ctx, `WHERE state = 'handed' AND lease_until < $1 ORDER BY handed_at, id LIMIT $2`, millis(before), limit)
}

// FreeMails ends the leases of mails that are due, after a start of the only process.
func (s *Store) FreeMails(ctx context.Context) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE mail SET lease_until = NULL WHERE state = 'due' AND lease_until IS NOT NULL`)
	return err
}

// KeepMails keeps what is due because no mail server is set up, and gives how many those are.
func (s *Store) KeepMails(ctx context.Context, now time.Time) (int64, error) {
	return s.moveMails(ctx, `UPDATE mail SET state = 'kept', lease_until = NULL WHERE state = 'due' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1)`, millis(now))
}

// ReleaseMails makes what was kept due again; tests, which somebody asked for long ago, are dropped instead. It counts both.
func (s *Store) ReleaseMails(ctx context.Context) (due, tests int64, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		if tests, err = s.moveMails(ctx, `UPDATE mail SET state = 'dropped' WHERE state = 'kept' AND kind = 'test'`); err != nil {
			return err
		}
		due, err = s.moveMails(ctx, `UPDATE mail SET state = 'due' WHERE state = 'kept'`)
		return err
	})
	return due, tests, err
}

func (s *Store) moveMails(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.x(ctx).ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("move mails: %w", err)
	}
	return res.RowsAffected()
}

// MailsIn reads mails in a state whose id is less than before (0: from the newest), the newest first.
func (s *Store) MailsIn(ctx context.Context, state asking.MailState, before survey.ID, limit int) ([]asking.Mail, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return s.mails(ctx, `WHERE state = '`+mailState(state)+`' AND id < $1 ORDER BY id DESC LIMIT $2`, int64(before), limit)
}

// mailState writes a state into a statement, so that the index of that state is seen to fit.
func mailState(state asking.MailState) string {
	for _, known := range []asking.MailState{asking.Handed, asking.MailSent, asking.Kept, asking.MailFailed, asking.MailUncertain, asking.Dropped} {
		if state == known {
			return string(known)
		}
	}
	return string(asking.Due)
}

// CountMails tells how many mails are in the states that somebody may have to look at, or that wait.
func (s *Store) CountMails(ctx context.Context) (map[asking.MailState]int64, error) {
	m := map[asking.MailState]int64{}
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var state asking.MailState
		var n int64
		err = r.Scan(&state, &n)
		m[state] = n
		return struct{}{}, err
	}, `SELECT state, count(*) FROM mail WHERE state IN ('failed', 'uncertain', 'kept') GROUP BY state
		UNION ALL SELECT 'due', count(*) FROM mail WHERE state = 'due' UNION ALL SELECT 'handed', count(*) FROM mail WHERE state = 'handed'`)
	return m, err
}
