package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// PlanInvitations writes invitations of rules with the SHA-256 of their tokens, and gives the ids of those that were new: a rule asks about an occasion once.
func (s *Store) PlanInvitations(ctx context.Context, vs []survey.Invitation, hashes [][]byte) (fresh []survey.ID, err error) {
	const columns = 15
	for first := 0; first < len(vs); first += inserts {
		part := vs[first:min(first+inserts, len(vs))]
		args := make([]any, 0, columns*len(part))
		for i, v := range part {
			args = append(args, int64(v.ID), v.SurveyID, null(int64(v.ContactID)), null(v.RuleID), null(int64(v.OccasionID)), v.Touchpoint, v.Language, v.OrderRef,
				v.State, v.Nonce, v.KeyID, hashes[first+i], millis(v.CreatedAt), millis(v.ExpiresAt), millis(v.SentAt))
		}
		ids, err := collect(ctx, s.x(ctx), scanID, `
			INSERT INTO invitation (id, survey_id, contact_id, rule_id, occasion_id, touchpoint_id, language, order_ref, state, nonce, key_id, token_hash, created_at, expires_at, sent_at)
			VALUES `+s.groups("", 1, len(part), columns)+` ON CONFLICT (rule_id, occasion_id) DO NOTHING RETURNING id`, args...)
		if err != nil {
			return nil, fmt.Errorf("write invitations: %w", err)
		}
		fresh = append(fresh, ids...)
	}
	return fresh, nil
}

func scanID(r *sql.Rows) (survey.ID, error) {
	var id int64
	err := r.Scan(&id)
	return survey.ID(id), err
}

// InvitationsOf reads the invitations with these ids, in any order.
func (s *Store) InvitationsOf(ctx context.Context, ids []survey.ID) (found []survey.Invitation, err error) {
	for part := range slices.Chunk(ids, 500) {
		some, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Invitation, error) { return scanInvitation(r) },
			`SELECT `+invitationColumns+` FROM invitation WHERE id IN (`+s.places(1, len(part))+`)`, idArgs(part)...)
		if err != nil {
			return nil, fmt.Errorf("read invitations: %w", err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// PlannedFor tells which of the contacts wait for an invitation to a survey that is planned, in any order.
func (s *Store) PlannedFor(ctx context.Context, surveyID int64, contacts []survey.ID) (found []survey.ID, err error) {
	for part := range slices.Chunk(contacts, 500) {
		some, err := collect(ctx, s.q(ctx), scanID, `SELECT DISTINCT contact_id FROM invitation WHERE survey_id = $1 AND state = 'scheduled' AND contact_id IN (`+
			s.places(2, len(part))+`)`, append([]any{surveyID}, idArgs(part)...)...)
		if err != nil {
			return nil, fmt.Errorf("read who waits for an invitation: %w", err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// SaveDecision writes the newest decision about an invitation with the times that came with it. An answer stands above every other decision.
func (s *Store) SaveDecision(ctx context.Context, v survey.Invitation, d asking.Decision) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		UPDATE invitation SET state = CASE WHEN answered_at IS NULL THEN $1 ELSE state END, expires_at = $2,
			sent_at = coalesce($3, sent_at), reminded_at = coalesce($4, reminded_at), bounced_at = coalesce($5, bounced_at) WHERE id = $6`,
		string(d), millis(v.ExpiresAt), millis(v.SentAt), millis(v.RemindedAt), millis(v.BouncedAt), int64(v.ID))
	if err != nil {
		return fmt.Errorf("write a decision: %w", err)
	}
	return nil
}

// ExpireInvitations writes that invitations have ended which were sent, were not answered and whose time is over, and gives at most limit of them.
func (s *Store) ExpireInvitations(ctx context.Context, now time.Time, limit int) ([]survey.Invitation, error) {
	found, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (survey.Invitation, error) { return scanInvitation(r) }, `
		UPDATE invitation SET state = 'expired' WHERE state = 'sent' AND id IN (SELECT id FROM invitation WHERE state = 'sent' AND expires_at <= $1 ORDER BY expires_at LIMIT $2)
		RETURNING `+invitationColumns, millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("end invitations: %w", err)
	}
	return found, nil
}

// OccasionTimes gives when occasions happened, by their ids.
func (s *Store) OccasionTimes(ctx context.Context, ids []survey.ID) (map[survey.ID]time.Time, error) {
	m := make(map[survey.ID]time.Time, len(ids))
	if len(ids) == 0 {
		return m, nil
	}
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var id int64
		var at time.Time
		err = r.Scan(&id, instant{&at})
		m[survey.ID(id)] = at
		return struct{}{}, err
	}, `SELECT id, at FROM occasion WHERE id IN (`+s.places(1, len(ids))+`)`, idArgs(ids)...)
	return m, err
}

// LockContacts holds contacts until the transaction of ctx ends, in the order of their ids, and reads them. Take the time after it, not before.
func (s *Store) LockContacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	hold := ""
	if s.engine == Postgres { // SQLite has one writing transaction at a time
		hold = ` FOR UPDATE`
	}
	return collect(ctx, s.x(ctx), func(r *sql.Rows) (survey.Contact, error) { return scanContact(r) },
		`SELECT `+contactColumns+` FROM contact WHERE id IN (`+s.places(1, len(ids))+`) ORDER BY id`+hold, idArgs(ids)...)
}

// MarkAsked notes when contacts were last asked.
func (s *Store) MarkAsked(ctx context.Context, contacts []survey.ID, at time.Time) error {
	for part := range slices.Chunk(contacts, 500) {
		if _, err := s.x(ctx).ExecContext(ctx, `UPDATE contact SET asked_at = $1 WHERE id IN (`+s.places(2, len(part))+`)`, append([]any{millis(at)}, idArgs(part)...)...); err != nil {
			return fmt.Errorf("note who was asked: %w", err)
		}
	}
	return nil
}

// ForgetAsk takes back that a contact was asked at a time, by a mail that the mail server is known not to have taken. What was before is read from what was sent.
func (s *Store) ForgetAsk(ctx context.Context, contact survey.ID, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		UPDATE contact SET asked_at = (SELECT max(t) FROM (
			SELECT max(handed_at) AS t FROM mail WHERE contact_id = $1 AND kind = 'ask' AND state IN ('sent', 'handed', 'uncertain')
			UNION ALL SELECT max(sent_at) FROM invitation WHERE contact_id = $1) AS asks)
		WHERE id = $1 AND asked_at = $2`, int64(contact), millis(at))
	if err != nil {
		return fmt.Errorf("take an ask back: %w", err)
	}
	return nil
}

// MarkBounced notes that a contact's address takes no mail.
func (s *Store) MarkBounced(ctx context.Context, contact survey.ID, at time.Time) error {
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE contact SET bounced_at = $1 WHERE id = $2`, millis(at), int64(contact)); err != nil {
		return fmt.Errorf("note that an address takes no mail: %w", err)
	}
	return nil
}
