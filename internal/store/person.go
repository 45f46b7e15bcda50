package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// personPart is a table with rows about a person: which of them are about the contact $1 with the responses in the JSON list $2.
type personPart struct{ table, where string }

const (
	theirInvitations = `(SELECT id FROM invitation WHERE contact_id = $1)`
	theirCases       = `(SELECT id FROM followup_case WHERE contact_id = $1 UNION SELECT case_id FROM case_response WHERE response_id IN {responses})`
)

// personParts is everything that is stored about a person, what depends on other rows before those. A test fails when a table is neither here nor known to
// hold nothing of people.
var personParts = []personPart{
	{"case_news", "log_id IN (SELECT id FROM case_log WHERE case_id IN " + theirCases + ")"},
	{"case_alert", "log_id IN (SELECT id FROM case_log WHERE case_id IN " + theirCases + ")"},
	{"case_log", "case_id IN " + theirCases},
	{"case_draft", "case_id IN " + theirCases},
	{"case_tag", "case_id IN " + theirCases},
	{"case_presence", "case_id IN " + theirCases},
	{"case_mention", "case_id IN " + theirCases},
	{"case_round", "case_id IN " + theirCases},
	{"followup_case", "id IN " + theirCases},
	{"case_response", "response_id IN {responses}"},
	{"response_history", "response_id IN {responses}"},
	{"answer", "response_id IN {responses}"},
	{"response", "id IN {responses}"},
	{"click", "invitation_id IN " + theirInvitations},
	{"ledger", "contact_id = $1 OR invitation_id IN " + theirInvitations},
	{"mail", "contact_id = $1 OR invitation_id IN " + theirInvitations},
	{"invitation", "contact_id = $1"},
	{"occasion", "contact_id = $1"},
	{"customer_refund", "order_id IN (SELECT id FROM customer_order WHERE contact_id = $1)"},
	{"customer_order", "contact_id = $1"},
	{"customer_since", "contact_id = $1"},
	{"subscription", "contact_id = $1"},
	{"contract", "contact_id = $1"},
	{"opportunity", "contact_id = $1"},
	{"ticket", "contact_id = $1"},
	{"membership", "contact_id = $1"},
	{"reward", "contact_id = $1"},
	{"customer_standing", "contact_id = $1"},
	{"contact_alias", "contact_id = $1"},
	{"contact_merge", "kept_id = $1 OR gone_id = $1"},
	{"contact", "id = $1"},
}

// condition is the part's condition with the id and the list of responses put in their places.
func (s *Store) condition(p personPart) string {
	return strings.ReplaceAll(p.where, "{responses}", s.numbers("$2"))
}

// hidden are columns that say nothing to a person: what makes links, and copies of other columns for search.
var hidden = map[string]bool{"nonce": true, "key_id": true, "token_hash": true, "email_key": true, "name_key": true, "search_text": true, "lease_until": true}

// PersonNames reads the names that a contact had before, as aliases are written.
func (s *Store) PersonNames(ctx context.Context, id survey.ID) ([]string, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) },
		`SELECT name FROM contact_alias WHERE contact_id = $1 ORDER BY name`, int64(id))
}

// ContactByAlias finds the contact that had this name before. It returns survey.ErrNotFound.
func (s *Store) ContactByAlias(ctx context.Context, name string) (survey.Contact, error) {
	c, err := scanContact(s.q(ctx).QueryRowContext(ctx, `SELECT `+contactColumns+` FROM contact WHERE id = (SELECT contact_id FROM contact_alias WHERE name = $1)`, name))
	return c, one(err, survey.ErrNotFound)
}

