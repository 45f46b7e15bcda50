package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

// importContacts finds the contacts that rows name, makes the missing ones, and sets the rows' contact.
func (s *Store) importContacts(ctx context.Context, rows []*portage.Row) error {
	wanted := map[string]*survey.Contact{} // by what names it
	for _, row := range rows {
		if name := contactName(row.Contact); name != "" && wanted[name] == nil {
			wanted[name] = &row.Contact
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	names := make([]string, 0, len(wanted))
	for name := range wanted {
		names = append(names, name)
	}
	slices.Sort(names)
	if err := s.LockIntake(ctx); err != nil {
		return err
	}
	ids, err := s.aliases(ctx, names)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return ids[name] != 0 })
	for part := range slices.Chunk(names, 64) {
		if err := s.ensureContacts(ctx, part, wanted, ids); err != nil {
			return err
		}
	}
	for _, row := range rows {
		if name := contactName(row.Contact); name != "" {
			row.Record.Response.ContactID = ids[name]
		}
	}
	return nil
}

// contactName is what tells one contact of a file from another: its address in small letters, or the shop's number.
func contactName(c survey.Contact) string {
	switch {
	case c.Email != "":
		return "@" + strings.ToLower(c.Email)
	case c.ExternalID != "":
		return "#" + c.ExternalID
	}
	return ""
}

func (s *Store) ensureContacts(ctx context.Context, names []string, wanted map[string]*survey.Contact, ids map[string]survey.ID) error {
	args := make([]any, 0, 6*len(names))
	for _, name := range names {
		c := wanted[name]
		args = append(args, int64(c.ID), null(c.ExternalID), null(c.Email), null(strings.ToLower(c.Email)), c.Language, millis(c.CreatedAt))
	}
	if _, err := s.execTx(ctx, `INSERT INTO contact (id, external_id, email, email_key, language, created_at) VALUES `+values(len(names), 6)+
		` ON CONFLICT DO NOTHING`, args...); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	keys := make([]any, 0, len(names))
	for _, name := range names {
		keys = append(keys, name[1:])
	}
	in := values(1, len(keys))
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var id int64
		var external, email sql.NullString
		if err = r.Scan(&id, &external, &email); err != nil {
			return struct{}{}, err
		}
		for _, name := range []string{"@" + email.String, "#" + external.String} {
			if _, ok := wanted[name]; ok {
				ids[name] = survey.ID(id)
			}
		}
		return struct{}{}, nil
	}, `SELECT id, external_id, email_key FROM contact WHERE email_key IN `+in+` OR external_id IN `+in, keys...)
	if err != nil {
		return fmt.Errorf("find contacts: %w", err)
	}
	return nil
}
