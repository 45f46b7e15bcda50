package customers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// till is a shop with one metric: what its orders brought, or how many there were.
type till struct {
	*testing.T
	*customers.Figures
	st   *store.Store
	now  time.Time
	zone *time.Location
	runs int // of the calculator
	jobs int // that were asked for
}

// asking is the store, with a count of the jobs that are asked for.
type asking struct {
	*store.Store
	jobs *int
}

func (a asking) Enqueue(ctx context.Context, kind string, args any) error {
	*a.jobs++
	return a.Store.Enqueue(ctx, kind, args)
}

func newTill(t *testing.T, st *store.Store) *till {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	s := &till{T: t, st: st, zone: zone, now: time.Date(2026, 3, 10, 9, 0, 0, 0, zone)}
	taken := customers.Metric{
		Key: "taken", Variants: []string{"sum", "mean"}, Unit: customers.Money, ByMoney: true, Needs: []customers.Feed{customers.Orders}, Also: []customers.Feed{customers.Refunds},
		Calculate: s.taken,
		Counts: []customers.Counts{{Variant: "sum", Fields: []customers.CountsField{{Name: "taken", Unit: customers.Money}}, Figure: func(in map[string]int64) customers.Figure {
			return customers.Figure{Value: big.NewRat(in["taken"], 1), Num: in["taken"], Den: 1}
		}}},
	}
	s.Figures = customers.NewFigures(asking{st, &s.jobs}, []customers.Metric{taken}, func() time.Time { return s.now }, func() *time.Location { return s.zone })
	if err := st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *till) taken(ctx context.Context, src customers.Source, r customers.Request) ([]customers.Figure, error) {
	s.runs++
	figures := make([]customers.Figure, len(r.Periods))
	err := src.EachBuyer(ctx, r.Currency, r.Periods[len(r.Periods)-1].To, func(_ survey.ID, orders []scoring.Order) error {
		for i, p := range r.Periods {
			for _, o := range orders {
				if p.Contains(o.At) {
					figures[i].Num, figures[i].N = figures[i].Num+o.Net, figures[i].N+1
				}
			}
		}
		return nil
	})
	for i := range figures {
		figures[i].Den = 1
		if r.Variant == "mean" {
			figures[i].Den = figures[i].N
		}
		figures[i].Value = scoring.Ratio{Num: figures[i].Num, Den: figures[i].Den}.Rat()
		figures[i].Inputs = []customers.Input{{Name: "days", Value: big.NewRat(r.Settings.WindowDays, 1), Unit: customers.Days}}
	}
	return figures, err
}

func (s *till) sell(id survey.ID, at time.Time, currency string, amount int64) {
	s.Helper()
	_, err := s.st.PutOrders(s.Context(), []customers.Order{{ID: id, ExternalID: fmt.Sprint("O", id), ContactID: 7, At: at, Currency: currency, Amount: amount}}, s.now)
	if err != nil {
		s.Fatal(err)
	}
}

func (s *till) open(w customers.Wanted) customers.Page {
	s.Helper()
	w.Metric = "taken"
	p, err := s.Page(s.Context(), w)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

// values are those of the periods, the newest first, "-" where none was made.
func values(p customers.Page) (all []string) {
	for _, s := range slices.Backward(p.Trend) {
		switch {
		case !s.Known:
			all = append(all, "-")
		case s.Figure.Value == nil:
			all = append(all, "nil")
		default:
			all = append(all, s.Figure.Value.RatString())
		}
	}
	return all
}

func eachTill(t *testing.T, test func(*till)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) { test(newTill(t, st)) })
}

func warsaw(s *till, month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, s.zone)
}

