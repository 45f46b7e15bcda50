package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
)

const keyColumns = `id, name, prefix, key_hash, scopes, created_by, created_at, expires_at, last_used_at, revoked_at`

func scanKey(row interface{ Scan(...any) error }) (k account.Key, err error) {
	var scopes string
	err = row.Scan(&k.ID, &k.Name, &k.Prefix, &k.Hash, &scopes, &k.CreatedBy, instant{&k.CreatedAt}, instant{&k.ExpiresAt}, instant{&k.LastUsedAt}, instant{&k.RevokedAt})
	k.Scopes = account.SplitScopes(scopes)
	return k, err
}

// InsertKey adds an API key.
func (s *Store) InsertKey(ctx context.Context, k account.Key) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO api_key (id, name, prefix, key_hash, scopes, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID, k.Name, k.Prefix, k.Hash, account.JoinScopes(k.Scopes), k.CreatedBy, millis(k.CreatedAt), millis(k.ExpiresAt))
	if err != nil {
		return fmt.Errorf("add an API key: %w", err)
	}
	return nil
}

// KeyByHash reads the API key whose word has this hash, or account.ErrNotFound.
func (s *Store) KeyByHash(ctx context.Context, hash []byte) (account.Key, error) {
	k, err := scanKey(s.q(ctx).QueryRowContext(ctx, `SELECT `+keyColumns+` FROM api_key WHERE key_hash = $1`, hash))
	return k, one(err, account.ErrNotFound)
}

// KeyByID reads an API key, or account.ErrNotFound.
func (s *Store) KeyByID(ctx context.Context, id int64) (account.Key, error) {
	k, err := scanKey(s.q(ctx).QueryRowContext(ctx, `SELECT `+keyColumns+` FROM api_key WHERE id = $1`, id))
	return k, one(err, account.ErrNotFound)
}

// Keys reads all API keys, the newest first.
func (s *Store) Keys(ctx context.Context) ([]account.Key, error) {
	keys, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (account.Key, error) { return scanKey(r) }, `SELECT `+keyColumns+` FROM api_key ORDER BY id DESC`)
	if err != nil {
		return nil, fmt.Errorf("read the API keys: %w", err)
	}
	return keys, nil
}

// RevokeKey notes when an API key was revoked; the first time stays.
func (s *Store) RevokeKey(ctx context.Context, id int64, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL`, millis(at), id)
	return err
}

// KeySeen notes when an API key was last used.
func (s *Store) KeySeen(ctx context.Context, id int64, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `UPDATE api_key SET last_used_at = $1 WHERE id = $2`, millis(at), id)
	return err
}

// ClaimReply writes that a call with this word is being answered. It is false when there is one already.
func (s *Store) ClaimReply(ctx context.Context, keyID int64, word string, requestHash []byte, at time.Time) (bool, error) {
	res, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO api_reply (api_key_id, idempotency_key, request_hash, status, body, at) VALUES ($1, $2, $3, 0, '', $4)
		ON CONFLICT (api_key_id, idempotency_key) DO NOTHING`, keyID, word, requestHash, millis(at))
	if err != nil {
		return false, fmt.Errorf("claim an idempotency key: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// Reply reads the reply to the call with this word, or account.ErrNotFound.
func (s *Store) Reply(ctx context.Context, keyID int64, word string) (r account.SavedReply, err error) {
	err = s.x(ctx).QueryRowContext(ctx, `SELECT request_hash, status, body, at FROM api_reply WHERE api_key_id = $1 AND idempotency_key = $2`, keyID, word).
		Scan(&r.RequestHash, &r.Status, &r.Body, instant{&r.At})
	return r, one(err, account.ErrNotFound)
}

// FinishReply stores the reply to a call that was claimed. A claim that went stale and was taken by another call is account.ErrInFlight.
func (s *Store) FinishReply(ctx context.Context, keyID int64, word string, r account.Reply) error {
	return s.change(ctx, account.ErrInFlight, `UPDATE api_reply SET status = $1, body = $2 WHERE api_key_id = $3 AND idempotency_key = $4 AND status = 0`,
		r.Status, r.Body, keyID, word)
}

// DeleteReply drops the reply to the call that was claimed at this time.
func (s *Store) DeleteReply(ctx context.Context, keyID int64, word string, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM api_reply WHERE api_key_id = $1 AND idempotency_key = $2 AND at = $3`, keyID, word, millis(at))
	return err
}

// DeleteRepliesBefore drops the replies to older calls.
func (s *Store) DeleteRepliesBefore(ctx context.Context, at time.Time) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM api_reply WHERE at < $1`, millis(at))
	return err
}
