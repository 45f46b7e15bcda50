package server_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/server"
)

// visitors are those who try every route: people, and after them programs with a key of one scope.
var visitors = []string{"nobody", "support", "manager", "admin", "contacts:read", "contacts:write", "contacts:erase", "purchases:write", "events:write", "feeds:write", "figures:read"}

// isKey tells whether a visitor is a program.
func isKey(who string) bool { return strings.Contains(who, ":") }

// lets tells whether a policy lets a visitor in. It is written out here, so that a change of the program does not change what is asked of it.
func lets(p server.Policy, who string) bool {
	if isKey(who) && p != server.Public && p != server.Token && p != server.Loopback {
		return p.String() == "a key with "+who
	}
	switch p {
	case server.Public, server.Token, server.Loopback:
		return true
	case server.Staff:
		return who != "nobody"
	case server.Managers:
		return who == "manager" || who == "admin"
	case server.Admins:
		return who == "admin"
	default:
		return false
	}
}

// addresses makes real addresses of a pattern: one's own id, somebody else's, one that is missing, and what is no id.
func addresses(pattern string, own, foreign string) []string {
	if !strings.ContainsAny(pattern, ":*") {
		return []string{pattern}
	}
	var all []string
	for _, id := range []string{own, foreign, "999999", "0", "-1", "x", "1e3", "9223372036854775808"} {
		parts := strings.Split(pattern, "/")
		for i, part := range parts {
			if strings.HasPrefix(part, ":") || part == "*" {
				parts[i] = id
			}
		}
		all = append(all, strings.Join(parts, "/"))
	}
	return all
}

// TestPolicyMatrix walks every route with every role and with own, foreign and missing objects. Whoever the policy does not let in must be turned away
// before anything happens; whoever it lets in must not be.
func TestPolicyMatrix(t *testing.T) {
	s := newSite(t, func(d *server.Deps) { d.Demo = true })
	own := map[string]account.User{}
	browsers := map[string]*browser{"nobody": s.browser()}
	ada := s.add("ada", account.Admin)
	for _, who := range visitors[1:] {
		if isKey(who) {
			browsers[who] = s.program(ada, account.Scope(who))
			continue
		}
		own[who] = s.add(who, account.Role(who))
		browsers[who] = s.signedIn(who)
	}
	foreign := s.add("somebody", account.Admin)
	checks := 0
	for _, route := range s.srv.Routes() {
		for _, who := range visitors {
			for _, path := range addresses(route.Path, id(own[who].ID), id(foreign.ID)) {
				if lets(route.Policy, who) && route.Method != http.MethodGet {
					continue // it would change what the next one finds; the tests of the page are for this
				}
				checks++
				b := browsers[who]
				if route.Policy == server.Loopback {
					b = s.browser() // it would sign the others in as somebody else
				}
				checkPolicy(t, route, who, path, b)
			}
		}
	}
	if checks < 200 {
		t.Errorf("only %d checks were made", checks)
	}
	users, err := s.accounts.List(t.Context())
	if err != nil || len(users) != 5 {
		t.Errorf("after the walk there are %d users, want 5: %v", len(users), err)
	}
}

func checkPolicy(t *testing.T, route server.Route, who, path string, b *browser) {
	t.Helper()
	var p page
	switch route.Method {
	case http.MethodGet:
		p = b.get(path)
	case http.MethodPost:
		p = b.post(path)
	default:
		p = b.send(route.Method, path, nil, nil)
	}
	// A program is nobody where people sign in, and a person, whoever it is, is nobody where programs call.
	stranger := who == "nobody" || isKey(who)
	away := p.status == http.StatusForbidden && !stranger || p.status == http.StatusSeeOther && strings.HasPrefix(p.location(), "/sign-in") && stranger
	if strings.HasPrefix(route.Path, "/api/") {
		away = p.status == http.StatusUnauthorized && !isKey(who) || p.status == http.StatusForbidden && isKey(who)
	}
	if lets(route.Policy, who) && route.Policy != server.Public {
		if away || p.status >= 500 {
			t.Errorf("%s %s (%s) as %s: %d %s", route.Method, path, route.Policy, who, p.status, p.location())
		}
		return
	}
	if !lets(route.Policy, who) && !away {
		t.Errorf("%s %s (%s) as %s was not turned away: %d %s", route.Method, path, route.Policy, who, p.status, p.location())
	}
	if p.status >= 500 {
		t.Errorf("%s %s as %s: %d", route.Method, path, who, p.status)
	}
}

