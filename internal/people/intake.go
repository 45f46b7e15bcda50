package people

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
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
	return b.results, nil
}

type occasionName struct{ kind, external string }

// batch is one call of Take.
type batch struct {
	in      *Intake
	now     time.Time
	rows    []Row
	results []Result
	people  []*person // of each row; nil: refused
	crowd   *crowd
	former  map[string]Suppression // by folded address
}

func (b *batch) check() {
	k := &checker{now: b.now, zones: map[string]bool{}}
	for i := range b.rows {
		r := &b.results[i]
		r.Refused, r.Warnings = k.check(&b.rows[i])
		b.rows[i].Contact.CreatedAt = b.now
	}
}

// place finds or makes the person of each row.
func (b *batch) place(ctx context.Context) error {
	b.check()
	if err := b.meet(ctx); err != nil {
		return err
	}
	if err := b.block(ctx); err != nil {
		return err
	}
	for i := range b.rows {
		if r := &b.results[i]; r.Refused == "" {
			b.people[i], r.Contact = b.crowd.place(&b.rows[i])
		}
	}
	return nil
}

func (b *batch) take(ctx context.Context) error {
	if err := b.place(ctx); err != nil {
		return err
	}
	if err := b.write(ctx); err != nil {
		return err
	}
	if err := b.follow(ctx); err != nil {
		return err
	}
	for i, p := range b.people {
		if p != nil {
			b.results[i].ContactID = p.end().ID
		}
	}
	return b.occasions(ctx)
}

// meet reads the people that the rows name.
func (b *batch) meet(ctx context.Context) error {
	seen := map[string]bool{}
	var names []string
	for i := range b.rows {
		if b.results[i].Refused != "" {
			continue
		}
		for _, name := range b.rows[i].names() {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	contacts, aliases, err := b.in.store.FindPeople(ctx, names)
	if err != nil {
		return err
	}
	b.crowd = gather(b.in.ids, contacts, aliases)
	return nil
}

// block refuses rows with addresses of people who were forgotten, and notes those suppressions of the others that must outlive a change of address.
func (b *batch) block(ctx context.Context) error {
	byKey := map[string]string{} // folded address, by its key
	add := func(email string) {
		if email != "" {
			byKey[string(AddressKey(b.in.secret, email))] = FoldAddress(email)
		}
	}
	for i := range b.rows {
		add(b.rows[i].Contact.Email)
	}
	for _, p := range b.crowd.all {
		add(p.Email)
	}
	keys := make([][]byte, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, []byte(key))
	}
	found, err := b.in.store.SuppressionsOf(ctx, keys)
	if err != nil {
		return err
	}
	b.former = map[string]Suppression{}
	erased := map[string]bool{}
	for _, s := range found {
		address := byKey[string(s.Key)]
		switch s.Reason {
		case Erased:
			erased[address] = true
		case Unsubscribed, Complained, ByHand:
			b.former[address] = s
		}
	}
	for i := range b.rows {
		if email := b.rows[i].Contact.Email; len(erased) > 0 && email != "" && erased[FoldAddress(email)] {
			b.results[i] = Result{Refused: WasErased}
		}
	}
	return nil
}

// write stores the people.
func (b *batch) write(ctx context.Context) error {
	st := b.in.store
	if len(b.crowd.merges) > 0 {
		ends := make(map[survey.ID]survey.ID, len(b.crowd.all)) // whom each became
		for _, p := range b.crowd.all {
			ends[p.ID] = p.end().ID
		}
		for i := range b.crowd.merges {
			m := &b.crowd.merges[i]
			m.Kept, m.At = ends[m.Kept], b.now
		}
		if err := st.MergeContacts(ctx, b.crowd.merges); err != nil {
			return err
		}
	}
	var added, changed []survey.Contact
	for _, p := range b.crowd.all {
		switch {
		case p.into != nil:
		case !p.stored:
			added = append(added, p.Contact)
		case p.changed:
			p.ChangedAt = b.now
			changed = append(changed, p.Contact)
		}
	}
	if err := st.ChangeContacts(ctx, changed); err != nil {
		return err
	}
	if err := st.AddContacts(ctx, added); err != nil {
		return err
	}
	for _, p := range b.crowd.all {
		if p.into != nil || len(p.aliases) == 0 {
			continue
		}
		if err := st.AddAliases(ctx, p.ID, p.aliases); err != nil {
			return err
		}
	}
	return nil
}

// follow lets a no to mail follow the person to a new address.
func (b *batch) follow(ctx context.Context) error {
	if len(b.former) == 0 {
		return nil
	}
	for i, p := range b.people {
		if p = p.end(); p == nil || p.Email == "" {
			continue
		}
		for _, alias := range p.aliases {
			s, ok := b.former[alias[1:]]
			if alias[0] != '@' || !ok {
				continue
			}
			next := Suppression{Key: AddressKey(b.in.secret, p.Email), Reason: s.Reason, Email: p.Email, At: b.now}
			if err := b.in.store.Suppress(ctx, next, Lighter(s.Reason)); err != nil {
				return err
			}
			if r := &b.results[i]; !slices.Contains(r.Warnings, StaysOptedOut) {
				r.Warnings = append(r.Warnings, StaysOptedOut)
			}
		}
	}
	return nil
}

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
	if len(fresh) == 0 || b.in.scheduler == nil {
		return nil
	}
	return b.in.scheduler.Schedule(ctx, fresh)
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

// NamelessMark begins the numbers that we gave to occasions ourselves.
const NamelessMark = "~"
