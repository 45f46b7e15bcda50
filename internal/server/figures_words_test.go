package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestACloseRateOfThoseDecidedSaysSo: won and lost are not all leads.
func TestACloseRateOfThoseDecidedSaysSo(t *testing.T) {
	s, b, st := shopWithStore(t)
	created := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for i, outcome := range []scoring.Outcome{scoring.Won, scoring.Lost} {
		v := customers.Opportunity{ID: survey.ID(1 + i), ExternalID: fmt.Sprint(i), Agent: "Ann", Created: created, Closed: created.AddDate(0, 0, 3), Outcome: outcome, Currency: "EUR", Amount: 100}
		if _, err := st.PutOpportunities(t.Context(), []customers.Opportunity{v}, s.now); err != nil {
			t.Fatal(err)
		}
	}
	for mode, want := range map[string]string{"closed": "won ÷ decided (won or lost)", "funnel": "won ÷ leads"} {
		doc := shown(t, b, "/metrics/close-rate?period=2026-01&mode="+mode)
		if got := doc.Find("dl.formula").Text(); !strings.Contains(got, want) {
			t.Errorf("%s is explained by %q", mode, got)
		}
		hand := doc.Find(`.hero a[href*="by-hand"]`).AttrOr("href", "")
		if got := shown(t, b, hand).Find(`form [name="mode"]`).AttrOr("value", ""); got != mode {
			t.Errorf("%s: %s opens the form of %q", mode, hand, got)
		}
	}
}

// TestLengthsOfTimeHaveNoFractionInFiles: milliseconds by milliseconds are nothing that anybody counted, and n stands once.
func TestLengthsOfTimeHaveNoFractionInFiles(t *testing.T) {
	s, b, st := shopWithStore(t)
	created := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	v := customers.Ticket{ID: 1, ExternalID: "1", Agent: "Ann", Created: created, Resolved: created.Add(time.Hour)}
	if _, err := st.PutTickets(t.Context(), []customers.Ticket{v}, s.now); err != nil {
		t.Fatal(err)
	}
	rows := table(t, b, "/metrics/resolution-time/trend.csv?period=2026-01")
	last := rows[len(rows)-1]
	if got := strings.Join(last[4:10], " "); got != "1.0000 hours    1" {
		t.Errorf("the file ends with %q", got)
	}
	if at := slices.Index(rows[0], "n"); slices.Contains(rows[0][at+1:], "n") {
		t.Errorf("n stands twice in %q", rows[0])
	}
}

// TestAFigureSaysWhenItWasMade, on the screen too, and a frequency what a short period does to it.
func TestAFigureSaysWhenItWasMade(t *testing.T) {
	_, b := shopWithOrders(t)
	doc := shown(t, b, "/metrics/purchase-frequency?period=2026-02")
	if got := doc.Find(".lead").Text(); !strings.Contains(got, "As of ") || !strings.Contains(got, "time zone") {
		t.Errorf("the page leads with %q", got)
	}
	if got := doc.Find(".banner").Text(); !strings.Contains(got, "shorter than a year") {
		t.Errorf("a month is warned of with %q", got)
	}
	if got := doc.Find("dl.formula dd").Last().Text(); !strings.Contains(got, "4 ÷ 3 ÷ 0.083333\u00a0years = 16.0000") {
		t.Errorf("the panel says %q", got)
	}
	if got := shown(t, b, "/metrics/purchase-frequency?period=2026").Find(".banner").Text(); strings.Contains(got, "shorter than a year") {
		t.Errorf("a year is warned of with %q", got)
	}
}

// TestEveryStepToRecurringRevenueHasAName, the end of it too.
func TestEveryStepToRecurringRevenueHasAName(t *testing.T) {
	_, b := shopWithSubscriptions(t)
	rows := shown(t, b, "/metrics/monthly-recurring-revenue?period=2026-02").Find(".board table").Last().Find("tbody tr")
	if got := rows.Last().Text(); rows.Length() < 2 || !strings.Contains(got, "At the end") {
		t.Errorf("the last of %d rows says %q", rows.Length(), got)
	}
}
