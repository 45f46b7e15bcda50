package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/web/words"
)

// bareServer is a server without accounts, and its log.
func bareServer(t testing.TB, change func(*Deps)) (*Server, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	d := Deps{
		Log: slog.New(slog.NewJSONHandler(&out, nil)), Rand: rand.Reader,
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
	}
	if change != nil {
		change(&d)
	}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	return s, &out
}

// call sends one request to the server.
func call(s *Server, method, path string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestRoutesDemandAPolicy(t *testing.T) {
	ok := func(*Request) error { return nil }
	for name, register := range map[string]func(*Server){
		"no policy":      func(s *Server) { s.get("/a", noPolicy, ok) },
		"unknown policy": func(s *Server) { s.post("/a", lastPolicy+1, ok) },
		"twice":          func(s *Server) { s.get("/a", Staff, ok); s.get("/a", Public, ok) },
		"fast for staff": func(s *Server) { s.fast("GET", "/a", Staff, func(echo.Context) error { return nil }) },
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := bareServer(t, nil)
			defer func() {
				if recover() == nil {
					t.Error("it was registered")
				}
			}()
			register(s)
		})
	}
	s, _ := bareServer(t, nil)
	listed := map[string]bool{}
	for _, r := range s.Routes() {
		listed[r.Method+" "+r.Path] = true
		if r.Method == http.MethodGet {
			listed["HEAD "+r.Path] = true
		}
	}
	for _, r := range s.echo.Routes() {
		if !listed[r.Method+" "+r.Path] {
			t.Errorf("%s %s reached Echo without the table", r.Method, r.Path)
		}
	}
}

func TestErrorsBecomePages(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		header map[string]string
	}{
		"not found": {errNotFound, 404, nil},
		"forbidden": {errForbidden, 403, nil},
		"conflict":  {errConflict, 409, nil},
		"too large": {errTooLarge, 413, nil},
		"too many":  {errTooMany(90 * time.Second), 429, map[string]string{"Retry-After": "90"}},
		"busy":      {errBusy(time.Second, nil), 503, map[string]string{"Retry-After": "1"}},
		"disk full": {errFull, 503, map[string]string{"Retry-After": "60"}},
		"ours":      {errors.New("dial tcp 10.0.0.5: secret"), 500, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, out := bareServer(t, func(d *Deps) { d.IsDiskFull = func(err error) bool { return errors.Is(err, errFull) } })
			s.get("/x", Public, func(*Request) error { return c.err })
			s.fast("GET", "/f", Public, func(echo.Context) error { return c.err })
			for _, path := range []string{"/x", "/f"} {
				w := call(s, "GET", path, func(r *http.Request) { r.Header.Set("Accept-Language", "bg") })
				if w.Code != c.status || !strings.Contains(w.Body.String(), `<html lang="bg">`) {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
				for k, v := range c.header {
					if w.Header().Get(k) != v {
						t.Errorf("%s: %s is %q, want %q", path, k, w.Header().Get(k), v)
					}
				}
				if strings.Contains(w.Body.String(), "secret") {
					t.Error("the page tells what went wrong inside")
				}
				if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Frame-Options") != "DENY" {
					t.Errorf("%s: headers %v", path, w.Header())
				}
				if id := w.Header().Get("X-Request-Id"); c.status == 500 && (!strings.Contains(w.Body.String(), id) || !strings.Contains(out.String(), id)) {
					t.Errorf("the id %q is not on the page and in the log", id)
				}
			}
		})
	}
}

var errFull = errors.New("disk full")

func TestPanicIsCaught(t *testing.T) {
	s, out := bareServer(t, nil)
	s.get("/x", Public, func(*Request) error { panic("boom") })
	s.fast("GET", "/f", Public, func(echo.Context) error { panic("boom") })
	for _, path := range []string{"/x", "/f"} {
		if w := call(s, "GET", path, nil); w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if n := strings.Count(out.String(), "core_test.go"); n < 2 {
		t.Errorf("the log has %d stacks, want 2: %s", n, out)
	}
}

func TestUnknownPaths(t *testing.T) {
	s, _ := bareServer(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/nothing", 404},
		{"GET", "/HEALTHZ", 404},
		{"GET", "//healthz", 404},
		{"GET", "/healthz/", 404},
		{"GET", "/%2Fhealthz", 404},
		{"POST", "/healthz", 405},
		{"TRACE", "/healthz", 405},
		{"DELETE", "/", 405},
		{"GET", "/assets/../routes.go", 404},
		{"GET", "/assets/x", 404},
		{"HEAD", "/healthz", 200},
		{"GET", "/readyz", 200},
		{"GET", "/favicon.svg", 200},
	} {
		if w := call(s, c.method, c.path, nil); w.Code != c.status || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: %d with %v, want %d", c.method, c.path, w.Code, w.Header(), c.status)
		}
	}
}

