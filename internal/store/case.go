package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// CaseColumns are those that scanCase reads, of a table or an alias f.
const caseColumns = `f.id, COALESCE(f.contact_id, 0), f.response_id, f.survey_id, f.touchpoint_id, f.language, f.cause, f.status, COALESCE(f.owner_id, 0), COALESCE(f.reason_id, 0),
	f.permission, f.phone, f.created_at, f.opened_at, f.due_at, f.replied_at, f.resolved_at, f.reopened, f.rounds, f.excluded, f.changed_at, f.version`

func scanCase(rows interface{ Scan(...any) error }) (c followup.Case, err error) {
	return c, rows.Scan(&c.ID, &c.ContactID, &c.ResponseID, &c.SurveyID, &c.Touchpoint, &c.Language, &c.Cause, &c.Status, &c.Owner, &c.Reason,
		&c.Permission, &c.Phone, instant{&c.CreatedAt}, instant{&c.OpenedAt}, instant{&c.DueAt}, instant{&c.RepliedAt}, instant{&c.ResolvedAt}, &c.Reopened, &c.Rounds, &c.Excluded, instant{&c.ChangedAt}, &c.Version)
}

// Case reads a case with its tags. It returns survey.ErrNotFound.
func (s *Store) Case(ctx context.Context, id survey.ID) (followup.Case, error) {
	return s.readCase(ctx, id, "")
}

// LockCase is Case for whoever changes it: nobody else does until the end of the transaction in ctx.
func (s *Store) LockCase(ctx context.Context, id survey.ID) (followup.Case, error) {
	if s.engine == Postgres {
		return s.readCase(ctx, id, " FOR UPDATE")
	}
	return s.readCase(ctx, id, "")
}

func (s *Store) readCase(ctx context.Context, id survey.ID, lock string) (followup.Case, error) {
	c, err := scanCase(s.q(ctx).QueryRowContext(ctx, `SELECT `+caseColumns+` FROM followup_case f WHERE f.id = $1`+lock, int64(id)))
	if err != nil {
		return c, one(err, survey.ErrNotFound)
	}
	c.Tags, err = s.CaseTags(ctx, id)
	return c, err
}

// CaseTags reads a case's tags in order.
func (s *Store) CaseTags(ctx context.Context, id survey.ID) ([]string, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (tag string, err error) { return tag, rows.Scan(&tag) }, `SELECT tag FROM case_tag WHERE case_id = $1 ORDER BY tag`, int64(id))
}

// CaseOf finds the case of an answer. It returns survey.ErrNotFound.
func (s *Store) CaseOf(ctx context.Context, response survey.ID) (survey.ID, error) {
	var id survey.ID
	err := s.q(ctx).QueryRowContext(ctx, `SELECT case_id FROM case_response WHERE response_id = $1`, int64(response)).Scan(&id)
	return id, one(err, survey.ErrNotFound)
}

// SaveCase writes what staff can change of a case over the version that was read, and raises c.Version. It returns survey.ErrStale.
func (s *Store) SaveCase(ctx context.Context, c *followup.Case) error {
	if err := s.change(ctx, survey.ErrStale, `
		UPDATE followup_case SET status = $1, owner_id = $2, reason_id = $3, permission = $4, phone = $5, opened_at = $6, due_at = $7, replied_at = $8, resolved_at = $9,
			reopened = $10, rounds = $11, changed_at = $12, alerted = CASE WHEN due_at = $13 THEN alerted ELSE 0 END, version = version + 1
		WHERE id = $14 AND version = $15`,
		string(c.Status), null(c.Owner), null(c.Reason), int64(c.Permission), c.Phone, millis(c.OpenedAt), millis(c.DueAt), millis(c.RepliedAt), millis(c.ResolvedAt),
		c.Reopened, c.Rounds, millis(c.ChangedAt), millis(c.DueAt), int64(c.ID), c.Version); err != nil {
		return err
	}
	c.Version++
	if _, err := s.execTx(ctx, `DELETE FROM case_tag WHERE case_id = $1`, int64(c.ID)); err != nil {
		return fmt.Errorf("write the tags of a case: %w", err)
	}
	for _, tag := range c.Tags {
		if _, err := s.execTx(ctx, `INSERT INTO case_tag (case_id, tag) VALUES ($1, $2)`, int64(c.ID), tag); err != nil {
			return fmt.Errorf("write the tags of a case: %w", err)
		}
	}
	return nil
}

