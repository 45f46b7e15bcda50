package customers_test

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
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
	visitEach(t, "rpr", "rpr_orders", ordersCase.shop, func(ctx context.Context, t *testing.T, st *store.Store, c vectorCase[ordersCase]) {
		rate, odds := c.Input.figureOf(ctx, t, st, "rpr", c.Input.Mode), c.Input.figureOf(ctx, t, st, "rpr_ratio", c.Input.Mode)
		allFields(t, c.Expected, map[string]*big.Rat{
			"rate_pct": rate.Value, "ratio": odds.Value, "customers": big.NewRat(rate.N, 1),
			"repeat": inputOf(t, rate.Inputs, "repeat_customers"), "one_time": inputOf(t, rate.Inputs, "one_time_customers"),
		})
	})
}

func TestLifetimeValuesOfTheVectors(t *testing.T) {
	visitEach(t, "clv", "clv_orders", ordersCase.shop, func(ctx context.Context, t *testing.T, st *store.Store, c vectorCase[ordersCase]) {
		clv := c.Input.figureOf(ctx, t, st, "clv_formula", "unadjusted")
		allFields(t, c.Expected, map[string]*big.Rat{
			"clv": clv.Value, "lifespan_years": inputOf(t, clv.Inputs, "acl"), "apv": c.Input.figureOf(ctx, t, st, "apv", "").Value,
			"apf": c.Input.figureOf(ctx, t, st, "apf", "unadjusted").Value, "customer_value": by(inputOf(t, clv.Inputs, "revenue"), inputOf(t, clv.Inputs, "customers")),
			"clv_historic": c.Input.figureOf(ctx, t, st, "clv_historic", "").Value, "revenue_minor": inputOf(t, clv.Inputs, "revenue"),
			"purchases": inputOf(t, clv.Inputs, "purchases"), "customers": inputOf(t, clv.Inputs, "customers"),
		})
	})
}

func TestNewRevenueOfTheVectors(t *testing.T) {
	visitEach(t, "net_new_revenue", "net_new_revenue", ordersCase.shop, func(ctx context.Context, t *testing.T, st *store.Store, c vectorCase[ordersCase]) {
		f := c.Input.figureOf(ctx, t, st, "net_new_revenue", c.Input.Rule)
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
	toShop := func(c costs) *ordersShop {
		shop := &ordersShop{}
		for _, k := range c.Costs {
			shop.costs = append(shop.costs, customers.Cost{At: k.At, Category: k.Category, Currency: "EUR", Amount: k.Amount})
		}
		for i, k := range c.Customers {
			shop.acquired = append(shop.acquired, customers.Acquired{ContactID: survey.ID(i + 1), At: k.Acquired})
		}
		return shop
	}
	visitEach(t, "cac", "cac_records", toShop, func(ctx context.Context, t *testing.T, st *store.Store, c vectorCase[costs]) {
		f := ordersCase{Period: c.Input.Period}.figureOf(ctx, t, st, "cac", "")
		allFields(t, c.Expected, map[string]*big.Rat{
			"cac_minor": f.Value, "cost_minor": inputOf(t, f.Inputs, "costs"), "new_customers": inputOf(t, f.Inputs, "acquired_customers"),
		})
	})
}
