package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// MarkPresent notes that somebody is at a case: since now, where the last sign is older than gone.
func (s *Store) MarkPresent(ctx context.Context, id survey.ID, user int64, at, gone time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO case_presence (case_id, user_id, since_at, seen_at) SELECT id, $1, $2, $3 FROM followup_case WHERE id = $4
		ON CONFLICT (case_id, user_id) DO UPDATE SET
			since_at = CASE WHEN case_presence.seen_at < $5 THEN excluded.since_at ELSE case_presence.since_at END, seen_at = excluded.seen_at`,
		user, at.UnixMilli(), at.UnixMilli(), int64(id), gone.UnixMilli())
	if err != nil {
		return fmt.Errorf("note who is at a case: %w", err)
	}
	return nil
}

// MarkAway notes that somebody left a case.
func (s *Store) MarkAway(ctx context.Context, id survey.ID, user int64) error {
	if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM case_presence WHERE case_id = $1 AND user_id = $2`, int64(id), user); err != nil {
		return fmt.Errorf("note who left a case: %w", err)
	}
	return nil
}

// mostColleagues is how many people are shown at one case.
const mostColleagues = 20

// Colleagues reads who is at a case beside a user, and who has left a draft there: the last to come first.
func (s *Store) Colleagues(ctx context.Context, id survey.ID, user int64, gone time.Time) ([]followup.Colleague, error) {
	all, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (c followup.Colleague, err error) {
		return c, rows.Scan(&c.UserID, instant{&c.Since}, instant{&c.DraftAt})
	}, `
		SELECT user_id, MAX(since_at), MAX(draft_at) FROM (
			SELECT user_id, since_at, CAST(NULL AS BIGINT) AS draft_at FROM case_presence WHERE case_id = $1 AND seen_at >= $2
			UNION ALL SELECT user_id, CAST(NULL AS BIGINT), changed_at FROM case_draft WHERE case_id = $1
		) AS who WHERE user_id <> $3 AND user_id IN (SELECT id FROM staff) GROUP BY user_id
		ORDER BY COALESCE(MAX(since_at), 0) DESC, MAX(draft_at) DESC, user_id LIMIT $4`, int64(id), gone.UnixMilli(), user, mostColleagues)
	if err != nil {
		return nil, fmt.Errorf("read who is at a case: %w", err)
	}
	return all, nil
}

// SaveDraft keeps what somebody has typed at a case.
func (s *Store) SaveDraft(ctx context.Context, id survey.ID, d followup.Draft) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO case_draft (case_id, user_id, kind, body, changed_at) SELECT id, $1, $2, $3, $4 FROM followup_case WHERE id = $5
		ON CONFLICT (case_id, user_id, kind) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at`,
		d.UserID, d.Kind, d.Body, d.ChangedAt.UnixMilli(), int64(id))
	if err != nil {
		return fmt.Errorf("keep a draft: %w", err)
	}
	return nil
}

// DropDraft forgets a draft.
func (s *Store) DropDraft(ctx context.Context, id survey.ID, user int64, kind string) error {
	if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM case_draft WHERE case_id = $1 AND user_id = $2 AND kind = $3`, int64(id), user, kind); err != nil {
		return fmt.Errorf("drop a draft: %w", err)
	}
	return nil
}

// Drafts reads what a user has typed at a case.
func (s *Store) Drafts(ctx context.Context, id survey.ID, user int64) ([]followup.Draft, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (d followup.Draft, err error) {
		return d, rows.Scan(&d.UserID, &d.Kind, &d.Body, instant{&d.ChangedAt})
	}, `SELECT user_id, kind, body, changed_at FROM case_draft WHERE case_id = $1 AND user_id = $2 ORDER BY kind`, int64(id), user)
}

// ReleaseCases takes all cases that are not resolved from a user, each after whatever happened to it last. It gives only their ID and ChangedAt.
func (s *Store) ReleaseCases(ctx context.Context, user int64, at time.Time) ([]followup.Case, error) {
	cases, err := collect(ctx, s.x(ctx), func(rows *sql.Rows) (c followup.Case, err error) { return c, rows.Scan(&c.ID, instant{&c.ChangedAt}) }, `
		UPDATE followup_case SET owner_id = NULL, changed_at = CASE WHEN changed_at < $1 THEN $2 ELSE changed_at + 1 END, version = version + 1
		WHERE owner_id = $3 AND status <> 'resolved' RETURNING id, changed_at`, at.UnixMilli(), at.UnixMilli(), user)
	if err != nil {
		return nil, fmt.Errorf("take cases from a user: %w", err)
	}
	return cases, nil
}
