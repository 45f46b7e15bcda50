package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// How many clicks of an invitation are kept: whoever holds a link can't fill the disk, and openings can't crowd out what was given.
const (
	keptOpens   = 300
	keptAnswers = 600
)

// addClick writes one click, unless there are very many.
func (s *Store) addClick(ctx context.Context, c survey.Click) error {
	most := keptOpens
	if c.Kind == survey.ClickGesture || c.Kind == survey.ClickSend || c.Kind == survey.ClickRestore {
		most = keptAnswers
	}
	if _, err := s.execTx(ctx, `
		INSERT INTO click (id, invitation_id, at, kind, rating, signs, visitor)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT)
		WHERE (SELECT count(*) FROM click WHERE invitation_id = $2) < CAST($8 AS BIGINT)`,
		int64(c.ID), int64(c.InvitationID), millis(c.At), string(c.Kind), ratingColumn(c.Rating), int64(c.Signs), c.Visitor, most); err != nil {
		return fmt.Errorf("note a click: %w", err)
	}
	return nil
}

// NoteClick writes a click and, when a link was opened, what that changes of its invitation and of the funnel, by days of zone. Of very many it writes none.
func (s *Store) NoteClick(ctx context.Context, zone *time.Location, c survey.Click) error {
	return s.CountFunnel(ctx, zone, []survey.ID{c.InvitationID}, func(ctx context.Context) error {
		if c.Kind == survey.ClickOpen {
			if _, err := s.x(ctx).ExecContext(ctx, `
				UPDATE invitation SET opened_at = COALESCE(opened_at, $1), click_rating = CASE WHEN state = 'test' THEN click_rating ELSE COALESCE(CAST($2 AS BIGINT), click_rating) END WHERE id = $3`,
				millis(c.At), ratingColumn(c.Rating), int64(c.InvitationID)); err != nil {
				return fmt.Errorf("note a click: %w", err)
			}
		}
		return s.addClick(ctx, c)
	})
}

// SetMachine writes why whoever opened an invitation is taken for a program (0: they are not), and has the funnel follow by days of zone.
func (s *Store) SetMachine(ctx context.Context, zone *time.Location, id survey.ID, why survey.Reason) error {
	return s.CountFunnel(ctx, zone, []survey.ID{id}, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, `UPDATE invitation SET machine = $1 WHERE id = $2`, int64(why), int64(id)); err != nil {
			return fmt.Errorf("judge an invitation's visitors: %w", err)
		}
		return nil
	})
}

// Clicks reads what was done with an invitation's link, oldest first.
func (s *Store) Clicks(ctx context.Context, id survey.ID) ([]survey.Click, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (c survey.Click, err error) {
		var n, invitation int64
		var rating sql.NullInt64
		err = rows.Scan(&n, &invitation, instant{&c.At}, &c.Kind, &rating, &c.Signs, &c.Visitor)
		c.ID, c.InvitationID, c.Rating = survey.ID(n), survey.ID(invitation), survey.NoRating
		if rating.Valid {
			c.Rating = int(rating.Int64)
		}
		return c, err
	}, `SELECT id, invitation_id, at, kind, rating, signs, visitor FROM click WHERE invitation_id = $1 ORDER BY id`, int64(id))
}

// Unconfirmed reads a survey's invitations whose links with a rating were opened, or whose answers are held back, and of which no answer counts: those made before
// the one with id before (0: from the newest), newest first. What staff have marked otherwise is left out.
func (s *Store) Unconfirmed(ctx context.Context, surveyID int64, before survey.ID, limit int) ([]survey.Invitation, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Invitation, error) { return scanInvitation(r) },
		`SELECT `+invitationColumns+` FROM invitation WHERE survey_id = $1 AND id < $2 AND click_rating IS NOT NULL AND answered_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM response r WHERE r.id = invitation.id AND r.status IN (1, 2, 3))
		ORDER BY id DESC LIMIT $3`, surveyID, int64(before), limit)
}
