package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// LockContact holds a contact's row until the transaction of ctx ends, and reads it. It returns survey.ErrNotFound. Take the time after it, not before.
func (s *Store) LockContact(ctx context.Context, id survey.ID) (survey.Contact, error) {
	c, err := scanContact(s.x(ctx).QueryRowContext(ctx, `UPDATE contact SET id = id WHERE id = $1 RETURNING `+contactColumns, int64(id)))
	return c, one(err, survey.ErrNotFound)
}

// ContactByEmail finds the contact with this folded address. It returns survey.ErrNotFound.
func (s *Store) ContactByEmail(ctx context.Context, folded string) (survey.Contact, error) {
	c, err := scanContact(s.q(ctx).QueryRowContext(ctx, `SELECT `+contactColumns+` FROM contact WHERE email_key = $1`, folded))
	return c, one(err, survey.ErrNotFound)
}

func scanSuppression(rows interface{ Scan(...any) error }) (v people.Suppression, err error) {
	var email sql.NullString
	err = rows.Scan(&v.Key, &v.Reason, &email, instant{&v.At})
	v.Email = email.String
	return v, err
}

// Suppression reads the suppression with this key. It returns survey.ErrNotFound.
func (s *Store) Suppression(ctx context.Context, key []byte) (people.Suppression, error) {
	v, err := scanSuppression(s.q(ctx).QueryRowContext(ctx, `SELECT key, reason, email, at FROM suppression WHERE key = $1`, key))
	return v, one(err, survey.ErrNotFound)
}

// SuppressionsOf reads those of the keys that are suppressed, in any order.
func (s *Store) SuppressionsOf(ctx context.Context, keys [][]byte) ([]people.Suppression, error) {
	var all []people.Suppression
	for part := range slices.Chunk(keys, 256) {
		args := make([]any, len(part))
		for i, k := range part {
			args[i] = k
		}
		found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (people.Suppression, error) { return scanSuppression(r) },
			`SELECT key, reason, email, at FROM suppression WHERE key IN `+s.groups("", 1, 1, len(args)), args...)
		if err != nil {
			return nil, fmt.Errorf("read suppressions: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// Suppress writes a suppression. One that is there is replaced when its reason is among over, else it stays.
func (s *Store) Suppress(ctx context.Context, v people.Suppression, over []people.Suppressed) error {
	args := []any{v.Key, string(v.Reason), null(v.Email), millis(v.At)}
	update := `NOTHING`
	if len(over) > 0 {
		for _, r := range over {
			args = append(args, string(r))
		}
		places := strings.TrimSuffix(strings.TrimPrefix(values(1, 4+len(over)), `($1,$2,$3,$4,`), `)`)
		update = `UPDATE SET reason = excluded.reason, email = excluded.email, at = excluded.at WHERE suppression.reason IN (` + places + `)`
	}
	if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO suppression (key, reason, email, at) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO `+update, args...); err != nil {
		return fmt.Errorf("suppress an address: %w", err)
	}
	return nil
}

// Unsuppress removes a suppression. It returns survey.ErrNotFound.
func (s *Store) Unsuppress(ctx context.Context, key []byte) error {
	return s.change(ctx, survey.ErrNotFound, `DELETE FROM suppression WHERE key = $1`, key)
}

// Suppressions reads at most limit suppressions that fit the filter, the newest first.
func (s *Store) Suppressions(ctx context.Context, f people.SuppressionFilter, limit int) ([]people.Suppression, error) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	where := "1 = 1"
	if f.Text != "" {
		pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(f.Text) + "%"
		where = `lower(email) LIKE ` + arg(pattern) + ` ESCAPE '\'`
		if f.Key != nil {
			where = `(` + where + ` OR key = ` + arg(f.Key) + `)`
		}
	}
	if !f.Before.IsZero() {
		where += ` AND (at < ` + arg(millis(f.Before)) + ` OR at = ` + arg(millis(f.Before)) + ` AND key < ` + arg(f.Than) + `)`
	}
	found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (people.Suppression, error) { return scanSuppression(r) },
		`SELECT key, reason, email, at FROM suppression WHERE `+where+` ORDER BY at DESC, key DESC LIMIT `+arg(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read the suppressions: %w", err)
	}
	return found, nil
}

// ContactByExternalID finds the contact with the shop's number. It returns survey.ErrNotFound.
func (s *Store) ContactByExternalID(ctx context.Context, externalID string) (survey.Contact, error) {
	c, err := scanContact(s.q(ctx).QueryRowContext(ctx, `SELECT `+contactColumns+` FROM contact WHERE external_id = $1`, externalID))
	return c, one(err, survey.ErrNotFound)
}
