package server_test

import (
	"net/http"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/words"
)

func TestOrdersComeInThroughTheBrowser(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	work := func() {
		t.Helper()
		if err := s.desk.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	const file = "order_id,customer_id,ordered_at,amount_cents\n1,00001,2025-01-01,1177\n2,00002,2025-01-12,-1\n3,00002,2025-02-12,2000\n"
	b.upload("/imports", "orders.csv", file).wants(t, http.StatusSeeOther)
	for _, lang := range words.Languages() {
		b.get("/imports/1?lang="+lang).wants(t, http.StatusOK, "orders.csv", `<option value="orders" selected>`, `<option value="amount_minor" selected>`, `name="currency"`)
	}
	b.get("/imports/1?lang=en").wants(t, http.StatusOK, "orders.csv")
	form := []string{"use.0", "number", "use.1", "customer", "use.2", "time", "use.3", "amount_minor", "zone", "Europe/Sofia", "at", "", "order", "", "currency"}
	b.post("/imports/1/check", append(form, "")...).wants(t, http.StatusUnprocessableEntity, "Enter the currency")
	b.post("/imports/1/check", append(form, "EURO")...).wants(t, http.StatusUnprocessableEntity, "Enter the currency")
	b.post("/imports/1/check", append(form, "usd")...).wants(t, http.StatusSeeOther)
	work()
	b.get("/imports/1").wants(t, http.StatusOK, "Import 2 rows", "the amount is below zero", "New records")
	b.post("/imports/1/start").wants(t, http.StatusSeeOther)
	work()
	b.get("/imports/1").wants(t, http.StatusOK, "Imported", "/imports/1/rejects.csv")
	b.get("/imports/1/rejects.csv").wants(t, http.StatusOK, "2,00002,2025-01-12,\"'-1\",the amount is below zero")
	b.upload("/imports", "orders.csv", file).wants(t, http.StatusSeeOther)
	b.post("/imports/2/check", append(form, "USD")...).wants(t, http.StatusSeeOther)
	work()
	b.get("/imports/2").wants(t, http.StatusOK, "There is nothing new in this file")
}

func TestDatesThatContradictEachOtherAreAskedFor(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	b.upload("/imports", "orders.csv", "order_id,customer_id,ordered_at,amount_cents\n1,00001,13/04/2025,1177\n2,00002,04/14/2025,5\n").wants(t, http.StatusSeeOther)
	form := []string{"use.0", "number", "use.1", "customer", "use.2", "time", "use.3", "amount_minor", "zone", "Europe/Sofia", "at", "", "currency", "EUR", "order"}
	b.post("/imports/1/check", append(form, "")...).wants(t, http.StatusUnprocessableEntity, "Choose which one is meant", `id="order-error"`)
	b.post("/imports/1/check", append(form, "dmy")...).wants(t, http.StatusSeeOther)
	if err := s.desk.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/imports/1").wants(t, http.StatusOK, "Import 1 row", "the other way round")
}
