package customers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	// FiguresKind is the kind of job that makes figures of large feeds.
	FiguresKind = "customers.figures"
	// atOnce is how many records a page may read while somebody waits; a metric that needs as many is made by a job.
	atOnce = 50_000
	// TrendLength is how many periods before the chosen one a page shows.
	TrendLength = 12
	// MostKept is how many figures are kept; the oldest go first.
	MostKept = 20_000
	// askAgain is when a job that has not brought its figures is asked for again.
	askAgain = time.Minute
)

// Kept is a figure with what it was made from.
type Kept struct {
	Figure
	Basis string
}

// FiguresStore keeps figures and reads what they are made from.
type FiguresStore interface {
	Source
	InTx(ctx context.Context, do func(context.Context) error) error
	FeedStates(ctx context.Context) (map[Feed]FeedState, error)
	// KeptFigures reads those of the periods that there are, in no order.
	KeptFigures(ctx context.Context, metric, variant, currency string, periods []scoring.Period) ([]Kept, error)
	KeepFigures(ctx context.Context, all []Kept) error
	TrimFigures(ctx context.Context, most int) error
	// Currencies lists those that a feed ever had, by code; UsualCurrency is that of most of the newest orders, "": there are none.
	Currencies(ctx context.Context, feed Feed) ([]string, error)
	UsualCurrency(ctx context.Context) (string, error)
	// OrdersSpan is when the first and the last order were made, NewestRecord when the newest thing happened that feeds tell of, not after the time. Zero: never.
	OrdersSpan(ctx context.Context) (first, last time.Time, err error)
	NewestRecord(ctx context.Context, before time.Time) (time.Time, error)
	Settings(ctx context.Context) (map[string]string, error)
	SetSetting(ctx context.Context, key, value string) error
	Enqueue(ctx context.Context, kind string, args any) error
	ManualStore
	QuotaStore
}

// Figures makes figures for pages, and keeps them. It is safe for concurrent use.
type Figures struct {
	store   FiguresStore
	metrics []Metric
	now     func() time.Time
	zone    func() *time.Location
	AtOnce  int64 // how many records make a job of a page; set by NewFigures

	mu    sync.Mutex
	asked map[string]time.Time // jobs that were enqueued lately
}

// NewFigures makes figures of the metrics, which are Catalogue() but in tests. The zone is the account's.
func NewFigures(store FiguresStore, metrics []Metric, now func() time.Time, zone func() *time.Location) *Figures {
	return &Figures{store: store, metrics: metrics, now: now, zone: zone, AtOnce: atOnce, asked: map[string]time.Time{}}
}

// Metrics lists the metrics in the order of pages.
func (s *Figures) Metrics() []Metric { return s.metrics }

// Metric finds one by its key; survey.ErrNotFound.
func (s *Figures) Metric(key string) (Metric, error) {
	for _, m := range s.metrics {
		if m.Key == key {
			return m, nil
		}
	}
	return Metric{}, survey.ErrNotFound
}

// Wanted says which figures a page shows. What is left empty is as usual.
type Wanted struct {
	Metric, Variant, Currency string
	Span                      Span
}

// Shown is a figure at its place in a row of periods.
type Shown struct {
	Span   Span
	Figure Figure
	Known  bool // false: it was not made yet
}

// Page is what a page of a metric shows.
type Page struct {
	Metric   Metric
	Wanted            // with what is usual filled in
	Money    []string // currencies to choose from, the most used first; of metrics that are made for each on its own
	Trend    []Shown  // the oldest first; the last is the chosen period, the one before it is the period before
	Renewing bool     // a job makes newer figures than those shown
	AsOf     time.Time
	Empty    []Feed // of those that the variant needs, which have nothing
	Records  int64  // of all feeds that it is made from
	Settings Settings
	ByHand   []Manual // what was typed in for this metric, the newest period first
}

// Now is the figure of the chosen period, and Earlier that of the period before.
func (p Page) Now() Shown { return p.Trend[len(p.Trend)-1] }

// Earlier is the figure of the period before the chosen one.
func (p Page) Earlier() Shown { return p.Trend[len(p.Trend)-2] }

// Page makes what a page of a metric shows: what is kept where that is still right, else made at once where there is little to read. Else a job makes it, and the page
// has what was right before. survey.ErrNotFound for a metric, a variant or a currency that there is not.
func (s *Figures) Page(ctx context.Context, w Wanted) (Page, error) {
	f, err := s.footing(ctx)
	if err != nil {
		return Page{}, err
	}
	return s.page(ctx, f, w, s.AtOnce, TrendLength)
}