// CaseAnswers reads the answers of a case, newest first.
func (s *Store) CaseAnswers(ctx context.Context, id survey.ID) ([]followup.Answered, error) {
	all, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (a followup.Answered, err error) {
		return a, rows.Scan(&a.Response.ID, &a.Round, &a.State)
	}, `SELECT c.response_id, c.round, c.state FROM case_response c JOIN response r ON r.id = c.response_id WHERE c.case_id = $1 ORDER BY r.answered_at DESC, r.id DESC LIMIT 100`, int64(id))
	if err != nil {
		return nil, fmt.Errorf("read the answers of a case: %w", err)
	}
	for i := range all {
		if all[i].Response, err = s.Response(ctx, all[i].Response.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

const roundColumns = `no, ticket, opened_at, due_at, touchpoint_id, declined, replied_at, COALESCE(replied_by, 0), resolved_at, COALESCE(resolved_by, 0), COALESCE(reason_id, 0), excluded`

func scanRound(rows interface{ Scan(...any) error }) (r followup.Round, err error) {
	return r, rows.Scan(&r.No, &r.Ticket, instant{&r.OpenedAt}, instant{&r.DueAt}, &r.Touchpoint, &r.Declined, instant{&r.RepliedAt}, &r.RepliedBy, instant{&r.ResolvedAt}, &r.ResolvedBy, &r.Reason, &r.Excluded)
}

// CaseRound reads one round of a case. It returns survey.ErrNotFound.
func (s *Store) CaseRound(ctx context.Context, id survey.ID, no int64) (followup.Round, error) {
	r, err := scanRound(s.q(ctx).QueryRowContext(ctx, `SELECT `+roundColumns+` FROM case_round WHERE case_id = $1 AND no = $2`, int64(id), no))
	return r, one(err, survey.ErrNotFound)
}

// CaseRounds reads all rounds of a case, oldest first.
func (s *Store) CaseRounds(ctx context.Context, id survey.ID) ([]followup.Round, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (followup.Round, error) { return scanRound(rows) }, `SELECT `+roundColumns+` FROM case_round WHERE case_id = $1 ORDER BY no`, int64(id))
}

// SaveRound writes a round, new or over the one with its number.
func (s *Store) SaveRound(ctx context.Context, id survey.ID, r followup.Round) error {
	_, err := s.execTx(ctx, `
		INSERT INTO case_round (case_id, no, ticket, opened_at, due_at, touchpoint_id, declined, replied_at, replied_by, resolved_at, resolved_by, reason_id, excluded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (case_id, no) DO UPDATE SET declined = excluded.declined, replied_at = excluded.replied_at, replied_by = excluded.replied_by, resolved_at = excluded.resolved_at,
			resolved_by = excluded.resolved_by, reason_id = excluded.reason_id`,
		int64(id), r.No, r.Ticket, millis(r.OpenedAt), millis(r.DueAt), r.Touchpoint, r.Declined, millis(r.RepliedAt), null(r.RepliedBy), millis(r.ResolvedAt), null(r.ResolvedBy), null(r.Reason), r.Excluded)
	if err != nil {
		return fmt.Errorf("write a round of a case: %w", err)
	}
	return nil
}

// LastResolved is when a case was resolved last; zero: never.
func (s *Store) LastResolved(ctx context.Context, id survey.ID) (at time.Time, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT MAX(resolved_at) FROM case_round WHERE case_id = $1`, int64(id)).Scan(instant{&at})
	return at, err
}
