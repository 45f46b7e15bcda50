package asking

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of what starts an invitation.
const (
	// MaxLate is how long after its time an ask is still made. What happened earlier is decided against at once.
	MaxLate = 30 * 24 * time.Hour
	// MaxAhead is how far in the future something may be said to have happened: clocks and time zones differ.
	MaxAhead = 26 * time.Hour
)

// ScheduleStore is what a Scheduler reads and writes.
type ScheduleStore interface {
	FactStore
	InTx(ctx context.Context, do func(context.Context) error) error
	Contacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
	// LockContacts holds contacts until the transaction ends, in the order of their ids, and reads them.
	LockContacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
	SuppressionsOf(ctx context.Context, keys [][]byte) ([]people.Suppression, error)
	// PlanInvitations writes invitations with the hashes of their tokens, and gives the ids of those that were new: a rule asks about an occasion once.
	PlanInvitations(ctx context.Context, vs []survey.Invitation, hashes [][]byte) ([]survey.ID, error)
	AddMails(ctx context.Context, mails []Mail) error
	AddEntries(ctx context.Context, entries []Entry) error
	MarkAsked(ctx context.Context, contacts []survey.ID, at time.Time) error
	AddFunnel(ctx context.Context, deltas []survey.FunnelDelta) error
}

// Scheduler makes invitations out of what happened.
type Scheduler struct {
	Store      ScheduleStore
	Keys       survey.Keys
	IDs        *survey.IDs
	AddressKey []byte // of people.AddressKey
	Now        func() time.Time
}

// Schedule decides about new occasions: for each rule that they start there is an invitation with its decision and, if it is to be asked by mail, a mail that is
// due. Call it inside the transaction that writes the occasions; their contacts are stored.
func (s *Scheduler) Schedule(ctx context.Context, occasions []people.Occasion) error {
	if len(occasions) == 0 {
		return nil
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		f, err := ReadFacts(ctx, s.Store)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(occasions, 500) {
			if err := s.schedule(ctx, f, part); err != nil {
				return fmt.Errorf("schedule invitations: %w", err)
			}
		}
		return nil
	})
}

// schedule decides about one part.
func (s *Scheduler) schedule(ctx context.Context, f *Facts, occasions []people.Occasion) error {
	contacts, suppressed, err := s.people(ctx, f, occasions)
	if err != nil {
		return err
	}
	p := plans{s: s, f: f, now: s.Now(), contacts: contacts, suppressed: suppressed}
	for _, o := range occasions {
		for _, r := range f.startedBy(o.Kind) {
			if err := p.add(o, r); err != nil {
				return err
			}
		}
	}
	return p.write(ctx)
}

// startedBy lists the active rules that a kind of occasion starts, by their ids.
func (f *Facts) startedBy(kind string) (rules []Rule) {
	for _, r := range f.rules {
		if r.Active && r.Kind == kind {
			rules = append(rules, r)
		}
	}
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return rules
}

// people reads the contacts of the occasions. Only links that are given out at once need more: the contacts locked, and whose address is suppressed.
func (s *Scheduler) people(ctx context.Context, f *Facts, occasions []people.Occasion) (map[survey.ID]survey.Contact, map[survey.ID]people.Suppressed, error) {
	links := false
	ids := make([]survey.ID, 0, len(occasions))
	for _, o := range occasions {
		ids = append(ids, o.ContactID)
		links = links || slices.ContainsFunc(f.startedBy(o.Kind), func(r Rule) bool { return r.Plan.Channel == ByLink })
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	read := s.Store.Contacts
	if links {
		read = s.Store.LockContacts
	}
	found, err := read(ctx, ids)
	if err != nil || !links {
		return byID(found), nil, err
	}
	suppressed, err := suppressedOf(ctx, s.Store, s.AddressKey, found)
	return byID(found), suppressed, err
}

func byID(found []survey.Contact) map[survey.ID]survey.Contact {
	m := make(map[survey.ID]survey.Contact, len(found))
	for _, c := range found {
		m[c.ID] = c
	}
	return m
}

// suppressedOf tells which of the contacts have an address that gets no mail.
func suppressedOf(ctx context.Context, st interface {
	SuppressionsOf(ctx context.Context, keys [][]byte) ([]people.Suppression, error)
}, secret []byte, contacts []survey.Contact,
) (map[survey.ID]people.Suppressed, error) {
	ids := make(map[string]survey.ID, len(contacts))
	var keys [][]byte
	for _, c := range contacts {
		if c.Email != "" {
			key := people.AddressKey(secret, c.Email)
			keys, ids[string(key)] = append(keys, key), c.ID
		}
	}
	found, err := st.SuppressionsOf(ctx, keys)
	if err != nil {
		return nil, err
	}
	m := make(map[survey.ID]people.Suppressed, len(found))
	for _, v := range found {
		m[ids[string(v.Key)]] = v.Reason
	}
	return m, nil
}

// sampled tells whether an occasion is among the percent that a rule asks about. It is the same each time, and another for each rule.
func sampled(r Rule, o people.Occasion) bool {
	b := binary.BigEndian.AppendUint64([]byte("sample1|"), uint64(r.ID))
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(o.ID)))
	return binary.BigEndian.Uint64(sum[:8])%100 < uint64(r.Plan.SamplePercent)
}
