package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

const contactColumns = `id, external_id, email, name, language, zone, properties, consent, asked_at, bounced_at, bounces, created_at, changed_at`

func scanContact(rows interface{ Scan(...any) error }) (c survey.Contact, err error) {
	var (
		id              int64
		external, email sql.NullString
		properties      string
	)
	if err = rows.Scan(&id, &external, &email, &c.Name, &c.Language, &c.Zone, &properties, &c.Consent, instant{&c.AskedAt}, instant{&c.BouncedAt}, &c.Bounces,
		instant{&c.CreatedAt}, instant{&c.ChangedAt}); err != nil {
		return c, err
	}
	c.ID, c.ExternalID, c.Email = survey.ID(id), external.String, email.String
	if properties != "" {
		err = json.Unmarshal([]byte(properties), &c.Properties)
	}
	return c, err
}

// Contact reads a contact. It returns survey.ErrNotFound.
func (s *Store) Contact(ctx context.Context, id survey.ID) (survey.Contact, error) {
	c, err := scanContact(s.q(ctx).QueryRowContext(ctx, `SELECT `+contactColumns+` FROM contact WHERE id = $1`, int64(id)))
	return c, one(err, survey.ErrNotFound)
}

// Contacts reads the contacts with these ids, in any order.
func (s *Store) Contacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = int64(id)
	}
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Contact, error) { return scanContact(r) },
		`SELECT `+contactColumns+` FROM contact WHERE id IN `+values(1, len(args)), args...)
}

// EnsureContact finds the contact with the same external id, or else the same address in any case of letters, or writes c as a new one under its ID.
// It returns the id of the contact that is there.
func (s *Store) EnsureContact(ctx context.Context, c survey.Contact) (survey.ID, error) {
	key := strings.ToLower(c.Email)
	for _, by := range []struct{ column, value string }{{"external_id", c.ExternalID}, {"email_key", key}} {
		if by.value == "" {
			continue
		}
		var id int64
		err := s.x(ctx).QueryRowContext(ctx, `SELECT id FROM contact WHERE `+by.column+` = $1`, by.value).Scan(&id)
		if err == nil {
			return survey.ID(id), nil
		}
		if err = one(err, nil); err != nil {
			return 0, fmt.Errorf("find a contact: %w", err)
		}
	}
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO contact (id, external_id, email, email_key, name, language, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		int64(c.ID), null(c.ExternalID), null(c.Email), null(key), c.Name, c.Language, millis(c.CreatedAt))
	if err != nil {
		return 0, fmt.Errorf("write a contact: %w", err)
	}
	return c.ID, nil
}
