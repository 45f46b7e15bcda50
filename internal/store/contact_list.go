package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// qualityClause tells these contacts from the others. It is written as the partial indexes are, which makes them used.
func qualityClause(q people.Quality) string {
	switch q {
	case people.MissingAddress:
		return `email IS NULL AND bad_email = ''`
	case people.InvalidAddress:
		return `bad_email <> ''`
	case people.BouncedAddress:
		return `bounced_at IS NOT NULL`
	}
	return `TRUE`
}

// FindContacts reads contacts that fit the query, the newest first.
func (s *Store) FindContacts(ctx context.Context, q people.ContactQuery, limit int) ([]survey.Contact, error) {
	before := q.Before
	if before == 0 {
		before = 1<<63 - 1
	}
	where, args := `id < $1 AND `+qualityClause(q.Quality), []any{int64(before), limit}
	if text := people.FoldAddress(q.Text); text != "" {
		where += ` AND id IN (` + s.contactsLike() + `)`
		names := "@" // which no name has
		if words := survey.Fold(q.Text); words != "" && !strings.Contains(text, "@") {
			names = "%" + words + "%"
		}
		args = append(args, text, text+"\U0010FFFF", strings.TrimSpace(q.Text), names)
	}
	found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Contact, error) { return scanContact(r) },
		`SELECT `+contactColumns+` FROM contact WHERE `+where+` ORDER BY id DESC LIMIT $2`, args...)
	if err != nil {
		return nil, fmt.Errorf("find contacts: %w", err)
	}
	return found, nil
}

// contactsLike finds ids by $3 to $4, where the address begins, $5, a number, and $6, a pattern of names. Each way gives no more than a page may need.
func (s *Store) contactsLike() string {
	byteOrder := ""
	if s.engine == Postgres {
		byteOrder = ` COLLATE "C"`
	}
	return `SELECT id FROM (SELECT id FROM contact WHERE email_key` + byteOrder + ` >= $3 AND email_key` + byteOrder + ` < $4 AND id < $1 ORDER BY id DESC LIMIT $2) AS a
		UNION SELECT id FROM (SELECT id FROM contact WHERE name_key LIKE $6 AND id < $1 ORDER BY id DESC LIMIT $2) AS b
		UNION SELECT id FROM contact WHERE external_id = $5
		UNION SELECT contact_id FROM contact_alias WHERE name IN ('#' || $5, '@' || $3)
		UNION SELECT contact_id FROM occasion WHERE order_ref = $5 AND order_ref <> ''
		UNION SELECT contact_id FROM occasion WHERE kind = 'purchase' AND external_id = $5`
}

// QualityCounts counts contacts and merges by what is wrong with them.
func (s *Store) QualityCounts(ctx context.Context) (map[people.Quality]int64, error) {
	counts := map[people.Quality]int64{}
	for _, q := range people.Qualities() {
		query := `SELECT count(*) FROM contact WHERE ` + qualityClause(q)
		if q == people.MergedContacts {
			query = `SELECT count(*) FROM contact_merge`
		}
		var n int64
		if err := s.q(ctx).QueryRowContext(ctx, query).Scan(&n); err != nil {
			return nil, fmt.Errorf("count contacts: %w", err)
		}
		counts[q] = n
	}
	return counts, nil
}

// ContactInvitations reads a contact's invitations, the newest first.
func (s *Store) ContactInvitations(ctx context.Context, contact survey.ID, limit int) ([]survey.Invitation, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Invitation, error) { return scanInvitation(r) },
		`SELECT `+invitationColumns+` FROM invitation WHERE contact_id = $1 ORDER BY id DESC LIMIT $2`, int64(contact), limit)
}

// ContactResponses reads a contact's answers, the newest first, without the parts of other questions than the first.
func (s *Store) ContactResponses(ctx context.Context, contact survey.ID, limit int) ([]survey.Response, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Response, error) { return scanResponse(r) },
		`SELECT `+responseColumns+` FROM response WHERE contact_id = $1 ORDER BY id DESC LIMIT $2`, int64(contact), limit)
}
