package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// SavedViews reads the named lists that a user sees: their own and everybody's.
func (s *Store) SavedViews(ctx context.Context, user int64) ([]followup.SavedView, error) {
	views, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (followup.SavedView, error) { return scanSavedView(rows) },
		`SELECT `+savedViewColumns+` FROM saved_view WHERE user_id = $1 OR shared ORDER BY name, id`, user)
	if err != nil {
		return nil, fmt.Errorf("read the saved views: %w", err)
	}
	return views, nil
}

const savedViewColumns = `id, user_id, shared, name, query`

func scanSavedView(rows interface{ Scan(...any) error }) (v followup.SavedView, err error) {
	return v, rows.Scan(&v.ID, &v.UserID, &v.Shared, &v.Name, &v.Query)
}

// SavedView reads one. It returns survey.ErrNotFound.
func (s *Store) SavedView(ctx context.Context, id int64) (followup.SavedView, error) {
	v, err := scanSavedView(s.q(ctx).QueryRowContext(ctx, `SELECT `+savedViewColumns+` FROM saved_view WHERE id = $1`, id))
	return v, one(err, survey.ErrNotFound)
}

// CreateSavedView writes a new one and sets its ID. It returns followup.ErrViewName.
func (s *Store) CreateSavedView(ctx context.Context, v *followup.SavedView, at time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.freeName(ctx, *v); err != nil {
			return err
		}
		err := s.x(ctx).QueryRowContext(ctx, `
			INSERT INTO saved_view (id, user_id, shared, name, query, created_at)
			SELECT COALESCE(MAX(id), 0) + 1, CAST($1 AS BIGINT), CAST($2 AS BOOLEAN), $3, $4, CAST($5 AS BIGINT) FROM saved_view RETURNING id`,
			v.UserID, v.Shared, v.Name, v.Query, at.UnixMilli()).Scan(&v.ID)
		if err != nil {
			return fmt.Errorf("save a view: %w", err)
		}
		return nil
	})
}

// ChangeSavedView writes the name of a view and who sees it. It returns survey.ErrNotFound and followup.ErrViewName.
func (s *Store) ChangeSavedView(ctx context.Context, v followup.SavedView) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.freeName(ctx, v); err != nil {
			return err
		}
		return s.change(ctx, survey.ErrNotFound, `UPDATE saved_view SET name = $1, shared = $2 WHERE id = $3`, v.Name, v.Shared, v.ID)
	})
}

// freeName returns followup.ErrViewName where another view has the name among those that everybody sees, or among the user's own.
func (s *Store) freeName(ctx context.Context, v followup.SavedView) error {
	var n int
	err := s.x(ctx).QueryRowContext(ctx, `SELECT COUNT(*) FROM saved_view WHERE name = $1 AND id <> $2 AND shared = $3 AND (shared OR user_id = $4)`,
		v.Name, v.ID, v.Shared, v.UserID).Scan(&n)
	if err != nil {
		return fmt.Errorf("look for a view by its name: %w", err)
	}
	if n > 0 {
		return followup.ErrViewName
	}
	return nil
}

// ReleaseViews removes the views that only this user sees, and passes those that everybody sees on to another one.
func (s *Store) ReleaseViews(ctx context.Context, user, to int64) error {
	if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM saved_view WHERE user_id = $1 AND NOT shared`, user); err != nil {
		return fmt.Errorf("remove the views of a user: %w", err)
	}
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE saved_view SET user_id = $1 WHERE user_id = $2`, to, user); err != nil {
		return fmt.Errorf("pass the views of a user on: %w", err)
	}
	return nil
}

// DeleteSavedView removes a view. It returns survey.ErrNotFound.
func (s *Store) DeleteSavedView(ctx context.Context, id int64) error {
	return s.change(ctx, survey.ErrNotFound, `DELETE FROM saved_view WHERE id = $1`, id)
}
