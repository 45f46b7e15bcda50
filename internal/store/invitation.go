package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

const invitationColumns = `id, survey_id, contact_id, rule_id, occasion_id, touchpoint_id, language, order_ref, state, nonce, key_id,
	created_at, expires_at, sent_at, reminded_at, bounced_at, opened_at, answered_at, click_rating, machine, token_hash IS NULL`

func scanInvitation(rows interface{ Scan(...any) error }) (survey.Invitation, error) {
	var (
		v                       survey.Invitation
		id                      int64
		contact, rule, occasion sql.NullInt64
		rating                  sql.NullInt64
	)
	err := rows.Scan(&id, &v.SurveyID, &contact, &rule, &occasion, &v.Touchpoint, &v.Language, &v.OrderRef, &v.State, &v.Nonce, &v.KeyID,
		instant{&v.CreatedAt}, instant{&v.ExpiresAt}, instant{&v.SentAt}, instant{&v.RemindedAt}, instant{&v.BouncedAt}, instant{&v.OpenedAt}, instant{&v.AnsweredAt}, &rating, &v.Machine, &v.Revoked)
	v.ClickRating = survey.NoRating
	if rating.Valid {
		v.ClickRating = int(rating.Int64)
	}
	v.ID, v.ContactID, v.RuleID, v.OccasionID = survey.ID(id), survey.ID(contact.Int64), rule.Int64, survey.ID(occasion.Int64)
	return v, err
}

// InvitationByToken finds the invitation whose token has this SHA-256. A revoked one has none. It returns survey.ErrNotFound.
func (s *Store) InvitationByToken(ctx context.Context, hash []byte) (survey.Invitation, error) {
	v, err := scanInvitation(s.q(ctx).QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitation WHERE token_hash = $1`, hash))
	return v, one(err, survey.ErrNotFound)
}

// Invitation reads one invitation. It returns survey.ErrNotFound.
func (s *Store) Invitation(ctx context.Context, id survey.ID) (survey.Invitation, error) {
	v, err := scanInvitation(s.q(ctx).QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitation WHERE id = $1`, int64(id)))
	return v, one(err, survey.ErrNotFound)
}

// Invitations reads a survey's invitations made before the one with id before (0: from the newest), newest first.
func (s *Store) Invitations(ctx context.Context, surveyID int64, before survey.ID, limit int) ([]survey.Invitation, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Invitation, error) { return scanInvitation(r) },
		`SELECT `+invitationColumns+` FROM invitation WHERE survey_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, surveyID, int64(before), limit)
}

// CreateInvitations writes invitations that are made by hand, with the SHA-256 of their tokens in the same order. The funnel is the caller's to follow.
func (s *Store) CreateInvitations(ctx context.Context, vs []survey.Invitation, hashes [][]byte) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for i, v := range vs {
			if _, err := s.x(ctx).ExecContext(ctx, `
				INSERT INTO invitation (id, survey_id, contact_id, touchpoint_id, language, order_ref, nonce, key_id, token_hash, created_at, expires_at, sent_at, opened_at, answered_at, state)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
				int64(v.ID), v.SurveyID, null(int64(v.ContactID)), v.Touchpoint, v.Language, v.OrderRef, v.Nonce, v.KeyID, hashes[i], millis(v.CreatedAt), millis(v.ExpiresAt),
				millis(v.SentAt), millis(v.OpenedAt), millis(v.AnsweredAt), cmp.Or(v.State, survey.LinkState)); err != nil {
				return fmt.Errorf("write an invitation: %w", err)
			}
		}
		return nil
	})
}

// RevokeInvitation makes the link of an invitation unknown.
func (s *Store) RevokeInvitation(ctx context.Context, id survey.ID) error {
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE invitation SET token_hash = NULL WHERE id = $1`, int64(id)); err != nil {
		return fmt.Errorf("revoke an invitation: %w", err)
	}
	return nil
}

// MarkOpened notes when an invitation's page was first shown.
func (s *Store) MarkOpened(ctx context.Context, id survey.ID, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE invitation SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL`, millis(at), int64(id))
	return err
}
