package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Scheduler decides what new occasions start. It is called in the transaction that writes them.
type Scheduler interface {
	Schedule(ctx context.Context, occasions []Occasion) error
}

// IntakeStore is what an Intake reads and writes.
type IntakeStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	// LockIntake lets one intake at a time go on, until the transaction ends.
	LockIntake(ctx context.Context) error
	// FindPeople reads the contacts that have or had one of the names (NumberName, AddressName), and locks them against other writers; and whose each
	// alias among the names is.
	FindPeople(ctx context.Context, names []string) ([]survey.Contact, map[string]survey.ID, error)
	AddContacts(ctx context.Context, contacts []survey.Contact) error
	ChangeContacts(ctx context.Context, contacts []survey.Contact) error // all but CreatedAt
	MergeContacts(ctx context.Context, merges []Merge) error
	AddAliases(ctx context.Context, id survey.ID, names []string) error
	// AddOccasions writes those whose kind and external id are not there yet, and gives the ids under which all of them are there now, in the same order.
	AddOccasions(ctx context.Context, occasions []Occasion) ([]survey.ID, error)
	// KnownOccasions gives the ids under which the same ones are there, 0 where they are not.
	KnownOccasions(ctx context.Context, occasions []Occasion) ([]survey.ID, error)
	// OccasionContacts tells whose occasions are.
	OccasionContacts(ctx context.Context, ids []survey.ID) (map[survey.ID]survey.ID, error)
	// Nameless finds occasions that the shop gave no number, by kind, contact and time.
	Nameless(ctx context.Context, contacts []survey.ID) ([]Occasion, error)
	// SuppressionsOf reads why addresses get no mail, by AddressKey.
	SuppressionsOf(ctx context.Context, keys [][]byte) ([]Suppression, error)
	Suppress(ctx context.Context, s Suppression, over []Suppressed) error // one that is there stays, unless its reason is in over
}

// Intake takes in what shops tell about people and what they did: rows of files, calls of the API, forms. The same row again changes nothing. A person is
// named by the shop's number, by the address, or by both; a row that names two contacts by both makes them one. So whatever the order of rows, the same ones
// are the same person.
type Intake struct {
	store     IntakeStore
	ids       *survey.IDs
	secret    []byte // of AddressKey
	now       func() time.Time
	scheduler Scheduler
}

// NewIntake makes an intake over the store, the writer's ids, the key of AddressKey and the clock. The scheduler may be nil: then nothing is started.
func NewIntake(st IntakeStore, ids *survey.IDs, secret []byte, now func() time.Time, scheduler Scheduler) *Intake {
	return &Intake{store: st, ids: ids, secret: secret, now: now, scheduler: scheduler}
}

// Take takes rows in, all in one transaction, or in that of ctx. It gives a result for each, in the same order. A few thousand rows at a time are fastest.
func (in *Intake) Take(ctx context.Context, rows []Row) ([]Result, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var results []Result
	err := in.store.InTx(ctx, func(ctx context.Context) error {
		if err := in.store.LockIntake(ctx); err != nil {
			return err
		}
		b := &batch{in: in, now: in.now(), rows: slices.Clone(rows), results: make([]Result, len(rows)), people: make([]*person, len(rows))}
		if err := b.take(ctx); err != nil {
			return err
		}
		results = b.results
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take people in: %w", err)
	}
	return results, nil
}

// Look tells what Take would make of the rows now, and changes nothing. Results have no ids.
func (in *Intake) Look(ctx context.Context, rows []Row) ([]Result, error) {
	b := &batch{in: in, now: in.now(), rows: slices.Clone(rows), results: make([]Result, len(rows)), people: make([]*person, len(rows))}
	if err := b.place(ctx); err != nil {
		return nil, fmt.Errorf("look at people: %w", err)
	}
	told, at, err := b.told(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at what happened: %w", err)
	}
	known, err := in.store.KnownOccasions(ctx, told)
	if err != nil {
		return nil, err
	}
	seen := map[occasionName]bool{}
	for k, id := range known {
		name := occasionName{told[k].Kind, told[k].ExternalID}
		if id == 0 && !seen[name] {
			b.results[at[k]].Occasion = Added
		}
		seen[name] = true
	}
	return b.results, b.tellOthers(ctx, told, at, known)
}

type occasionName struct{ kind, external string }