// page is Page, with room for so many records to be read at once, and so many periods before the chosen one.
func (s *Figures) page(ctx context.Context, f footing, w Wanted, room int64, before int) (Page, error) {
	p := Page{Wanted: w, Settings: f.settings}
	var err error
	if p.Metric, err = s.Metric(w.Metric); err != nil {
		return p, err
	}
	p.Records = f.records(p.Metric)
	if p.ByHand, err = s.store.ManualFigures(ctx, p.Metric.Key); err != nil {
		return p, fmt.Errorf("read figures that were typed in: %w", err)
	}
	switch {
	case p.Variant == "":
		p.Variant = f.usual(p.Metric, p.ByHand)
	case !slices.Contains(p.Metric.Variants, p.Variant):
		return p, survey.ErrNotFound
	}
	p.Empty = f.lacks(p.Metric, p.Variant)
	if err := s.choose(ctx, &p); err != nil {
		return p, err
	}
	if err := s.fill(ctx, f, &p, room, before); err != nil {
		return p, err
	}
	s.estimate(&p, f)
	return p, nil
}

// choose fills in the usual currency and period.
func (s *Figures) choose(ctx context.Context, p *Page) (err error) {
	if p.Metric.ByMoney {
		if p.Money, err = s.currencies(ctx, p.Metric); err != nil {
			return err
		}
		for _, m := range p.ByHand {
			if m.Currency != "" && !slices.Contains(p.Money, m.Currency) {
				p.Money = append(p.Money, m.Currency)
			}
		}
		switch {
		case p.Currency == "" && len(p.Money) > 0:
			p.Currency = p.Money[0]
		case p.Currency != "" && !slices.Contains(p.Money, p.Currency):
			return survey.ErrNotFound
		}
	} else if p.Currency != "" {
		return survey.ErrNotFound
	}
	if p.Span == (Span{}) {
		if p.Span, err = s.UsualSpan(ctx); err == nil && p.Metric.Follows {
			p.Span, err = s.followed(ctx, p.Span)
		}
	}
	return err
}

// followed is the usual period of figures that need the month after it: one month earlier where that month is not over, unless the shop sold nothing so early.
func (s *Figures) followed(ctx context.Context, usual Span) (Span, error) {
	first, _, err := s.store.OrdersSpan(ctx)
	if err != nil {
		return Span{}, fmt.Errorf("find the first order: %w", err)
	}
	earlier := usual.Before(1)
	open := usual.Before(-1).Period(s.zone()).To.After(s.now())
	if open && !first.IsZero() && first.Before(earlier.Period(s.zone()).To) {
		return earlier, nil
	}
	return usual, nil
}

// UsualSpan is the last month that is over. Where all that the feeds tell of is older, it is the month of the newest record; where the first order is younger, the
// month that runs.
func (s *Figures) UsualSpan(ctx context.Context) (Span, error) {
	newest, err := s.store.NewestRecord(ctx, s.now())
	if err != nil {
		return Span{}, fmt.Errorf("find the newest record: %w", err)
	}
	first, _, err := s.store.OrdersSpan(ctx)
	if err != nil {
		return Span{}, fmt.Errorf("find the first order: %w", err)
	}
	this := MonthOf(survey.DayOf(s.now(), s.zone()))
	last := this.Before(1)
	switch {
	case !newest.IsZero() && newest.Before(last.Period(s.zone()).From):
		return MonthOf(survey.DayOf(newest, s.zone())), nil
	case !first.IsZero() && !first.Before(this.Period(s.zone()).From):
		return this, nil
	}
	return last, nil
}

