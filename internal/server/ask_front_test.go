package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

func firstVisit(method, path, lang, encoding string) *http.Request {
	r := httptest.NewRequest(method, path, http.NoBody)
	r.Header.Set("Accept-Language", lang)
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	return r
}

// Whoever comes second is served before the routes are searched, and gets what the first one got.
func TestFrontServesWhatTheRouteServes(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	for _, lang := range []string{"en", "pl", "ru", "bg", "fr", ""} {
		for _, encoding := range []string{"", "gzip"} {
			full, front := httptest.NewRecorder(), httptest.NewRecorder()
			f.srv.echo.ServeHTTP(full, firstVisit(http.MethodGet, "/s/"+f.slug, lang, encoding))
			if !f.srv.front(front, firstVisit(http.MethodGet, "/s/"+f.slug, lang, encoding)) {
				t.Fatalf("%s %s: a rendered page went on to the routes", lang, encoding)
			}
			if full.Code != front.Code || full.Body.String() != front.Body.String() || full.Body.Len() == 0 {
				t.Errorf("%s %s: the pages differ", lang, encoding)
			}
			if a, b := full.Header().Get("Set-Cookie"), front.Header().Get("Set-Cookie"); a == b || len(a) != len(b) {
				t.Errorf("%s %s: the keys %q and %q", lang, encoding, a, b)
			}
			full.Header().Del("Set-Cookie")
			front.Header().Del("Set-Cookie")
			for name := range full.Header() {
				if !slices.Equal(full.Header()[name], front.Header()[name]) || len(full.Header()) != len(front.Header()) {
					t.Errorf("%s %s: %s is %q and %q", lang, encoding, name, full.Header()[name], front.Header()[name])
				}
			}
		}
	}
}

func TestFrontLeavesTheRestToTheRoutes(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	f.sv.Settings = survey.Settings{Languages: []string{"en", "ru"}, DefaultLanguage: "en"}
	f.sv.ClosesAt = f.now.Add(time.Millisecond)
	f.must(f.st.UpdateSurvey(context.Background(), &f.sv))
	f.srv.echo.ServeHTTP(httptest.NewRecorder(), firstVisit(http.MethodGet, "/s/"+f.slug, "en", ""))
	withCookie := firstVisit(http.MethodGet, "/s/"+f.slug, "en", "")
	withCookie.AddCookie(&http.Cookie{Name: "k", Value: "x"})
	for name, r := range map[string]*http.Request{
		"another language": firstVisit(http.MethodGet, "/s/"+f.slug, "ru", ""),
		"a form":           firstVisit(http.MethodPost, "/s/"+f.slug, "en", ""),
		"a program":        firstVisit(http.MethodHead, "/s/"+f.slug, "en", ""),
		"a query":          firstVisit(http.MethodGet, "/s/"+f.slug+"?lang=pl", "en", ""),
		"a rating":         firstVisit(http.MethodGet, "/s/"+f.slug+"/9", "en", ""),
		"another link":     firstVisit(http.MethodGet, "/s/nowhere", "en", ""),
		"another page":     firstVisit(http.MethodGet, "/healthz", "en", ""),
		"a cookie":         withCookie,
	} {
		if f.srv.front(httptest.NewRecorder(), r) {
			t.Errorf("%s was served as the page of the link", name)
		}
	}
	if !f.srv.front(httptest.NewRecorder(), firstVisit(http.MethodGet, "/s/"+f.slug, "en", "")) {
		t.Error("the page of an open survey was not served")
	}
	f.now = f.sv.ClosesAt
	if f.srv.front(httptest.NewRecorder(), firstVisit(http.MethodGet, "/s/"+f.slug, "en", "")) {
		t.Error("a survey that has closed was served")
	}
}

// counting tells how often a server writes to its connections.
type counting struct {
	net.Listener
	sizes chan int
}

func (l counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countingConn{c, l.sizes}, err
}

type countingConn struct {
	net.Conn
	sizes chan int
}

func (c countingConn) Write(p []byte) (int, error) {
	c.sizes <- len(p)
	return c.Conn.Write(p)
}

// A second write costs as much as all else that the server does for the page.
func TestPackedPageGoesOutInOneWrite(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	f.must(err)
	sizes := make(chan int, 100)
	srv := HTTPServer(f.srv.Handler(), f.srv.deps.Log)
	go func() { _ = srv.Serve(counting{l, sizes}) }()
	t.Cleanup(func() { _ = srv.Close() })
	for _, visit := range []string{"first", "second"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/s/"+f.slug, http.NoBody)
		f.must(err)
		r.Header.Set("Accept-Encoding", "gzip")
		resp, err := http.DefaultClient.Do(r)
		f.must(err)
		_, err = io.Copy(io.Discard, resp.Body)
		f.must(err)
		f.must(resp.Body.Close())
		select {
		case n := <-sizes:
			t.Logf("%s visit: %d bytes", visit, n)
		case <-time.After(time.Minute):
			t.Fatal("nothing was written")
		}
		if len(sizes) > 0 {
			t.Errorf("%s visit: another %d bytes followed: leave something out of the page, its style or its headers", visit, <-sizes)
		}
	}
}

func TestASlashBehindTheAddressLeadsToTheSurvey(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	for path, want := range map[string]string{
		"/s/" + f.slug + "/":             "/s/" + f.slug,
		"/s/" + f.slug + "/?order=1&x=/": "/s/" + f.slug + "?order=1&x=/",
		"/s/nothing/":                    "/s/nothing",
		"/s/%2F%2Fevil.example/":         "/s/%2F%2Fevil.example",
	} {
		w := httptest.NewRecorder()
		f.srv.Handler().ServeHTTP(w, firstVisit(http.MethodGet, path, "pl", ""))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", path, w.Code, w.Header().Get("Location"), want)
		}
	}
}
