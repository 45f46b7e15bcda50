package customers_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// eachCase runs the cases of a family that have records through the store of each engine.
func eachCase[I any](t *testing.T, family, metric string, run func(t *testing.T, st *store.Store, c vectorCase[I])) {
	for _, c := range casesOf[I](t, family, metric) {
		t.Run(c.ID, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) { run(t, st, c) })
		})
	}
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

type subscriptionsCase struct {
	Period        localPeriod
	Subscriptions []struct {
		Customer string     `json:"customer_id"`
		Started  time.Time  `json:"started_at"`
		Ended    *time.Time `json:"ended_at"`
		Amount   int64      `json:"amount_minor"`
		Span     string     `json:"interval"`
		Spans    int64      `json:"interval_count"`
	}
}

func (c subscriptionsCase) shop() (shop contractsShop) {
	ids := map[string]survey.ID{}
	for _, s := range c.Subscriptions {
		if ids[s.Customer] == 0 {
			ids[s.Customer] = survey.ID(len(ids) + 1)
		}
		shop.subscriptions = append(shop.subscriptions, customers.Subscription{
			ContactID: ids[s.Customer], Started: s.Started, Ended: orZero(s.Ended), Currency: "EUR", Amount: s.Amount, Span: scoring.Span(s.Span), Spans: s.Spans,
		})
	}
	return shop
}

func TestRecurringRevenueOfTheVectors(t *testing.T) {
	eachCase(t, "mrr", "mrr_records", func(t *testing.T, st *store.Store, c vectorCase[subscriptionsCase]) {
		shop := c.Input.shop()
		shop.tell(t, st)
		period, zone := c.Input.Period.of(t)
		value := func(metric string) *big.Rat {
			return figuresOf(t, st, customers.Request{Metric: metric, Currency: "EUR", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To})[0].Value
		}
		for field, metric := range map[string]string{
			"mrr_end": "mrr", "arpc_end": "arpc", "new_mrr": "new_mrr", "reactivation_mrr": "reactivation_mrr", "expansion_mrr": "expansion_mrr",
			"contraction_mrr": "contraction_mrr", "churned_mrr": "churned_mrr",
		} {
			isExactly(t, field, value(metric), c.Expected[field])
		}
		mrr := figuresOf(t, st, customers.Request{Metric: "mrr", Currency: "EUR", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To})[0]
		isExactly(t, "mrr_start", inputOf(t, mrr.Inputs, "mrr_start"), c.Expected["mrr_start"])
		if len(c.Expected) != 8 {
			t.Errorf("a field is not compared: %v", c.Expected)
		}
	})
}

func TestRetentionOfTheVectors(t *testing.T) {
	eachCase(t, "retention", "retention_records", func(t *testing.T, st *store.Store, c vectorCase[subscriptionsCase]) {
		shop := c.Input.shop()
		shop.tell(t, st)
		period, zone := c.Input.Period.of(t)
		for metric, field := range map[string]string{"crr": "crr_pct", "churn": "churn_pct"} {
			f := figuresOf(t, st, customers.Request{Metric: metric, Variant: "subscriptions", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To})[0]
			isExactly(t, field, f.Value, c.Expected[field])
			for _, name := range []string{"base", "active_end", "acquired", "reactivated", "retained", "lost"} {
				isExactly(t, name, inputOf(t, f.Inputs, name), c.Expected[name])
			}
		}
	})
}

func TestRenewalsOfTheVectors(t *testing.T) {
	type renewals struct {
		Period    localPeriod
		Grace     int64 `json:"grace_days"`
		Contracts []struct {
			TermEnds time.Time  `json:"term_end_at"`
			Renewed  *time.Time `json:"renewed_at"`
		}
	}
	eachCase(t, "renewal", "renewal_records", func(t *testing.T, st *store.Store, c vectorCase[renewals]) {
		var shop contractsShop
		for i, k := range c.Input.Contracts {
			shop.contracts = append(shop.contracts, customers.Contract{ContactID: survey.ID(i + 1), TermEnds: k.TermEnds, Renewed: orZero(k.Renewed)})
		}
		shop.tell(t, st)
		period, zone := c.Input.Period.of(t)
		f := figuresOf(t, st, customers.Request{
			Metric: "renewal", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To, Settings: customers.Settings{GraceDays: c.Input.Grace},
		})[0]
		isExactly(t, "rate_pct", f.Value, c.Expected["rate_pct"])
		isExactly(t, "due", inputOf(t, f.Inputs, "due"), c.Expected["due"])
		isExactly(t, "renewed", inputOf(t, f.Inputs, "renewed"), c.Expected["renewed"])
	})
}

