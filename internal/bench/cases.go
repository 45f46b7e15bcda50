package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/survey"
)

// One answer in ten has a case, and one case in five is open.
const (
	fewAnswered  = 10_000
	manyAnswered = 1_000_000
	perCase      = 10
	perOpen      = 5
	caseStaff    = 4
)

// caseTags are those of cases; the first half of them is frequent.
var caseTags = []string{"late", "broken", "courier", "refund", "payment", "wrong size"}

// benchCases compares the inbox of a shop with a million answers with that of one with few.
func benchCases(ctx context.Context, b *bench) error {
	small, err := b.unhappy(ctx, fewAnswered)
	if err != nil {
		return err
	}
	defer small.close()
	large, err := b.unhappy(ctx, manyAnswered)
	if err != nil {
		return err
	}
	defer large.close()
	for _, p := range []struct{ what, path string }{
		{"inbox", "/inbox"},
		{"inbox, my cases", "/inbox?view=mine"},
		{"inbox, resolved cases", "/inbox?view=resolved"},
		{"inbox, a frequent tag", "/inbox?tag=late"},
		{"search as you type, a frequent word", "/inbox/list?q=" + word(0)},
		{"search in all cases, a frequent word", "/inbox/list?view=all&q=" + word(0)},
		{"search in all cases, two words", "/inbox/list?view=all&q=" + word(1) + "+" + word(2)},
		{"search in all cases, an order number", "/inbox/list?view=all&q=ORD7770"},
		{"a case beside its list", "/inbox/{id}"},
	} {
		what := fmt.Sprintf("%s, of %d / of %d", p.what, manyAnswered/perCase, fewAnswered/perCase)
		if err := b.compare(ctx, what, atMost(2), "ms", large.page(p.path), small.page(p.path)); err != nil {
			return err
		}
	}
	return nil
}

// inbox is a shop with cases, and somebody of support who is signed in.
type inbox struct {
	*shop
	srv     http.Handler
	session string
	some    survey.ID // an open case
}

// page is how long it takes to serve a page, in ms: the mean of as many as fit in a tenth of a second.
func (s *inbox) page(path string) measure {
	path = strings.Replace(path, "{id}", s.some.String(), 1)
	return func(ctx context.Context) (float64, error) {
		return s.time(ctx, func(ctx context.Context, _ *shop) error {
			r := httptest.NewRequest(http.MethodGet, path, http.NoBody).WithContext(ctx)
			r.AddCookie(&http.Cookie{Name: "session", Value: s.session})
			w := httptest.NewRecorder()
			s.srv.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				return fmt.Errorf("%s: status %d", path, w.Code)
			}
			return nil
		})
	}
}

// unhappy opens a shop with n answers and their cases. Its file is made once and kept.
func (b *bench) unhappy(ctx context.Context, n int) (*inbox, error) {
	path := filepath.Join(b.dir, fmt.Sprintf("cases-%d.db", n))
	if _, err := os.Stat(path); err != nil {
		fmt.Fprintf(b.out, "filling a file with %d answers and %d cases ...\n", n, n/perCase)
		if err := fillUnhappy(ctx, path, n); err != nil {
			return nil, err
		}
	}
	s, err := openShop(ctx, path)
	if err != nil {
		return nil, err
	}
	return s.staffed(ctx)
}

