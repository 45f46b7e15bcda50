package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

// Choices reads what users want to be told, of those who chose or got a digest.
func (s *Store) Choices(ctx context.Context) (map[int64]telling.Choice, error) {
	all := map[int64]telling.Choice{}
	_, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (_ struct{}, err error) {
		var c telling.Choice
		err = rows.Scan(&c.User, &c.Cases, &c.Digest, &c.DigestDay, &c.EmptyWeeks)
		all[c.User] = c
		return struct{}{}, err
	}, `SELECT user_id, cases, digest, digest_day, empty_weeks FROM alert_choice`)
	if err != nil {
		return nil, fmt.Errorf("read who wants to be told what: %w", err)
	}
	return all, nil
}

// SaveChoice writes what a user wants to be told. Whoever asks for the digest gets it again, although there was nothing to tell for weeks.
func (s *Store) SaveChoice(ctx context.Context, c telling.Choice) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO alert_choice (user_id, cases, digest) VALUES ($1, $2, $3)
		ON CONFLICT (user_id) DO UPDATE SET cases = excluded.cases, digest = excluded.digest, empty_weeks = 0`, c.User, string(c.Cases), c.Digest)
	if err != nil {
		return fmt.Errorf("write what a user wants to be told: %w", err)
	}
	return nil
}

// MarkDigest notes that the digest of this Monday is due to a user, in the transaction of ctx; false when it was before.
func (s *Store) MarkDigest(ctx context.Context, user int64, monday survey.Day, emptyWeeks int64) (bool, error) {
	usual := telling.Usual(user)
	res, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO alert_choice (user_id, cases, digest, digest_day, empty_weeks) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (user_id) DO UPDATE SET digest_day = excluded.digest_day, empty_weeks = excluded.empty_weeks WHERE alert_choice.digest_day < excluded.digest_day`,
		user, string(usual.Cases), usual.Digest, int64(monday), emptyWeeks)
	if err != nil {
		return false, fmt.Errorf("note a digest: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
