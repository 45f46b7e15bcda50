package customers_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestQuotasByHandAreQuotasUntilAFeedTellsOfThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st, customers.Opportunities) // Ann won three of 5.00 in February
		february := customers.MonthOf(survey.Date(2026, 2, 1))
		q := customers.Quota{Agent: " Ann ", Period: february.Period(time.UTC), Currency: "EUR", Amount: 3000}
		attained := func(when, want string, byHand bool) {
			t.Helper()
			p := s.open(customers.Wanted{Metric: "quota", Span: february})
			got := "nothing"
			if p.Now().Known && p.Now().Figure.Value != nil {
				got = p.Now().Figure.Value.RatString()
			}
			if got != want || slices.Contains(p.Now().Figure.Warnings, customers.QuotasByHand) != byHand {
				t.Errorf("%s: %s %v, want %s", when, got, p.Now().Figure.Warnings, want)
			}
		}
		attained("without a quota", "nothing", false)
		for range 2 { // the second changes nothing
			if err := s.SaveQuota(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		attained("by hand", "50", true)
		q.Agent, q.Amount = "Ann", 1500
		if err := s.SaveQuota(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		attained("changed", "100", true)
		if all, err := s.TypedQuotas(t.Context()); err != nil || len(all) != 1 || !all[0].ByHand || all[0].Agent != "Ann" || all[0].Amount != 1500 {
			t.Errorf("typed in are %+v, %v", all, err)
		}
		if err := s.RemoveQuota(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		attained("removed", "nothing", false)
		if err := s.RemoveQuota(t.Context(), q); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("removed twice: %v", err)
		}
		if err := s.SaveQuota(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		q.Amount = 500
		if _, err := st.PutQuotas(t.Context(), []customers.Quota{q}, s.now); err != nil {
			t.Fatal(err)
		}
		attained("told by a feed", "300", false)
		if err := s.SaveQuota(t.Context(), q); !errors.Is(err, customers.ErrQuotaTold) {
			t.Errorf("over one that a feed tells of: %v", err)
		}
		if err := s.RemoveQuota(t.Context(), q); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("one of a feed is removed: %v", err)
		}
	})
}

func TestAQuotaThatCannotBeIsNotStored(t *testing.T) {
	s := newStocked(t, storetest.SQLite(t))
	period := customers.YearOf(survey.Date(2026, 1, 1)).Period(time.UTC)
	good := customers.Quota{Agent: "Ann", Period: period, Currency: "EUR", Amount: 1}
	for name, c := range map[string]struct {
		spoil func(*customers.Quota)
		want  error
	}{
		"of nobody":           {func(q *customers.Quota) { q.Agent = " \n " }, customers.ErrNoSeller},
		"of a novel":          {func(q *customers.Quota) { q.Agent = strings.Repeat("ж", customers.LongestSeller+1) }, customers.ErrNoSeller},
		"of 0":                {func(q *customers.Quota) { q.Amount = 0 }, customers.ErrNoQuota},
		"of less than 0":      {func(q *customers.Quota) { q.Amount = -1 }, customers.ErrNoQuota},
		"of more than is":     {func(q *customers.Quota) { q.Amount = customers.MostTyped + 1 }, customers.ErrNoQuota},
		"of no time":          {func(q *customers.Quota) { q.Period.To = q.Period.From }, customers.ErrQuotaPeriod},
		"in no currency":      {func(q *customers.Quota) { q.Currency = "euro" }, survey.ErrNotFound},
		"of just long a name": {func(q *customers.Quota) { q.Agent = strings.Repeat("ж", customers.LongestSeller) }, nil},
	} {
		q := good
		c.spoil(&q)
		if err := s.SaveQuota(t.Context(), q); !errors.Is(err, c.want) {
			t.Errorf("a quota %s: %v, want %v", name, err, c.want)
		}
	}
	if all, err := s.TypedQuotas(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("stored are %d, %v", len(all), err)
	}
	typed := customers.Manual{Metric: "quota", Variant: customers.WonDeals, Period: period, Currency: "EUR", Inputs: map[string]int64{"actual": 5, "quota": 0}}
	if err := s.SaveByHand(t.Context(), typed); !errors.Is(err, survey.ErrNotFound) {
		t.Errorf("counts with a quota of 0: %v", err)
	}
}
