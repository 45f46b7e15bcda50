package customers_test

import (
	"fmt"
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

// stocked is a shop whose feeds have what was put into them, on 10 March 2026.
type stocked struct {
	*testing.T
	*customers.Figures
	st  *store.Store
	now time.Time
}

func newStocked(t *testing.T, st *store.Store, feeds ...customers.Feed) *stocked {
	t.Helper()
	s := &stocked{T: t, st: st, now: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)}
	s.Figures = customers.NewFigures(st, customers.Catalogue(), func() time.Time { return s.now }, func() *time.Location { return time.UTC })
	for _, feed := range feeds {
		s.stock(feed)
	}
	return s
}

// stock puts a few records into a feed: three customers since January, of whom one left in February.
func (s *stocked) stock(feed customers.Feed) {
	s.Helper()
	january, february := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), time.Date(2026, 2, 5, 9, 0, 0, 0, time.UTC)
	var err error
	for i := range survey.ID(3) {
		id := 10*survey.ID(len(feed)) + i + 1
		name := fmt.Sprint(feed, id)
		switch feed {
		case customers.Orders:
			_, err = s.st.PutOrders(s.Context(), []customers.Order{{ID: id, ExternalID: name, ContactID: i + 1, At: january, Currency: "EUR", Amount: 1000}}, s.now)
		case customers.Subscriptions:
			v := customers.Subscription{ID: id, ExternalID: name, ContactID: i + 1, Started: january, Currency: "EUR", Amount: 1000, Span: scoring.Month, Spans: 1}
			if i == 0 {
				v.Ended = february
			}
			_, err = s.st.PutSubscriptions(s.Context(), []customers.Subscription{v}, s.now)
		case customers.Costs:
			_, err = s.st.PutCosts(s.Context(), []customers.Cost{{ID: id, ExternalID: name, At: january, Category: customers.Marketing, Currency: "EUR", Amount: 300}}, s.now)
		case customers.Since:
			_, err = s.st.PutCustomers(s.Context(), []customers.Acquired{{ContactID: i + 1, At: january}}, s.now)
		case customers.Opportunities:
			_, err = s.st.PutOpportunities(s.Context(), []customers.Opportunity{{ID: id, ExternalID: name, Agent: "Ann", Created: january, Closed: february, Outcome: scoring.Won, Currency: "EUR", Amount: 500}}, s.now)
		default:
			s.Fatalf("nothing to put into %s", feed)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
}

func (s *stocked) open(w customers.Wanted) customers.Page {
	s.Helper()
	p, err := s.Page(s.Context(), w)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

func TestAPageHasTheFormThatTheShopsFeedsCanMake(t *testing.T) {
	for _, c := range []struct {
		name    string
		feeds   []customers.Feed
		metric  string
		variant string // that is usual
		lacks   []customers.Feed
	}{
		{"retention of orders", []customers.Feed{customers.Orders}, "crr", "window", nil},
		{"retention of subscriptions", []customers.Feed{customers.Subscriptions}, "crr", "subscriptions", nil},
		{"retention of both", []customers.Feed{customers.Orders, customers.Subscriptions}, "crr", "window", nil},
		{"churn of subscriptions", []customers.Feed{customers.Subscriptions}, "churn", "subscriptions", nil},
		{"retention of nothing", nil, "crr", "window", []customers.Feed{customers.Orders}},
		{"upsell of orders", []customers.Feed{customers.Orders}, "upsell", "window", nil},
		{"upsell of subscriptions alone", []customers.Feed{customers.Subscriptions}, "upsell", "subscriptions", []customers.Feed{customers.Orders}},
		{"new revenue of subscriptions", []customers.Feed{customers.Subscriptions}, "net_new_revenue", "first_months", nil},
		{"value by cost of subscriptions", []customers.Feed{customers.Subscriptions, customers.Costs}, "clv_cac", "predictive", nil},
		{"value by cost of orders", []customers.Feed{customers.Orders, customers.Costs}, "clv_cac", "formula", nil},
		{"cost of customers known by the shop's word", []customers.Feed{customers.Since, customers.Costs}, "cac", "period", nil},
		{"cost of nobody", []customers.Feed{customers.Costs}, "cac", "period", []customers.Feed{customers.Orders}},
		{"cost without costs", []customers.Feed{customers.Orders}, "cac", "period", []customers.Feed{customers.Costs}},
		{"sales without quotas", []customers.Feed{customers.Opportunities}, "quota", "won_deals", []customers.Feed{customers.Quotas}},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				s := newStocked(t, st, c.feeds...)
				january := customers.MonthOf(survey.Date(2026, 1, 1))
				p := s.open(customers.Wanted{Metric: c.metric, Span: january})
				if p.Variant != c.variant || !slices.Equal(p.Empty, c.lacks) {
					t.Errorf("%s, lacks %v; want %s, lacks %v", p.Variant, p.Empty, c.variant, c.lacks)
				}
				if len(c.lacks) > 0 && p.Now().Known {
					t.Errorf("a figure is made of what is not there: %+v", p.Now().Figure)
				}
			})
		})
	}
}

func TestAFormThatIsAskedForSaysWhatItLacks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st, customers.Subscriptions)
		february := customers.MonthOf(survey.Date(2026, 2, 1))
		for metric, want := range map[string]string{"crr": "200/3", "churn": "100/3"} {
			p := s.open(customers.Wanted{Metric: metric, Span: february})
			if f := p.Now().Figure; f.Value == nil || f.Value.RatString() != want || len(p.Empty) != 0 {
				t.Errorf("%s is %v, lacks %v", metric, f.Value, p.Empty)
			}
			p = s.open(customers.Wanted{Metric: metric, Variant: customers.Window, Span: february})
			if p.Variant != customers.Window || !slices.Equal(p.Empty, []customers.Feed{customers.Orders}) {
				t.Errorf("%s by orders: %s, lacks %v", metric, p.Variant, p.Empty)
			}
		}
	})
}

