package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// intakeLock is the number of PostgreSQL's lock that intakes stand in line for.
const intakeLock = 7_300_501

// LockIntake lets one intake at a time go on: two that made the same person, or merged the same people, would meet halfway. SQLite has one writer anyway.
func (s *Store) LockIntake(ctx context.Context) error {
	if s.engine == SQLite {
		return nil
	}
	if _, err := s.x(ctx).ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, intakeLock); err != nil {
		return fmt.Errorf("wait for another intake: %w", err)
	}
	return nil
}

// list is the values of a JSON list in the parameter, one a row: however many there are, the statement is the same.
func (s *Store) list(parameter string) string {
	if s.engine == Postgres {
		return `(SELECT value FROM jsonb_array_elements_text(` + parameter + `::text::jsonb) AS list (value))`
	}
	return `(SELECT value FROM json_each(` + parameter + `))`
}

// numbers is list for numbers.
func (s *Store) numbers(parameter string) string {
	if s.engine == Postgres {
		return `(SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(` + parameter + `::text::jsonb) AS list (value))`
	}
	return `(SELECT value FROM json_each(` + parameter + `))`
}

// jsonList is how list and numbers take their values.
func jsonList[T any](values []T) string {
	text, _ := json.Marshal(values) // strings and numbers always have a form
	return string(text)
}

func idList(ids []survey.ID) string {
	plain := make([]int64, len(ids))
	for i, id := range ids {
		plain[i] = int64(id)
	}
	return jsonList(plain)
}

// aliases tells whose each of the names was.
func (s *Store) aliases(ctx context.Context, names []string) (map[string]survey.ID, error) {
	aliases := map[string]survey.ID{}
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var name string
		var id int64
		err = r.Scan(&name, &id)
		aliases[name] = survey.ID(id)
		return struct{}{}, err
	}, `SELECT name, contact_id FROM contact_alias WHERE name IN `+s.list("$1"), jsonList(names))
	if err != nil {
		return nil, fmt.Errorf("find aliases: %w", err)
	}
	return aliases, nil
}

// FindPeople reads the contacts that have or had one of the names, in the order of their ids, and whose each alias is. Inside a transaction nobody else changes
// them until it ends.
func (s *Store) FindPeople(ctx context.Context, names []string) ([]survey.Contact, map[string]survey.ID, error) {
	numbers, addresses := []string{}, []string{}
	for _, name := range names {
		if name[0] == '#' {
			numbers = append(numbers, name[1:])
		} else {
			addresses = append(addresses, name[1:])
		}
	}
	aliases, err := s.aliases(ctx, names)
	if err != nil {
		return nil, nil, err
	}
	lock := ""
	if s.engine == Postgres && txOf(ctx) != nil {
		lock = ` FOR UPDATE`
	}
	contacts, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Contact, error) { return scanContact(r) }, `
		SELECT `+contactColumns+` FROM contact WHERE id IN (
			SELECT id FROM contact WHERE external_id IN `+s.list("$1")+`
			UNION SELECT id FROM contact WHERE email_key IN `+s.list("$2")+`
			UNION SELECT contact_id FROM contact_alias WHERE name IN `+s.list("$3")+`)
		ORDER BY id`+lock, jsonList(numbers), jsonList(addresses), jsonList(names))
	if err != nil {
		return nil, nil, fmt.Errorf("find contacts: %w", err)
	}
	return contacts, aliases, nil
}

const newContactColumns = `id, external_id, email, email_key, bad_email, name, name_key, language, zone, properties, consent, created_at`

