package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// Touchpoints reads all touchpoints in their order, archived ones too.
func (s *Store) Touchpoints(ctx context.Context) ([]survey.Touchpoint, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (t survey.Touchpoint, err error) {
		var names string
		if err := r.Scan(&t.ID, &t.Key, &names, &t.Position, instant{&t.ArchivedAt}); err != nil {
			return t, err
		}
		return t, json.Unmarshal([]byte(names), &t.Names)
	}, `SELECT id, key, names, position, archived_at FROM touchpoint ORDER BY position, id`)
}

// CreateTouchpoint writes a new touchpoint at the end of the order and sets its ID and Position. A key that is taken gives an IsUnique error.
func (s *Store) CreateTouchpoint(ctx context.Context, t *survey.Touchpoint) error {
	names, err := json.Marshal(t.Names)
	if err != nil {
		return fmt.Errorf("write a touchpoint: %w", err)
	}
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO touchpoint (id, key, names, position)
		SELECT coalesce(max(id), 0) + 1, $1, $2, coalesce(max(position), 0) + 1 FROM touchpoint
		RETURNING id, position`, t.Key, string(names)).Scan(&t.ID, &t.Position)
	if err != nil {
		return fmt.Errorf("write a touchpoint: %w", err)
	}
	return s.touch(ctx)
}

// UpdateTouchpoint writes a touchpoint's names, position and whether it is archived.
func (s *Store) UpdateTouchpoint(ctx context.Context, t survey.Touchpoint) error {
	names, err := json.Marshal(t.Names)
	if err != nil {
		return fmt.Errorf("write a touchpoint: %w", err)
	}
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE touchpoint SET names = $1, position = $2, archived_at = $3 WHERE id = $4`,
		string(names), t.Position, millis(t.ArchivedAt), t.ID); err != nil {
		return fmt.Errorf("write a touchpoint: %w", err)
	}
	return s.touch(ctx)
}
