package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// shopWithStore is a manager of a shop that has nothing yet, and the store to put it into.
func shopWithStore(t *testing.T) (*site, *browser, *store.Store) {
	t.Helper()
	var st *store.Store
	s := newSite(t, func(d *server.Deps) { st = d.Care.Log.(*store.Store) })
	s.add("boss", account.Manager)
	return s, s.signedIn("boss"), st
}

// TestAFileOfCohortsHasAColumnForAMonth, whether it is over for a cohort or not.
func TestAFileOfCohortsHasAColumnForAMonth(t *testing.T) {
	s, b, st := shopWithStore(t)
	for i, month := range []time.Month{1, 2, 3} {
		id := survey.ID(7001 + i)
		at := time.Date(2026, month, 4, 9, 0, 0, 0, time.UTC)
		if _, err := st.PutOrders(t.Context(), []customers.Order{{ID: id, ExternalID: fmt.Sprint(id), ContactID: id, At: at, Currency: "EUR", Amount: 100}}, s.now); err != nil {
			t.Fatal(err)
		}
	}
	rows := table(t, b, "/metrics/customer-cohorts/groups.csv?period=2026")
	head := strings.Join(rows[0], " ")
	if strings.Contains(head, "partial") || !strings.HasPrefix(head, "group customers month_0 month_1") || !strings.HasSuffix(head, " month_not_over") {
		t.Errorf("the columns are %s", head)
	}
	for _, row := range rows[1:] {
		open := row[len(row)-1]
		at := slices.Index(rows[0], open)
		if at < 2 || row[at] == "" && row[1] != "0.000" || slices.ContainsFunc(row[at+1:len(row)-1], func(cell string) bool { return cell != "" }) {
			t.Errorf("cohort %s: %s is not over: %q", row[0], open, row)
		}
	}
}

// TestAMedianIsNotExplainedByItself: "72 h = 72 h" tells nobody anything.
func TestAMedianIsNotExplainedByItself(t *testing.T) {
	s, b, st := shopWithStore(t)
	created := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for i := range survey.ID(3) {
		v := customers.Ticket{ID: 1 + i, ExternalID: fmt.Sprint(i), Agent: "Ann", Created: created, Resolved: created.Add(time.Duration(24*(i+2)) * time.Hour)}
		if _, err := st.PutTickets(t.Context(), []customers.Ticket{v}, s.now); err != nil {
			t.Fatal(err)
		}
	}
	for mode, want := range map[string]string{"median": "the middle one of 3 lengths of time = 72.0", "mean": "sum of 3 lengths of time ÷ their number = 72.0"} {
		if got := shown(t, b, "/metrics/resolution-time?period=2026-01&mode="+mode).Find("dl.formula").Text(); !strings.Contains(got, want) {
			t.Errorf("%s is explained by %q", mode, got)
		}
	}
	bought := customers.Order{ID: 9, ExternalID: "9", ContactID: 9, At: created, Currency: "EUR", Amount: 6800}
	if _, err := st.PutOrders(t.Context(), []customers.Order{bought}, s.now); err != nil {
		t.Fatal(err)
	}
	if got := shown(t, b, "/metrics/net-new-revenue?period=2026-01").Find("dl.formula").Text(); strings.Count(got, "=") != 1 {
		t.Errorf("a sum is explained by %q", got)
	}
}
