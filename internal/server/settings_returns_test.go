package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/survey"
)

// call sends a relay's JSON.
func (b *browser) call(path, body string) page {
	return b.send(http.MethodPost, path, strings.NewReader(body), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
}

// hook makes an address for calls.
func (p *postal) hook() string {
	p.t.Helper()
	made := p.admin.post("/settings/mail/returns/key")
	path := regexp.MustCompile(`/hooks/bounces/[0-9a-z]{26}\b`).FindString(made.body)
	if made.status != http.StatusOK || path == "" {
		p.t.Fatalf("%d %s", made.status, made.body)
	}
	return path
}

func TestCallsOfTheRelay(t *testing.T) {
	s := newPostal(t)
	must(t, s.st.AddContacts(t.Context(), []survey.Contact{{ID: 77, Email: "maya@example.org", CreatedAt: s.now, ChangedAt: s.now}}))
	stranger, path := s.browser(), s.hook()
	const bounce = `{"Type":"HardBounce","Email":"Maya@example.org","Description":"no such user"}`
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"wrong key": {path[:len(path)-1] + "0x", bounce, 404}, "no key": {"/hooks/bounces/", bounce, 404}, "no JSON": {path, "x", 400},
		"too large": {path, `"` + strings.Repeat("x", 1<<20) + `"`, 413}, "nobody of ours": {path, `{"Type":"HardBounce","Email":"ben@example.org"}`, 200}, "a delivery": {path, `{"Type":"Delivery"}`, 200},
	} {
		if p := stranger.call(c.path, c.body); p.status != c.status {
			t.Errorf("%s: %d %s", name, p.status, p.body)
		}
	}
	if c, err := s.st.Contact(t.Context(), 77); err != nil || !c.BouncedAt.IsZero() {
		t.Fatalf("%+v, %v", c, err)
	}
	for range 2 { // relays repeat themselves
		if p := stranger.call(path, bounce); p.status != http.StatusOK || strings.TrimSpace(p.body) != `{"noted":1}` {
			t.Errorf("%d %s", p.status, p.body)
		}
	}
	if c, err := s.st.Contact(t.Context(), 77); err != nil || c.BouncedAt.IsZero() {
		t.Errorf("%+v, %v", c, err)
	}
	if p := s.admin.get("/settings/mail/returns"); strings.Contains(p.body, path[len("/hooks/bounces/"):]) || !strings.Contains(p.body, "There is an address for calls") {
		t.Error("the address is shown again, or not spoken of")
	}
	if strings.Contains(s.log.String(), path[len("/hooks/bounces/"):]) {
		t.Error("the key is in the log")
	}
	s.hook()
	if p := stranger.call(path, bounce); p.status != http.StatusNotFound {
		t.Errorf("the old address still works: %d", p.status)
	}
}

func TestMailboxOfTheShop(t *testing.T) {
	s := newPostal(t)
	path := s.hook()
	good := map[string]string{
		"relay": "own", "kind": "what", "address": "who.0.mail", "hard": "gone, unknown", "host": "imap.shop.example", "port": "993", "security": "tls", "user": "bounces", "password": "very secret", "answers": "help@shop.example",
	}
	fields := func(name, value string) (list []string) {
		for k, v := range good {
			if k == name {
				v = value
			}
			list = append(list, k, v)
		}
		return list
	}
	for name, value := range map[string]string{"relay": "x", "kind": "", "hard": " , ", "host": "imap shop", "port": "0", "security": "none", "user": "", "password": "", "answers": "help"} {
		if p := s.admin.post("/settings/mail/returns", fields(name, value)...); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `href="#`+name+`"`) {
			t.Errorf("%s = %q: %d", name, value, p.status)
		}
	}
	if p := s.admin.post("/settings/mail/returns", fields("", "")...); p.status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if p := s.admin.get("/settings/mail/returns"); strings.Contains(p.body, "very secret") || !strings.Contains(p.body, "gone, unknown") {
		t.Error("the page shows the password, or not what else is set")
	}
	if p := s.admin.post("/settings/mail/returns", fields("password", "")...); p.status != http.StatusSeeOther {
		t.Errorf("the same mailbox: %d", p.status)
	}
	if m, err := s.accounts.MailReturns(t.Context()); err != nil || m.Password != "very secret" || m.HookKey == "" {
		t.Errorf("%+v, %v", m, err)
	}
	must(t, s.st.AddContacts(t.Context(), []survey.Contact{{ID: 78, Email: "maya@example.org", CreatedAt: s.now, ChangedAt: s.now}}))
	if p := s.browser().call(path, `{"what":"Unknown","who":[{"mail":"maya@example.org"}]}`); strings.TrimSpace(p.body) != `{"noted":1}` {
		t.Errorf("%d %s", p.status, p.body)
	}
}