// PersonResponses finds a contact's responses: those given through their links or imported with their name, and those given with the number of an order that
// only they made.
func (s *Store) PersonResponses(ctx context.Context, id survey.ID) ([]survey.ID, error) {
	scan := func(r *sql.Rows) (id survey.ID, err error) { return id, r.Scan((*int64)(&id)) }
	ids, err := collect(ctx, s.q(ctx), scan, `SELECT id FROM response WHERE contact_id = $1 ORDER BY id`, int64(id))
	if err != nil {
		return nil, fmt.Errorf("find a person's responses: %w", err)
	}
	orders, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (order string, err error) { return order, r.Scan(&order) }, `
		SELECT DISTINCT o.order_ref FROM occasion o WHERE o.contact_id = $1 AND o.order_ref <> ''
		AND NOT EXISTS (SELECT 1 FROM occasion other WHERE other.order_ref = o.order_ref AND other.contact_id <> $1)`, int64(id))
	if err != nil || len(orders) == 0 {
		return ids, err
	}
	// There is no index over order numbers of answers: this looks at all of them, which is why it is only done for who has orders.
	more, err := collect(ctx, s.q(ctx), scan, `SELECT id FROM response WHERE contact_id IS NULL AND order_ref IN `+s.list("$1")+` ORDER BY id`, jsonList(orders))
	return append(ids, more...), err
}

// PersonRows reads every row about a contact, by table, as names and values that people can read.
func (s *Store) PersonRows(ctx context.Context, id survey.ID) (map[string][]people.Facts, error) {
	ids, err := s.PersonResponses(ctx, id)
	if err != nil {
		return nil, err
	}
	responses, all := idList(ids), map[string][]people.Facts{}
	for _, p := range personParts {
		where := s.condition(p)
		rows, err := s.facts(ctx, `SELECT * FROM `+p.table+` WHERE `+numbered(where), args(where, id, responses)...)
		if err != nil {
			return nil, fmt.Errorf("read a person's %s: %w", p.table, err)
		}
		if len(rows) > 0 {
			all[p.table] = rows
		}
	}
	return all, nil
}

// numbered makes a condition that only names $2 name $1 instead: a statement takes the values that it names.
func numbered(where string) string {
	if strings.Contains(where, "$1") {
		return where
	}
	return strings.ReplaceAll(where, "$2", "$1")
}

// args are the values that a condition names.
func args(where string, id survey.ID, responses string) []any {
	switch one, two := strings.Contains(where, "$1"), strings.Contains(where, "$2"); {
	case one && two:
		return []any{int64(id), responses}
	case two:
		return []any{responses}
	default:
		return []any{int64(id)}
	}
}

// facts reads rows as names and values.
func (s *Store) facts(ctx context.Context, query string, args ...any) ([]people.Facts, error) {
	rows, err := s.q(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all []people.Facts
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		f := people.Facts{}
		for i, name := range columns {
			if v, ok := fact(name, cells[i]); ok {
				f[name] = v
			}
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// fact makes a value readable; false where there is none, or it is hidden.
func fact(name string, v any) (any, bool) {
	if v == nil || v == "" || hidden[name] {
		return nil, false
	}
	switch v := v.(type) {
	case int64:
		switch {
		case name == "at" || strings.HasSuffix(name, "_at"):
			return time.UnixMilli(v).UTC().Format(time.RFC3339), true
		case name == "id" || strings.HasSuffix(name, "_id"):
			return strconv.FormatInt(v, 10), true
		}
	case string:
		if raw := json.RawMessage(v); (v[0] == '{' || v[0] == '[') && json.Valid(raw) {
			return raw, true
		}
	case []byte:
		return nil, false
	}
	return v, true
}

// ErasedKeys reads the keys of the addresses and customer numbers of people who were erased.
func (s *Store) ErasedKeys(ctx context.Context) ([][]byte, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (key []byte, err error) { return key, r.Scan(&key) },
		`SELECT key FROM suppression WHERE reason = $1`, string(people.Erased))
}

// EachName goes through all names that contacts have or had, as aliases are written.
func (s *Store) EachName(ctx context.Context, each func(id survey.ID, name string) error) error {
	rows, err := s.q(ctx).QueryContext(ctx, `
		SELECT id, '@' || email FROM contact WHERE email IS NOT NULL UNION ALL SELECT id, '#' || external_id FROM contact WHERE external_id IS NOT NULL
		UNION ALL SELECT contact_id, name FROM contact_alias`)
	if err != nil {
		return fmt.Errorf("read the names: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		if err := each(survey.ID(id), name); err != nil {
			return err
		}
	}
	return rows.Err()
}

// PersonTables lists the tables that hold something about people.
func PersonTables() []string {
	names := make([]string, len(personParts))
	for i, p := range personParts {
		names[i] = p.table
	}
	return names
}
