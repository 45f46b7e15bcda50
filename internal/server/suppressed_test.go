package server_test

import (
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/web/words"
)

func TestSuppressionPages(t *testing.T) {
	var deps *server.Deps
	s := newSite(t, func(d *server.Deps) { deps = d })
	s.add("mira", account.Manager)
	b := s.signedIn("mira")
	if p := b.get("/contacts/suppressed"); p.status != 200 || parse(t, p).Find("table").Length() != 0 {
		t.Errorf("empty: %d", p.status)
	}
	if p := b.post("/contacts/suppressed", "email", "Mira <m@shop.example>"); p.status != 422 || parse(t, p).Find("#email").AttrOr("value", "") != "Mira <m@shop.example>" {
		t.Errorf("no address: %d", p.status)
	}
	for _, email := range []string{"ann@customer.example", "=zoe@customer.example"} {
		if p := b.post("/contacts/suppressed", "email", email); p.status != 303 {
			t.Fatalf("%s: %d %s", email, p.status, p.body)
		}
	}
	gone := people.Suppression{Key: deps.Privacy.Stops.KeyOf("gone@customer.example"), Reason: people.Erased, At: s.clock()}
	if err := deps.Privacy.Stops.Store.Suppress(t.Context(), gone, nil); err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Languages() {
		if p := b.get("/contacts/suppressed?lang=" + lang); parse(t, p).Find("tbody tr").Length() != 3 {
			t.Errorf("%s: %s", lang, p.body)
		}
	}
	if rows := parse(t, b.get("/contacts/suppressed?q=ANN")).Find("tbody tr").Length(); rows != 1 {
		t.Errorf("the search finds %d", rows)
	}
	if p := b.get("/contacts/suppressed.csv"); p.status != 200 || strings.Count(p.body, "\n") != 4 || !strings.Contains(p.body, "'=zoe@") {
		t.Errorf("CSV: %d %q", p.status, p.body)
	}
	href, _ := parse(t, b.get("/contacts/suppressed?q=ann")).Find("tbody td a").Attr("href")
	if p := b.get(href); p.status != 200 || !strings.Contains(p.body, "ann@customer.example") {
		t.Errorf("%s: %d", href, p.status)
	}
	for _, want := range []int{303, 404} {
		if p := b.post(href); p.status != want {
			t.Errorf("removing: %d, want %d", p.status, want)
		}
	}
	if p := b.get("/contacts/suppressed?q=ann"); parse(t, p).Find("tbody tr").Length() != 0 {
		t.Error("it is still there")
	}
	s.add("ada", account.Admin)
	if p := s.signedIn("ada").get("/audit?area=contact"); parse(t, p).Find("tbody tr").Length() != 3 || strings.Contains(p.body, "@customer.example") {
		t.Errorf("the audit log: %s", p.body)
	}
}
