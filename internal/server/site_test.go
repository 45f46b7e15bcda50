package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	dispatch "github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

const password = "correct horse"

// logText is what the server has logged. It does so after its reply, while the test goes on.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// site is a running server with people who can sign in.
type site struct {
	t        *testing.T
	srv      *server.Server
	url      string
	accounts *account.Service
	desk     *portage.Desk
	log      *logText

	mu  sync.Mutex
	now time.Time
	ids int64
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *site) newID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return s.ids
}

// newSite starts a server on a fresh database; change may alter what it works with.
func newSite(t *testing.T, change func(*server.Deps)) *site {
	t.Helper()
	return newSiteOn(t, storetest.SQLite(t), change)
}

// newSiteOn is newSite over a store.
func newSiteOn(t *testing.T, st *store.Store, change func(*server.Deps)) *site {
	t.Helper()
	s := &site{t: t, log: &logText{}, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	var err error
	s.accounts, err = account.New(account.Config{
		Store: st, Now: s.clock, Rand: rand.Reader, NewID: s.newID, Key: bytes.Repeat([]byte("k"), 32),
		SealKey: bytes.Repeat([]byte("s"), 32),
		Hasher:  account.NewHasher(account.Cost{Memory: 64, Passes: 1}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := asking(t, st, s.clock)
	d := server.Deps{
		Log: slog.New(slog.NewJSONHandler(s.log, nil)), Now: s.clock, Rand: rand.Reader, Ready: st.Ping, IsDiskFull: store.IsDiskFull, IsAway: store.IsAway,
		Accounts: s.accounts, Asking: ask,
		Results: &server.Results{Reports: reports.New(st, s.clock, utc), Store: st, Moderation: survey.NewModeration(st, ask.IDs, s.clock, utc), Zone: utc},
	}
	secret := bytes.Repeat([]byte("a"), 32)
	d.Privacy = &server.PrivacyDeps{Store: st, Stops: &people.Stops{Store: st, Key: secret, Now: s.clock}, Privacy: &people.Privacy{Store: st, Key: secret, Now: s.clock, Zone: utc}}
	d.Contacts = &server.ContactsDeps{Store: st, Intake: people.NewIntake(st, ask.IDs, secret, s.clock, nil), Stops: d.Privacy.Stops}
	d.Building = &server.BuildingDeps{Store: st, Keys: d.Asking.Keys, IDs: d.Asking.IDs, Zone: utc, IsTaken: store.IsUnique, Reports: d.Results.Reports}
	d.Figures = &server.FiguresDeps{Figures: customers.NewFigures(st, customers.Catalogue(), s.clock, utc), IDs: ask.IDs, Zone: utc}
	d.Goals = &server.GoalsDeps{Goals: &customers.Goals{Store: st, Scores: d.Results.Reports, Metrics: d.Figures.Figures, Now: s.clock, Zone: utc}, Store: st}
	d.Cases = &server.CaseSettingsDeps{Store: st}
	cases := followup.NewService(st, followup.NewOpener(st, d.Asking.IDs, s.clock), d.Asking.IDs, s.clock)
	d.Inbox = &server.InboxDeps{Store: st, One: st, Service: cases, Together: followup.NewTogether(st, s.clock), Zone: utc}
	s.accounts.Leaving = cases
	d.Care = &server.CareDeps{Log: st}
	d.Mail = mailing(s, st, d.Asking)
	d.Replies = replying(s, st, d.Asking)
	d.Alerts = &server.AlertsDeps{Store: st}
	api := people.NewIntake(st, d.Asking.IDs, d.Privacy.Stops.Key, s.clock, nil)
	d.API = &server.APIDeps{Store: st, Intake: api, Feeds: &customers.Intake{Store: st, People: api, IDs: d.Asking.IDs, Now: s.clock, Zone: utc}}
	d.Background = &server.BackgroundDeps{Jobs: st.NewJobs(slog.New(slog.DiscardHandler)), Store: st}
	d.Inviting = inviting(st, d.Asking, s.clock)
	d.Results.Segments = st
	d.Worth = &server.WorthDeps{Store: st, Zone: utc, Caller: &dispatch.Caller{Store: st, Scheduler: &dispatch.Scheduler{
		Store: st, Keys: d.Asking.Keys, IDs: d.Asking.IDs, AddressKey: secret, Now: s.clock,
	}}}
	s.desk = importDesk(t, st, s.clock, d.Asking.IDs)
	d.Imports = &server.Imports{Desk: s.desk, Store: st, Exports: st, Zone: utc}
	// Every area must be here, or its routes would escape the tests that walk all of them.
	for v, i := reflect.ValueOf(d), 0; i < v.NumField(); i++ {
		if k := v.Field(i).Kind(); (k == reflect.Pointer || k == reflect.Interface || k == reflect.Func) && v.Field(i).IsNil() {
			t.Fatalf("the tests' server lacks %s", v.Type().Field(i).Name)
		}
	}
	if change != nil {
		change(&d)
	}
	if s.srv, err = server.New(d); err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s.srv.Handler())
	t.Cleanup(h.Close)
	s.url = h.URL
	return s
}

func utc() *time.Location { return time.UTC }

// mailing is what the pages about mail work with.
func mailing(s *site, st *store.Store, ask *server.AskingDeps) *server.MailDeps {
	post := mail.NewPost(s.accounts, s.clock)
	s.t.Cleanup(post.Close)
	d := &dispatch.Dispatcher{
		Store: st, Post: post, Composer: &mail.Composer{Settings: s.accounts, Keys: ask.Keys, Secret: []byte("names of mails")}, Keys: ask.Keys, IDs: ask.IDs,
		AddressKey: bytes.Repeat([]byte("a"), 32), BaseURL: "https://ask.shop.example", Log: slog.New(slog.DiscardHandler), Now: s.clock,
	}
	return &server.MailDeps{
		Post: post, Outbox: &dispatch.Outbox{Dispatcher: d, Store: st},
		Returns: &mail.Returns{Settings: s.accounts, Bounces: &dispatch.Bounces{Store: st, IDs: ask.IDs, AddressKey: d.AddressKey, Now: s.clock}},
	}
}

// inviting is what the pages about who is asked work with. Nothing is sent.
func inviting(st *store.Store, ask *server.AskingDeps, clock func() time.Time) *server.InvitingDeps {
	key := bytes.Repeat([]byte("a"), 32)
	d := &dispatch.Dispatcher{Store: st, Keys: ask.Keys, IDs: ask.IDs, AddressKey: key, Log: slog.New(slog.DiscardHandler), Now: clock}
	return &server.InvitingDeps{Store: st, Resend: d, AddressKey: key, Zone: utc}
}

// asking is what customers' pages work with.
func asking(t *testing.T, st *store.Store, clock func() time.Time) *server.AskingDeps {
	t.Helper()
	w, err := st.NewWriter(context.Background(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	ids, err := survey.NewIDs(0, clock)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := survey.NewKeys(1, map[int64][]byte{1: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	opener := followup.NewOpener(st, ids, clock)
	in := survey.NewIntake(st, opener.Recorder(w), ids, clock, utc)
	return &server.AskingDeps{
		Store: st, Intake: in, Reception: survey.NewReception(st, in, ids, clock, utc, func(err error) { t.Error(err) }), IDs: ids, Keys: keys,
		Requests: followup.NewRequests(st, followup.NewService(st, opener, ids, clock)),
	}
}

// add makes a user with the usual password.
func (s *site) add(name string, role account.Role) account.User {
	s.t.Helper()
	u, err := s.accounts.AddUser(context.Background(), account.NewUser{Email: name + "@shop.example", Name: name, Role: role}, password)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// browser keeps cookies and follows no redirect.
type browser struct {
	s *site
	c *http.Client
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signedIn is a browser that has signed in.
func (s *site) signedIn(name string) *browser {
	s.t.Helper()
	b := s.browser()
	if p := b.post("/sign-in", "email", name+"@shop.example", "password", password); p.status != http.StatusSeeOther {
		s.t.Fatalf("sign in as %s: %d %s", name, p.status, p.body)
	}
	return b
}

// page is an answer that has been read.
type page struct {
	status int
	header http.Header
	body   string
}

func (p page) location() string { return p.header.Get("Location") }

func (b *browser) get(path string) page { return b.send(http.MethodGet, path, nil, nil) }

// post sends a form: names and values in turn.
func (b *browser) post(path string, fields ...string) page {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, strings.NewReader(form.Encode()), func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	})
}

func (b *browser) send(method, path string, body io.Reader, change func(*http.Request)) page {
	b.s.t.Helper()
	r, err := http.NewRequest(method, b.s.url+path, body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	res, err := b.c.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return page{res.StatusCode, res.Header, string(text)}
}

// session is the value of the session cookie, "" when there is none.
func (b *browser) session() string {
	u, _ := url.Parse(b.s.url)
	for _, c := range b.c.Jar.Cookies(u) {
		if c.Name == "session" {
			return c.Value
		}
	}
	return ""
}

// carrying is a browser that has only a session cookie, as somebody has who copied it.
func (s *site) carrying(session string) *browser {
	b := s.browser()
	u, _ := url.Parse(s.url)
	b.c.Jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: session}})
	return b
}

// sources are the texts of all Go files below a folder that are no tests.
func sources(t *testing.T, root string) (texts []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}
