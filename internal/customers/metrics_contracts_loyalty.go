package customers

import (
	"context"
	"math/bits"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// loyaltyMetrics are those of the loyalty programme (metrics 4.14). Who buys is a customer, so all feeds that tell of customers change them.
func loyaltyMetrics() []Metric {
	buying := []Feed{Since, Orders, Refunds, Subscriptions}
	both := []Feed{Memberships, Rewards}
	return []Metric{
		variants(Metric{Key: "loyalty_participation", Unit: Percent, Needs: []Feed{Memberships}, Also: buying, Counts: shareCounts("members", "customers", AtEnd)}, way{AtEnd, inWords(participation)}),
		variants(Metric{Key: "loyalty_redemption", Unit: Percent, Needs: []Feed{Rewards}, Counts: redemptionCounts()}, way{ByProgramme, redemption}),
		variants(Metric{Key: "loyalty_engagement", Unit: Percent, Needs: both, Counts: shareCounts("active_members", "members", ByProgramme)}, way{ByProgramme, inWords(engagement)}),
		variants(Metric{Key: "loyalty_engagement_ratio", Unit: Plain, Needs: both, Also: buying, Counts: engagementRatioCounts()}, way{ByProgramme, inWords(engagementRatio)}),
	}
}

// loyal is in which periods, by their bits, somebody was a member when it ended, was active in it, and a customer before it ended.
type loyal struct{ member, active, customer uint64 }

// programme is the loyalty programme in each period of a request.
type programme struct {
	people    map[survey.ID]*loyal
	customers []int64
}

// reading is one pass over records for a programme.
type reading func(p *programme, ctx context.Context, src Source, r Request) error

// programmeOf reads who was a member, and what else is asked for.
func programmeOf(ctx context.Context, src Source, r Request, also ...reading) (*programme, error) {
	p := &programme{people: map[survey.ID]*loyal{}, customers: make([]int64, len(r.Periods))}
	for _, read := range append([]reading{(*programme).readMembers}, also...) {
		if err := read(p, ctx, src, r); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *programme) readMembers(ctx context.Context, src Source, r Request) error {
	return src.EachMembership(ctx, func(m Membership) error {
		in := periodsWhere(r, func(p scoring.Period) bool { return m.Joined.Before(p.To) && (m.Left.IsZero() || !m.Left.Before(p.To)) })
		if in == 0 {
			return nil
		}
		if p.people[m.ContactID] == nil {
			p.people[m.ContactID] = &loyal{}
		}
		p.people[m.ContactID].member |= in
		return nil
	})
}

func (p *programme) readCustomers(ctx context.Context, src Source, r Request) error {
	return src.FirstSeen(ctx, lastEnd(r.Periods), func(customer survey.ID, at time.Time) error {
		in := periodsWhere(r, func(p scoring.Period) bool { return at.Before(p.To) })
		for i := range p.customers {
			p.customers[i] += int64(in >> i & 1)
		}
		if l := p.people[customer]; l != nil {
			l.customer |= in
		}
		return nil
	})
}

func (p *programme) readActivity(ctx context.Context, src Source, r Request) error {
	return src.EachReward(ctx, reach(r.Periods), func(w Reward) error {
		if l := p.people[w.ContactID]; l != nil && (w.Kind == Earned || w.Kind == Redeemed) {
			l.active |= periodsWhere(r, func(p scoring.Period) bool { return p.Contains(w.At) })
		}
		return nil
	})
}

// count is how many people have each period's bit in what is asked of them.
func (p *programme) count(of func(*loyal) uint64) []int64 {
	n := make([]int64, len(p.customers))
	for _, l := range p.people {
		for left := of(l); left != 0; left &= left - 1 {
			n[bits.TrailingZeros64(left)]++
		}
	}
	return n
}

// participation is the share of customers who are members when the period ends (metrics 4.14). Members who never bought are no customers.
func participation(ctx context.Context, src Source, r Request) ([]Figure, error) {
	programme, err := programmeOf(ctx, src, r, (*programme).readCustomers)
	if err != nil {
		return nil, err
	}
	members := programme.count(func(l *loyal) uint64 { return l.member & l.customer })
	others := programme.count(func(l *loyal) uint64 { return l.member &^ l.customer })
	figures := make([]Figure, len(r.Periods))
	for i, customers := range programme.customers {
		figures[i] = share(members[i], customers, count("members", members[i]), count("customers", customers))
		figures[i].warnOf(NotCustomers, "not_customers", others[i])
	}
	return figures, nil
}

// engagement is the share of the members at the period's end who earned or redeemed something in it (metrics 4.14).
func engagement(ctx context.Context, src Source, r Request) ([]Figure, error) {
	programme, err := programmeOf(ctx, src, r, (*programme).readActivity)
	if err != nil {
		return nil, err
	}
	active := programme.count(func(l *loyal) uint64 { return l.member & l.active })
	members := programme.count(func(l *loyal) uint64 { return l.member })
	figures := make([]Figure, len(r.Periods))
	for i := range figures {
		figures[i] = share(active[i], members[i], count("active_members", active[i]), count("members", members[i]))
	}
	return figures, nil
}

// engagementRatio is those members by everyone else who is a customer. It is no share, and may exceed 1.
func engagementRatio(ctx context.Context, src Source, r Request) ([]Figure, error) {
	programme, err := programmeOf(ctx, src, r, (*programme).readCustomers, (*programme).readActivity)
	if err != nil {
		return nil, err
	}
	everyActive := programme.count(func(l *loyal) uint64 { return l.member & l.active & l.customer })
	others := programme.count(func(l *loyal) uint64 { return l.member & l.active &^ l.customer })
	figures := make([]Figure, len(r.Periods))
	for i, customers := range programme.customers {
		figures[i] = engagementRatioOf(everyActive[i], customers)
		figures[i].warnOf(NotCustomers, "not_customers", others[i])
	}
	return figures, nil
}

func engagementRatioOf(active, customers int64) Figure {
	_, ratio := scoring.Engagement(active, 0, customers)
	return Figure{
		Value: ratio, Num: active, Den: customers - active, N: customers,
		Inputs: []Input{count("active_members", active), count("other_customers", customers-active), count("customers", customers)},
	}
}

// rewards counts those of a period.
type rewards struct {
	period           scoring.Period
	redeemed, issued int64
}

func (t *rewards) add(w Reward) {
	switch {
	case !t.period.Contains(w.At):
	case w.Kind == Redeemed:
		t.redeemed += w.Count
	case w.Kind == Issued:
		t.issued += w.Count
	}
}

func (t *rewards) figure() Figure {
	return Figure{
		Value: scoring.PercentOf(t.redeemed, t.issued), Num: t.redeemed, Den: t.issued, N: t.issued,
		Inputs: []Input{count("redeemed", t.redeemed), count("issued", t.issued)},
	}
}

// redemption is how many rewards were redeemed for each hundred that were issued in the period; more than all of them, when older ones are (metrics 4.14).
func redemption(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all := tallies(r.Periods, func(p scoring.Period) *rewards { return &rewards{period: p} })
	err := src.EachReward(ctx, reach(r.Periods), func(w Reward) error {
		for _, t := range all {
			t.add(w)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return figuresOf(all), nil
}
