package customers_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// allFields compares every field of a case.
func allFields(t *testing.T, expected map[string]any, found map[string]*big.Rat) {
	t.Helper()
	for field, want := range expected {
		got, ok := found[field]
		if !ok {
			t.Errorf("%s is not compared", field)
			continue
		}
		isExactly(t, field, got, want)
	}
}

func TestRepeatPurchasesOfTheVectors(t *testing.T) {
	eachCase(t, "rpr", "rpr_orders", func(t *testing.T, st *store.Store, c vectorCase[ordersCase]) {
		c.Input.shop().tell(t, st)
		rate, odds := c.Input.figureOf(t, st, "rpr", c.Input.Mode), c.Input.figureOf(t, st, "rpr_ratio", c.Input.Mode)
		allFields(t, c.Expected, map[string]*big.Rat{
			"rate_pct": rate.Value, "ratio": odds.Value, "customers": big.NewRat(rate.N, 1),
			"repeat": inputOf(t, rate.Inputs, "repeat_customers"), "one_time": inputOf(t, rate.Inputs, "one_time_customers"),
		})
	})
}

func TestLifetimeValuesOfTheVectors(t *testing.T) {
	eachCase(t, "clv", "clv_orders", func(t *testing.T, st *store.Store, c vectorCase[ordersCase]) {
		c.Input.shop().tell(t, st)
		clv := c.Input.figureOf(t, st, "clv_formula", "unadjusted")
		allFields(t, c.Expected, map[string]*big.Rat{
			"clv": clv.Value, "lifespan_years": inputOf(t, clv.Inputs, "acl"), "apv": c.Input.figureOf(t, st, "apv", "").Value,
			"apf": c.Input.figureOf(t, st, "apf", "unadjusted").Value, "customer_value": scoring.Ratio{Num: clv.Num, Den: clv.Den}.Rat(),
			"clv_historic": c.Input.figureOf(t, st, "clv_historic", "").Value, "revenue_minor": inputOf(t, clv.Inputs, "revenue"),
			"purchases": inputOf(t, clv.Inputs, "purchases"), "customers": inputOf(t, clv.Inputs, "customers"),
		})
	})
}

func TestNewRevenueOfTheVectors(t *testing.T) {
	eachCase(t, "net_new_revenue", "net_new_revenue", func(t *testing.T, st *store.Store, c vectorCase[ordersCase]) {
		c.Input.shop().tell(t, st)
		f := c.Input.figureOf(t, st, "net_new_revenue", c.Input.Rule)
		allFields(t, c.Expected, map[string]*big.Rat{"revenue_minor": f.Value, "new_customers": inputOf(t, f.Inputs, "new_customers")})
	})
}

func TestAcquisitionCostsOfTheVectors(t *testing.T) {
	type costs struct {
		Period localPeriod
		Costs  []struct {
			Category string
			Amount   int64     `json:"amount_minor"`
			At       time.Time `json:"incurred_at"`
		}
		Customers []struct {
			Acquired time.Time `json:"acquired_at"`
		}
	}
	eachCase(t, "cac", "cac_records", func(t *testing.T, st *store.Store, c vectorCase[costs]) {
		var shop ordersShop
		for _, k := range c.Input.Costs {
			shop.costs = append(shop.costs, customers.Cost{At: k.At, Category: k.Category, Currency: "EUR", Amount: k.Amount})
		}
		for i, k := range c.Input.Customers {
			shop.acquired = append(shop.acquired, customers.Acquired{ContactID: survey.ID(i + 1), At: k.Acquired})
		}
		shop.tell(t, st)
		f := ordersCase{Period: c.Input.Period}.figureOf(t, st, "cac", "")
		allFields(t, c.Expected, map[string]*big.Rat{
			"cac_minor": f.Value, "cost_minor": inputOf(t, f.Inputs, "costs"), "new_customers": inputOf(t, f.Inputs, "acquired_customers"),
		})
	})
}
