package server_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// mailed is a person with an invitation, and the address in their mail.
func mailed(t *testing.T, s *site, deps *server.Deps) (survey.Contact, string) {
	t.Helper()
	ctx, st := t.Context(), deps.Privacy.Store.(*store.Store)
	ids, keys := deps.Asking.IDs, deps.Asking.Keys
	c := survey.Contact{ID: ids.Next(), Email: "ann@customer.example", CreatedAt: s.clock()}
	if _, err := st.EnsureContact(ctx, c); err != nil {
		t.Fatal(err)
	}
	sv := survey.Survey{ID: int64(ids.Next()), Name: "One", State: survey.Live, CreatedAt: s.clock(), ChangedAt: s.clock()}
	if err := st.CreateSurvey(ctx, &sv); err != nil {
		t.Fatal(err)
	}
	v := survey.Invitation{ID: ids.Next(), SurveyID: sv.ID, ContactID: c.ID, Language: "pl", Nonce: survey.NewNonce(), KeyID: keys.Current(), CreatedAt: s.clock(), ExpiresAt: s.clock()}
	if err := st.CreateInvitations(ctx, []survey.Invitation{v}, [][]byte{survey.HashToken("x")}); err != nil {
		t.Fatal(err)
	}
	token, err := keys.StopToken(v.ID, v.KeyID, v.Nonce)
	if err != nil {
		t.Fatal(err)
	}
	return c, "/u/" + token
}

func TestUnsubscribe(t *testing.T) {
	var deps *server.Deps
	s := newSite(t, func(d *server.Deps) { deps = d })
	ann, path := mailed(t, s, deps)
	stopped := func() bool {
		_, err := deps.Privacy.Stops.Of(t.Context(), ann)
		return !errors.Is(err, survey.ErrNotFound)
	}
	b := s.browser()
	for i := range 100 {
		method := http.MethodGet
		if i%2 == 1 {
			method = http.MethodHead
		}
		p := b.send(method, path, nil, nil)
		if p.status != 200 || p.header.Get("Set-Cookie") != "" {
			t.Fatalf("%s %d: %d %v", method, i, p.status, p.header)
		}
	}
	if stopped() {
		t.Fatal("reading the page unsubscribes")
	}
	p := b.get(path)
	doc := parse(t, p)
	if lang, _ := doc.Find("html").Attr("lang"); lang != "pl" || doc.Find("form[method=post]").Length() != 1 || !strings.Contains(p.body, "a…@customer.example") || strings.Contains(p.body, ann.Email) {
		t.Errorf("the page: %s", p.body)
	}
	if p := b.post(path, "List-Unsubscribe", "Two-Clicks"); p.status != 400 || stopped() {
		t.Errorf("another form: %d", p.status)
	}
	// A mail program sends this: from elsewhere, without a cookie, and follows no redirect.
	p = b.send(http.MethodPost, path, strings.NewReader("List-Unsubscribe=One-Click"), func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://mail.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	})
	if p.status != 200 || !stopped() {
		t.Fatalf("one click: %d %s", p.status, p.body)
	}
	if got, _ := parse(t, b.get(path)).Find("form input[name=act]").Attr("value"); got != "resume" {
		t.Errorf("afterwards the page offers %q", got)
	}
	if p := b.post(path, "act", "resume"); p.status != 200 || stopped() {
		t.Errorf("again: %d %s", p.status, p.body)
	}
	if p := b.post(path, "act", "stop"); p.status != 200 || !stopped() {
		t.Errorf("by the button: %d %s", p.status, p.body)
	}
	if p := b.get(path + "?lang=ru"); !strings.Contains(p.body, `<html lang="ru">`) {
		t.Error("the page has no other language")
	}
}

// TestUnsubscribeLinksAreNotGuessed changes every character of an address and tries the word of the survey's own link: all get the same page.
func TestUnsubscribeLinksAreNotGuessed(t *testing.T) {
	var deps *server.Deps
	s := newSite(t, func(d *server.Deps) { deps = d })
	_, path := mailed(t, s, deps)
	unknown := s.browser().get("/u/zzzzzzzzzzzzzzzzzzzzzzzzzz")
	if unknown.status != 404 {
		t.Fatalf("unknown: %d", unknown.status)
	}
	for i := len("/u/"); i < len(path); i++ {
		c := "0"
		if path[i] == '0' {
			c = "1"
		}
		if p := s.browser().get(path[:i] + c + path[i+1:]); p.status != 404 || p.body != unknown.body {
			t.Errorf("changed at %d: %d", i, p.status)
		}
	}
	if p := s.browser().post("/u/x", "List-Unsubscribe", "One-Click"); p.status != 404 {
		t.Errorf("no token: %d", p.status)
	}
	if p := s.browser().get("/u/" + strings.ToUpper(path[3:])); p.status != 200 {
		t.Errorf("in capitals: %d", p.status)
	}
}
