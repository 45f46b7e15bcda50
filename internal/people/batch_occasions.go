package people

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/survey"
)

// NamelessMark begins the numbers that we gave to occasions ourselves.
const NamelessMark = "~"

// occasions stores what happened, and has the scheduler decide about what is new.
func (b *batch) occasions(ctx context.Context) error {
	told, at, err := b.told(ctx)
	if err != nil || len(told) == 0 {
		return err
	}
	ids, err := b.in.store.AddOccasions(ctx, told)
	if err != nil {
		return err
	}
	var fresh []Occasion
	for k, id := range ids {
		r := &b.results[at[k]]
		if r.OccasionID = id; id == told[k].ID {
			r.Occasion = Added
			fresh = append(fresh, told[k])
		}
	}
	if err := b.tellOthers(ctx, told, at, ids); err != nil {
		return err
	}
	if len(fresh) == 0 || b.in.scheduler == nil {
		return nil
	}
	return b.in.scheduler.Schedule(ctx, fresh)
}

// tellOthers warns of rows whose occasion was told before of another contact. ids are those under which the told ones are stored, 0 where they are not.
func (b *batch) tellOthers(ctx context.Context, told []Occasion, at []int, ids []survey.ID) error {
	var known []survey.ID
	for k, id := range ids {
		if id != 0 && id != told[k].ID {
			known = append(known, id)
		}
	}
	if len(known) == 0 {
		return nil
	}
	owners, err := b.in.store.OccasionContacts(ctx, known)
	if err != nil {
		return err
	}
	for k, id := range ids {
		if owner := owners[id]; id != told[k].ID && owner != 0 && owner != told[k].ContactID {
			r := &b.results[at[k]]
			r.Warnings = append(r.Warnings, OfAnother)
		}
	}
	return nil
}

// told gives the occasions of the rows, with numbers, and the row of each.
func (b *batch) told(ctx context.Context) (told []Occasion, at []int, err error) {
	for i := range b.rows {
		if b.results[i].Refused != "" || b.rows[i].Occasion == nil {
			continue
		}
		o := *b.rows[i].Occasion
		o.ID, o.ContactID, o.CreatedAt = b.in.ids.Next(), b.people[i].end().ID, b.now
		told, at = append(told, o), append(at, i)
	}
	return told, at, b.number(ctx, told)
}

// number names occasions that the shop gave no number: by the order, or else by whom and when. So the same file again is not a second purchase.
func (b *batch) number(ctx context.Context, told []Occasion) error {
	type moment struct {
		kind    string
		contact survey.ID
		at      int64
	}
	var contacts []survey.ID
	for k := range told {
		if o := &told[k]; o.ExternalID == "" && o.OrderRef != "" {
			o.ExternalID = o.OrderRef
		} else if o.ExternalID == "" {
			contacts = append(contacts, o.ContactID)
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	slices.Sort(contacts)
	stored, err := b.in.store.Nameless(ctx, slices.Compact(contacts))
	if err != nil {
		return err
	}
	known := make(map[moment]string, len(stored)) // merging may have moved them to another contact
	for _, o := range stored {
		known[moment{o.Kind, o.ContactID, o.At.UnixMilli()}] = o.ExternalID
	}
	for k := range told {
		o := &told[k]
		if o.ExternalID != "" {
			continue
		}
		m := moment{o.Kind, o.ContactID, o.At.UnixMilli()}
		if known[m] == "" {
			sum := sha256.Sum256([]byte(o.ContactID.String() + "|" + strconv.FormatInt(m.at, 10)))
			known[m] = NamelessMark + base64.RawURLEncoding.EncodeToString(sum[:12])
		}
		o.ExternalID = known[m]
	}
	return nil
}
