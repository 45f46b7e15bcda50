package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
)

const staffColumns = `id, email, name, role, language, disabled, created_at, last_seen_at`

func scanUser(row interface{ Scan(...any) error }) (u account.User, err error) {
	err = row.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &u.Language, &u.Disabled, instant{&u.CreatedAt}, instant{&u.LastSeenAt})
	return u, err
}

// UserByID reads one user, or account.ErrNotFound.
func (s *Store) UserByID(ctx context.Context, id int64) (account.User, error) {
	u, err := scanUser(s.q(ctx).QueryRowContext(ctx, `SELECT `+staffColumns+` FROM staff WHERE id = $1`, id))
	return u, one(err, account.ErrNotFound)
}

// UserByEmail reads the user whose folded address this is, or account.ErrNotFound.
func (s *Store) UserByEmail(ctx context.Context, key string) (account.User, error) {
	u, err := scanUser(s.q(ctx).QueryRowContext(ctx, `SELECT `+staffColumns+` FROM staff WHERE email_key = $1`, key))
	return u, one(err, account.ErrNotFound)
}

// Users reads all users by name.
func (s *Store) Users(ctx context.Context) ([]account.User, error) {
	users, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (account.User, error) { return scanUser(r) },
		`SELECT `+staffColumns+` FROM staff ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("read the users: %w", err)
	}
	return users, nil
}

// InsertUser adds a user without a password; account.ErrEmailTaken when the folded address is there.
func (s *Store) InsertUser(ctx context.Context, u account.User, key string) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO staff (id, email, email_key, name, role, language, password, credential, disabled, created_at, last_seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, '', 0, $7, $8, $9)`,
		u.ID, u.Email, key, u.Name, string(u.Role), u.Language, u.Disabled, millis(u.CreatedAt), millis(u.LastSeenAt))
	if IsUnique(err) {
		return account.ErrEmailTaken
	}
	if err != nil {
		return fmt.Errorf("add a user: %w", err)
	}
	return nil
}

// UpdateUser writes name, role, language and whether the user is disabled.
func (s *Store) UpdateUser(ctx context.Context, u account.User) error {
	return s.change(ctx, account.ErrNotFound, `UPDATE staff SET name = $1, role = $2, language = $3, disabled = $4 WHERE id = $5`,
		u.Name, string(u.Role), u.Language, u.Disabled, u.ID)
}

// DeleteUser removes a user with what they wanted to be told; their sessions must be gone.
func (s *Store) DeleteUser(ctx context.Context, id int64) error {
	for _, table := range []string{"alert_choice", "case_alert"} {
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM `+table+` WHERE user_id = $1`, id); err != nil {
			return fmt.Errorf("remove what a user is told: %w", err)
		}
	}
	return s.change(ctx, account.ErrNotFound, `DELETE FROM staff WHERE id = $1`, id)
}

// UserSeen notes when a user last asked for a page.
func (s *Store) UserSeen(ctx context.Context, id int64, at time.Time) error {
	return s.change(ctx, account.ErrNotFound, `UPDATE staff SET last_seen_at = $1 WHERE id = $2`, millis(at), id)
}

// Credential reads the secret side of a user.
func (s *Store) Credential(ctx context.Context, id int64) (c account.Credential, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT password, credential FROM staff WHERE id = $1`, id).Scan(&c.Hash, &c.Number)
	return c, one(err, account.ErrNotFound)
}

// SetCredential writes the secret side of a user.
func (s *Store) SetCredential(ctx context.Context, id int64, c account.Credential) error {
	return s.change(ctx, account.ErrNotFound, `UPDATE staff SET password = $1, credential = $2 WHERE id = $3`, c.Hash, c.Number, id)
}

// change runs a statement that must touch a row; missing when it does not.
func (s *Store) change(ctx context.Context, missing error, query string, args ...any) error {
	res, err := s.x(ctx).ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return missing
	}
	return err
}
