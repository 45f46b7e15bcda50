package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Settings gives all settings of the account by key.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	type pair struct{ key, value string }
	all, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (p pair, err error) {
		return p, r.Scan(&p.key, &p.value)
	}, `SELECT key, value FROM setting`)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	m := make(map[string]string, len(all))
	for _, p := range all {
		m[p.key] = p.value
	}
	return m, nil
}

// SetSetting writes one setting; what customers see may change with it.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO setting (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	if err != nil {
		return fmt.Errorf("write the setting %s: %w", key, err)
	}
	return s.touch(ctx)
}

// ClaimSetting writes a setting that is not there yet, and gives what it is then: of several who claim it at a time, one wins.
func (s *Store) ClaimSetting(ctx context.Context, key, value string) (stored string, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, key, value); err != nil {
			return err
		}
		return s.x(ctx).QueryRowContext(ctx, `SELECT value FROM setting WHERE key = $1`, key).Scan(&stored)
	})
	if err != nil {
		return "", fmt.Errorf("write the setting %s: %w", key, err)
	}
	return stored, nil
}
