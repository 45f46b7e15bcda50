package people

import (
	"maps"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// person is a contact while a batch is worked on.
type person struct {
	survey.Contact
	stored  bool // there is a row of it
	changed bool
	into    *person  // it was merged into this one
	aliases []string // names it has no more, that are not stored yet
}

// crowd holds the people that a batch names, by every name they have or had.
type crowd struct {
	byName map[string]*person
	all    []*person // in the order in which they came
	merges []Merge
	ids    *survey.IDs
}

// Merge is two that became one. Of a Gone that is 0 there was never a row: two numbers of the shop's have one address.
type Merge struct {
	ID         survey.ID
	Kept, Gone survey.ID
	Reason     MergeReason
	Names      []string // of the one that went, as aliases are written
	At         time.Time
}

// MergeReason is why two are one.
type MergeReason string

// The reasons.
const (
	SameAddress MergeReason = "address"     // two numbers of the shop's have one address
	SameNumber  MergeReason = "external_id" // a row named both
)

// NumberName and AddressName are how contacts are named in aliases: by the shop's number, and by a folded address.
func NumberName(externalID string) string { return named('#', externalID) }

// AddressName is the name of an address; see NumberName.
func AddressName(email string) string { return named('@', FoldAddress(email)) }

func named(mark byte, name string) string {
	if name == "" {
		return ""
	}
	return string(mark) + name
}

// gather starts with the people that are stored.
func gather(ids *survey.IDs, contacts []survey.Contact, aliases map[string]survey.ID) *crowd {
	w := &crowd{byName: make(map[string]*person, 2*len(contacts)), ids: ids}
	byID := make(map[survey.ID]*person, len(contacts))
	for _, c := range contacts {
		p := &person{Contact: c, stored: true}
		w.all = append(w.all, p)
		byID[c.ID] = p
	}
	for name, id := range aliases {
		if p := byID[id]; p != nil {
			w.byName[name] = p
		}
	}
	for _, p := range w.all { // a name that somebody has goes before one that somebody had
		w.name(p, NumberName(p.ExternalID))
		w.name(p, AddressName(p.Email))
	}
	return w
}

func (w *crowd) name(p *person, name string) {
	if name != "" {
		w.byName[name] = p
	}
}

// find gives the person of a name, nil if there is none.
func (w *crowd) find(name string) *person {
	if name == "" {
		return nil
	}
	return w.byName[name].end()
}

// end is the person that p became.
func (p *person) end() *person {
	for p != nil && p.into != nil {
		p = p.into
	}
	return p
}

// place finds or makes the person of a row and writes what the row says of them.
func (w *crowd) place(row *Row) (*person, Fate) {
	c, merges, fate := row.Contact, len(w.merges), Same
	var p *person
	for _, name := range row.names() {
		switch found := w.find(name); {
		case p == nil:
			p = found
		case found != nil && found != p:
			p = w.merge(p, found)
		}
	}
	if p == nil {
		p, fate = &person{Contact: survey.Contact{ID: w.ids.Next(), CreatedAt: c.CreatedAt}}, Added
		w.all = append(w.all, p)
	}
	changed := w.tell(p, c)
	switch {
	case len(w.merges) > merges:
		fate = Merged
	case changed && fate == Same:
		fate = Changed
	}
	return p, fate
}

// tell writes what a row says of a person over what is known, and tells whether that changed anything.
func (w *crowd) tell(p *person, c survey.Contact) bool {
	before := p.Contact
	changed := false
	put := func(known *string, said string) {
		if said != "" && *known != said {
			*known, changed = said, true
		}
	}
	// A number that this person had before is no news: the newest one stays.
	if name := NumberName(c.ExternalID); name != "" && w.byName[name].end() != p {
		if old := NumberName(p.ExternalID); old != "" {
			p.aliases = append(p.aliases, old)
			w.merges = append(w.merges, Merge{ID: w.ids.Next(), Kept: p.ID, Reason: SameAddress, Names: []string{old}})
		}
		put(&p.ExternalID, c.ExternalID)
		w.name(p, name)
	}
	if name := AddressName(c.Email); name != "" {
		if old := AddressName(p.Email); old != name { // other capital letters are no news
			if old != "" {
				p.aliases = append(p.aliases, old)
			}
			p.BouncedAt, p.Bounces = time.Time{}, 0
			put(&p.Email, c.Email)
			w.name(p, name)
		}
		changed = changed || p.BadEmail != ""
		p.BadEmail = ""
	}
	put(&p.BadEmail, c.BadEmail)
	put(&p.Name, c.Name)
	put(&p.Language, c.Language)
	put(&p.Zone, c.Zone)
	if c.Consent != survey.ConsentUnknown && c.Consent != p.Consent {
		p.Consent, changed = c.Consent, true
	}
	for name, value := range c.Properties {
		if known, ok := p.Properties[name]; !ok || known != value {
			changed = true
		}
	}
	p.Properties = joined(before.Properties, c.Properties)
	p.changed = p.changed || changed
	return changed
}

// joined is a with what b says over it. Neither is changed. Of too many, the first by name stay.
func joined(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	all := make(map[string]string, len(a)+len(b))
	maps.Copy(all, a)
	maps.Copy(all, b)
	for len(all) > MaxProperties {
		names := slices.Sorted(maps.Keys(all))
		delete(all, names[len(names)-1])
	}
	return all
}

// merge makes two people one. The one that was there first stays, and what it does not know of itself it learns from the other.
func (w *crowd) merge(a, b *person) *person {
	kept, gone := a, b
	if gone.stored && !kept.stored || gone.stored == kept.stored && gone.ID < kept.ID {
		kept, gone = gone, kept
	}
	m := Merge{ID: w.ids.Next(), Kept: kept.ID, Reason: SameNumber}
	for _, name := range []string{NumberName(gone.ExternalID), AddressName(gone.Email)} {
		if name != "" {
			m.Names = append(m.Names, name)
		}
	}
	if gone.stored {
		m.Gone = gone.ID
	}
	w.merges = append(w.merges, m)
	kept.learn(gone.Contact)
	for _, name := range m.Names {
		if name != NumberName(kept.ExternalID) && name != AddressName(kept.Email) {
			kept.aliases = append(kept.aliases, name)
		}
	}
	kept.aliases = append(kept.aliases, gone.aliases...)
	kept.changed, gone.into = true, kept
	return kept
}

// learn fills in what p does not know of itself. A refusal of either stays one.
func (p *person) learn(other survey.Contact) {
	fill := func(known *string, other string) {
		if *known == "" {
			*known = other
		}
	}
	if p.Email == "" {
		p.BouncedAt, p.Bounces = other.BouncedAt, other.Bounces
	}
	fill(&p.ExternalID, other.ExternalID)
	fill(&p.Email, other.Email)
	fill(&p.BadEmail, other.BadEmail)
	fill(&p.Name, other.Name)
	fill(&p.Language, other.Language)
	fill(&p.Zone, other.Zone)
	p.Properties = joined(other.Properties, p.Properties)
	p.Consent = max(p.Consent, other.Consent)
	if other.AskedAt.After(p.AskedAt) {
		p.AskedAt = other.AskedAt
	}
	if other.CreatedAt.Before(p.CreatedAt) {
		p.CreatedAt = other.CreatedAt
	}
}
