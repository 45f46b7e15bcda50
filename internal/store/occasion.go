package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

const occasionColumns = `id, kind, external_id, contact_id, at, order_ref, touchpoint_id, properties, created_at`

func scanOccasion(rows interface{ Scan(...any) error }) (o people.Occasion, err error) {
	var id, contact int64
	var properties string
	if err := rows.Scan(&id, &o.Kind, &o.ExternalID, &contact, instant{&o.At}, &o.OrderRef, &o.Touchpoint, &properties, instant{&o.CreatedAt}); err != nil {
		return o, err
	}
	o.ID, o.ContactID = survey.ID(id), survey.ID(contact)
	if properties != "" {
		err = json.Unmarshal([]byte(properties), &o.Properties)
	}
	return o, err
}

// occasionKey is what the same one told twice has in common.
type occasionKey struct{ kind, external string }

// AddOccasions writes those whose kind and external id are not there yet, and gives the ids under which all of them are there now, in the same order.
func (s *Store) AddOccasions(ctx context.Context, occasions []people.Occasion) ([]survey.ID, error) {
	const width = 9
	ids := make(map[occasionKey]survey.ID, len(occasions))
	fresh := make([]people.Occasion, 0, len(occasions))
	for _, o := range occasions {
		k := occasionKey{o.Kind, o.ExternalID}
		if _, twice := ids[k]; !twice {
			ids[k] = 0
			fresh = append(fresh, o)
		}
	}
	var missing []string
	for rest, i := fresh, 0; len(rest) > 0; {
		for len(rest) < importSizes[i] {
			i++
		}
		part := rest[:importSizes[i]]
		rest = rest[len(part):]
		args := make([]any, 0, len(part)*width)
		for _, o := range part {
			args = append(args, int64(o.ID), o.Kind, o.ExternalID, int64(o.ContactID), millis(o.At), o.OrderRef, o.Touchpoint, propertyText(o.Properties), millis(o.CreatedAt))
		}
		made, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) },
			`INSERT INTO occasion (`+occasionColumns+`) VALUES `+s.groups("", 1, len(part), width)+` ON CONFLICT (kind, external_id) DO NOTHING RETURNING id`, args...)
		if err != nil {
			return nil, fmt.Errorf("write occasions: %w", err)
		}
		written := make(map[int64]bool, len(made))
		for _, id := range made {
			written[id] = true
		}
		for _, o := range part {
			if written[int64(o.ID)] {
				ids[occasionKey{o.Kind, o.ExternalID}] = o.ID
			} else {
				missing = append(missing, o.ExternalID)
			}
		}
	}
	if len(missing) > 0 {
		if err := s.knownOccasions(ctx, missing, ids); err != nil {
			return nil, err
		}
	}
	all := make([]survey.ID, len(occasions))
	for i, o := range occasions {
		all[i] = ids[occasionKey{o.Kind, o.ExternalID}]
	}
	return all, nil
}

// KnownOccasions gives the ids under which occasions of the same kind and external id are there, 0 where they are not, in the same order.
func (s *Store) KnownOccasions(ctx context.Context, occasions []people.Occasion) ([]survey.ID, error) {
	ids := make(map[occasionKey]survey.ID, len(occasions))
	var externals []string
	for _, o := range occasions {
		ids[occasionKey{o.Kind, o.ExternalID}] = 0
		externals = append(externals, o.ExternalID)
	}
	if err := s.knownOccasions(ctx, externals, ids); err != nil {
		return nil, err
	}
	all := make([]survey.ID, len(occasions))
	for i, o := range occasions {
		all[i] = ids[occasionKey{o.Kind, o.ExternalID}]
	}
	return all, nil
}

// OccasionContacts tells whose occasions are. Those that are not there are not in it.
func (s *Store) OccasionContacts(ctx context.Context, ids []survey.ID) (map[survey.ID]survey.ID, error) {
	owners := make(map[survey.ID]survey.ID, len(ids))
	_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		var id, contact int64
		if err = r.Scan(&id, &contact); err == nil {
			owners[survey.ID(id)] = survey.ID(contact)
		}
		return struct{}{}, err
	}, `SELECT id, contact_id FROM occasion WHERE id IN `+s.numbers("$1"), idList(ids))
	if err != nil {
		return nil, fmt.Errorf("find whose occasions are: %w", err)
	}
	return owners, nil
}

// knownOccasions sets the ids of occasions that are there already.
func (s *Store) knownOccasions(ctx context.Context, externals []string, ids map[occasionKey]survey.ID) error {
	kinds := map[string]bool{}
	for k := range ids {
		kinds[k.kind] = true
	}
	for kind := range kinds {
		_, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (_ struct{}, err error) {
			var id int64
			k := occasionKey{kind: kind}
			if err = r.Scan(&id, &k.external); err != nil {
				return struct{}{}, err
			}
			if was, asked := ids[k]; asked && was == 0 {
				ids[k] = survey.ID(id)
			}
			return struct{}{}, nil
		}, `SELECT id, external_id FROM occasion WHERE kind = $1 AND external_id IN `+s.list("$2"), kind, jsonList(externals))
		if err != nil {
			return fmt.Errorf("find occasions: %w", err)
		}
	}
	return nil
}

// Nameless finds the occasions of contacts that the shop gave no number.
func (s *Store) Nameless(ctx context.Context, contacts []survey.ID) ([]people.Occasion, error) {
	all, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (people.Occasion, error) { return scanOccasion(r) },
		`SELECT `+occasionColumns+` FROM occasion WHERE contact_id IN `+s.numbers("$1")+` AND external_id LIKE '~%'`, idList(contacts))
	if err != nil {
		return nil, fmt.Errorf("find occasions: %w", err)
	}
	return all, nil
}

// Occasions reads what happened to a contact, newest first.
func (s *Store) Occasions(ctx context.Context, contact survey.ID, limit int) ([]people.Occasion, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (people.Occasion, error) { return scanOccasion(r) },
		`SELECT `+occasionColumns+` FROM occasion WHERE contact_id = $1 ORDER BY at DESC, id DESC LIMIT $2`, int64(contact), limit)
}

// Occasion reads one. It returns survey.ErrNotFound.
func (s *Store) Occasion(ctx context.Context, id survey.ID) (people.Occasion, error) {
	o, err := scanOccasion(s.q(ctx).QueryRowContext(ctx, `SELECT `+occasionColumns+` FROM occasion WHERE id = $1`, int64(id)))
	return o, one(err, survey.ErrNotFound)
}
