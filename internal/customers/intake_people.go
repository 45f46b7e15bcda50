package customers

import (
	"context"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// who is how a row names its customer.
type who struct{ number, email string }

// meet finds or makes the customer of each row.
func (b *batch) meet(ctx context.Context) error {
	found := make(map[who]people.Result, len(b.rows))
	of := make([]who, len(b.rows))
	for i := range b.rows {
		c := b.rows[i].Customer
		of[i] = who{c.ExternalID, c.Email}
		if b.results[i].Refused == "" && (of[i] != who{} || b.rules.names == somebody) {
			found[of[i]] = people.Result{}
		}
	}
	if err := b.in.Store.LockIntake(ctx); err != nil {
		return err
	}
	if err := b.recognise(ctx, found); err != nil {
		return err
	}
	merged, err := b.introduce(ctx, of, found)
	if err == nil && merged {
		// Two contacts became one, and who was recognised before may be the one that went.
		for w := range found {
			found[w] = people.Result{}
		}
		_, err = b.introduce(ctx, of, found)
	}
	if err != nil {
		return err
	}
	for i := range b.rows {
		if r, ok := found[of[i]]; ok && b.results[i].Refused == "" {
			b.results[i].Refused, b.results[i].ContactID = Reason(r.Refused), r.ContactID
		}
	}
	return nil
}

// recognise finds those whose number is a contact's, and whose address, where the row has one, is that contact's too: of them nothing is new.
func (b *batch) recognise(ctx context.Context, found map[who]people.Result) error {
	numbers := make([]string, 0, len(found))
	for w := range found {
		if w.number != "" {
			numbers = append(numbers, w.number)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	contacts, err := b.in.Store.ContactsByNumber(ctx, numbers)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		for _, w := range []who{{c.ExternalID, c.Email}, {c.ExternalID, ""}} {
			if _, ok := found[w]; ok {
				found[w] = people.Result{ContactID: c.ID}
			}
		}
	}
	return nil
}

// introduce has the others be found by all their names, or made, in the order of their rows. It tells whether contacts became one.
func (b *batch) introduce(ctx context.Context, of []who, found map[who]people.Result) (merged bool, err error) {
	var rows []people.Row
	var names []who
	asked := map[who]bool{}
	for i := range b.rows {
		w := of[i]
		if r, ok := found[w]; !ok || r.ContactID != 0 || asked[w] {
			continue
		}
		asked[w] = true
		rows, names = append(rows, people.Row{Contact: survey.Contact{ExternalID: w.number, Email: w.email}}), append(names, w)
	}
	results, err := b.in.People.Take(ctx, rows)
	if err != nil {
		return false, err
	}
	for k, r := range results {
		found[names[k]] = r
		merged = merged || r.Contact == people.Merged
	}
	return merged, nil
}
