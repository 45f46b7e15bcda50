package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
)

// TestEraseByPageAndProgram erases two people, one by the page and one by the API, and looks for them in what is sent, stored and logged.
func TestEraseByPageAndProgram(t *testing.T) {
	s := newShop(t)
	s.add("mira", account.Manager)
	b := s.signedIn("mira")
	var ids []string
	for _, name := range []string{"zxqvone", "zxqvtwo"} {
		p := s.json("POST", "/api/v1/purchases", `{"id":"P-`+name+`","at":1772270000,"contact":{"email":"`+name+`@shop.example","name":"`+name+`"}}`, "Idempotency-Key", name)
		s.is(p, 201)
		var made struct {
			ID string `json:"contact_id"`
		}
		if err := json.Unmarshal([]byte(p.body), &made); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, made.ID)
	}
	path := "/contacts/" + ids[0]
	if p := b.get(path + "/export.json"); p.status != 200 || !strings.Contains(p.body, "P-zxqvone") || strings.Contains(p.body, "zxqvtwo") {
		t.Errorf("the copy: %d %s", p.status, p.body)
	}
	for _, lang := range []string{"bg", "pl", "ru", "en"} {
		if p := b.get(path + "/erase?lang=" + lang); p.status != 200 || !strings.Contains(p.body, "zxqvone") {
			t.Errorf("%s: %d", lang, p.status)
		}
	}
	for _, want := range []int{303, 404} {
		if p := b.post(path + "/erase"); p.status != want {
			t.Errorf("erasing: %d, want %d", p.status, want)
		}
	}
	if p := b.get(path + "/export.json"); p.status != 404 {
		t.Errorf("afterwards: %d", p.status)
	}
	api := "/api/v1/contacts/" + ids[1]
	s.is(s.json("GET", api+"/export", ""), 200, "P-zxqvtwo")
	s.is(s.json("DELETE", api, ""), 200, `"ok":true`)
	s.is(s.json("DELETE", api, ""), 404)
	s.is(s.json("GET", api+"/export", ""), 404)
	s.is(s.json("GET", "/api/v1/contacts?email=zxqvtwo@shop.example", ""), 200, "[]")
	s.is(s.json("POST", "/api/v1/contacts", `{"email":"ZXQVTWO@shop.example"}`), 422, `"reason":"erased"`)
	a := s.browser()
	a.post("/sign-in", "email", "ada@shop.example", "password", password)
	if log := a.get("/audit.csv").body; strings.Count(log, "contact.erase") != 2 || strings.Count(log, "contact.export") != 2 || strings.Contains(log, "zxqv") {
		t.Errorf("the audit log: %s", log)
	}
	if strings.Contains(s.log.String(), "zxqv") {
		t.Error("the log names them")
	}
}