func TestAFormTypedInIsShownWhereThereAreNoFeeds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st)
		february := customers.MonthOf(survey.Date(2026, 2, 1))
		typed := customers.Manual{ID: 1, Metric: "churn", Variant: customers.Subscribed, Period: february.Period(time.UTC), Inputs: map[string]int64{"lost": 1, "base": 4}, EnteredBy: 3}
		if err := s.SaveByHand(t.Context(), typed); err != nil {
			t.Fatal(err)
		}
		if p := s.open(customers.Wanted{Metric: "churn", Span: february}); p.Variant != customers.Subscribed || p.Now().Figure.Value == nil || p.Now().Figure.Value.RatString() != "25" {
			t.Errorf("%s: %+v", p.Variant, p.Now().Figure)
		}
	})
}

func TestWhatAVariantNeedsIsReadAndItsOwn(t *testing.T) {
	for _, m := range customers.Catalogue() {
		reads := slices.Concat(m.Needs, m.Also)
		for variant, feeds := range m.Instead {
			if !slices.Contains(m.Variants, variant) {
				t.Errorf("%s has no variant %s", m.Key, variant)
			}
			for _, feed := range feeds {
				if !slices.Contains(reads, feed) {
					t.Errorf("%s %s needs %s, but does not change with it", m.Key, variant, feed)
				}
			}
		}
		for feed, others := range m.AsGood {
			for _, other := range append(others, feed) {
				if !slices.Contains(reads, other) {
					t.Errorf("%s does not read %s", m.Key, other)
				}
			}
		}
	}
}

func TestAMonthOfCohortsHasItsTableBeforeItHasAHeadline(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st)
		for i, month := range []time.Month{1, 2, 2} {
			id := survey.ID(i + 1)
			o := customers.Order{ID: id, ExternalID: fmt.Sprint(id), ContactID: id, At: time.Date(2026, month, 5, 9, 0, 0, 0, time.UTC), Currency: "EUR", Amount: 1000}
			if _, err := st.PutOrders(t.Context(), []customers.Order{o}, s.now); err != nil {
				t.Fatal(err)
			}
		}
		february := customers.MonthOf(survey.Date(2026, 2, 1))
		f := s.open(customers.Wanted{Metric: "cohorts", Span: february}).Now().Figure
		if f.Value != nil || !slices.Contains(f.Warnings, customers.NextMonthOpen) || len(f.Groups) != 1 {
			t.Fatalf("February: %+v", f)
		}
		for name, want := range map[string]string{"customers": "2", "month_0": "100", "partial_1": "0"} {
			if got := inputOf(t, f.Groups[0].Inputs, name); got == nil || got.RatString() != want {
				t.Errorf("February's %s is %v, want %s", name, got, want)
			}
		}
		if f = s.open(customers.Wanted{Metric: "cohorts", Span: february.Before(1)}).Now().Figure; f.Value == nil || slices.Contains(f.Warnings, customers.NextMonthOpen) {
			t.Errorf("January: %v %v", f.Value, f.Warnings)
		}
		if f = s.open(customers.Wanted{Metric: "cohorts", Span: february.Before(3)}).Now().Figure; f.Value != nil || slices.Contains(f.Warnings, customers.NextMonthOpen) {
			t.Errorf("a month without customers: %v %v", f.Value, f.Warnings)
		}
	})
}

func TestTheMarginAppliesToLifetimeValuesOfCounts(t *testing.T) {
	s := newStocked(t, storetest.SQLite(t))
	settings := customers.Settings{Margin: big.NewRat(2, 5)}
	for _, c := range []struct {
		metric, variant string
		in              map[string]int64
		revenue, profit string
	}{
		{"clv_historic", "to_date", map[string]int64{"revenue_to_date": 100_000, "customers_to_date": 40}, "2500", "1000"},
		{"clv_formula", "annualised", map[string]int64{"revenue": 100_000, "purchases": 2500, "customers": 500, "lifespan_months": 48}, "800", "320"},
		{"clv_predictive", "subscriptions", map[string]int64{"arpc": 5000, "lost_by_month": 5, "base_by_month": 100}, "100000", "40000"},
		{"clv_cac", "formula", map[string]int64{"clv": 900, "cac": 300}, "3", "3"},
		{"profit_pc", "historic", map[string]int64{"clv": 900, "cac": 300}, "600", "600"},
		{"mrr", "subscriptions", map[string]int64{"active_end": 100, "arpc": 50}, "5000", "5000"},
	} {
		typed := customers.Manual{Metric: c.metric, Variant: c.variant, Currency: "EUR", Inputs: c.in}
		for _, of := range []struct {
			customers.Settings
			want string
		}{{customers.Settings{}, c.revenue}, {settings, c.profit}} {
			f, ok := s.Estimate(typed, of.Settings)
			if !ok || f.Value == nil || f.Value.RatString() != of.want || !f.Estimate {
				t.Errorf("%s at a margin of %v: %v, want %s", c.metric, of.Margin, f.Value, of.want)
			}
			values := c.revenue != c.profit
			if got := slices.Contains(f.Warnings, customers.RevenueBased); got != (values && of.Margin == nil) {
				t.Errorf("%s at a margin of %v: warnings %v", c.metric, of.Margin, f.Warnings)
			}
			if got := slices.ContainsFunc(f.Inputs, func(in customers.Input) bool { return in.Name == "margin" }); got != (values && of.Margin != nil) {
				t.Errorf("%s at a margin of %v: inputs %v", c.metric, of.Margin, f.Inputs)
			}
		}
	}
}