func TestCloseRatesOfTheVectors(t *testing.T) {
	type closes struct {
		Period        localPeriod
		Mode          string
		AsOf          time.Time `json:"as_of"`
		Opportunities []struct {
			Created time.Time  `json:"created_at"`
			Closed  *time.Time `json:"closed_at"`
			Outcome *string
		}
	}
	eachCase(t, "close_rate", "close_rate_records", func(t *testing.T, st *store.Store, c vectorCase[closes]) {
		var shop contractsShop
		for _, o := range c.Input.Opportunities {
			opportunity := customers.Opportunity{Created: o.Created, Closed: orZero(o.Closed), Currency: "EUR"}
			if o.Outcome != nil {
				opportunity.Outcome = map[string]scoring.Outcome{"won": scoring.Won, "lost": scoring.Lost}[*o.Outcome]
			}
			shop.opportunities = append(shop.opportunities, opportunity)
		}
		shop.tell(t, st)
		period, zone := c.Input.Period.of(t)
		f := figuresOf(t, st, customers.Request{Metric: "close_rate", Variant: c.Input.Mode, Periods: []scoring.Period{period}, Zone: zone, AsOf: c.Input.AsOf})[0]
		isExactly(t, "rate_pct", f.Value, c.Expected["rate_pct"])
		isExactly(t, "won", inputOf(t, f.Inputs, "won"), c.Expected["won"])
		isExactly(t, "leads", inputOf(t, f.Inputs, "leads"), c.Expected["leads"])
	})
}

func TestStagesOfTheVectors(t *testing.T) {
	type history struct {
		Period  localPeriod
		History []struct {
			Opportunity int64 `json:"opportunity_id"`
			Stage       string
			Entered     time.Time  `json:"entered_at"`
			Left        *time.Time `json:"left_at"`
		}
	}
	eachCase(t, "stages", "stage_length", func(t *testing.T, st *store.Store, c vectorCase[history]) {
		var shop contractsShop
		for _, h := range c.Input.History {
			for len(shop.opportunities) < int(h.Opportunity) {
				shop.opportunities = append(shop.opportunities, customers.Opportunity{Created: h.Entered, Currency: "EUR"})
			}
			shop.stays = append(shop.stays, customers.Stay{OpportunityID: survey.ID(h.Opportunity), Stage: h.Stage, Entered: h.Entered, Left: orZero(h.Left)})
		}
		shop.tell(t, st)
		period, zone := c.Input.Period.of(t)
		f := figuresOf(t, st, customers.Request{Metric: "stage_length", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To})[0]
		if len(f.Groups) != len(c.Expected) {
			t.Errorf("%d stages, want %d", len(f.Groups), len(c.Expected))
		}
		for _, g := range f.Groups {
			want, ok := c.Expected[g.Name].(map[string]any)
			if !ok {
				t.Errorf("stage %s is not expected", g.Name)
				continue
			}
			isExactly(t, g.Name+" n", inputOf(t, g.Inputs, "n"), want["n"])
			isExactly(t, g.Name+" mean", inputOf(t, g.Inputs, "mean"), want["mean_hours"])
			isExactly(t, g.Name+" median", inputOf(t, g.Inputs, "median"), want["median_hours"])
			isExactly(t, g.Name+" open", inputOf(t, g.Inputs, "open"), want["open"])
		}
	})
}

func TestResolutionOfTheVectors(t *testing.T) {
	type tickets struct {
		Period  localPeriod
		AsOf    time.Time `json:"as_of"`
		Tickets []struct {
			Agent    string     `json:"agent_id"`
			Created  time.Time  `json:"created_at"`
			Resolved *time.Time `json:"resolved_at"`
			Excluded bool
		}
	}
	eachCase(t, "resolution", "resolution_time", func(t *testing.T, st *store.Store, c vectorCase[tickets]) {
		var shop contractsShop
		for _, k := range c.Input.Tickets {
			shop.tickets = append(shop.tickets, customers.Ticket{Agent: k.Agent, Created: k.Created, Resolved: orZero(k.Resolved), Excluded: k.Excluded})
		}
		shop.tell(t, st)
		period, zone := c.Input.Period.of(t)
		for variant, field := range map[string]string{"mean": "mean_hours", "median": "median_hours", "p90": "p90_hours"} {
			f := figuresOf(t, st, customers.Request{Metric: "resolution", Variant: variant, Periods: []scoring.Period{period}, Zone: zone, AsOf: c.Input.AsOf})[0]
			isExactly(t, field, f.Value, c.Expected[field])
			isExactly(t, "resolved", inputOf(t, f.Inputs, "n"), c.Expected["resolved"])
			isExactly(t, "overdue", inputOf(t, f.Inputs, "overdue"), c.Expected["unresolved_over_48h"])
			agents := c.Expected["by_agent"].(map[string]any)
			seen := 0
			for _, g := range f.Groups {
				want, ok := agents[g.Name].(map[string]any)
				if !ok {
					isExactly(t, g.Name+" resolved", inputOf(t, g.Inputs, "n"), 0.0) // has overdue ones only
					continue
				}
				seen++
				isExactly(t, g.Name+" n", inputOf(t, g.Inputs, "n"), want["n"])
				isExactly(t, g.Name+" mean", inputOf(t, g.Inputs, "mean"), want["mean_hours"])
			}
			if seen != len(agents) {
				t.Errorf("%d agents, want %d", seen, len(agents))
			}
		}
	})
}
