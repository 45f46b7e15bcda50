package customers_test

import (
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestWhoSwitchesTheCurrencyIsNeitherLostNorNew: the sums of each currency still add up (metrics 4.7).
func TestWhoSwitchesTheCurrencyIsNeitherLostNorNew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newStocked(t, st)
		january, february := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), time.Date(2026, 2, 5, 9, 0, 0, 0, time.UTC)
		_, err := st.PutSubscriptions(t.Context(), []customers.Subscription{
			{ID: 1, ExternalID: "1", ContactID: 1, Started: january, Ended: february, Currency: "EUR", Amount: 1000, Span: scoring.Month, Spans: 1},
			{ID: 2, ExternalID: "2", ContactID: 1, Started: february, Currency: "USD", Amount: 1100, Span: scoring.Month, Spans: 1},
			{ID: 3, ExternalID: "3", ContactID: 2, Started: february, Currency: "USD", Amount: 300, Span: scoring.Month, Spans: 1},
		}, s.now)
		if err != nil {
			t.Fatal(err)
		}
		for currency, want := range map[string]map[string]string{
			"EUR": {"mrr_start": "1000", "new_mrr": "0", "reactivation_mrr": "0", "expansion_mrr": "0", "contraction_mrr": "1000", "churned_mrr": "0", "currency_switched": "1"},
			"USD": {"mrr_start": "0", "new_mrr": "300", "reactivation_mrr": "0", "expansion_mrr": "1100", "contraction_mrr": "0", "churned_mrr": "0", "currency_switched": "1"},
		} {
			f := s.open(customers.Wanted{Metric: "mrr", Currency: currency, Span: customers.MonthOf(survey.Date(2026, 2, 1))}).Now().Figure
			for name, value := range want {
				if got := inputOf(t, f.Inputs, name); got.RatString() != value {
					t.Errorf("%s in %s is %s, want %s", name, currency, got.RatString(), value)
				}
			}
			if len(f.Warnings) != 1 || f.Warnings[0] != customers.CurrencySwitched {
				t.Errorf("%s: warnings %v", currency, f.Warnings)
			}
		}
	})
}
