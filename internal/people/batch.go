package people

import (
	"context"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

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

// block refuses rows with addresses or numbers of people who were forgotten, and notes those suppressions of the others that must outlive a change of address.
func (b *batch) block(ctx context.Context) error {
	byKey := map[string]string{} // the name, by its key
	add := func(name string) {
		if name != "" {
			byKey[string(nameKey(b.in.secret, name))] = name
		}
	}
	for i := range b.rows {
		add(AddressName(b.rows[i].Contact.Email))
		add(NumberName(b.rows[i].Contact.ExternalID))
	}
	for _, p := range b.crowd.all {
		add(AddressName(p.Email))
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
		name := byKey[string(s.Key)]
		switch s.Reason {
		case Erased:
			erased[name] = true
		case Unsubscribed, Complained, ByHand:
			b.former[name[1:]] = s
		}
	}
	for i := range b.rows {
		if c := b.rows[i].Contact; erased[AddressName(c.Email)] || erased[NumberName(c.ExternalID)] {
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
