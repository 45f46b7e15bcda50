package customers_test

import (
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// spend puts a cost of January into the feed.
func (s *stocked) spend(id survey.ID, category string, amount int64) {
	s.Helper()
	c := customers.Cost{ID: 900 + id, ExternalID: fmt.Sprint("spent", id), At: time.Date(2026, 1, 9, 9, 0, 0, 0, time.UTC), Category: category, Currency: "EUR", Amount: amount}
	if _, err := s.st.PutCosts(s.Context(), []customers.Cost{c}, s.now); err != nil {
		s.Fatal(err)
	}
}

// TestWhatHasNoRecordsIsNoData: a feed that is missing, or has nothing that counts, must not look like 0, hide what was typed in, or reach a goal.
func TestWhatHasNoRecordsIsNoData(t *testing.T) {
	january := customers.MonthOf(survey.Date(2026, 1, 1))
	measure := customers.Measure{By: customers.MeasuredByMetric, Metric: "cac", Variant: "period", Currency: "EUR"}
	for name, prepare := range map[string]func(*stocked){
		"no costs at all":                 func(*stocked) {},
		"costs of other categories alone": func(s *stocked) { s.spend(1, "rent", 5000) },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				s := newStocked(t, st, customers.Orders)
				prepare(s)
				current := func() *big.Rat {
					t.Helper()
					value, _, err := s.Current(t.Context(), measure, january.First, january.Last)
					if err != nil {
						t.Fatal(err)
					}
					return value
				}
				if got := s.open(customers.Wanted{Metric: "cac", Span: january}).Now().Figure.Value; got != nil || current() != nil {
					t.Errorf("the cost of a customer is %v, of a goal %v", got, current())
				}
				for _, metric := range []string{"profit_pc", "clv_cac", "loyalty_participation", "loyalty_engagement", "mrr_plus_one_off"} {
					if p := s.open(customers.Wanted{Metric: metric, Span: january}); p.Now().Figure.Value != nil {
						t.Errorf("%s is %v", metric, p.Now().Figure.Value)
					}
				}
				if p := s.open(customers.Wanted{Metric: "net_new_revenue", Variant: "first_months", Span: january}); p.Now().Figure.Value != nil {
					t.Errorf("new revenue of subscriptions that there are not is %v", p.Now().Figure.Value)
				}
				typed := customers.Manual{ID: 1, Metric: "cac", Variant: "period", Currency: "EUR", Period: january.Period(time.UTC), Inputs: map[string]int64{"costs": 100_000, "acquired_customers": 10}, EnteredBy: 3}
				if err := s.SaveByHand(t.Context(), typed); err != nil {
					t.Fatal(err)
				}
				p := s.open(customers.Wanted{Metric: "cac", Span: january})
				if f := p.Now().Figure; !f.Estimate || f.Value == nil || f.Value.RatString() != "10000" {
					t.Errorf("of what was typed in: %+v", f)
				}
				if got := current(); got == nil || got.RatString() != "10000" {
					t.Errorf("a goal stands at %v", got)
				}
			})
		})
	}
}

func TestARunRateNeedsBothOfItsParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st, customers.Subscriptions)
		p := s.open(customers.Wanted{Metric: "mrr_plus_one_off", Span: customers.MonthOf(survey.Date(2026, 1, 1))})
		if p.Now().Figure.Value != nil || !slices.Equal(p.Empty, []customers.Feed{customers.Orders}) {
			t.Errorf("%v, lacks %v", p.Now().Figure.Value, p.Empty)
		}
	})
}

func TestCostsThatAreNotCountedAreNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st, customers.Orders, customers.Costs)
		january := customers.MonthOf(survey.Date(2026, 1, 1))
		check := func(want string) {
			t.Helper()
			for _, metric := range []string{"cac", "profit_pc", "clv_cac"} {
				f := s.open(customers.Wanted{Metric: metric, Span: january}).Now().Figure
				if got := inputOf(t, f.Inputs, "costs_left_out"); got.RatString() != want || slices.Contains(f.Warnings, customers.CostsLeftOut) != (want != "0") {
					t.Errorf("%s: %v is left out, want %s; %v", metric, got, want, f.Warnings)
				}
			}
		}
		check("0")
		s.spend(1, "rent", 5000)
		s.spend(2, "fairs", 700)
		check("5700")
	})
}