// AddContacts writes new contacts.
func (s *Store) AddContacts(ctx context.Context, contacts []survey.Contact) error {
	const width = 12
	args := make([]any, 0, importSizes[0]*width)
	for rest, i := contacts, 0; len(rest) > 0; {
		for len(rest) < importSizes[i] {
			i++
		}
		size := importSizes[i]
		args = args[:0]
		for _, c := range rest[:size] {
			args = append(args, int64(c.ID), null(c.ExternalID), null(c.Email), null(people.FoldAddress(c.Email)), c.BadEmail, c.Name, survey.Fold(c.Name),
				c.Language, c.Zone, propertyText(c.Properties), int64(c.Consent), millis(c.CreatedAt))
		}
		if _, err := s.execTx(ctx, `INSERT INTO contact (`+newContactColumns+`) VALUES `+s.groups("", 1, size, width), args...); err != nil {
			return fmt.Errorf("write contacts: %w", err)
		}
		rest = rest[size:]
	}
	return nil
}

// ChangeContacts writes contacts over themselves, all but when they were made.
func (s *Store) ChangeContacts(ctx context.Context, contacts []survey.Contact) error {
	for _, c := range contacts {
		_, err := s.execTx(ctx, `
			UPDATE contact SET external_id = $1, email = $2, email_key = $3, bad_email = $4, name = $5, name_key = $6, language = $7, zone = $8, properties = $9,
				consent = $10, asked_at = $11, bounced_at = $12, bounces = $13, changed_at = $14
			WHERE id = $15`,
			null(c.ExternalID), null(c.Email), null(people.FoldAddress(c.Email)), c.BadEmail, c.Name, survey.Fold(c.Name), c.Language, c.Zone,
			propertyText(c.Properties), int64(c.Consent), millis(c.AskedAt), millis(c.BouncedAt), c.Bounces, millis(c.ChangedAt), int64(c.ID))
		if err != nil {
			return fmt.Errorf("change a contact: %w", err)
		}
	}
	return nil
}

// propertyText is how properties are stored; "" when there are none.
func propertyText(p map[string]string) string {
	if len(p) == 0 {
		return ""
	}
	text, _ := json.Marshal(p) // texts always have a form
	return string(text)
}

// MergeContacts gives all that belongs to those that went to those that are kept, and writes who went into whom.
func (s *Store) MergeContacts(ctx context.Context, merges []people.Merge) error {
	for _, m := range merges {
		detail, err := json.Marshal(m.Names)
		if err != nil {
			return fmt.Errorf("write a merge: %w", err)
		}
		if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO contact_merge (id, kept_id, gone_id, reason, detail, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			int64(m.ID), int64(m.Kept), int64(m.Gone), string(m.Reason), string(detail), millis(m.At)); err != nil {
			return fmt.Errorf("write a merge: %w", err)
		}
		if m.Gone == 0 {
			continue
		}
		for _, table := range []string{"occasion", "invitation", "response", "ledger", "mail", "contact_alias"} {
			if _, err := s.x(ctx).ExecContext(ctx, `UPDATE `+table+` SET contact_id = $1 WHERE contact_id = $2`, int64(m.Kept), int64(m.Gone)); err != nil {
				return fmt.Errorf("merge contacts: %s: %w", table, err)
			}
		}
		if err := s.mergeFeeds(ctx, m); err != nil {
			return fmt.Errorf("merge contacts: %w", err)
		}
		if err := s.mergeCases(ctx, m); err != nil {
			return fmt.Errorf("merge contacts: %w", err)
		}
		if _, err := s.x(ctx).ExecContext(ctx, `UPDATE contact_merge SET kept_id = $1 WHERE kept_id = $2`, int64(m.Kept), int64(m.Gone)); err != nil {
			return fmt.Errorf("merge contacts: %w", err)
		}
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM contact WHERE id = $1`, int64(m.Gone)); err != nil {
			return fmt.Errorf("merge contacts: %w", err)
		}
	}
	return nil
}

// AddAliases writes names that a contact had before.
func (s *Store) AddAliases(ctx context.Context, id survey.ID, names []string) error {
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if _, err := s.x(ctx).ExecContext(ctx, `
			INSERT INTO contact_alias (name, contact_id) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET contact_id = excluded.contact_id`, name, int64(id)); err != nil {
			return fmt.Errorf("write an alias: %w", err)
		}
	}
	return nil
}