// currencies lists those that a metric's feeds have, that of most of the newest orders first.
func (s *Figures) currencies(ctx context.Context, m Metric) (all []string, err error) {
	for _, feed := range m.reads() {
		found, err := s.store.Currencies(ctx, feed)
		if err != nil {
			return nil, fmt.Errorf("read the currencies of %s: %w", feed, err)
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	usual, err := s.store.UsualCurrency(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the usual currency: %w", err)
	}
	if i := slices.Index(all, usual); i > 0 {
		all = slices.Insert(slices.Delete(all, i, i+1), 0, usual)
	}
	return all, nil
}

// UsualCurrency is that of most of the newest orders; "" where there are none.
func (s *Figures) UsualCurrency(ctx context.Context) (string, error) {
	return s.store.UsualCurrency(ctx)
}

// fill finds or makes the figures of the chosen period and of so many before.
func (s *Figures) fill(ctx context.Context, f footing, p *Page, room int64, before int) error {
	var periods []scoring.Period
	for i := before; i >= 0; i-- {
		span := p.Span.Before(i)
		p.Trend = append(p.Trend, Shown{Span: span})
		periods = append(periods, span.Period(f.zone))
	}
	work := task{p.Metric.Key, p.Variant, p.Currency, periods}
	kept, err := s.store.KeptFigures(ctx, work.Metric, work.Variant, work.Currency, periods)
	if err != nil {
		return fmt.Errorf("read figures: %w", err)
	}
	n := f.records(p.Metric)
	if n == 0 || len(p.Empty) > 0 {
		kept = nil // nothing to read, and nothing to say: sales without quotas are not 0 percent of them
	} else if !f.current(p.Metric, kept, periods) {
		switch {
		case n < room:
			if kept, err = s.calculate(ctx, f, p.Metric, work); err != nil {
				return err
			}
		default:
			p.Renewing = true
			if err := s.ask(ctx, f, p.Metric, work); err != nil {
				return err
			}
		}
	}
	for i := range p.Trend {
		for _, k := range kept {
			if samePeriod(k.Period, periods[i]) {
				p.Trend[i].Figure, p.Trend[i].Known = k.Figure, true
				if p.AsOf.IsZero() || k.AsOf.Before(p.AsOf) {
					p.AsOf = k.AsOf
				}
			}
		}
	}
	return nil
}

// current tells whether there is a figure of each period, made from what the feeds hold now.
func (f footing) current(m Metric, kept []Kept, periods []scoring.Period) bool {
	for _, p := range periods {
		if !slices.ContainsFunc(kept, func(k Kept) bool { return samePeriod(k.Period, p) && k.Basis == f.basis(m, p) }) {
			return false
		}
	}
	return true
}

func samePeriod(a, b scoring.Period) bool { return a.From.Equal(b.From) && a.To.Equal(b.To) }

// task is what a job makes.
type task struct {
	Metric   string           `json:"metric"`
	Variant  string           `json:"variant"`
	Currency string           `json:"currency"`
	Periods  []scoring.Period `json:"periods"`
}

// calculate makes the figures and keeps them. What changes in the feeds meanwhile leaves them out of date, since their basis was read before.
func (s *Figures) calculate(ctx context.Context, f footing, m Metric, w task) ([]Kept, error) {
	got, err := m.Calculate(ctx, s.store, Request{
		Metric: m.Key, Variant: w.Variant, Currency: w.Currency, Periods: w.Periods, Zone: f.zone, AsOf: f.now, Settings: f.settings,
	})
	if err != nil {
		return nil, fmt.Errorf("calculate %s: %w", m.Key, err)
	}
	if len(got) != len(w.Periods) {
		return nil, fmt.Errorf("calculate %s: %d figures of %d periods", m.Key, len(got), len(w.Periods))
	}
	all := make([]Kept, len(got))
	for i, g := range got {
		g.Metric, g.Variant, g.Period, g.AsOf = m.Key, w.Variant, w.Periods[i], f.now
		if m.ByMoney {
			g.Currency = w.Currency
		}
		all[i] = Kept{g, f.basis(m, w.Periods[i])}
	}
	if err := s.store.KeepFigures(ctx, all); err != nil {
		return nil, fmt.Errorf("keep figures: %w", err)
	}
	return all, nil
}

// ask enqueues a job, unless one was asked for just now that makes the figures from the same.
func (s *Figures) ask(ctx context.Context, f footing, m Metric, w task) error {
	text, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("ask for figures: %w", err)
	}
	if !s.first(string(text) + f.basis(m, w.Periods[len(w.Periods)-1])) {
		return nil
	}
	return s.store.Enqueue(ctx, FiguresKind, w)
}

// first notes that a job is asked for, and tells whether it had not been lately.
func (s *Figures) first(job string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, at := range s.asked {
		if s.now().Sub(at) >= askAgain {
			delete(s.asked, key)
		}
	}
	if _, lately := s.asked[job]; lately {
		return false
	}
	s.asked[job] = s.now()
	return true
}

// Work makes the figures that a page asked for. Without any it lets go of old ones.
func (s *Figures) Work(ctx context.Context, args []byte) error {
	var w task
	if err := json.Unmarshal(args, &w); err != nil {
		return fmt.Errorf("read what figures to make: %w", err)
	}
	if len(w.Periods) == 0 {
		return s.store.TrimFigures(ctx, MostKept)
	}
	m, err := s.Metric(w.Metric)
	if err != nil {
		return nil // asked for by another version of the program
	}
	f, err := s.footing(ctx)
	if err != nil {
		return err
	}
	kept, err := s.store.KeptFigures(ctx, w.Metric, w.Variant, w.Currency, w.Periods)
	if err != nil {
		return fmt.Errorf("read figures: %w", err)
	}
	if f.current(m, kept, w.Periods) {
		return nil // another job was quicker
	}
	_, err = s.calculate(ctx, f, m, w)
	return err
}

// InTx does something as one change of the store.
func (s *Figures) InTx(ctx context.Context, do func(context.Context) error) error {
	return s.store.InTx(ctx, do)
}
