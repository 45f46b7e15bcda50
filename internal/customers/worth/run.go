package worth

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Service makes the runs and reads what they found.
type Service struct {
	Store   Store
	Now     func() time.Time
	Zone    func() *time.Location
	Account func() string // what tells this shop's bootstraps from another's

	mu sync.Mutex // one run at a time
}

// Kind is the job of Refresh, which whoever changes much asks for.
const Kind = "customers.worth"

// longest is how old a run may become although nothing says that it is out of date: an edited answer moves no counter, and what is recent today is not tomorrow.
const longest = 6 * time.Hour

// aboutChunk is how many customers are looked up at a time.
const aboutChunk = 500

// Refresh makes a run if the newest one is out of date.
func (s *Service) Refresh(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now().Truncate(time.Millisecond)
	basis, err := s.Store.Basis(ctx)
	if err != nil {
		return err
	}
	asOf, was, err := s.Store.NewestRun(ctx)
	if err != nil {
		return err
	}
	today := survey.DayOf(now, s.Zone()) == survey.DayOf(asOf, s.Zone())
	if !asOf.IsZero() && was == basis && today && now.Sub(asOf) < longest {
		return nil
	}
	return s.run(ctx, now, basis)
}

func (s *Service) run(ctx context.Context, now time.Time, basis string) error {
	currencies, err := s.Store.Currencies(ctx, customers.Orders)
	if err != nil {
		return err
	}
	versions, err := s.Store.AllVersions(ctx)
	if err != nil {
		return err
	}
	id, err := s.Store.BeginRun(ctx, now)
	if err != nil {
		return err
	}
	var pictures []Picture
	members := map[survey.ID][]membership{}
	for _, currency := range currencies {
		p, standings, err := s.picture(ctx, currency, now, versions)
		if err != nil {
			return fmt.Errorf("what customers in %s are worth: %w", currency, err)
		}
		if len(standings) == 0 {
			continue
		}
		pictures = append(pictures, p)
		for part := range slices.Chunk(standings, aboutChunk) {
			if err := s.Store.AddStandings(ctx, id, part); err != nil {
				return err
			}
		}
		for _, v := range standings {
			members[v.Contact] = append(members[v.Contact], membership{currency, v.Segment})
		}
	}
	if err := s.tally(ctx, id, members, pictures, versions); err != nil {
		return err
	}
	return s.Store.EndRun(ctx, id, basis, pictures)
}

// customer is all about one customer in one currency.
type customer struct {
	id survey.ID
	About
	scoring.Buying
	orders []scoring.Order
	year   int64 // net of the last twelve months
	inYear int64 // orders in them
}

// orderedIn tells whether there is an order after from, up to until.
func (c customer) orderedIn(from, until time.Time) bool {
	return slices.ContainsFunc(c.orders, func(o scoring.Order) bool { return o.At.After(from) && !o.At.After(until) })
}

// activeAt is metrics 4.2 without contracts: an order in (t-W, t].
func (c customer) activeAt(t time.Time) bool { return c.orderedIn(t.Add(-ActiveDays*day), t) }

func newCustomer(id survey.ID, orders []scoring.Order, about About, year scoring.Period) customer {
	c := customer{id: id, About: about, orders: orders}
	for _, o := range orders {
		c.Last, c.Orders, c.Net = o.At.UnixMilli(), c.Orders+1, c.Net+o.Net
		if year.Contains(o.At) {
			c.year, c.inYear = c.year+o.Net, c.inYear+1
		}
	}
	return c
}

// watcher gathers a picture, a customer at a time.
type watcher struct {
	picture   Picture
	standings []Standing
	years     []int64     // of each standing, net of the last twelve months
	rows      [][]float64 // features as they are now; nil: gone
	learner   *learner
	groups    *groupSums
	heard     heardSums
}