func TestAWrongMethodIsNoMissingPage(t *testing.T) {
	s, _ := bareServer(t, nil)
	for _, lang := range words.Languages() {
		w := call(s, "POST", "/?lang="+lang, nil)
		if title := words.For(lang).T("error.method.title"); w.Code != 405 || !strings.Contains(w.Body.String(), title) {
			t.Errorf("in %s: %d, want 405 with %q in %s", lang, w.Code, title, w.Body)
		}
	}
}

func TestReadyNeedsTheDatabase(t *testing.T) {
	s, _ := bareServer(t, func(d *Deps) { d.Ready = func(context.Context) error { return errFull } })
	if w := call(s, "GET", "/readyz", nil); w.Code != 503 || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestLogHasPatternsOnly(t *testing.T) {
	s, out := bareServer(t, nil)
	s.get("/join/:token", Public, func(r *Request) error { return r.redirect("/") })
	call(s, "GET", "/join/secret0token?next=private", func(r *http.Request) { r.RemoteAddr = "203.0.113.77:1234" })
	for _, leak := range []string{"secret0token", "private", "203.0.113"} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("the log has %q: %s", leak, out)
		}
	}
	if !strings.Contains(out.String(), `"route":"/join/:token"`) {
		t.Errorf("the log has no route: %s", out)
	}
}

func TestNextOr(t *testing.T) {
	for _, good := range []string{"/dashboard", "/responses?touchpoint=delivery&q=%D0%BB", "/surveys/7/edit", "/a"} {
		if got := nextOr(good, "/x"); got != good {
			t.Errorf("%q was refused", good)
		}
	}
	for _, bad := range []string{
		"", "/", "//evil.example", "///evil", `/\evil`, `\\evil`, "/\t/evil", "/%09/evil", "/ /evil", "/\n/evil", "https://evil.example", "javascript:alert(1)",
		"evil.example", "/.evil", "/..//evil", "/@evil", "/:evil", "/a//evil", `/a\evil`, "/a/%5cevil\\", "/\u2028evil", "/aл", "/sign-in", "/sign-in?next=/a",
		"/sign-out", "/setup", "?a", "#a", "/%2f/evil", "/A", "data:text/html,x", "/\x00", "/a\r\nSet-Cookie:x", "/a/%zz", "//", "/1",
		"/" + strings.Repeat("a", 2000), "http:evil", "http:/evil", ".//evil", "./a", "/a/..//evil.example",
	} {
		if got := nextOr(bad, "/x"); got != "/x" {
			t.Errorf("%q leads to %q", bad, got)
		}
	}
}

func TestLoopbackPolicy(t *testing.T) {
	s, _ := bareServer(t, nil)
	s.get("/demo", Loopback, func(r *Request) error { return r.redirect("/") })
	for _, c := range []struct {
		remote, host, header string
		status               int
	}{
		{"127.0.0.1:5", "localhost:8080", "", 303},
		{"[::1]:5", "[::1]:8080", "", 303},
		{"127.0.0.1:5", "127.0.0.1", "", 303},
		{"203.0.113.7:5", "localhost", "", 404},
		{"127.0.0.1:5", "evil.example", "", 404},
		{"127.0.0.1:5", "localhost", "X-Forwarded-For", 404},
		{"127.0.0.1:5", "localhost", "Forwarded", 404},
	} {
		w := call(s, "GET", "/demo", func(r *http.Request) {
			r.RemoteAddr, r.Host = c.remote, c.host
			if c.header != "" {
				r.Header.Set(c.header, "203.0.113.7")
			}
		})
		if w.Code != c.status {
			t.Errorf("%+v: %d", c, w.Code)
		}
	}
}

func TestNetworkOfTheClient(t *testing.T) {
	for _, c := range []struct {
		proxies, remote, forwarded, want string
	}{
		{"", "203.0.113.77:1", "198.51.100.9", "203.0.113.0/24"},
		{"10.0.0.0/8", "10.1.2.3:1", "198.51.100.9", "198.51.100.0/24"},
		{"10.0.0.0/8", "203.0.113.77:1", "198.51.100.9", "203.0.113.0/24"},
		{"", "[2001:db8:1:2::3]:1", "", "2001:db8:1::/48"},
	} {
		s, _ := bareServer(t, func(d *Deps) {
			if c.proxies != "" {
				d.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(c.proxies)}
			}
		})
		var got string
		s.get("/x", Public, func(r *Request) error { got = r.network(); return r.redirect("/") })
		call(s, "GET", "/x", func(r *http.Request) {
			r.RemoteAddr = c.remote
			r.Header.Set("X-Forwarded-For", c.forwarded)
		})
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestMetrics(t *testing.T) {
	s, _ := bareServer(t, nil)
	call(s, "GET", "/healthz", nil)
	call(s, "GET", "/", nil)
	w := httptest.NewRecorder()
	s.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`surveyd_http_requests_total{class="2xx",route="/healthz"} 1`, `surveyd_http_requests_total{class="3xx",route="/"} 1`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	if w := call(s, "GET", "/metrics", nil); w.Code != 404 {
		t.Errorf("the figures are on the public listener: %d", w.Code)
	}
}
