package portage

import (
	"encoding/binary"
	"hash/maphash"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
)

// mostTries is how many bad rows in a row with one number, each with other values, may stand before a good one in a part of a file.
const mostTries = 8

// telling is which records the rows of a file told so far, by hashes of what names them, and with what. Of a million rows it takes some 40 MB. Two names have one
// hash in one of thirty million files of that size.
type telling struct {
	feed customers.Feed
	seed maphash.Seed
	told map[uint64]uint64
}

func newTelling(feed customers.Feed) *telling {
	return &telling{feed: feed, seed: maphash.MakeSeed(), told: map[uint64]uint64{}}
}

// named is a row with the hashes of its name and of what it tells.
type named struct {
	at         int // in the batch
	name, says uint64
	first      bool // no earlier row of the file told the record
}

// round parts rows that wait into those that may be taken now, and those of which an earlier row told the record with other values.
func (t *telling) round(rows []named) (now, later []named) {
	now = rows[:0:0]
	for _, r := range rows {
		said, known := t.told[r.name]
		switch {
		case r.name == 0:
		case !known:
			t.told[r.name], r.first = r.says, true
		case said != r.says:
			later = append(later, r)
			continue
		}
		now = append(now, r)
	}
	return now, later
}

// forget takes back what a row told that was refused.
func (t *telling) forget(r named) {
	if r.first {
		delete(t.told, r.name)
	}
}

// contradicts tells whether a row that had to wait tells a record otherwise than a row that was taken.
func (t *telling) contradicts(r named) bool {
	_, known := t.told[r.name]
	return known
}

// of hashes a row. A row that names no record has no name: it will be refused.
func (t *telling) of(i int, r *customers.Row) named {
	var name, says hasher
	name.SetSeed(t.seed)
	says.SetSeed(t.seed)
	who := r.Customer.ExternalID
	if who == "" {
		who = strings.ToLower(r.Customer.Email)
	}
	switch t.feed {
	case customers.Since:
		name.texts(who)
	case customers.Memberships:
		name.texts(who)
		name.time(r.At.Time)
	case customers.Stages:
		name.texts(r.Of, r.Stage)
		name.time(r.At.Time)
	case customers.Quotas:
		name.texts(r.Agent, r.Currency)
		name.time(r.At.Time)
		name.time(r.Ends.Time)
	default:
		if r.Number == "" {
			return named{at: i}
		}
		name.texts(r.Number)
		says.texts(r.Customer.ExternalID, r.Customer.Email) // elsewhere the customer is the name
	}
	says.texts(r.Of, r.Currency, r.Amount, r.Refunded, r.Total, r.Status, r.Kind, r.Category, r.Agent, r.Stage, r.Position, r.Span, r.Spans, r.Count, r.Flag)
	says.time(r.At.Time)
	says.time(r.Ends.Time)
	says.time(r.Renewed.Time)
	says.time(r.Cancelled.Time)
	return named{at: i, name: name.Sum64(), says: says.Sum64()}
}

// hasher hashes parts so that two rows with other parts are two texts.
type hasher struct{ maphash.Hash }

func (h *hasher) texts(all ...string) {
	for _, text := range all {
		h.WriteString(text)
		h.WriteByte(0)
	}
}

func (h *hasher) time(t time.Time) {
	var b [8]byte
	if !t.IsZero() {
		binary.LittleEndian.PutUint64(b[:], uint64(t.UnixMilli()))
	}
	h.Write(b[:])
}

// fate is what became of a row that was taken or, in a dry run, would become of it after the rows before.
func (r named) fate(f people.Fate) people.Fate {
	if !r.first && r.name != 0 && f == people.Added {
		return people.Same
	}
	return f
}