func TestAFigureIsMadeOnceAndAgainWhenItsFeedOrASettingChanges(t *testing.T) {
	eachTill(t, func(s *till) {
		if p := s.open(customers.Wanted{}); len(p.Empty) != 1 || s.runs != 0 || p.Now().Known {
			s.Errorf("without orders: %+v after %d runs", p.Now(), s.runs)
		}
		s.sell(1, warsaw(s, 2, 28, 23, 59), "EUR", 1000)
		s.sell(2, warsaw(s, 3, 1, 0, 0), "EUR", 500) // the next local month
		s.sell(3, warsaw(s, 1, 5, 8, 0), "PLN", 70)
		p := s.open(customers.Wanted{})
		if got := values(p)[:3]; p.Span.Name() != "2026-02" || p.Currency != "EUR" || p.Variant != "sum" || !slices.Equal(got, []string{"1000", "0", "0"}) {
			s.Errorf("%s %s %s: %v", p.Span.Name(), p.Currency, p.Variant, got)
		}
		if !slices.Equal(p.Money, []string{"EUR", "PLN"}) || len(p.Trend) != customers.TrendLength+1 || p.Trend[0].Span.Name() != "2025-02" {
			s.Errorf("currencies %v, %d periods from %s", p.Money, len(p.Trend), p.Trend[0].Span.Name())
		}
		s.open(customers.Wanted{})
		s.now = s.now.Add(48 * time.Hour)
		if s.open(customers.Wanted{}); s.runs != 1 {
			s.Errorf("%d runs for one revision, want 1", s.runs)
		}
		s.sell(4, warsaw(s, 2, 3, 8, 0), "EUR", 11)
		if p = s.open(customers.Wanted{}); s.runs != 2 || values(p)[0] != "1011" || !p.AsOf.Equal(s.now) {
			s.Errorf("after another order: %d runs, %v, as of %s", s.runs, values(p)[0], p.AsOf)
		}
		if err := s.SaveSettings(s.Context(), customers.Settings{WindowDays: 30}); err != nil {
			s.Fatal(err)
		}
		if p = s.open(customers.Wanted{}); s.runs != 3 || p.Now().Figure.Inputs[0].Value.RatString() != "30" {
			s.Errorf("after a setting: %d runs, %v", s.runs, p.Now().Figure.Inputs)
		}
		if p = s.open(customers.Wanted{Currency: "PLN", Variant: "mean"}); !slices.Equal(values(p)[:2], []string{"nil", "70"}) {
			s.Errorf("mean of PLN: %v", values(p)[:2])
		}
		for _, w := range []customers.Wanted{{Metric: "taken", Currency: "USD"}, {Metric: "taken", Variant: "most"}, {Metric: "given"}} {
			if _, err := s.Page(s.Context(), w); !errors.Is(err, survey.ErrNotFound) {
				s.Errorf("%+v: %v", w, err)
			}
		}
	})
}

func TestAPeriodThatRunsIsMadeAnewEachDay(t *testing.T) {
	eachTill(t, func(s *till) {
		s.sell(1, warsaw(s, 3, 2, 8, 0), "EUR", 1000)
		this := customers.Wanted{Span: customers.MonthOf(survey.DayOf(s.now, s.zone))}
		s.open(this)
		s.now = warsaw(s, 3, 10, 23, 59)
		if s.open(this); s.runs != 1 {
			s.Errorf("%d runs on one day", s.runs)
		}
		s.now = warsaw(s, 3, 11, 0, 1)
		if s.open(this); s.runs != 2 {
			s.Errorf("%d runs on two days", s.runs)
		}
	})
}

func TestLargeFeedsAreLeftToAJobAndTheOldFigureShownMeanwhile(t *testing.T) {
	eachTill(t, func(s *till) {
		s.sell(1, warsaw(s, 2, 2, 8, 0), "EUR", 1000)
		made := s.now
		s.open(customers.Wanted{})
		s.AtOnce = 1
		s.now = s.now.Add(time.Hour)
		s.sell(2, warsaw(s, 2, 3, 8, 0), "EUR", 200)
		p := s.open(customers.Wanted{})
		if !p.Renewing || values(p)[0] != "1000" || !p.AsOf.Equal(made) || s.runs != 1 {
			s.Errorf("while it is made: renewing %v, %v as of %s, %d runs", p.Renewing, values(p)[0], p.AsOf, s.runs)
		}
		var periods []scoring.Period
		for _, shown := range p.Trend {
			periods = append(periods, shown.Span.Period(s.zone))
		}
		args, err := json.Marshal(map[string]any{"metric": "taken", "variant": "sum", "currency": "EUR", "periods": periods})
		if err != nil {
			s.Fatal(err)
		}
		for range 2 { // the second finds that it is done
			if err := s.Work(s.Context(), args); err != nil {
				s.Fatal(err)
			}
		}
		if p = s.open(customers.Wanted{}); p.Renewing || values(p)[0] != "1200" || s.runs != 2 {
			s.Errorf("afterwards: renewing %v, %v, %d runs", p.Renewing, values(p)[0], s.runs)
		}
	})
}

func TestAJobIsAskedForOnceUntilThereIsSomethingNew(t *testing.T) {
	eachTill(t, func(s *till) {
		s.AtOnce = 1
		wants := func(when string, jobs int) {
			s.Helper()
			if p := s.open(customers.Wanted{}); !p.Renewing || s.jobs != jobs {
				s.Errorf("%s: renewing %v, %d jobs, want %d", when, p.Renewing, s.jobs, jobs)
			}
		}
		s.sell(1, warsaw(s, 2, 2, 8, 0), "EUR", 1000)
		wants("at first", 1)
		wants("again", 1)
		s.sell(2, warsaw(s, 2, 3, 8, 0), "EUR", 200)
		wants("after another order", 2)
		s.now = s.now.Add(40 * time.Second)
		wants("after 40 seconds", 2)
		s.now = s.now.Add(40 * time.Second)
		wants("after more than a minute, looked at all the time", 3)
	})
}

