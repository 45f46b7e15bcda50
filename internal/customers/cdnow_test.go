package customers_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// realFigure is what a file of orders must show, computed elsewhere.
type realFigure struct {
	metric, variant string
	from, to        string
	daily           bool
	num, den        int64
	text            string // rounded to three decimals, or to whole minor units
}

// cdnow are the figures of every order of a cohort of customers of CDNOW.
var cdnow = []realFigure{
	{"rpr", "in_window", "1997-01-01", "1998-07-01", false, 11_662, 23_570, "49.478"},
	{"rpr", "lifetime", "1997-01-01", "1998-07-01", false, 11_662, 23_570, "49.478"},
	{"rpr", "in_window", "1997-01-01", "1998-07-01", true, 11_516, 23_570, "48.859"},
	{"rpr_ratio", "in_window", "1997-01-01", "1998-07-01", false, 11_662, 11_908, "0.979"},
	{"repurchase", "next_period", "1997-01-01", "1997-02-01", false, 1_157, 7_846, "14.746"},
	{"clv_historic", "to_date", "1997-01-01", "1998-07-01", false, 250_031_563, 23_570, "10608"},
	{"acl", "measured", "1997-01-01", "1998-07-01", false, 2_119_288, 5_739_295, "0.369"},
}

// small are those of a file of our own.
var small = []realFigure{
	{"rpr", "in_window", "2026-01-01", "2026-04-01", false, 3, 4, "75.000"},
	{"rpr", "in_window", "2026-01-01", "2026-04-01", true, 2, 4, "50.000"},
	{"rpr_ratio", "in_window", "2026-01-01", "2026-04-01", false, 3, 1, "3.000"},
	{"repurchase", "next_period", "2026-01-01", "2026-02-01", false, 1, 3, "33.333"},
	{"clv_historic", "to_date", "2026-01-01", "2026-04-01", false, 10_000, 4, "2500"},
}

// TestRealOrdersShowTheirFigures reads the orders of CDNOW from the folder SURVEYD_DATA. Without it a small file of our own stands in.
func TestRealOrdersShowTheirFigures(t *testing.T) {
	file, figures := filepath.Join(os.Getenv("SURVEYD_DATA"), "cdnow_orders.csv"), cdnow
	if os.Getenv("SURVEYD_DATA") == "" {
		fmt.Println("SURVEYD_DATA names no folder of real data: the small file in testdata stands in for it")
		file, figures = filepath.Join("testdata", "orders.csv"), small
	}
	shop := ordersOfFile(t, file)
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		shop.tell(t, st)
		for _, want := range figures {
			want.check(t, st, nil)
		}
		if len(shop.orders) > 1000 { // the year's formula with the lifespan of the whole file, as the specification quotes it
			// 202,416,126 of revenue by 23,570 customers, over 2,119,288 / 5,739,295 years, in lowest terms.
			f := realFigure{"clv_formula", "annualised", "1997-01-01", "1998-01-01", false, 214_489_033_419_144, 67_637_591_575, "3171"}
			f.check(t, st, big.NewRat(2_119_288, 5_739_295))
		}
	})
}

func (want realFigure) check(t *testing.T, src customers.Source, lifespan *big.Rat) {
	t.Helper()
	period, zone := localPeriod{want.from, want.to, "UTC"}.of(t)
	r := customers.Request{
		Metric: want.metric, Variant: want.variant, Currency: "USD", Periods: []scoring.Period{period}, Zone: zone, AsOf: time.Date(2026, 11, 1, 0, 0, 0, 0, zone),
		Settings: customers.Settings{OncePerDay: want.daily, Lifespan: lifespan},
	}
	f := figuresOf(t, src, r)[0]
	decimals := 3
	if f.Unit == customers.Money {
		decimals = 0
	}
	if got := scoring.RoundRat(f.Value, decimals); got != want.text || f.Num != want.num || f.Den != want.den {
		t.Errorf("%s %s: %s (%d of %d), want %s (%d of %d)", want.metric, want.variant, got, f.Num, f.Den, want.text, want.num, want.den)
	}
}

// ordersOfFile reads columns order_id, customer_id, ordered_at, amount_cents.
func ordersOfFile(t *testing.T, path string) *ordersShop {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := csv.NewReader(file)
	if _, err := rows.Read(); err != nil {
		t.Fatal(err)
	}
	shop := &ordersShop{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return shop
		}
		if err != nil {
			t.Fatal(err)
		}
		var n [3]int64
		for i, text := range []string{row[0], row[1], row[3]} {
			if n[i], err = strconv.ParseInt(text, 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		at, err := time.Parse(time.DateOnly, row[2])
		if err != nil {
			t.Fatal(err)
		}
		shop.orders = append(shop.orders, customers.Order{ID: survey.ID(n[0]), ContactID: survey.ID(n[1]), At: at, Currency: "USD", Amount: n[2]})
	}
}

// TestLifespanOfAFewMonthsIsImplausible has the shape of CDNOW's year: most customers buy once, so the measured lifespan is a few months.
func TestLifespanOfAFewMonthsIsImplausible(t *testing.T) {
	shop := ordersShop{}
	at := time.Date(2025, 1, 10, 0, 0, 0, 0, time.UTC)
	for i := range 10 {
		shop.orders = append(shop.orders, customers.Order{ID: survey.ID(i + 1), ContactID: survey.ID(i + 1), At: at, Currency: "USD", Amount: 4000})
	}
	shop.orders = append(shop.orders, customers.Order{ID: 11, ContactID: 1, At: at.AddDate(0, 6, 0), Currency: "USD", Amount: 4000})
	st := storetest.SQLite(t)
	shop.tell(t, st)
	f := ordersCase{Period: localPeriod{"2025-01-01", "2026-01-01", "UTC"}}
	period, zone := f.Period.of(t)
	got := figuresOf(t, st, customers.Request{Metric: "clv_formula", Currency: "USD", Periods: []scoring.Period{period}, Zone: zone, AsOf: period.To})[0]
	want := big.NewRat(4400*181*24*10, 365*24*10+60) // 44.00 a year for 181 of 365.25 days, by ten
	want.Quo(want, big.NewRat(10, 1))
	if !same(got.Value, want) || fmt.Sprint(got.Warnings) != fmt.Sprint([]customers.Warning{customers.LifespanCensored, customers.Implausible, customers.RevenueBased}) {
		t.Errorf("%v %v, want %v and warnings", got.Value, got.Warnings, want)
	}
}
