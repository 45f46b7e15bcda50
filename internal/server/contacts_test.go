package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

func TestContactsByHand(t *testing.T) {
	var deps *server.Deps
	s := newSite(t, func(d *server.Deps) { deps = d })
	s.add("mira", account.Manager)
	b := s.signedIn("mira")
	b.get("/contacts").wants(t, http.StatusOK, "There are no contacts yet")
	b.get("/contacts/new").wants(t, http.StatusOK, "Customer number")
	for name, c := range map[string]struct {
		form []string
		says string
	}{
		"nobody":             {[]string{"name", "Ana"}, "Enter an email address or a customer number"},
		"an odd address":     {[]string{"email", "Ana <ana@example.com>"}, "Enter an email address"},
		"a language of none": {[]string{"number", "1", "language", "klingon"}, "code of a language"},
		"a day of none":      {[]string{"number", "1", "happened", "1", "at", "yesterday"}, "Enter a day and a time"},
		"in ten years":       {[]string{"number", "1", "happened", "1", "at", "2036-01-01T10:00"}, "at most a year"},
		"an event in words":  {[]string{"number", "1", "happened", "1", "event", "was delivered"}, "small letters"},
	} {
		p := b.post("/contacts/new", c.form...)
		p.wants(t, http.StatusUnprocessableEntity, c.says)
		if parse(t, p).Find("[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: no field is marked", name)
		}
	}
	saved := b.post("/contacts/new", "email", "ana@example.com", "number", "C-1", "name", "Ana <b>Petrova</b>", "language", "bg_BG", "zone", "Europe/Sofia", "consent", "given",
		"happened", "1", "order", "O-1", "at", "2026-02-20T10:00")
	saved.wants(t, http.StatusSeeOther)
	path := saved.location()
	b.get(path).wants(t, http.StatusOK, "ana@example.com", "Ana &lt;b&gt;Petrova&lt;/b&gt;", "C-1", "Europe/Sofia", "Given", "O-1", "Never", "May be asked again")
	b.get(path+"/more").wants(t, http.StatusOK, `value="ana@example.com"`)
	b.post(path+"/more", "email", "ana@example.com", "number", "C-1", "order", "O-2").wants(t, http.StatusSeeOther)
	if p := b.post(path+"/more", "email", "petrova@example.com", "number", "C-9"); p.location() != path {
		t.Errorf("another number and another address lead to %s, want %s", p.location(), path)
	}
	b.get(path).wants(t, http.StatusOK, "petrova@example.com", "C-9")
	b.post(path+"/more", "email", "ana@example.com", "number", "C-1", "consent", "refused").wants(t, http.StatusSeeOther)
	p := b.get(path)
	p.wants(t, http.StatusOK, "Refused", "O-1", "O-2", "Europe/Sofia")
	for q, want := range map[string]int{"": 1, "ANA@": 1, "petrova": 1, "C-1": 1, "C-9": 1, "O-2": 1, "boris": 0} {
		if rows := parse(t, b.get("/contacts?q="+q)).Find("tbody tr").Length(); rows != want {
			t.Errorf("%q finds %d, want %d", q, rows, want)
		}
	}
	for _, lang := range words.Languages() {
		for _, page := range []string{"/contacts", "/contacts/quality", "/contacts/new", path, path + "/more"} {
			b.get(page+"?lang="+lang).wants(t, http.StatusOK)
		}
	}
	s.add("ada", account.Admin)
	if p := s.signedIn("ada").get("/audit?area=contact"); parse(t, p).Find("tbody tr").Length() != 4 || strings.Contains(p.body, "ana@example.com") {
		t.Errorf("the audit log: %s", p.body)
	}
	s.add("sam", account.Support)
	sam := s.signedIn("sam")
	sam.get(path).wants(t, http.StatusOK, "ana@example.com")
	sam.get(path+"/more").wants(t, http.StatusForbidden)
	if _, ok := deps.Contacts.Store.(people.IntakeStore); !ok {
		t.Error("the pages and the intake have one store")
	}
}

func TestWhyAContactIsNotAsked(t *testing.T) {
	var deps *server.Deps
	s := newSite(t, func(d *server.Deps) { deps = d })
	s.add("mira", account.Manager)
	b := s.signedIn("mira")
	path := func(c survey.Contact) string {
		t.Helper()
		results, err := deps.Contacts.Intake.Take(t.Context(), []people.Row{{Contact: c}})
		if err != nil || results[0].Refused != "" {
			t.Fatal(results, err)
		}
		return "/contacts/" + results[0].ContactID.String()
	}
	ana := path(survey.Contact{Email: "ana@example.com"})
	b.get(ana).wants(t, http.StatusOK, "Now", "Nothing has happened yet")
	if err := deps.Contacts.Stops.Add(t.Context(), "ANA@example.com"); err != nil {
		t.Fatal(err)
	}
	b.get(ana).wants(t, http.StatusOK, "Not at all: Added by hand", "2026, 12:00")
	b.get(path(survey.Contact{ExternalID: "2"})).wants(t, http.StatusOK, "there is no email address")
	b.get(path(survey.Contact{Email: "c@example.com", Consent: survey.ConsentRefused})).wants(t, http.StatusOK, "consent was refused")
	b.get("/contacts/99").wants(t, http.StatusNotFound)
}

func TestDataQualityPage(t *testing.T) {
	var deps *server.Deps
	s := newSite(t, func(d *server.Deps) { deps = d })
	s.add("sam", account.Support)
	b := s.signedIn("sam")
	b.get("/contacts/quality").wants(t, http.StatusOK, "There are none")
	rows := []people.Row{
		{Contact: survey.Contact{ExternalID: "1", Email: "a@example.com"}},
		{Contact: survey.Contact{ExternalID: "2", Email: "a@example.com"}},
		{Contact: survey.Contact{ExternalID: "bad", Email: "Bad <script>"}},
	}
	for i := range 60 {
		rows = append(rows, people.Row{Contact: survey.Contact{ExternalID: fmt.Sprint("N", i)}})
	}
	if _, err := deps.Contacts.Intake.Take(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	p := b.get("/contacts/quality?what=missing")
	doc := parse(t, p)
	if got := doc.Find("tbody tr").Length(); got != 50 {
		t.Errorf("the first page has %d rows", got)
	}
	next, ok := doc.Find("a[rel=next]").Attr("href")
	if got := parse(t, b.get(next)).Find("tbody tr").Length(); !ok || got != 10 {
		t.Errorf("the second page, %s, has %d rows", next, got)
	}
	counts := strings.Join(strings.Fields(doc.Find("nav.tabs .count").Text()), " ")
	if counts != "Contacts:60Contacts:1Contacts:0Contacts:1" {
		t.Errorf("the counts are %q", counts)
	}
	b.get("/contacts/quality?what=invalid").wants(t, http.StatusOK, "Bad &lt;script&gt;")
	b.get("/contacts/quality?what=merged").wants(t, http.StatusOK, "two customer numbers have one address", "a@example.com")
	b.get("/contacts/quality?what=nonesuch&before=x").wants(t, http.StatusOK)
}