func TestOldFiguresAreLetGo(t *testing.T) {
	eachTill(t, func(s *till) {
		var periods []scoring.Period
		for i := range 5 {
			p := customers.MonthOf(survey.Date(2025, time.Month(i+1), 1)).Period(s.zone)
			periods = append(periods, p)
			kept := customers.Kept{Figure: customers.Figure{Metric: "taken", Variant: "sum", Period: p, AsOf: s.now.Add(time.Duration(i) * time.Hour)}, Basis: fmt.Sprint(i)}
			if err := s.st.KeepFigures(s.Context(), []customers.Kept{kept}); err != nil {
				s.Fatal(err)
			}
		}
		if err := s.st.TrimFigures(s.Context(), 2); err != nil {
			s.Fatal(err)
		}
		left, err := s.st.KeptFigures(s.Context(), "taken", "sum", "", periods)
		if err != nil {
			s.Fatal(err)
		}
		var bases []string
		for _, k := range left {
			bases = append(bases, k.Basis)
		}
		slices.Sort(bases)
		if !slices.Equal(bases, []string{"3", "4"}) {
			s.Errorf("left are %v", bases)
		}
	})
}

func TestWhatWasTypedInStandsWhereTheFeedsHaveNothing(t *testing.T) {
	eachTill(t, func(s *till) {
		january := customers.MonthOf(survey.Date(2026, 1, 1))
		typed := customers.Manual{ID: 5, Metric: "taken", Variant: "sum", Period: january.Period(s.zone), Currency: "EUR", Inputs: map[string]int64{"taken": 900}, Note: " from the till ", EnteredBy: 3}
		if err := s.SaveByHand(s.Context(), typed); err != nil {
			s.Fatal(err)
		}
		p := s.open(customers.Wanted{Span: january})
		if f := p.Now(); !f.Known || !f.Figure.Estimate || f.Figure.Value.RatString() != "900" || p.Currency != "EUR" || p.ByHand[0].Note != "from the till" {
			s.Errorf("%+v of %v", f, p.ByHand)
		}
		typed.ID, typed.Inputs = 6, map[string]int64{"taken": 950}
		if err := s.SaveByHand(s.Context(), typed); err != nil { // in place of the first
			s.Fatal(err)
		}
		all, err := s.ByHand(s.Context(), "taken")
		if err != nil || len(all) != 1 || all[0].ID != 6 {
			s.Errorf("left are %+v, %v", all, err)
		}
		typed.Inputs = map[string]int64{"given": 1}
		if err := s.SaveByHand(s.Context(), typed); !errors.Is(err, survey.ErrNotFound) {
			s.Errorf("a form that there is not: %v", err)
		}
		s.sell(1, warsaw(s, 1, 2, 8, 0), "EUR", 40)
		if p = s.open(customers.Wanted{Span: january}); p.Now().Figure.Estimate || values(p)[0] != "40" {
			s.Errorf("beside orders: %+v", p.Now())
		}
		if err := s.RemoveByHand(s.Context(), 6); err != nil {
			s.Fatal(err)
		}
		if all, err = s.ByHand(s.Context(), "taken"); err != nil || len(all) != 0 {
			s.Errorf("left are %+v, %v", all, err)
		}
	})
}

// TestCohortsOpenOnAMonthWithAHeadline: the month after the usual one is not over yet, so the month before it is shown.
func TestCohortsOpenOnAMonthWithAHeadline(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newTill(t, st)
		s.Figures = customers.NewFigures(asking{st, &s.jobs}, customers.Catalogue(), func() time.Time { return s.now }, func() *time.Location { return s.zone })
		usual := func(want string) {
			s.Helper()
			if p, err := s.Page(s.Context(), customers.Wanted{Metric: "cohorts"}); err != nil || p.Span.Name() != want {
				s.Errorf("cohorts open on %s, %v; want %s", p.Span.Name(), err, want)
			}
		}
		s.sell(1, warsaw(s, 2, 2, 8, 0), "EUR", 1) // nothing is older
		usual("2026-02")
		s.sell(2, warsaw(s, 1, 2, 8, 0), "EUR", 1)
		usual("2026-01")
		s.now = time.Date(2027, 1, 1, 8, 0, 0, 0, s.zone)
		usual("2026-02") // March is over
	})
}

func TestTheUsualPeriodHasSomethingToShow(t *testing.T) {
	eachTill(t, func(s *till) {
		usual := func(want string) {
			s.Helper()
			if span, err := s.UsualSpan(s.Context()); err != nil || span.Name() != want {
				s.Errorf("usual is %s, %v; want %s", span.Name(), err, want)
			}
		}
		usual("2026-02")
		s.sell(1, warsaw(s, 3, 2, 8, 0), "EUR", 1) // a new shop
		usual("2026-03")
		s.sell(2, time.Date(1998, 6, 30, 22, 30, 0, 0, time.UTC), "EUR", 1) // July in Warsaw
		usual("2026-02")
		s.now = time.Date(2027, 1, 1, 8, 0, 0, 0, s.zone)
		usual("2026-03")
	})
}
