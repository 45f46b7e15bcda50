package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

const contactColumns = `id, external_id, email, bad_email, name, language, zone, properties, consent, asked_at, bounced_at, bounces, created_at, changed_at`

func scanContact(rows interface{ Scan(...any) error }) (c survey.Contact, err error) {
	var (
		id              int64
		external, email sql.NullString
		properties      string
	)
	if err = rows.Scan(&id, &external, &email, &c.BadEmail, &c.Name, &c.Language, &c.Zone, &properties, &c.Consent, instant{&c.AskedAt}, instant{&c.BouncedAt}, &c.Bounces,
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
		`SELECT `+contactColumns+` FROM contact WHERE id IN `+s.groups("", 1, 1, len(args)), args...)
}

// EnsureContact finds the contact that has or had the same external id, or else the same address in any case of letters, or writes c as a new one under its ID.
// It returns the id of the contact that is there.
func (s *Store) EnsureContact(ctx context.Context, c survey.Contact) (survey.ID, error) {
	if err := s.LockIntake(ctx); err != nil {
		return 0, err
	}
	var names []string
	for _, name := range []string{people.NumberName(c.ExternalID), people.AddressName(c.Email)} {
		if name != "" {
			names = append(names, name)
		}
	}
	found, aliases, err := s.FindPeople(ctx, names)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		for _, f := range found {
			if name == people.NumberName(f.ExternalID) || name == people.AddressName(f.Email) || aliases[name] == f.ID {
				return f.ID, nil
			}
		}
	}
	return c.ID, s.AddContacts(ctx, []survey.Contact{c})
}

// ContactsByNumber reads those contacts that have one of the shop's numbers now: their ID, ExternalID and Email.
func (s *Store) ContactsByNumber(ctx context.Context, numbers []string) ([]survey.Contact, error) {
	found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (c survey.Contact, err error) {
		return c, r.Scan((*int64)(&c.ID), &c.ExternalID, &c.Email)
	}, `SELECT id, external_id, coalesce(email, '') FROM contact WHERE external_id IN `+s.list("$1"), jsonList(numbers))
	if err != nil {
		return nil, fmt.Errorf("find contacts by their numbers: %w", err)
	}
	return found, nil
}
