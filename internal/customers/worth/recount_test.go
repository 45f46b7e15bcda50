package worth_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestSoakPicturesAgainstARecount compares all that a run finds with the definitions applied to the raw facts, one figure at a time.
func TestSoakPicturesAgainstARecount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		publish(t, st)
		random := rand.New(rand.NewPCG(5, 4))
		for n := range soak.Count(t, 500) {
			s := randomShop(random)
			s.store(t, st)
			run(t, st, `DELETE FROM segment_run`)
			if err := service(st).Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, err := st.Pictures(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var want []worth.Picture
			for _, currency := range []string{"EUR", "PLN"} {
				if p, ok := s.recount(currency); ok {
					want = append(want, p)
				}
			}
			for i := range got {
				got[i].Segments, got[i].Risk = nil, worth.Risk{}
				checkIntervals(t, got[i])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("shop %d:\n%s", n, diff)
			}
		}
	})
}

// checkIntervals takes the bootstrap intervals off the figures after a look at them: they are checked by themselves in scoring.
func checkIntervals(t *testing.T, p worth.Picture) {
	t.Helper()
	check := func(b *worth.Buyers) {
		few := b.Customers < 2
		if (b.Revenue.Interval == nil) != few || (b.CLV == nil) != few {
			t.Fatalf("intervals of %d customers: %+v", b.Customers, b)
		}
		if !few && (b.Revenue.Interval.Lo > float64(b.Revenue.Amount) || b.Revenue.Interval.Hi < float64(b.Revenue.Amount)) {
			t.Fatalf("%d is not in %v", b.Revenue.Amount, b.Revenue.Interval)
		}
		b.Revenue.Interval, b.CLV = nil, nil
	}
	for _, g := range p.Groups {
		for i := range g.Classes {
			check(&g.Classes[i].Buyers)
		}
	}
	for i := range p.Heard {
		check(&p.Heard[i].Buyers)
	}
}

// times are when a customer ordered, oldest first.
func (s shop) times(customer int, currency string) (times []time.Time) {
	for _, o := range s.orders {
		if o.customer == customer && o.currency == currency && o.counts() {
			times = append(times, o.at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

func within(times []time.Time, from, until time.Time) (n int) {
	for _, at := range times {
		if at.After(from) && !at.After(until) {
			n++
		}
	}
	return n
}

// bought adds up what customers bought.
func (s shop) bought(currency string, members []int) (b worth.Buyers) {
	year := now.AddDate(-1, 0, 0)
	for _, c := range members {
		b.Customers++
		inYear := 0
		for _, o := range s.orders {
			if o.customer != c || o.currency != currency || !o.counts() {
				continue
			}
			b.Lifetime += o.amount - o.refunded
			if !o.at.Before(year) {
				b.Revenue.Amount += o.amount - o.refunded
				inYear++
			}
		}
		if inYear >= 1 {
			b.Bought++
		}
		if inYear >= 2 {
			b.Repeated++
		}
	}
	return b
}

// inGroup lists a customer's answers in a group, newest first.
func (s shop) inGroup(k worth.GroupKey, customer int) (all []said) {
	for _, a := range s.answers {
		id, scheme := schemeOf(a.version)
		if a.customer == customer && a.status == 0 && id == k.SurveyID && scheme == k.Scheme && (k.Touchpoint == -1 || int64(a.touchpoint) == k.Touchpoint) {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b said) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return b.id - a.id
	})
	return all
}

func (s shop) recount(currency string) (worth.Picture, bool) {
	p := worth.Picture{Currency: currency, AsOf: now, Year: scoring.Period{From: now.AddDate(-1, 0, 0), To: now}}
	var buyers []int
	for c := 1; c <= s.customers; c++ {
		if times := s.times(c, currency); len(times) > 0 {
			buyers = append(buyers, c)
			if p.Since.IsZero() || times[0].Before(p.Since) {
				p.Since = times[0]
			}
		}
	}
	if len(buyers) == 0 {
		return p, false
	}
	p.Groups = []worth.Group{}
	for _, survey := range []struct {
		id     int64
		scheme scoring.Scheme
	}{{1, scoring.NPS11}, {2, scoring.CSAT5}} {
		for touchpoint := int64(-1); touchpoint < 3; touchpoint++ {
			k := worth.GroupKey{SurveyID: survey.id, Scheme: survey.scheme, Touchpoint: touchpoint}
			if g, ok := s.group(k, currency, buyers, p.Since); ok {
				p.Groups = append(p.Groups, g)
			}
		}
	}
	for _, v := range worth.Voices() {
		var members []int
		for _, c := range buyers {
			if s.voice(c) == v {
				members = append(members, c)
			}
		}
		p.Heard = append(p.Heard, worth.Heard{Voice: v, Buyers: s.bought(currency, members)})
	}
	return p, true
}

func (s shop) voice(customer int) worth.Voice {
	if slices.ContainsFunc(s.answers, func(a said) bool { return a.customer == customer && a.status == 0 }) {
		return worth.Answered
	}
	voice := worth.NeverAsked
	for _, v := range s.asked {
		if v.customer == customer && !v.bounced {
			if now.Sub(v.at) >= worth.WaitDays*dayTime {
				return worth.Silent
			}
			voice = worth.Waiting
		}
	}
	return voice
}

func (s shop) group(k worth.GroupKey, currency string, buyers []int, since time.Time) (worth.Group, bool) {
	g, any := worth.Group{GroupKey: k}, false
	start := now.Add(-worth.ChurnDays * dayTime)
	for class := scoring.ClassWorst; class <= scoring.ClassBest; class++ {
		var members []int
		out := worth.Class{Class: class}
		for _, c := range buyers {
			all := s.inGroup(k, c)
			any = any || len(all) > 0
			if len(all) > 0 && all[0].class() == class {
				members = append(members, c)
			}
			all = slices.DeleteFunc(slices.Clone(all), func(a said) bool { return a.at.After(start) })
			times := s.times(c, currency)
			const window = worth.ActiveDays * dayTime
			if len(all) > 0 && all[0].class() == class && within(times, start.Add(-window), start) > 0 && !since.After(start.Add(-window)) {
				out.Active++
				if within(times, now.Add(-window), now) == 0 {
					out.Lost++
				}
			}
		}
		out.Buyers = s.bought(currency, members)
		for _, days := range []int{30, 90, 180} {
			for _, kind := range []worth.CaseKind{worth.AnyCase, worth.NoCase, worth.CaseResolved, worth.CaseUnresolved} {
				if b := s.back(k, currency, buyers, class, days, kind); b.Answers > 0 {
					out.Back = append(out.Back, b)
				}
			}
		}
		g.Classes = append(g.Classes, out)
	}
	return g, any
}

func (s shop) back(k worth.GroupKey, currency string, buyers []int, class scoring.Class, days int, kind worth.CaseKind) worth.Back {
	b := worth.Back{Days: days, Case: kind}
	for _, c := range buyers {
		gave := false
		for _, a := range s.inGroup(k, c) {
			end := a.at.Add(time.Duration(days) * dayTime)
			of := worth.NoCase
			if a.cased {
				of = worth.CaseUnresolved
				if !a.resolved.IsZero() && !a.resolved.After(end) {
					of = worth.CaseResolved
				}
			}
			if a.class() != class || end.After(now) || kind != worth.AnyCase && kind != of {
				continue
			}
			gave = true
			b.Answers++
			if within(s.times(c, currency), a.at, end) > 0 {
				b.Came++
			}
		}
		if gave {
			b.Customer++
		}
	}
	return b
}

// TestStandingsAndRollupsOfSegments compares what a run writes by customer and by segment with counting anew, in the same shops.
func TestStandingsAndRollupsOfSegments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		publish(t, st)
		random := rand.New(rand.NewPCG(6, 4))
		for range 5 {
			s := randomShop(random)
			s.store(t, st)
			run(t, st, `DELETE FROM segment_run`)
			if err := service(st).Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.checkStandings(t, st)
		}
	})
}

