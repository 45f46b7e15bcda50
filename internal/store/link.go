package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

const linkColumns = `slug, survey_id, touchpoint_id, language, guessable, created_at, closed_at`

func scanLink(rows interface{ Scan(...any) error }) (l survey.Link, err error) {
	return l, rows.Scan(&l.Slug, &l.SurveyID, &l.Touchpoint, &l.Language, &l.Guessable, instant{&l.CreatedAt}, instant{&l.ClosedAt})
}

// Link reads a public link. It returns survey.ErrNotFound.
func (s *Store) Link(ctx context.Context, slug string) (survey.Link, error) {
	l, err := scanLink(s.q(ctx).QueryRowContext(ctx, `SELECT `+linkColumns+` FROM survey_link WHERE slug = $1`, slug))
	return l, one(err, survey.ErrNotFound)
}

// Links reads a survey's public links, oldest first.
func (s *Store) Links(ctx context.Context, surveyID int64) ([]survey.Link, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Link, error) { return scanLink(r) },
		`SELECT `+linkColumns+` FROM survey_link WHERE survey_id = $1 ORDER BY created_at, slug`, surveyID)
}

// CreateLink writes a new link. A slug that is taken gives an IsUnique error.
func (s *Store) CreateLink(ctx context.Context, l survey.Link) error {
	_, err := s.x(ctx).ExecContext(ctx, `INSERT INTO survey_link (`+linkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		l.Slug, l.SurveyID, l.Touchpoint, l.Language, l.Guessable, millis(l.CreatedAt), millis(l.ClosedAt))
	if err != nil {
		return fmt.Errorf("write a link: %w", err)
	}
	return s.touch(ctx)
}

// CloseLink ends a link, or with a zero time opens it again.
func (s *Store) CloseLink(ctx context.Context, slug string, at time.Time) error {
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE survey_link SET closed_at = $1 WHERE slug = $2`, millis(at), slug); err != nil {
		return fmt.Errorf("close a link: %w", err)
	}
	return s.touch(ctx)
}