func fillUnhappy(ctx context.Context, path string, n int) error {
	for _, old := range []string{path + ".new", path + ".new-wal", path + ".new-shm"} {
		_ = os.Remove(old)
	}
	s, err := openShop(ctx, path+".new")
	if err != nil {
		return err
	}
	err = s.fillCases(ctx, n)
	s.close()
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// fillCases writes answers of which one in ten opens the case of somebody, and works on the cases.
func (s *shop) fillCases(ctx context.Context, n int) error {
	users, err := s.accounts()
	if err != nil {
		return err
	}
	var staff []int64
	for i := range caseStaff {
		u, err := users.AddUser(ctx, account.NewUser{Email: fmt.Sprintf("u%d@shop.example", i), Name: fmt.Sprintf("User %d", i), Role: account.Support}, rand.Text())
		if err != nil {
			return err
		}
		staff = append(staff, u.ID)
	}
	c := s.answers(5, s.first, shopDays*24*time.Hour/time.Duration(n))
	for from := 0; from < n; from += 5000 {
		if err := s.st.InTx(ctx, func(ctx context.Context) error { return c.fillCases(ctx, from, min(5000, n-from), staff) }); err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) fillCases(ctx context.Context, from, n int, staff []int64) error {
	recs := c.take(n)
	var opened []*survey.Record
	for i := 0; i < n; i += perCase {
		rec := &recs[i]
		r := &rec.Response
		r.Rating, r.OrderRef, r.Comment = c.r.IntN(7), fmt.Sprintf("ORD%d", from+i), c.comment(60)
		r.Classify(c.shop.version.Definition)
		id, err := c.shop.st.EnsureContact(ctx, survey.Contact{ID: c.ids.Next(), Email: fmt.Sprintf("c%d@customer.example", from+i), Name: c.comment(12), CreatedAt: c.at})
		if err != nil {
			return err
		}
		r.ContactID = id
		*rec = survey.NewRecord(*r, c.shop.version.Definition, time.UTC)
		rec.Following = &survey.Following{
			Person: followup.Person(*r), Cause: string(followup.ByClass), CaseID: c.ids.Next(), LogIDs: [3]survey.ID{c.ids.Next(), c.ids.Next(), c.ids.Next()}, DueAt: r.AnsweredAt.Add(followup.FirstReply),
		}
		opened = append(opened, rec)
	}
	refused, err := c.shop.st.Apply(ctx, recs)
	for _, e := range append(refused, err) {
		if e != nil {
			return e
		}
	}
	service := c.shop.service(func() time.Time { return c.at })
	for _, rec := range opened {
		if _, err := service.Change(ctx, staff[0], rec.Following.CaseID, followup.AnyVersion, c.work(staff), nil); err != nil {
			return err
		}
	}
	return nil
}

// work is what is done to a case: most are resolved, and some of the others have a reply.
func (c *crowd) work(staff []int64) followup.Edit {
	owner, tags := staff[c.r.IntN(len(staff))], []string{caseTags[min(c.r.IntN(len(caseTags)), c.r.IntN(len(caseTags)))]}
	e := followup.Edit{Owner: &owner, Tags: &tags}
	if c.r.IntN(2) == 0 {
		e.Reply = &followup.Entry{Kind: followup.LogReplied}
	}
	if c.r.IntN(perOpen) > 0 {
		resolved := followup.Resolved
		e.Status, e.Reason = &resolved, 2+c.r.Int64N(4)
	} else if c.r.IntN(3) == 0 {
		e.Owner = nil
	}
	return e
}

func (s *shop) service(now func() time.Time) *followup.Service {
	return followup.NewService(s.st, followup.NewOpener(s.st, s.ids, now), s.ids, now)
}

func (s *shop) accounts() (*account.Service, error) {
	return account.New(account.Config{
		Store: s.st, Now: time.Now, Rand: rand.Reader, NewID: func() int64 { return int64(s.ids.Next()) }, Key: make([]byte, 32), SealKey: make([]byte, 32),
		Hasher: account.NewHasher(account.Cost{Memory: 64, Passes: 1}),
	})
}

// staffed serves the inbox to the first of support.
func (s *shop) staffed(ctx context.Context) (*inbox, error) {
	users, err := s.accounts()
	if err != nil {
		return nil, err
	}
	all, err := users.List(ctx)
	if err != nil {
		return nil, err
	}
	session, err := users.OpenSession(ctx, all[0].ID)
	if err != nil {
		return nil, err
	}
	srv, err := server.New(server.Deps{
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Rand: rand.Reader, Accounts: users,
		Inbox: &server.InboxDeps{
			Store: s.st, One: s.st, Service: s.service(time.Now), Together: followup.NewTogether(s.st, time.Now), Zone: func() *time.Location { return time.UTC },
		},
	})
	if err != nil {
		return nil, err
	}
	open, err := s.st.ListCases(ctx, followup.Query{Show: followup.Open, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Now: time.Now(), Limit: 1})
	if err == nil && len(open.Cases) == 0 {
		err = errors.New("no case is open")
	}
	if err != nil {
		return nil, err
	}
	return &inbox{shop: s, srv: srv.Handler(), session: session, some: open.Cases[0].ID}, nil
}
