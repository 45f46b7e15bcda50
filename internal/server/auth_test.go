package server_test

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/server"
)

func id(n int64) string { return strconv.FormatInt(n, 10) }

func TestSignInAndOut(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	b := s.browser()
	if p := b.get("/users?x=1"); p.location() != "/sign-in?next=%2Fusers%3Fx%3D1" {
		t.Fatalf("%d %s", p.status, p.location())
	}
	wrong := b.post("/sign-in", "email", "ann@shop.example", "password", "wrong password", "next", "/users")
	unknown := b.post("/sign-in", "email", "bob@shop.example", "password", "wrong password", "next", "/users")
	if wrong.status != 422 || unknown.status != 422 || strings.ReplaceAll(wrong.body, "ann@", "bob@") != unknown.body {
		t.Errorf("a wrong password and an unknown address look different: %d %d", wrong.status, unknown.status)
	}
	if b.session() != "" || !strings.Contains(wrong.body, `name="next" value="/users"`) || strings.Contains(wrong.body, "wrong password") {
		t.Errorf("the page after a wrong password: %s", wrong.body)
	}
	if p := b.post("/sign-in", "email", "ann@shop.example", "password", password, "next", "/users"); p.status != 303 || p.location() != "/users" {
		t.Fatalf("%d %s", p.status, p.location())
	}
	if p := b.get("/users"); p.status != 200 {
		t.Errorf("signed in: %d", p.status)
	}
	old := b.session()
	if p := b.post("/sign-out"); p.status != 303 {
		t.Errorf("sign out: %d", p.status)
	}
	if p := s.carrying(old).get("/users"); p.status != 303 {
		t.Errorf("the session works after signing out: %d", p.status)
	}
	if p := b.get("/sign-in"); !strings.Contains(p.body, "You are signed out.") {
		t.Error("the page does not say that one is signed out")
	}
}

func TestCookieFlags(t *testing.T) {
	for _, https := range []bool{false, true} {
		s := newSite(t, func(d *server.Deps) {
			if https {
				d.BaseURL = "https://survey.example"
			}
		})
		s.add("ann", account.Admin)
		p := s.browser().post("/sign-in", "email", "ann@shop.example", "password", password)
		var c *http.Cookie
		for _, got := range (&http.Response{Header: p.header}).Cookies() {
			if strings.HasSuffix(got.Name, "session") {
				c = got
			}
		}
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != https || strings.HasPrefix(c.Name, "__Host-") != https {
			t.Errorf("https %v: %+v", https, c)
		}
		if len(c.Value) != 26 {
			t.Errorf("the cookie has more than an id: %q", c.Value)
		}
	}
}

// TestFixation plants a session id, that of a stranger and that of an attacker's own session: neither may be worth anything after the victim signs in.
func TestFixation(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	s.add("eve", account.Support)
	for _, planted := range []string{"aaaaaaaaaaaaaaaaaaaaaaaaaa", s.signedIn("eve").session()} {
		b := s.carrying(planted)
		b.post("/sign-in", "email", "ann@shop.example", "password", password)
		if b.session() == planted || b.session() == "" {
			t.Fatalf("the id did not change: %q", b.session())
		}
		if p := s.carrying(planted).get("/profile"); p.status != 303 {
			t.Errorf("the planted session works: %d", p.status)
		}
	}
}