// TestRoutesAreOnOneScreen holds routes.go to being the only place where routes are added.
func TestRoutesAreOnOneScreen(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "routes.go" || f.Name() == "route.go" {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{`s.get("/`, `s.post("/`, `s.fast("`, `s.fast(http`, "echo.GET", "echo.Add(", "echo.Any("} {
			if strings.Contains(string(text), call) {
				t.Errorf("%s registers a route by %s, routes.go is the place", f.Name(), call)
			}
		}
	}
}

// TestHeadersOnEveryRoute asks for every page: each must have the headers that keep it safe.
func TestHeadersOnEveryRoute(t *testing.T) {
	s := newSite(t, nil)
	admin := s.add("admin", account.Admin)
	b := s.signedIn("admin")
	for _, route := range s.srv.Routes() {
		if route.Method != http.MethodGet || strings.HasPrefix(route.Path, "/assets/") {
			continue
		}
		for _, path := range addresses(route.Path, id(admin.ID), id(admin.ID)) {
			p := b.get(path)
			for header, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Content-Security-Policy": "frame-ancestors", "Cache-Control": "",
			} {
				if got := p.header.Get(header); got == "" || !strings.Contains(got, want) {
					t.Errorf("%s: %s is %q", path, header, got)
				}
			}
			csp := p.header.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
				t.Errorf("%s: the policy for its content is %q", path, csp)
			}
			if !strings.HasPrefix(path, "/favicon") && !strings.Contains(p.header.Get("Cache-Control"), "no-store") {
				t.Errorf("%s may be kept: %q", path, p.header.Get("Cache-Control"))
			}
		}
	}
}

// openToAll are the only routes that need no sign-in, and openToSupport the only forms that every role may send. A route that is added with too wide a
// policy fails here until somebody has thought about it.
func openToAll() []string {
	return []string{
		"GET /", "GET /healthz", "GET /readyz", "GET /favicon.svg", "GET /favicon.ico", "GET /assets/*",
		"GET /sign-in", "POST /sign-in", "GET /setup", "POST /setup", "GET /join/:token", "POST /join/:token", "GET /reset/:token", "POST /reset/:token",
		"GET /demo/sign-in", "GET /api/v1/openapi.json",
		"POST /hooks/bounces/:key",
		"GET /u/:token", "POST /u/:token",
		"GET /s/:token", "GET /s/:token/", "POST /s/:token", "GET /s/:token/:rating", "POST /s/:token/score",
		"GET /s/a/:answer", "GET /s/a/:answer/:screen", "POST /s/a/:answer/:screen", "POST /s/a/:answer/contact",
	}
}

func openToSupport() []string {
	return []string{
		"POST /sign-out", "POST /profile", "POST /profile/password", "POST /profile/sign-out", "POST /responses/:id/mark",
		"POST /inbox/:id", "POST /inbox/:id/note", "POST /inbox/:id/undo", "POST /inbox/:id/draft", "POST /inbox/:id/here", "POST /inbox/:id/reply", "POST /inbox/:id/reply/:mail/undo",
		"POST /inbox/bulk", "POST /inbox/views", "POST /inbox/views/:id", "POST /inbox/views/:id/delete", "POST /profile/alerts",
	}
}

func TestWidePoliciesAreMeant(t *testing.T) {
	s := newSite(t, func(d *server.Deps) { d.Demo = true })
	var all, support []string
	for _, r := range s.srv.Routes() {
		name := r.Method + " " + r.Path
		switch {
		case r.Policy == server.Public || r.Policy == server.Token || r.Policy == server.Loopback:
			all = append(all, name)
		case r.Policy == server.Staff && r.Method != http.MethodGet:
			support = append(support, name)
		}
		for _, area := range []string{"/users", "/settings", "/audit"} {
			if strings.HasPrefix(r.Path, area) && r.Policy != server.Admins {
				t.Errorf("%s is for %s, it must be for admins", name, r.Policy)
			}
		}
	}
	sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b })
	if diff := cmp.Diff(openToAll(), all, sorted); diff != "" {
		t.Errorf("routes that need no sign-in (- meant, + there):\n%s", diff)
	}
	if diff := cmp.Diff(openToSupport(), support, sorted); diff != "" {
		t.Errorf("forms that every role may send (- meant, + there):\n%s", diff)
	}
}