// TestOnlyWhoBoughtIsACustomer: what the shop says of a customer's beginning is before its orders, or nothing (metrics 4.4).
func TestOnlyWhoBoughtIsACustomer(t *testing.T) {
	on := func(month time.Month) time.Time { return time.Date(2026, month, 5, 9, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name  string
		stock []customers.Feed // three customers since January
		told  []customers.Acquired
		since map[time.Month]int64 // how many were acquired in a month
	}{
		{"told after the first order", []customers.Feed{customers.Orders}, []customers.Acquired{{ContactID: 1, At: on(2)}}, map[time.Month]int64{1: 3, 2: 0}},
		{"told before the first order", []customers.Feed{customers.Orders}, []customers.Acquired{{ContactID: 1, At: on(1).AddDate(0, -1, 0)}}, map[time.Month]int64{1: 2, 2: 0}},
		{"told of somebody who never bought", []customers.Feed{customers.Orders}, []customers.Acquired{{ContactID: 77, At: on(2)}}, map[time.Month]int64{1: 3, 2: 0}},
		{"told of a subscriber", []customers.Feed{customers.Subscriptions}, []customers.Acquired{{ContactID: 1, At: on(2)}, {ContactID: 77, At: on(2)}}, map[time.Month]int64{1: 3, 2: 0}},
		{"nothing but what is told", nil, []customers.Acquired{{ContactID: 1, At: on(2)}, {ContactID: 77, At: on(2)}}, map[time.Month]int64{1: 0, 2: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				s := newStocked(t, st, append(c.stock, customers.Costs)...)
				if _, err := st.PutCustomers(t.Context(), c.told, s.now); err != nil {
					t.Fatal(err)
				}
				for month, want := range c.since {
					p := s.open(customers.Wanted{Metric: "cac", Span: customers.MonthOf(survey.Date(2026, month, 1))})
					if got := inputOf(t, p.Now().Figure.Inputs, "acquired_customers"); got.RatString() != fmt.Sprint(want) {
						t.Errorf("acquired in %s: %s, want %d", month, got.RatString(), want)
					}
				}
			})
		})
	}
}

// TestAGoalOfASumStandsAtAllOfItsTime: months before its own, and days of a month that is not over, count as well (metrics 4.15).
func TestAGoalOfASumStandsAtAllOfItsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st, customers.Orders, customers.Subscriptions) // 3000 in January, by three new customers, of whom two subscribe
		for i, at := range []time.Time{time.Date(2026, 2, 7, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 11, 9, 0, 0, 0, time.UTC)} {
			id := survey.ID(500 + i)
			o := customers.Order{ID: id, ExternalID: fmt.Sprint(id), ContactID: id, At: at, Currency: "EUR", Amount: 70}
			if _, err := st.PutOrders(t.Context(), []customers.Order{o}, s.now); err != nil {
				t.Fatal(err)
			}
		}
		day := func(month time.Month, d int) survey.Day { return survey.Date(2026, month, d) }
		for _, c := range []struct {
			metric, variant string
			first, until    survey.Day
			want            string
		}{
			{"net_new_revenue", "first_order", day(1, 1), day(3, 10), "3140"},
			{"net_new_revenue", "first_order", day(1, 6), day(3, 10), "140"},
			{"net_new_revenue", "first_order", day(1, 1), day(2, 6), "3000"},  // a deadline within a month
			{"net_new_revenue", "first_order", day(4, 1), day(3, 10), "none"}, // not begun
			{"new_mrr", "subscriptions", day(1, 1), day(3, 10), "2000"},
			{"rpr", "in_window", day(1, 1), day(3, 10), "0"}, // of February
		} {
			m := customers.Measure{By: customers.MeasuredByMetric, Metric: c.metric, Variant: c.variant}
			if c.metric != "rpr" {
				m.Currency = "EUR"
			}
			got := "none"
			value, _, err := s.Current(t.Context(), m, c.first, c.until)
			if err != nil {
				t.Fatal(err)
			}
			if value != nil {
				got = value.RatString()
			}
			if got != c.want {
				t.Errorf("%s of %s to %s: %s, want %s", c.metric, c.first, c.until, got, c.want)
			}
		}
	})
}

// TestAGoalOfManyRecordsStandsWhereItStood until the job has added the newest day.
func TestAGoalOfManyRecordsStandsWhereItStood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st, customers.Orders)
		if err := st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		m := customers.Measure{By: customers.MeasuredByMetric, Metric: "net_new_revenue", Variant: "first_order", Currency: "EUR"}
		first := survey.Date(2026, 1, 1)
		read := func(until survey.Day) *big.Rat {
			t.Helper()
			value, _, err := s.Current(t.Context(), m, first, until)
			if err != nil {
				t.Fatal(err)
			}
			return value
		}
		read(survey.Date(2026, 3, 9))
		s.AtOnce = 0 // everything is made by jobs from here on
		if got := read(survey.Date(2026, 3, 10)); got == nil || got.RatString() != "3000" {
			t.Errorf("the day after, it stands at %v", got)
		}
	})
}

// TestAFractionIsThatOfItsValue: numerator and denominator are what the value came from (metrics 2.1), whatever it was multiplied by.
func TestAFractionIsThatOfItsValue(t *testing.T) {
	s := newStocked(t, storetest.SQLite(t), customers.Orders, customers.Subscriptions, customers.Costs)
	if err := s.SaveSettings(t.Context(), customers.Settings{Margin: big.NewRat(2, 5), Lifespan: big.NewRat(3, 1)}); err != nil {
		t.Fatal(err)
	}
	january, found := customers.MonthOf(survey.Date(2026, 1, 1)), 0
	for _, m := range customers.Catalogue() {
		for _, v := range m.Variants {
			f := s.open(customers.Wanted{Metric: m.Key, Variant: v, Span: january}).Now().Figure
			if f.Value == nil || m.Unit == customers.Percent {
				continue
			}
			found++
			if f.Den == 0 || big.NewRat(f.Num, f.Den).Cmp(f.Value) != 0 {
				t.Errorf("%s %s is %s, made of %d by %d", m.Key, v, f.Value.RatString(), f.Num, f.Den)
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d figures were compared", found)
	}
}