// TestReplay copies the cookie before something changes, and uses it after.
func TestReplay(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	u := s.add("max", account.Manager)
	admin := s.signedIn("ann")
	edit := func(fields ...string) func(*browser) {
		return func(*browser) {
			if p := admin.post("/users/"+id(u.ID), append([]string{"name", "Max"}, fields...)...); p.status != 303 {
				t.Fatalf("%v: %d %s", fields, p.status, p.body)
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*browser)
	}{
		{"role", edit("role", "support")},
		{"password", func(b *browser) {
			if p := b.post("/profile/password", "old", password, "password", password); p.status != 303 || b.get("/profile").status != 200 {
				t.Fatalf("%d %s", p.status, p.body)
			}
		}},
		{"sign out everywhere", func(b *browser) { b.post("/profile/sign-out") }},
		{"idle", func(*browser) { s.wait(13 * time.Hour); admin = s.signedIn("ann") }},
		{"disabled", edit("role", "support", "disabled", "1")},
	} {
		b := s.signedIn("max")
		other := s.carrying(b.session())
		if p := other.get("/profile"); p.status != 200 {
			t.Fatalf("%s: %d before", c.name, p.status)
		}
		c.change(b)
		if p := other.get("/profile"); p.status != 303 {
			t.Errorf("%s: the copied session works: %d", c.name, p.status)
		}
	}
	if p := s.browser().post("/sign-in", "email", "max@shop.example", "password", password); p.status != 422 {
		t.Errorf("a disabled user signs in: %d", p.status)
	}
}

func TestBackOffPage(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	b := s.browser()
	try := func(pw string) page { return b.post("/sign-in", "email", "ann@shop.example", "password", pw) }
	for i := range 5 {
		if p := try("wrong password"); p.status != 422 {
			t.Fatalf("attempt %d: %d", i+1, p.status)
		}
	}
	p := try(password)
	if p.status != 429 || p.header.Get("Retry-After") != "2" || !strings.Contains(p.body, "2 seconds") || !strings.Contains(p.body, "ann@shop.example") {
		t.Fatalf("%d %q %s", p.status, p.header.Get("Retry-After"), p.body)
	}
	s.wait(2 * time.Second)
	if p := try(password); p.status != 303 {
		t.Errorf("after waiting: %d", p.status)
	}
}

// TestCrossOrigin sends every form from other places. Nothing but a token's own route may take it.
func TestCrossOrigin(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	b := s.signedIn("ann")
	for _, c := range []struct {
		name    string
		header  map[string]string
		refused bool
	}{
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, true},
		{"another site of the same domain", map[string]string{"Sec-Fetch-Site": "same-site"}, true},
		{"an old browser on another site", map[string]string{"Origin": "https://evil.example"}, true},
		{"no origin to tell", map[string]string{"Origin": "null"}, true},
		{"this site", map[string]string{"Sec-Fetch-Site": "same-origin"}, false},
		{"typed by hand", map[string]string{"Sec-Fetch-Site": "none"}, false},
	} {
		for _, route := range s.srv.Routes() {
			if route.Method == http.MethodGet || route.Policy == server.Token || strings.HasPrefix(route.Path, "/api/") {
				continue // programs send no cookie that another site could use
			}
			p := b.send(route.Method, strings.ReplaceAll(strings.ReplaceAll(route.Path, ":id", "999"), ":token", "x"), strings.NewReader("nothing=1"), func(r *http.Request) {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				for k, v := range c.header {
					r.Header.Set(k, v)
				}
			})
			if got := strings.Contains(p.body, "This form came from another page"); got != c.refused {
				t.Errorf("%s %s from %s: refused %v, status %d", route.Method, route.Path, c.name, got, p.status)
			}
			if p.status == 303 && route.Path == "/sign-out" {
				b = s.signedIn("ann")
			}
			if strings.HasPrefix(route.Path, "/profile/sign-out") && !c.refused {
				b = s.signedIn("ann")
			}
		}
	}
}

func TestOpenRedirects(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	for _, next := range []string{"//evil.example", `/\evil.example`, "https://evil.example", "/%09/evil.example", "javascript:alert(1)", "/\t/evil", "///evil", "", "/sign-in"} {
		b := s.browser()
		p := b.post("/sign-in", "email", "ann@shop.example", "password", password, "next", next)
		if p.location() != "/dashboard" {
			t.Errorf("%q led to %q", next, p.location())
		}
	}
}

var linkPattern = regexp.MustCompile(`http://[^<]*(/(?:join|reset)/[0-9a-z]{26})<`)

// TestInviteJoinReset goes the whole way of a new colleague.
func TestInviteJoinReset(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	admin := s.signedIn("ann")
	p := admin.post("/users", "name", "Max", "email", "max@shop.example", "role", "support", "language", "ru")
	m := linkPattern.FindStringSubmatch(p.body)
	if p.status != 201 || m == nil {
		t.Fatalf("%d %s", p.status, p.body)
	}
	max := s.browser()
	if p := max.get(m[1]); p.status != 200 || !strings.Contains(p.body, "max@shop.example") {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if p := max.post(m[1], "name", "Max", "password", "short"); p.status != 422 || max.session() != "" {
		t.Errorf("a short password: %d", p.status)
	}
	if p := max.post(m[1], "name", "Maxim", "password", password); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if p := max.get("/profile"); p.status != 200 || !strings.Contains(p.body, `<html lang="ru">`) || !strings.Contains(p.body, "Maxim") {
		t.Errorf("the profile of the new colleague: %d", p.status)
	}
	if p := s.browser().get(m[1]); p.status != 410 {
		t.Errorf("the used link: %d", p.status)
	}
	users, err := s.accounts.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if u.Email != "max@shop.example" {
			continue
		}
		reset := linkPattern.FindStringSubmatch(admin.post("/users/" + id(u.ID) + "/link").body)
		if reset == nil || !strings.HasPrefix(reset[1], "/reset/") {
			t.Fatalf("no link to set a new password: %v", reset)
		}
		if p := s.browser().post(reset[1], "password", "another password", "name", "Hacked"); p.status != 303 {
			t.Fatalf("%d %s", p.status, p.body)
		}
		if u, _ := s.accounts.User(context.Background(), u.ID); u.Name != "Maxim" {
			t.Errorf("a reset changed the name to %q", u.Name)
		}
		if p := max.get("/profile"); p.status != 303 {
			t.Errorf("a session outlived the reset: %d", p.status)
		}
	}
	for _, secret := range []string{m[1][6:], password, "another password", max.session()} {
		if secret != "" && strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

func TestMassAssignment(t *testing.T) {
	s := newSite(t, nil)
	s.add("ann", account.Admin)
	u := s.add("max", account.Support)
	b := s.signedIn("max")
	for _, extra := range []string{"role", "Role", "id", "disabled", "email"} {
		if p := b.post("/profile", "name", "Max", "language", "en", extra, "admin"); p.status != 400 {
			t.Errorf("the extra field %s: %d", extra, p.status)
		}
	}
	if got, _ := s.accounts.User(context.Background(), u.ID); got.Role != account.Support || got.Name != "max" {
		t.Errorf("%+v", got)
	}
}
