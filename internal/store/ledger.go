package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// AddEntries writes lines of the ledger.
func (s *Store) AddEntries(ctx context.Context, entries []asking.Entry) error {
	for part := range slices.Chunk(entries, inserts) {
		args := make([]any, 0, 8*len(part))
		for _, e := range part {
			args = append(args, int64(e.ID), millis(e.At), int64(e.InvitationID), null(int64(e.ContactID)), e.SurveyID, string(e.Decision), e.Reason, e.Detail)
		}
		if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO ledger (id, at, invitation_id, contact_id, survey_id, decision, reason, detail) VALUES `+
			s.groups("", 1, len(part), 8), args...); err != nil {
			return fmt.Errorf("write the ledger: %w", err)
		}
	}
	return nil
}

// Ledger reads at most limit lines that fit the filter, the newest first.
func (s *Store) Ledger(ctx context.Context, f asking.LedgerFilter, limit int) ([]asking.Entry, error) {
	before := f.Before
	if before == 0 {
		before = 1<<63 - 1
	}
	where, args := `id < $1`, []any{int64(before)}
	add := func(column string, v any) {
		args = append(args, v)
		where += fmt.Sprintf(" AND %s = $%d", column, len(args))
	}
	if f.SurveyID != 0 {
		add("survey_id", f.SurveyID)
	}
	if f.ContactID != 0 {
		add("contact_id", int64(f.ContactID))
	}
	if f.InvitationID != 0 {
		add("invitation_id", int64(f.InvitationID))
	}
	if f.Decision != "" {
		add("decision", string(f.Decision))
	}
	args = append(args, limit)
	found, err := collect(ctx, s.q(ctx), scanLedger, `SELECT id, at, invitation_id, contact_id, survey_id, decision, reason, detail FROM ledger WHERE `+where+
		fmt.Sprintf(` ORDER BY id DESC LIMIT $%d`, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return found, nil
}

func scanLedger(r *sql.Rows) (e asking.Entry, err error) {
	var id, invitation int64
	var contact sql.NullInt64
	err = r.Scan(&id, instant{&e.At}, &invitation, &contact, &e.SurveyID, &e.Decision, &e.Reason, &e.Detail)
	e.ID, e.InvitationID, e.ContactID = survey.ID(id), survey.ID(invitation), survey.ID(contact.Int64)
	return e, err
}

// LastEntry reads the newest line. It returns survey.ErrNotFound.
func (s *Store) LastEntry(ctx context.Context) (asking.Entry, error) {
	found, err := s.Ledger(ctx, asking.LedgerFilter{}, 1)
	if err == nil && len(found) == 0 {
		err = survey.ErrNotFound
	}
	if err != nil {
		return asking.Entry{}, err
	}
	return found[0], nil
}
