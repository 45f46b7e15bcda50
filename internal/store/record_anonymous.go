package store

import (
	"context"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// endAnonymously marks an invitation as answered, without the time: by that the answer could be found. It is false when it was answered before. Nothing is
// written to the ledger, whose lines have times too.
func (s *Store) endAnonymously(ctx context.Context, id survey.ID) (bool, error) {
	res, err := s.execTx(ctx, `UPDATE invitation SET answered_at = created_at, state = 'answered' WHERE id = $1 AND answered_at IS NULL`, int64(id))
	if err != nil {
		return false, fmt.Errorf("end an invitation: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	if _, err := s.execTx(ctx, `UPDATE mail SET state = 'dropped', done_at = created_at WHERE invitation_id = $1 AND state IN ('due', 'kept')`, int64(id)); err != nil {
		return false, fmt.Errorf("drop an invitation's mails: %w", err)
	}
	return true, nil
}

// withdraw takes back a response that was just written, before anything else was written for it.
func (s *Store) withdraw(ctx context.Context, id survey.ID) error {
	for _, query := range []string{`DELETE FROM answer WHERE response_id = $1`, `DELETE FROM response WHERE id = $1`} {
		if _, err := s.execTx(ctx, query, int64(id)); err != nil {
			return fmt.Errorf("take an answer back: %w", err)
		}
	}
	return nil
}
