package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// kept is how the records of a feed are stored.
type kept struct {
	feed     customers.Feed
	table    string
	numbered bool                  // rows have an id of ours, besides the key
	key      []string              // columns that name a row
	number   bool                  // the first column of the key is a number
	rest     []string              // the other columns that are told
	parts    []customers.Parts     // of rest, which part each column is; 0 or none: it is told with every row
	fits     func(rest []any) bool // whether a row of which something was kept as it is stored makes sense; nil: always
	currency int                   // which of rest is the currency; -1: it has no money
}

// told is a row as it came: values are int64, string, bool or nil, as they are read from the database.
type told struct {
	id        survey.ID
	key, rest []any
	untold    customers.Parts
}

// keep takes over what is stored of the columns that the row says nothing of.
func (t *told) keep(parts []customers.Parts, stored []any) {
	for i, part := range parts {
		if part&t.untold != 0 {
			t.rest[i] = stored[i]
		}
	}
}

// name is the key as text.
func (t *told) name() string {
	if number, ok := t.key[0].(string); ok && len(t.key) == 1 {
		return number
	}
	return fmt.Sprintf("%#v", t.key)
}

// rowState is what is there of a row, and what is to be done with it.
type rowState struct {
	told
	stored, fresh, changed bool
}

// put stores rows of a feed: one whose key is there already is changed, if anything of it is new. It gives what became of each row, in the same order, and raises
// the feed's revision if something did, all in one transaction.
func (s *Store) put(ctx context.Context, k kept, rows []told, at time.Time) (fates []people.Fate, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		if err := s.LockIntake(ctx); err != nil {
			return err
		}
		states, err := s.knownRows(ctx, k, rows)
		if err != nil {
			return err
		}
		var order []*rowState
		fates, order = judge(k, states, rows)
		if len(order) == 0 {
			return nil
		}
		added, err := s.writeRows(ctx, k, order)
		if err != nil {
			return err
		}
		return s.raiseFeed(ctx, k.feed, added, at)
	})
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", k.feed, err)
	}
	return fates, nil
}

// sameCell compares what is stored with what is told. SQLite gives a boolean back as a number.
func sameCell(stored, told any) bool {
	if n, ok := stored.(int64); ok {
		if yes, ok := told.(bool); ok {
			return yes == (n != 0)
		}
	}
	return stored == told
}

// judge compares rows with what is there, one after the other, and gives those that are to be written.
func judge(k kept, states map[string]*rowState, rows []told) (fates []people.Fate, write []*rowState) {
	fates = make([]people.Fate, len(rows))
	for i, row := range rows {
		st, ok := states[row.name()]
		if ok && row.untold != 0 {
			row.keep(k.parts, st.rest)
			if k.fits != nil && !k.fits(row.rest) {
				fates[i] = customers.Unfit
				continue
			}
		}
		switch {
		case !ok:
			st = &rowState{told: row, fresh: true}
			states[row.name()] = st
			write = append(write, st)
			fates[i] = people.Added
		case !slices.EqualFunc(st.rest, row.rest, sameCell):
			if st.stored && !st.changed {
				write = append(write, st)
			}
			st.rest, st.changed = row.rest, true
			fates[i] = people.Changed
		}
	}
	return fates, write
}

// knownRows reads the rows that are there.
func (s *Store) knownRows(ctx context.Context, k kept, rows []told) (map[string]*rowState, error) {
	var list, in string
	if k.number {
		first := make([]int64, len(rows))
		for i := range rows {
			first[i] = rows[i].key[0].(int64)
		}
		list, in = jsonList(first), s.numbers("$1")
	} else {
		first := make([]string, len(rows))
		for i := range rows {
			first[i] = rows[i].key[0].(string)
		}
		list, in = jsonList(first), s.list("$1")
	}
	columns := slices.Concat(k.key, k.rest)
	states := make(map[string]*rowState, len(rows))
	into := make([]any, len(columns))
	_, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (_ struct{}, err error) {
		cells := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		err = r.Scan(into...)
		st := &rowState{told: told{key: cells[:len(k.key)], rest: cells[len(k.key):]}, stored: true}
		states[st.name()] = st
		return struct{}{}, err
	}, `SELECT `+strings.Join(columns, ", ")+` FROM `+k.table+` WHERE `+k.key[0]+` IN `+in, list)
	if err != nil {
		return nil, fmt.Errorf("look for rows: %w", err)
	}
	return states, nil
}

// writeRows inserts and changes rows, and counts those that were not there.
func (s *Store) writeRows(ctx context.Context, k kept, rows []*rowState) (added int64, err error) {
	var fresh []told
	var changed []*rowState
	currencies := map[string]bool{}
	for _, st := range rows {
		if st.fresh {
			fresh = append(fresh, st.told)
		} else {
			changed = append(changed, st)
		}
		if k.currency >= 0 {
			currencies[st.rest[k.currency].(string)] = true
		}
	}
	if err := s.insertRows(ctx, k, fresh); err != nil {
		return 0, err
	}
	if err := s.changeRows(ctx, k, changed); err != nil {
		return 0, err
	}
	for currency := range currencies {
		if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO feed_currency (kind, currency) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(k.feed), currency); err != nil {
			return 0, fmt.Errorf("note a currency: %w", err)
		}
	}
	return int64(len(fresh)), nil
}

// insertRows writes new rows, some with each statement.
func (s *Store) insertRows(ctx context.Context, k kept, rows []told) error {
	columns := slices.Concat(k.key, k.rest)
	if k.numbered {
		columns = slices.Insert(columns, 0, "id")
	}
	args := make([]any, 0, importSizes[0]*len(columns))
	for i, size := range importSizes {
		if len(rows) < size {
			continue
		}
		st, err := txOf(ctx).PrepareContext(ctx, `INSERT INTO `+k.table+` (`+strings.Join(columns, ", ")+`) VALUES `+s.groups("", 1, size, len(columns)))
		if err != nil {
			return fmt.Errorf("prepare to write rows: %w", err)
		}
		for len(rows) >= importSizes[i] {
			args = args[:0]
			for _, row := range rows[:size] {
				if k.numbered {
					args = append(args, int64(row.id))
				}
				args = append(append(args, row.key...), row.rest...)
			}
			if _, err := st.ExecContext(ctx, args...); err != nil {
				st.Close()
				return fmt.Errorf("write rows: %w", err)
			}
			rows = rows[size:]
		}
		if err := st.Close(); err != nil {
			return err
		}
	}
	return nil
}

// changeRows writes rows over those with their keys.
func (s *Store) changeRows(ctx context.Context, k kept, rows []*rowState) error {
	if len(rows) == 0 || len(k.rest) == 0 {
		return nil
	}
	set := make([]string, len(k.rest))
	for i, column := range k.rest {
		set[i] = fmt.Sprintf("%s = $%d", column, i+1)
	}
	where := make([]string, len(k.key))
	for i, column := range k.key {
		where[i] = fmt.Sprintf("%s = $%d", column, len(k.rest)+i+1)
	}
	st, err := txOf(ctx).PrepareContext(ctx, `UPDATE `+k.table+` SET `+strings.Join(set, ", ")+` WHERE `+strings.Join(where, " AND "))
	if err != nil {
		return fmt.Errorf("prepare to change rows: %w", err)
	}
	defer st.Close()
	for _, row := range rows {
		if _, err := st.ExecContext(ctx, slices.Concat(row.rest, row.key)...); err != nil {
			return fmt.Errorf("change rows: %w", err)
		}
	}
	return nil
}
