package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// shopWithSubscriptions is a manager of a shop that has sent nothing but four subscriptions since January 2026, of which one ended in February.
func shopWithSubscriptions(t *testing.T) (*site, *browser) {
	t.Helper()
	var st *store.Store
	s := newSite(t, func(d *server.Deps) { st = d.Care.Log.(*store.Store) })
	s.add("boss", account.Manager)
	for i := range survey.ID(4) {
		v := customers.Subscription{
			ID: i + 1, ExternalID: fmt.Sprint("S", i), ContactID: i + 1, Started: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), Currency: "EUR", Amount: 1000, Span: scoring.Month, Spans: 1,
		}
		if i == 0 {
			v.Ended = time.Date(2026, 2, 10, 9, 0, 0, 0, time.UTC)
		}
		if _, err := st.PutSubscriptions(t.Context(), []customers.Subscription{v}, s.now); err != nil {
			t.Fatal(err)
		}
	}
	return s, s.signedIn("boss")
}

func TestAShopWithSubscriptionsSeesTheFormsThatItCanHave(t *testing.T) {
	s, b := shopWithSubscriptions(t)
	all := shown(t, b, "/metrics?period=2026-02")
	if got := all.Find(`.board a[href^="/metrics/customer-churn-rate"]`).Closest("tr").Text(); !strings.Contains(got, "25.0") || !strings.Contains(got, "by subscriptions") {
		t.Errorf("the overview's churn: %q", got)
	}
	for slug, want := range map[string]string{"customer-acquisition-cost": "needs marketing and sales costs, orders", "upsell-rate": "needs subscriptions, orders"} {
		if got := all.Find(`.board p a[href^="/metrics/` + slug + `"]`).Parent().Text(); !strings.Contains(got, want) {
			t.Errorf("the overview says of %s: %q, want %q", slug, got, want)
		}
	}
	page := shown(t, b, "/metrics/customer-retention-rate?period=2026-02")
	if got := page.Find("h1").Text() + page.Find(".banner").Text(); !strings.Contains(got, "75.0%") || strings.Contains(got, "Nothing has been imported") {
		t.Errorf("retention: %q", got)
	}
	page = shown(t, b, "/metrics/customer-retention-rate?period=2026-02&mode=window")
	if got := page.Find(".banner").Text(); !strings.Contains(got, "Nothing has been imported for: orders") {
		t.Errorf("retention by orders: %q", got)
	}
	program := s.program(s.add("chief", account.Admin), account.Scopes()...)
	for query, want := range map[string][]string{
		"":             {`"mode":"subscriptions"`, `"lacks":[]`, `"value":75.0000`},
		"&mode=window": {`"mode":"window"`, `"lacks":["orders"]`},
	} {
		p := program.get("/api/v1/metrics/customer-retention-rate?period=2026-02" + query)
		for _, text := range want {
			if p.status != http.StatusOK || !strings.Contains(p.body, text) {
				t.Errorf("programs read %d %s, without %s", p.status, p.body, text)
			}
		}
	}
	for _, row := range table(t, b, "/metrics/all.csv?period=2026-02") {
		if row[0] == "customer-churn-rate" && strings.Join(row[1:6], " ") != "subscriptions 2026-02-01 2026-02-28 25.0000 percent" {
			t.Errorf("the file says %q", row)
		}
	}
}

func TestAMonthOfCohortsSaysWhatToChoose(t *testing.T) {
	_, b := shopWithOrders(t)
	page := shown(t, b, "/metrics/customer-cohorts?period=2026-02")
	if got := page.Find(".banner").Text(); !strings.Contains(got, "For a headline choose January 2026 or earlier") {
		t.Errorf("February's cohorts: %q", got)
	}
	if got := page.Find(".board table").Last().Find("tbody tr"); got.Length() != 1 || !strings.Contains(got.Text(), "February 2026") || !strings.Contains(got.Text(), "100.0%") {
		t.Errorf("February's table: %q", got.Text())
	}
	if got := shown(t, b, "/metrics?period=2026-02").Find(`.board a[href^="/metrics/customer-cohorts"]`).Closest("tr").Text(); !strings.Contains(got, "next month still open") {
		t.Errorf("the overview: %q", got)
	}
	if got := shown(t, b, "/metrics/customer-cohorts?period=2026-01").Find("h1").Text() + page.Find(".none").Text(); !strings.Contains(got, "0.0%") {
		t.Errorf("January's cohorts: %q", got)
	}
}

func TestTheMarginOfTheSettingsIsInWhatIsTypedIn(t *testing.T) {
	s, _ := shopWithOrders(t)
	b := s.signedIn("chief")
	b.post("/settings/figures", "margin", "12,5").wants(t, http.StatusSeeOther)
	const historic, ratio = "/metrics/historic-customer-lifetime-value", "/metrics/lifetime-value-to-acquisition-cost"
	b.get(historic+"/by-hand").wants(t, http.StatusOK, "The gross margin of 12.5% from the settings is applied", "× gross margin")
	b.post(historic+"/by-hand", "mode", "to_date", "period", "2025-12", "currency", "EUR", "input.revenue_to_date", "1000", "input.customers_to_date", "10").wants(t, http.StatusSeeOther)
	b.get(historic+"/by-hand").wants(t, http.StatusOK, "12.50\u00a0EUR")
	if got := shown(t, b, historic+"?period=2025-12").Find("dl.formula").Text(); !strings.Contains(got, "1,000.00\u00a0EUR ÷ 10 × 12.5% = 12.50\u00a0EUR") {
		t.Errorf("the panel says %q", got)
	}
	b.get(ratio+"/by-hand").wants(t, http.StatusOK, "the margin in the settings is not applied to it")
	b.post(ratio+"/by-hand", "mode", "formula", "period", "2025-12", "currency", "EUR", "input.clv", "900", "input.cac", "300").wants(t, http.StatusSeeOther)
	page := shown(t, b, ratio+"?period=2025-12")
	if got := page.Find("dl.formula").Text(); !strings.Contains(got, "900.00\u00a0EUR ÷ 300.00\u00a0EUR = 3.0000") {
		t.Errorf("the panel says %q", got)
	}
	if got := page.Find("details").Text(); !strings.Contains(got, "the margin in the settings is not applied to it") || strings.Contains(got, "Costs that count") {
		t.Errorf("the panel says %q", got)
	}
	if got := shown(t, b, ratio+"?period=2026-02&mode=historic").Find("dl.formula").Text(); !strings.Contains(got, "1.5625\u00a0EUR ÷ 3.00\u00a0EUR = 0.5208") || strings.Contains(got, "12.5%") {
		t.Errorf("of orders the panel says %q", got)
	}
}

func TestPeriodsOfOnesOwnDaysAreBriefAtTheHeadOfATable(t *testing.T) {
	_, b := shopWithOrders(t)
	for days, want := range map[string][]string{
		"from=2026-02-01&to=2026-02-04": {"1\u00a0Feb – 4\u00a0Feb", "28\u00a0Jan – 31\u00a0Jan"},
		"from=2026-01-01&to=2026-01-31": {"1\u00a0Jan – 31\u00a0Jan", "1\u00a0Dec 2025 – 31\u00a0Dec 2025"},
		"from=2026-02-01&to=2026-02-01": {"1\u00a0Feb", "31\u00a0Jan"},
	} {
		got := shown(t, b, "/metrics/repeat-purchase-rate?period=custom&"+days).Find("th.wraps").Map(func(_ int, th *goquery.Selection) string { return th.Text() })
		if !slices.Equal(got, want) {
			t.Errorf("%s: the heads are %q, want %q", days, got, want)
		}
	}
}
