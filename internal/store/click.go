package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// addClick writes one click.
func (s *Store) addClick(ctx context.Context, c survey.Click) error {
	if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO click (id, invitation_id, at, kind, rating, signs, visitor) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		int64(c.ID), int64(c.InvitationID), millis(c.At), string(c.Kind), ratingColumn(c.Rating), int64(c.Signs), c.Visitor); err != nil {
		return fmt.Errorf("note a click: %w", err)
	}
	return nil
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
