package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

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
