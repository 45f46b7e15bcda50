package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// withInvitations runs write, which stores the records, and has the funnel follow those that answer an invitation. Answers from public links cost nothing here.
func (s *Store) withInvitations(ctx context.Context, recs []survey.Record, write func(context.Context) error) error {
	var ids []survey.ID
	zone := recs[0].Zone
	for i := range recs {
		if recs[i].Response.Channel == survey.ViaInvitation && recs[i].Zone != nil {
			ids, zone = append(ids, recs[i].Response.ID), recs[i].Zone
		}
		if recs[i].Ends != 0 && recs[i].Before == nil && recs[i].Zone != nil {
			ids, zone = append(ids, recs[i].Ends), recs[i].Zone
		}
	}
	if len(ids) == 0 {
		return write(ctx)
	}
	return s.CountFunnel(ctx, zone, ids, write)
}

const (
	answerInvitationSQL = `UPDATE invitation SET answered_at = $1, state = 'answered' WHERE id = $2 AND answered_at IS NULL RETURNING contact_id, survey_id`
	// Held again, its person has not answered: a reminder of another day may still go out, and a person who comes is welcome.
	holdInvitationSQL = `
		UPDATE invitation SET answered_at = NULL, click_rating = COALESCE(click_rating, $1),
			state = CASE WHEN state <> 'answered' THEN state WHEN rule_id IS NULL THEN 'link' ELSE 'sent' END
		WHERE id = $2`
)

// reply writes what an answer brings about at its invitation: it is answered by the first one that counts, and not by one that is held.
func (s *Store) reply(ctx context.Context, rec *survey.Record) error {
	r := &rec.Response
	if r.Channel != survey.ViaInvitation {
		return nil
	}
	if rec.Click != nil {
		if err := s.addClick(ctx, *rec.Click); err != nil {
			return err
		}
	}
	switch r.Status {
	case survey.Counted:
		return s.answerInvitation(ctx, rec)
	case survey.Held:
		rating := int64(max(r.Rating, 0))
		if _, err := s.execTx(ctx, holdInvitationSQL, rating, int64(r.ID)); err != nil {
			return fmt.Errorf("hold an invitation's answer: %w", err)
		}
	case survey.Test, survey.Spam, survey.Deleted:
	}
	return nil
}

func (s *Store) answerInvitation(ctx context.Context, rec *survey.Record) error {
	id, at := int64(rec.Response.ID), rec.At.UnixMilli()
	var contact sql.NullInt64
	var surveyID int64
	err := s.x(ctx).QueryRowContext(ctx, answerInvitationSQL, at, id).Scan(&contact, &surveyID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // answered before, or the answer came with a file from elsewhere
	}
	if err == nil && rec.LedgerID != 0 {
		_, err = s.execTx(ctx, `INSERT INTO ledger (id, at, invitation_id, contact_id, survey_id, decision) VALUES ($1, $2, $3, $4, $5, 'answered')`,
			int64(rec.LedgerID), at, id, contact, surveyID)
	}
	if err == nil {
		_, err = s.execTx(ctx, `UPDATE mail SET state = 'dropped', done_at = $1 WHERE invitation_id = $2 AND state IN ('due', 'kept')`, at, id)
	}
	if err != nil {
		return fmt.Errorf("mark an invitation as answered: %w", err)
	}
	return nil
}
