package server_test

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/words"
)

// TestSetupInTheBrowser goes from the key to the first page, with one mistake on the way.
func TestSetupInTheBrowser(t *testing.T) {
	s := newSite(t, nil)
	key, err := s.accounts.NewSetupKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	if p := b.get("/sign-in"); p.location() != "/setup" {
		t.Errorf("signing in before set-up leads to %q", p.location())
	}
	if p := b.get("/setup"); p.status != 200 || !strings.Contains(p.body, `name="key"`) || strings.Contains(p.body, `name="email"`) {
		t.Errorf("without a key: %d", p.status)
	}
	if p := b.get("/setup?key=AAAA-BBBB-CCCC"); p.status != 403 || strings.Contains(p.body, `name="email"`) {
		t.Errorf("with a wrong key: %d", p.status)
	}
	if p := b.get("/setup?lang=bg&key=" + key); p.status != 200 || !strings.Contains(p.body, `<html lang="bg">`) {
		t.Fatalf("with the key: %d", p.status)
	}
	fields := []string{"key", key, "name", "Ани", "email", "ann@shop.example", "password", password, "company", "Linden Home", "languages", "bg", "languages", "en", "language", "bg", "zone", "Europe/Sofia"}
	p := b.post("/setup", append(fields, "brand", "#ffee00")...)
	doc := parse(t, p)
	if v, _ := doc.Find("#company").Attr("value"); p.status != 422 || v != "Linden Home" || doc.Find(".errs a[href='#brand']").Length() != 1 || doc.Find("#languages-2").Is("[checked]") {
		t.Fatalf("a colour nobody can read on: %d %s", p.status, p.body)
	}
	if p := b.post("/setup", append(fields, "brand", "")...); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if p := b.get("/profile"); p.status != 200 || !strings.Contains(p.body, `<html lang="bg">`) {
		t.Errorf("after set-up: %d", p.status)
	}
	for _, p := range []page{b.get("/setup"), b.get("/setup?key=" + key), b.post("/setup", fields...)} {
		if p.status != 404 {
			t.Errorf("set-up again: %d", p.status)
		}
	}
}

func parse(t *testing.T, p page) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestSettingsPages(t *testing.T) {
	s := newSite(t, nil)
	ann := s.add("ann", account.Admin)
	b := s.signedIn("ann")
	if p := b.post("/settings", "company", "", "language", "en", "zone", "Local", "brand", "blue"); p.status != 422 || parse(t, p).Find(".errs li").Length() != 4 {
		t.Errorf("four mistakes: %d %s", p.status, p.body)
	}
	if p := b.post("/settings", "company", "<b>Linden</b>", "languages", "en", "language", "en", "zone", "Asia/Tokyo", "brand", "#0a5c72"); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	p := b.get("/settings")
	if v, _ := parse(t, p).Find("#company").Attr("value"); v != "<b>Linden</b>" || !strings.Contains(p.body, "Saved.") || strings.Contains(b.get("/settings").body, "Saved.") {
		t.Errorf("company %q; what was done is said once", v)
	}
	if p := b.post("/users/"+id(ann.ID), "name", "Ann", "role", "support"); p.status != 422 || !strings.Contains(p.body, "Somebody must stay administrator") {
		t.Errorf("the last administrator: %d", p.status)
	}
	if p := b.post("/users/" + id(ann.ID) + "/remove"); p.status != 422 || parse(t, p).Find(".errs").Length() != 1 {
		t.Errorf("removing the last administrator: %d %s", p.status, p.body)
	}
	if p := b.get("/audit?area=settings"); p.status != 200 || parse(t, p).Find("tbody tr").Length() != 1 || !strings.Contains(p.body, "21:00") {
		t.Errorf("the audit log has no entry at 21:00 in Tokyo: %s", p.body)
	}
	records, err := csv.NewReader(strings.NewReader(b.get("/audit.csv").body)).ReadAll()
	if err != nil || len(records) < 4 || records[0][0] != "number" || records[1][0] != "1" {
		t.Errorf("%v %v", records, err)
	}
}

// TestEveryActionHasWords reads the sources for actions that are recorded: the audit page must have a text for each.
func TestEveryActionHasWords(t *testing.T) {
	actions := []string{"user.join", "user.reset"} // put together from the kind of a link
	found := regexp.MustCompile(`(?:Action: |action :?= |audited\(r, |move\(r, |turnLink\(r, |record\(ctx, r, |survey\.[A-Z][a-z]+, )"([a-z_]+[.][a-z_]+)"`)
	for _, text := range sources(t, "../..") {
		for _, m := range found.FindAllStringSubmatch(text, -1) {
			actions = append(actions, m[1])
		}
	}
	if len(actions) < 25 {
		t.Fatalf("only %d actions were found", len(actions))
	}
	for _, a := range actions {
		if !words.For("en").Has("audit.do." + a) {
			t.Errorf("the words have no audit.do.%s", a)
		}
	}
}

// TestPagesInEveryLanguage asks for the pages in each language: no text may be missing, and no page may be in another one.
func TestPagesInEveryLanguage(t *testing.T) {
	s := newSite(t, nil)
	ann := s.add("ann", account.Admin)
	b := s.signedIn("ann")
	for _, lang := range words.Languages() {
		for _, path := range []string{"/profile", "/settings", "/users", "/users/new", "/users/" + id(ann.ID), "/users/" + id(ann.ID) + "/remove", "/audit", "/nowhere"} {
			p := b.get(path + "?lang=" + lang)
			if !strings.Contains(p.body, `<html lang="`+lang+`">`) || p.header.Get("Content-Language") != lang {
				t.Errorf("%s in %s: %d %s", path, lang, p.status, p.header.Get("Content-Language"))
			}
		}
		if p := b.get("/profile"); !strings.Contains(p.body, `<html lang="`+lang+`">`) {
			t.Errorf("the language %s was forgotten", lang)
		}
	}
	b.post("/profile", "name", "Ann", "language", "pl")
	if p := b.get("/profile"); !strings.Contains(p.body, `<html lang="pl">`) {
		t.Error("the language of the profile gives way to one chosen before")
	}
}
