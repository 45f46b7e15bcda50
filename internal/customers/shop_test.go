package customers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// contractsShop is all that a shop told of what the metrics of contracts are made from.
type contractsShop struct {
	orders        []customers.Order
	acquired      []customers.Acquired
	subscriptions []customers.Subscription
	contracts     []customers.Contract
	opportunities []customers.Opportunity
	stays         []customers.Stay
	quotas        []customers.Quota
	tickets       []customers.Ticket
	memberships   []customers.Membership
	rewards       []customers.Reward
}

// number gives records ids and the shop's numbers of them, in their order.
func (s *contractsShop) number() {
	for i := range s.orders {
		s.orders[i].ID, s.orders[i].ExternalID = survey.ID(i+1), fmt.Sprint("o", i)
	}
	for i := range s.subscriptions {
		s.subscriptions[i].ID, s.subscriptions[i].ExternalID = survey.ID(i+1), fmt.Sprint("s", i)
	}
	for i := range s.contracts {
		s.contracts[i].ID, s.contracts[i].ExternalID = survey.ID(i+1), fmt.Sprint("c", i)
	}
	for i := range s.opportunities {
		s.opportunities[i].ID, s.opportunities[i].ExternalID = survey.ID(i+1), fmt.Sprint("p", i)
	}
	for i := range s.tickets {
		s.tickets[i].ID, s.tickets[i].ExternalID = survey.ID(i+1), fmt.Sprint("t", i)
	}
	for i := range s.rewards {
		s.rewards[i].ID, s.rewards[i].ExternalID = survey.ID(i+1), fmt.Sprint("r", i)
	}
}

// tell numbers the records and stores them.
func (s *contractsShop) tell(t testing.TB, st *store.Store) {
	t.Helper()
	s.number()
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	put(t, st.PutOrders, s.orders, at)
	put(t, st.PutCustomers, s.acquired, at)
	put(t, st.PutSubscriptions, s.subscriptions, at)
	put(t, st.PutContracts, s.contracts, at)
	put(t, st.PutOpportunities, s.opportunities, at)
	put(t, st.PutStays, s.stays, at)
	put(t, st.PutQuotas, s.quotas, at)
	put(t, st.PutTickets, s.tickets, at)
	put(t, st.PutMemberships, s.memberships, at)
	put(t, st.PutRewards, s.rewards, at)
}

func put[T any](t testing.TB, store func(context.Context, []T, time.Time) ([]people.Fate, error), records []T, at time.Time) {
	t.Helper()
	putIn(context.Background(), t, store, records, at)
}

// putIn is put in the transaction of ctx.
func putIn[T any](ctx context.Context, t testing.TB, store func(context.Context, []T, time.Time) ([]people.Fate, error), records []T, at time.Time) {
	t.Helper()
	for len(records) > 0 {
		n := min(len(records), 5000)
		fates, err := store(ctx, records[:n], at)
		if err != nil {
			t.Fatal(err)
		}
		for i, fate := range fates {
			if fate != people.Added {
				t.Fatalf("record %d of %d: %v", i, n, fate)
			}
		}
		records = records[n:]
	}
}

// metricOf finds a metric of the catalogue.
func metricOf(t testing.TB, key string) customers.Metric {
	t.Helper()
	for _, m := range customers.Catalogue() {
		if m.Key == key {
			return m
		}
	}
	t.Fatalf("no metric %s", key)
	return customers.Metric{}
}

// figuresOf computes a metric.
func figuresOf(t testing.TB, src customers.Source, r customers.Request) []customers.Figure {
	t.Helper()
	return figuresIn(context.Background(), t, src, r)
}

// figuresIn is figuresOf in the transaction of ctx.
func figuresIn(ctx context.Context, t testing.TB, src customers.Source, r customers.Request) []customers.Figure {
	t.Helper()
	figures, err := metricOf(t, r.Metric).Calculate(ctx, src, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) != len(r.Periods) {
		t.Fatalf("%d figures of %d periods", len(figures), len(r.Periods))
	}
	return figures
}

// inputOf is a named number of a figure or a group, nil for no data.
func inputOf(t testing.TB, inputs []customers.Input, name string) *big.Rat {
	t.Helper()
	for _, in := range inputs {
		if in.Name == name {
			return in.Value
		}
	}
	t.Fatalf("no input %s in %v", name, inputs)
	return nil
}

// vectorCase is a case of the metric specification.
type vectorCase[I any] struct {
	ID, Metric string
	Input      I
	Expected   map[string]any
}

// casesOf reads the cases of a family that are about records.
func casesOf[I any](t *testing.T, family string, metric string) (cases []vectorCase[I]) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "scoring", "testdata", family+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []vectorCase[json.RawMessage]
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Metric != metric {
			continue
		}
		of := vectorCase[I]{ID: c.ID, Metric: c.Metric, Expected: c.Expected}
		if err := json.Unmarshal(c.Input, &of.Input); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, of)
	}
	if len(cases) == 0 {
		t.Fatalf("no case of %s", metric)
	}
	return cases
}

// isExactly compares a number with what a case expects: a whole number, a fraction, or null.
func isExactly(t *testing.T, what string, got *big.Rat, want any) {
	t.Helper()
	var expected *big.Rat
	switch want := want.(type) {
	case float64:
		expected = new(big.Rat).SetFloat64(want)
	case map[string]any:
		expected = big.NewRat(int64(want["num"].(float64)), int64(want["den"].(float64)))
	}
	if (got == nil) != (expected == nil) || got != nil && got.Cmp(expected) != 0 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// localPeriod is the period of a case: dates of its zone.
type localPeriod struct{ Start, End, TZ string }

func (p localPeriod) of(t *testing.T) (scoring.Period, *time.Location) {
	t.Helper()
	zone, err := time.LoadLocation(p.TZ)
	if err != nil {
		t.Fatal(err)
	}
	var dates [2]time.Time
	for i, text := range []string{p.Start, p.End} {
		if dates[i], err = time.Parse(time.DateOnly, text); err != nil {
			t.Fatal(err)
		}
	}
	return scoring.LocalPeriod(dates[0], dates[1], zone), zone
}
