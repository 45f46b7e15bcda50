package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/survey"
)

// About reads what is known of contacts besides their orders.
func (s *Store) About(ctx context.Context, contacts []survey.ID) (map[survey.ID]worth.About, error) {
	all := map[survey.ID]worth.About{}
	if len(contacts) == 0 {
		return all, nil
	}
	list, args := s.places(1, len(contacts)), idArgs(contacts)
	for _, read := range []func(context.Context, map[survey.ID]worth.About, string, []any) error{s.saidBy, s.casesOf, s.askedOf} {
		if err := read(ctx, all, list, args); err != nil {
			return nil, fmt.Errorf("read about customers: %w", err)
		}
	}
	return all, nil
}

// saidBy reads answers with what became of their cases. A ticket that staff opened again is resolved when its last round is.
func (s *Store) saidBy(ctx context.Context, all map[survey.ID]worth.About, list string, args []any) error {
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var contact survey.ID
		var a worth.Answer
		err = r.Scan((*int64)(&contact), (*int64)(&a.ID), &a.SurveyID, &a.VersionID, &a.Touchpoint, instant{&a.At}, &a.Class, &a.Case, instant{&a.Resolved})
		about := all[contact]
		about.Answers = append(about.Answers, a)
		all[contact] = about
		return struct{}{}, err
	}, `
		SELECT r.contact_id, r.id, r.survey_id, r.version_id, r.touchpoint_id, r.answered_at, r.class, c.case_id IS NOT NULL, (
			SELECT last.resolved_at FROM case_round first JOIN case_round last ON last.case_id = first.case_id AND last.ticket = first.ticket
			WHERE first.case_id = c.case_id AND first.no = c.round ORDER BY last.no DESC LIMIT 1)
		FROM response r LEFT JOIN case_response c ON c.response_id = r.id AND c.state <> 'marked'
		WHERE r.contact_id IN (`+list+`) AND r.status = 0 ORDER BY r.contact_id, r.answered_at, r.id`, args...)
	return err
}

// casesOf reads when cases were open.
func (s *Store) casesOf(ctx context.Context, all map[survey.ID]worth.About, list string, args []any) error {
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var contact survey.ID
		var round worth.Round
		err = r.Scan((*int64)(&contact), instant{&round.Opened}, instant{&round.Resolved})
		about := all[contact]
		about.Rounds = append(about.Rounds, round)
		all[contact] = about
		return struct{}{}, err
	}, `SELECT f.contact_id, d.opened_at, d.resolved_at FROM followup_case f JOIN case_round d ON d.case_id = f.id
		WHERE f.contact_id IN (`+list+`) AND NOT d.excluded ORDER BY f.contact_id, d.case_id, d.no`, args...)
	return err
}

// askedOf reads when invitations went out.
func (s *Store) askedOf(ctx context.Context, all map[survey.ID]worth.About, list string, args []any) error {
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var contact survey.ID
		var at time.Time
		err = r.Scan((*int64)(&contact), instant{&at})
		about := all[contact]
		about.Asked = append(about.Asked, at)
		all[contact] = about
		return struct{}{}, err
	}, `SELECT contact_id, sent_at FROM invitation WHERE contact_id IN (`+list+`) AND sent_at IS NOT NULL AND bounced_at IS NULL ORDER BY contact_id, id`, args...)
	return err
}

// knownPage is how many responses with their answers are read at a time.
const knownPage = 2000

// EachKnownResponse gives the responses of known contacts, each contact's together, a page at a time.
func (s *Store) EachKnownResponse(ctx context.Context, do func(survey.Response) error) error {
	contact, id := int64(-1), int64(-1)
	for {
		page, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Response, error) { return scanResponse(r) },
			selectResponses+`WHERE r.contact_id IS NOT NULL AND (r.contact_id, r.id) > ($1, $2) ORDER BY r.contact_id, r.id LIMIT $3`, contact, id, knownPage)
		if err != nil {
			return fmt.Errorf("read the responses of customers: %w", err)
		}
		if err := s.addAnswers(ctx, page); err != nil {
			return err
		}
		for _, r := range page {
			if err := do(r); err != nil {
				return err
			}
		}
		if len(page) < knownPage {
			return nil
		}
		contact, id = int64(page[len(page)-1].ContactID), int64(page[len(page)-1].ID)
	}
}

// Basis says how far the records are that runs are made from. Each part is the end of an index, so asking costs nothing.
func (s *Store) Basis(ctx context.Context) (string, error) {
	basis := ""
	for _, part := range []string{
		`SELECT coalesce(sum(revision), 0) FROM feed`, `SELECT coalesce(max(id), 0) FROM response`, `SELECT coalesce(max(id), 0) FROM case_log`,
		`SELECT coalesce(max(id), 0) FROM ledger`, `SELECT coalesce(max(id), 0) FROM contact_merge`, `SELECT coalesce(max(id), 0) FROM survey_version`,
	} {
		var n int64
		if err := s.q(ctx).QueryRowContext(ctx, `SELECT CAST((`+part+`) AS BIGINT)`).Scan(&n); err != nil {
			return "", fmt.Errorf("read how far customers' records are: %w", err)
		}
		basis += fmt.Sprintf("%d ", n)
	}
	return basis, nil
}
