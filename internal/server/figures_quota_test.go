package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
)

func TestQuotasAreTypedInByPerson(t *testing.T) {
	var st *store.Store
	s := newSite(t, func(d *server.Deps) { st = d.Care.Log.(*store.Store) })
	s.add("boss", account.Manager)
	s.add("helper", account.Support)
	won := customers.Opportunity{
		ID: 1, ExternalID: "D1", Agent: "Ann <b>", Created: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Closed: time.Date(2026, 2, 9, 0, 0, 0, 0, time.UTC), Outcome: scoring.Won, Currency: "EUR",
		Amount: 250_000,
	}
	if _, err := st.PutOpportunities(t.Context(), []customers.Opportunity{won}, s.now); err != nil {
		t.Fatal(err)
	}
	b := s.signedIn("boss")
	const path = "/metrics/quota-attainment/quotas"
	if shown(t, b, "/metrics/quota-attainment?period=2026-02").Find(`a[href="`+path+`"]`).Length() != 1 {
		t.Error("the figure does not lead to the quotas")
	}
	b.get(path).wants(t, http.StatusOK, "Nothing has been typed in.", "March 2027", "quarter 1 of 2027")

	for _, amount := range []string{"0", "-5", "0,00", "much", ""} {
		p := b.post(path, "seller", "Ann <b>", "period", "2026-02", "currency", "eur", "amount", amount)
		p.wants(t, http.StatusUnprocessableEntity, "Write a quota of more than 0", `value="`+amount+`"`, `value="Ann &lt;b&gt;"`, `value="eur"`, `value="2026-02" selected`)
	}
	p := b.post(path, "seller", " ", "period", "soon", "currency", "euro", "amount", "1")
	p.wants(t, http.StatusUnprocessableEntity, "Write who has the quota", "Choose a period.", "Write the currency with three letters")

	b.post(path, "seller", "Ann <b>", "period", "2026-02", "currency", "eur", "amount", "5 000,00").wants(t, http.StatusSeeOther)
	doc := shown(t, b, path)
	if got := doc.Find(".log li").Text(); !strings.Contains(got, "5,000.00\u00a0EUR") || !strings.Contains(got, "by hand") || !strings.Contains(got, "Ann <b>") || !strings.Contains(got, "February 2026") {
		t.Errorf("the list says %q", got)
	}
	page := shown(t, b, "/metrics/quota-attainment?period=2026-02")
	if got := page.Find("h1").Text() + page.Find(".banner").Text(); !strings.Contains(got, "50.0%") || !strings.Contains(got, "typed in by hand") {
		t.Errorf("the figure says %q", got)
	}
	edit := doc.Find(".log a").AttrOr("href", "")
	b.get(edit).wants(t, http.StatusOK, `value="5,000.00"`, `value="Ann &lt;b&gt;"`, `value="2026-02" selected`)
	b.get(path+"?seller=Bob&from=1&to=2&currency=EUR").wants(t, http.StatusNotFound)

	var key []string
	for _, name := range []string{"seller", "from", "to", "currency"} {
		key = append(key, name, doc.Find(`.log [name="`+name+`"]`).AttrOr("value", ""))
	}
	s.signedIn("helper").post(path+"/remove", key...).wants(t, http.StatusForbidden)
	b.post(path+"/remove", key...).wants(t, http.StatusSeeOther)
	b.post(path+"/remove", key...).wants(t, http.StatusNotFound)

	told := customers.Quota{Agent: "Bob", Period: customers.MonthOf(0).Period(time.UTC), Currency: "EUR", Amount: 5}
	if _, err := st.PutQuotas(t.Context(), []customers.Quota{told}, s.now); err != nil {
		t.Fatal(err)
	}
	b.post(path, "seller", "Bob", "period", "1970-01", "currency", "EUR", "amount", "7").wants(t, http.StatusUnprocessableEntity, "An imported file tells of this quota")
	b.post("/metrics/quota-attainment/by-hand", "mode", "won_deals", "period", "2026-02", "currency", "EUR", "input.actual", "70", "input.quota", "0").
		wants(t, http.StatusUnprocessableEntity, "Write a quota of more than 0", `value="70"`)
}