func (s shop) checkStandings(t *testing.T, st *store.Store) {
	t.Helper()
	want, members := "contact_id\tcurrency\tlast_at\torders\tnet\tr\tf\tm\tsegment\n", map[string][]int{}
	for _, currency := range []string{"EUR", "PLN"} {
		var ids []int
		var all []scoring.Buying
		for c := 1; c <= s.customers; c++ {
			if times := s.times(c, currency); len(times) > 0 {
				ids = append(ids, c)
				all = append(all, scoring.Buying{Last: times[len(times)-1].UnixMilli(), Orders: int64(len(times)), Net: s.bought(currency, []int{c}).Lifetime})
			}
		}
		for i, v := range scoring.RFMOf(all) {
			segment := v.Segment(all[i].Orders)
			want += line(int64(ids[i]), currency, all[i].Last, all[i].Orders, all[i].Net, int64(v.R), int64(v.F), int64(v.M), string(segment))
			members[currency+"\t"+string(segment)] = append(members[currency+"\t"+string(segment)], ids[i])
		}
	}
	if got := run(t, st, `SELECT contact_id, currency, last_at, orders, net, r, f, m, segment FROM customer_standing ORDER BY currency, contact_id`); got != want {
		t.Errorf("standings:\n%swant:\n%s", got, want)
	}
	for _, currency := range []string{"EUR", "PLN"} {
		var sizes []int64
		for _, segment := range scoring.Segments() {
			sizes = append(sizes, int64(len(members[currency+"\t"+string(segment)])))
		}
		hidden := worth.Hidden(sizes)
		for i, segment := range scoring.Segments() {
			for version := int64(1); version <= 3; version++ {
				n, sum := int64(0), int64(0)
				for _, a := range s.answers {
					if !hidden[i] && int64(a.version) == version && a.status == 0 && slices.Contains(members[currency+"\t"+string(segment)], a.customer) {
						n, sum = n+1, sum+int64(a.rating)
					}
				}
				got := run(t, st, `SELECT coalesce(sum(n), 0), coalesce(sum(sum), 0) FROM segment_rollup WHERE currency = '%s' AND segment = '%s' AND version_id = %d AND touchpoint_id = %d`,
					currency, segment, version, survey.AllTouchpoints)
				if _, row, _ := cut(got); row != line(n, sum) {
					t.Errorf("%s %s, version %d: %swant %s", currency, segment, version, row, line(n, sum))
				}
			}
		}
	}
}
