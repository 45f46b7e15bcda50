package customers

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// referMemberships refuses rows that would make a customer a member twice at once. Those that tell again of a membership that is known come first, since they may end it.
func referMemberships(ctx context.Context, b *batch) error {
	var ids []survey.ID
	for i := range b.rows {
		if b.results[i].Refused == "" {
			ids = append(ids, b.results[i].ContactID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	stored, err := b.in.Store.Memberships(ctx, ids)
	if err != nil {
		return err
	}
	all := map[survey.ID][]Membership{}
	for _, m := range stored {
		all[m.ContactID] = append(all[m.ContactID], m)
	}
	var fresh []int
	for i := range b.rows {
		if b.results[i].Refused != "" {
			continue
		}
		m := membershipOf(b, i)
		if k := joinedAt(all[m.ContactID], m.Joined); k < 0 {
			fresh = append(fresh, i)
		} else {
			b.admit(all, i, m, k)
		}
	}
	for _, i := range fresh {
		m := membershipOf(b, i)
		b.admit(all, i, m, joinedAt(all[m.ContactID], m.Joined))
	}
	return nil
}

// joinedAt finds the membership that began then; -1: none did.
func joinedAt(all []Membership, at time.Time) int {
	for k, m := range all {
		if m.Joined.Equal(at) {
			return k
		}
	}
	return -1
}

// admit takes the membership of a row among those of its customer, in place of the k-th, or refuses it.
func (b *batch) admit(all map[survey.ID][]Membership, i int, m Membership, k int) {
	own := all[m.ContactID]
	if k >= 0 && m.Untold&PartEnds != 0 {
		m.Left = own[k].Left
	}
	for other, o := range own {
		if other != k && m.overlaps(o) {
			b.results[i].Refused = TwiceMember
			return
		}
	}
	if k >= 0 {
		own[k] = m
	} else {
		all[m.ContactID] = append(own, m)
	}
}

// overlaps tells whether two memberships have more than a day in common: who leaves and comes back on one day, of which no time may be known, does not.
func (m Membership) overlaps(o Membership) bool {
	const day = 24 * time.Hour
	return (m.Left.IsZero() || o.Joined.Before(m.Left.Add(-day))) && (o.Left.IsZero() || m.Joined.Before(o.Left.Add(-day)))
}