// picture looks at every customer of a currency.
func (s *Service) picture(ctx context.Context, currency string, now time.Time, versions []survey.Version) (Picture, []Standing, error) {
	year := scoring.Period{From: now.In(s.Zone()).AddDate(-1, 0, 0).UTC(), To: now}
	w := &watcher{
		picture: Picture{Currency: currency, AsOf: now, Year: year}, learner: newLearner(now), groups: newGroupSums(now, year, versions), heard: newHeardSums(),
	}
	var ids []survey.ID
	var orders [][]scoring.Order
	look := func() error {
		about, err := s.Store.About(ctx, ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			w.add(newCustomer(id, orders[i], about[id], year))
		}
		ids, orders = ids[:0], orders[:0]
		return nil
	}
	err := s.Store.EachBuyer(ctx, currency, now, func(id survey.ID, bought []scoring.Order) error {
		ids, orders = append(ids, id), append(orders, slices.Clone(bought))
		if len(ids) < aboutChunk {
			return nil
		}
		return look()
	})
	if err == nil {
		err = look()
	}
	if err != nil {
		return Picture{}, nil, err
	}
	w.finish(func(about ...string) uint64 {
		return scoring.Seed(append([]string{s.Account(), currency, survey.DayOf(now, s.Zone()).String()}, about...)...)
	})
	return w.picture, w.standings, nil
}

func (w *watcher) add(c customer) {
	now := w.picture.AsOf
	if first := c.orders[0].At; w.picture.Since.IsZero() || first.Before(w.picture.Since) {
		w.picture.Since = first
	}
	row, active := features(c.orders, c.About, now)
	v := Standing{Contact: c.id, Currency: w.picture.Currency, Buying: c.Buying, Risk: -1}
	if !active {
		v.Band = Gone
	}
	w.standings, w.years, w.rows = append(w.standings, v), append(w.years, c.year), append(w.rows, row)
	w.learner.add(c.orders, c.About)
	w.groups.add(c)
	w.heard.add(c, now)
}

// finish computes what needs all customers.
func (w *watcher) finish(seed func(about ...string) uint64) {
	p := &w.picture
	buying := make([]scoring.Buying, len(w.standings))
	for i, v := range w.standings {
		buying[i] = v.Buying
	}
	m, risk := w.learner.learn()
	p.Risk = risk
	for i, scores := range scoring.RFMOf(buying) {
		v := &w.standings[i]
		v.RFM, v.Segment = scores, scores.Segment(v.Orders)
		if risk.Refused == Computed && w.rows[i] != nil {
			v.Risk = m.predict(w.rows[i])
			v.Band = bandOf(v.Risk)
		}
	}
	w.sizes()
	p.Groups, p.Heard = w.groups.done(seed), w.heard.done(seed)
	if p.Since.After(p.AsOf.Add(-(ChurnDays + ActiveDays) * day)) { // nobody could have been lost (metrics 4.2)
		for _, g := range p.Groups {
			for i := range g.Classes {
				g.Classes[i].Active, g.Classes[i].Lost = 0, 0
			}
		}
	}
}

// sizes counts segments and bands.
func (w *watcher) sizes() {
	p := &w.picture
	for _, s := range scoring.Segments() {
		p.Segments = append(p.Segments, SegmentSize{Segment: s})
	}
	for _, b := range Bands() {
		p.Risk.Bands = append(p.Risk.Bands, BandSize{Band: b})
	}
	for i, v := range w.standings {
		s := &p.Segments[slices.Index(scoring.Segments(), v.Segment)]
		s.Customers, s.Revenue, s.Lifetime = s.Customers+1, s.Revenue+w.years[i], s.Lifetime+v.Net
		if v.Risk >= 0 {
			s.Known++
		}
		if v.Band == HighRisk {
			s.High++
		}
		if b := slices.Index(Bands(), v.Band); b >= 0 {
			size := &p.Risk.Bands[b]
			size.Customers, size.Revenue = size.Customers+1, size.Revenue+w.years[i]
		}
	}
}
