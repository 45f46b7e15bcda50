package store

import (
	"context"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
)

// InsertSession adds a session.
func (s *Store) InsertSession(ctx context.Context, v account.Session) error {
	_, err := s.x(ctx).ExecContext(ctx, `INSERT INTO session (id_hash, user_id, created_at, seen_at) VALUES ($1, $2, $3, $4)`,
		v.IDHash, v.UserID, millis(v.CreatedAt), millis(v.SeenAt))
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	return nil
}

// SessionByHash reads a session, or account.ErrNotFound.
func (s *Store) SessionByHash(ctx context.Context, idHash []byte) (account.Session, error) {
	v := account.Session{IDHash: idHash}
	err := s.q(ctx).QueryRowContext(ctx, `SELECT user_id, created_at, seen_at FROM session WHERE id_hash = $1`, idHash).
		Scan(&v.UserID, instant{&v.CreatedAt}, instant{&v.SeenAt})
	return v, one(err, account.ErrNotFound)
}

// SessionSeen notes the last request of a session; one that is gone stays so.
func (s *Store) SessionSeen(ctx context.Context, idHash []byte, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE session SET seen_at = $1 WHERE id_hash = $2`, millis(at), idHash)
	return err
}

// DeleteSession ends a session; one that is gone is no error.
func (s *Store) DeleteSession(ctx context.Context, idHash []byte) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM session WHERE id_hash = $1`, idHash)
	return err
}

// DeleteSessionsOf ends all sessions of a user.
func (s *Store) DeleteSessionsOf(ctx context.Context, userID int64) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM session WHERE user_id = $1`, userID)
	return err
}

// DeleteSessionsBefore ends the sessions that were opened before one time or last seen before another.
func (s *Store) DeleteSessionsBefore(ctx context.Context, created, seen time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM session WHERE created_at < $1 OR seen_at < $2`, millis(created), millis(seen))
	return err
}

// InsertLink adds a single-use link.
func (s *Store) InsertLink(ctx context.Context, l account.Link) error {
	_, err := s.x(ctx).ExecContext(ctx, `INSERT INTO account_link (token_hash, kind, user_id, credential, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		l.TokenHash, string(l.Kind), l.UserID, l.Credential, millis(l.ExpiresAt))
	if err != nil {
		return fmt.Errorf("make a link: %w", err)
	}
	return nil
}

// LinkByHash reads a link, or account.ErrNotFound.
func (s *Store) LinkByHash(ctx context.Context, tokenHash []byte) (account.Link, error) {
	l := account.Link{TokenHash: tokenHash}
	err := s.q(ctx).QueryRowContext(ctx, `SELECT kind, user_id, credential, expires_at FROM account_link WHERE token_hash = $1`, tokenHash).
		Scan(&l.Kind, &l.UserID, &l.Credential, instant{&l.ExpiresAt})
	return l, one(err, account.ErrNotFound)
}

// DeleteLinksOf voids all links of a user.
func (s *Store) DeleteLinksOf(ctx context.Context, userID int64) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM account_link WHERE user_id = $1`, userID)
	return err
}

// CountAttempt locks the row of a key, made when it is not there, and returns it as it was.
func (s *Store) CountAttempt(ctx context.Context, key []byte, at time.Time) (a account.Attempt, err error) {
	// Writing failures over itself takes the row's lock on both engines, and returns it in the same statement.
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO attempt (key, failures, last_at, blocked_until) VALUES ($1, 0, $2, 0)
		ON CONFLICT (key) DO UPDATE SET failures = attempt.failures
		RETURNING failures, last_at, blocked_until`, key, millis(at)).
		Scan(&a.Failures, instant{&a.LastAt}, instant{&a.BlockedUntil})
	if err != nil {
		return a, fmt.Errorf("count an attempt: %w", err)
	}
	return a, nil
}

// SaveAttempt writes a count of failures.
func (s *Store) SaveAttempt(ctx context.Context, key []byte, a account.Attempt) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE attempt SET failures = $1, last_at = $2, blocked_until = $3 WHERE key = $4`,
		a.Failures, a.LastAt.UnixMilli(), a.BlockedUntil.UnixMilli(), key)
	return err
}

// DeleteAttempt forgets the failures of a key.
func (s *Store) DeleteAttempt(ctx context.Context, key []byte) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM attempt WHERE key = $1`, key)
	return err
}

// DeleteAttemptsBefore forgets the failures whose last is older.
func (s *Store) DeleteAttemptsBefore(ctx context.Context, last time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM attempt WHERE last_at < $1`, millis(last))
	return err
}
