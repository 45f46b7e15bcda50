package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// expireBatch is how many answers are changed in one transaction: others write in between.
const expireBatch = 200

// Expire removes words and names from answers to a survey given before a time, and from its invitations of before, and tells of how many answers. Ratings stay.
func (s *Store) Expire(ctx context.Context, surveyID int64, before time.Time) (int64, error) {
	ids, err := collect(ctx, s.r, func(r *sql.Rows) (id survey.ID, err error) { return id, r.Scan((*int64)(&id)) }, `
		SELECT id FROM response r WHERE survey_id = $1 AND answered_at < $2 AND (comment IS NOT NULL OR contact_id IS NOT NULL OR order_ref IS NOT NULL OR external_id IS NOT NULL
			OR EXISTS (SELECT 1 FROM answer a WHERE a.response_id = r.id AND a.text IS NOT NULL)
			OR EXISTS (SELECT 1 FROM response_history h WHERE h.response_id = r.id))`, surveyID, millis(before))
	if err != nil {
		return 0, fmt.Errorf("find answers that are kept no longer: %w", err)
	}
	for batch := range slices.Chunk(ids, expireBatch) {
		err := s.InTx(ctx, func(ctx context.Context) error {
			if _, err := s.eraseWords(ctx, batch); err != nil {
				return err
			}
			_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM response_history WHERE response_id IN `+s.numbers("$1"), idList(batch))
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("remove what is kept no longer: %w", err)
		}
	}
	return int64(len(ids)), s.expireInvitations(ctx, surveyID, before)
}

// expireInvitations takes people out of a survey's old invitations, and what was noted of them. Those that still run are left alone.
func (s *Store) expireInvitations(ctx context.Context, surveyID int64, before time.Time) error {
	const old = `(SELECT id FROM invitation WHERE survey_id = $1 AND created_at < $2 AND expires_at < $2 AND contact_id IS NOT NULL)`
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, query := range []string{
			`DELETE FROM click WHERE invitation_id IN ` + old,
			`DELETE FROM ledger WHERE invitation_id IN ` + old,
			`DELETE FROM mail WHERE invitation_id IN ` + old,
			`UPDATE invitation SET contact_id = NULL, occasion_id = NULL, order_ref = '', token_hash = NULL, nonce = ` + s.randomNonce() + ` WHERE id IN ` + old,
		} {
			if _, err := s.x(ctx).ExecContext(ctx, query, surveyID, millis(before)); err != nil {
				return fmt.Errorf("take people out of invitations: %w", err)
			}
		}
		return nil
	})
}

// OldestWords tells when the oldest answer to a survey with a comment was given; zero: none has one.
func (s *Store) OldestWords(ctx context.Context, surveyID int64) (at time.Time, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT min(answered_at) FROM response WHERE survey_id = $1 AND comment IS NOT NULL`, surveyID).Scan(instant{&at})
	return at, err
}
