package worth_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// TestRiskOfRealCustomers reads the orders of CDNOW from the folder SURVEYD_DATA: 23,570 customers of whom nothing is known but what they bought. The figures it wants were
// computed by a program of another language from the definitions alone.
func TestRiskOfRealCustomers(t *testing.T) {
	folder := os.Getenv("SURVEYD_DATA")
	if folder == "" {
		fmt.Println("SURVEYD_DATA names no folder of real data: the risk of real customers is not checked")
		return
	}
	f, err := os.Open(filepath.Join(folder, "cdnow_orders.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s, numbers := shop{}, map[string]int{}
	for _, r := range rows[1:] {
		at, err := time.Parse(time.DateOnly, r[2])
		if err != nil {
			t.Fatal(err)
		}
		cents, err := strconv.ParseInt(r[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if numbers[r[1]] == 0 {
			numbers[r[1]] = len(numbers) + 1
		}
		s.orders = append(s.orders, order{customer: numbers[r[1]], currency: "EUR", at: at, amount: cents})
	}
	s.customers = len(numbers)
	st := storetest.SQLite(t)
	publish(t, st)
	s.store(t, st)
	job := service(st)
	job.Now = func() time.Time { return time.Date(1998, 7, 1, 0, 0, 0, 0, time.UTC) }
	if err := job.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	pictures, err := st.Pictures(t.Context())
	if err != nil || len(pictures) != 1 {
		t.Fatalf("%d pictures, %v", len(pictures), err)
	}
	r := pictures[0].Risk
	if r.Refused != worth.Computed || r.Train.N != 23_570 || r.Train.Stayed != 17_233 || r.Check.N != 23_336 || r.Check.Stayed != 18_008 {
		t.Errorf("%q, trained on %+v, checked on %+v", r.Refused, r.Train, r.Check)
	}
	if math.Abs(r.AUC-0.803799886695) > 1e-9 || math.Abs(r.Expected-17_003.6580503794) > 1e-6 {
		t.Errorf("AUC %v, %v expected", r.AUC, r.Expected)
	}
	want := map[worth.Feature]float64{worth.Recency: 1.33652516486, worth.Frequency: 0.53602032844, worth.Spent: 0.85494876265}
	for _, term := range r.Terms {
		if math.Abs(term.Odds-want[term.Feature]) > 1e-9 {
			t.Errorf("%s: odds %v, want %v", term.Feature, term.Odds, want[term.Feature])
		}
	}
	var customers, lifetime int64
	for _, segment := range pictures[0].Segments {
		customers, lifetime = customers+segment.Customers, lifetime+segment.Lifetime
	}
	if customers != 23_570 || lifetime != 250_031_563 {
		t.Errorf("%d customers brought %d cents", customers, lifetime)
	}
}
