package server_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// worthSite has a live survey and fifty customers, the first of whom bought lately and were unhappy.
func worthSite(t *testing.T) (*site, *store.Store) {
	t.Helper()
	var st *store.Store
	s := newSite(t, func(d *server.Deps) { st = d.Worth.Store.(*store.Store) })
	ctx := context.Background()
	may := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sql := func(format string, args ...any) {
		may(st.Shell(ctx, &bytes.Buffer{}, fmt.Sprintf(format, args...), true))
	}
	d := survey.Definition{Questions: []survey.Question{{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "?"}}}}
	v := survey.Survey{Name: "After <b>", State: survey.Live, Edited: d, CreatedAt: s.now, ChangedAt: s.now, Settings: survey.Settings{Languages: []string{"en"}, DefaultLanguage: "en"}}
	may(st.CreateSurvey(ctx, &v))
	version := survey.Version{SurveyID: v.ID, Definition: d, PublishedAt: s.now}
	may(st.CreateVersion(ctx, &version))
	v.VersionID = version.ID
	may(st.UpdateSurvey(ctx, &v))
	sql(`INSERT INTO feed_currency (kind, currency) VALUES ('orders', 'EUR')`)
	var records []survey.Record
	for c := 1; c <= 50; c++ {
		at := s.now.Add(-time.Duration(24*c) * time.Hour)
		sql(`INSERT INTO contact (id, email, email_key, created_at) VALUES (%d, 'c%d@example.com', 'c%d@example.com', 1)`, c, c, c)
		sql(`INSERT INTO customer_order (id, external_id, contact_id, at, currency, amount, refund_told, refunded, status, kind) VALUES (%d, 'n%d', %d, %d, 'EUR', %d, 0, 0, 0, '')`, c, c, c, at.UnixMilli(), 1000*(60-c))
		if c <= 30 {
			r := survey.Response{ID: survey.ID(1000 + c), SurveyID: v.ID, VersionID: version.ID, ContactID: survey.ID(c), Language: "en", AnsweredAt: at.Add(time.Hour), Rating: c % 11}
			r.Classify(d)
			records = append(records, survey.NewRecord(r, d, time.UTC))
		}
	}
	errs, err := st.Apply(ctx, records)
	for _, err := range append(errs, err) {
		may(err)
	}
	return s, st
}

func TestSegmentsAndMoney(t *testing.T) {
	s, st := worthSite(t)
	s.add("boss", account.Manager)
	b := s.signedIn("boss")
	pages := func(want string) {
		t.Helper()
		b.get("/money").wants(t, http.StatusOK, want)
		b.get("/customers/segments").wants(t, http.StatusOK, want)
	}
	told := func(at time.Time) {
		t.Helper()
		sql := fmt.Sprintf(`INSERT INTO feed (kind, revision, records, changed_at) VALUES ('orders', 1, 50, %d) ON CONFLICT (kind) DO UPDATE SET changed_at = excluded.changed_at`, at.UnixMilli())
		if err := st.Shell(t.Context(), &bytes.Buffer{}, sql, true); err != nil {
			t.Fatal(err)
		}
	}
	pages("No orders yet")
	told(s.now.Add(-time.Hour))
	pages("The figures are being made")
	job := &worth.Service{Store: st, Now: s.clock, Zone: utc, Account: func() string { return "" }}
	if err := job.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	pictures, err := st.Pictures(t.Context())
	if err != nil || len(pictures) != 1 {
		t.Fatalf("%+v, %v", pictures, err)
	}

	if text := b.get("/money").body; strings.Contains(text, "Newer orders have come in") {
		t.Error("the page waits for nothing")
	}
	told(s.now.Add(time.Minute))
	pages("Newer orders have come in since")
	b.get("/customers/segments").wants(t, http.StatusOK, "Customers in eight segments: 50 in all", "Champions", "fewer than 5", "training and check each need 200 active customers; there were 0 and 0")
	at := pictures[0].Groups[0].AtRisk()
	b.get("/money").wants(t, http.StatusOK, "After &lt;b&gt;", "Revenue at risk", "Detractors", fmt.Sprintf("%d,%03d.00 EUR", at.Revenue.Amount/100000, at.Revenue.Amount/100%1000), "Were never asked", "Did they come back?")
	b.get("/money").wants(t, http.StatusOK, "newest answer to “After &lt;b&gt;” was of the class")
	b.get("/money?touchpoint=-").wants(t, http.StatusOK, "newest answer to “After &lt;b&gt;” at “")
	b.get("/money?survey=99").wants(t, http.StatusNotFound)
	b.get("/money?currency=PLN").wants(t, http.StatusNotFound)
	b.get("/money?touchpoint=-such").wants(t, http.StatusNotFound)
	for path, column := range map[string]string{
		"/money/classes.csv": "churn_percent", "/money/back.csv": "came_back", "/money/heard.csv": "voice", "/customers/segments/segments.csv": "high_risk",
		"/customers/segments/risk.csv": "currency,as_of,predicted_percent", "/customers/segments/bands.csv": "currency,as_of,band",
	} {
		b.get(path).wants(t, http.StatusOK, column)
	}
	if file := b.get("/money/classes.csv").body; !strings.Contains(file, fmt.Sprintf("nps11,*,worst,%d,%d,", at.Customers, at.Revenue.Amount)) {
		t.Errorf("%d customers with %d are not in the file:\n%s", at.Customers, at.Revenue.Amount, file)
	}
	b.get("/money/nonesuch.csv").wants(t, http.StatusNotFound)
	b.get("/dashboard?period=52w&segment=EUR.champions").wants(t, http.StatusOK, "Only customers of the segment", "All customers")
	b.get("/dashboard?period=52w&segment=EUR.lost").wants(t, http.StatusOK, "Too few answers in this segment")
	b.get("/dashboard?segment=EUR.nonesuch").wants(t, http.StatusNotFound, "There is no segment EUR.nonesuch.")
	b.get("/dashboard/score.csv?period=52w&segment=EUR.champions").wants(t, http.StatusOK, "nps11")
	b.get("/dashboard/score.csv?segment=PLN.champions").wants(t, http.StatusNotFound)
}

func TestASegmentIsAskedOnce(t *testing.T) {
	s, st := worthSite(t)
	s.add("boss", account.Manager)
	s.add("helper", account.Support)
	job := &worth.Service{Store: st, Now: s.clock, Zone: utc, Account: func() string { return "" }}
	if err := job.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	members, err := st.SegmentMembers(t.Context(), "EUR", scoring.Champions)
	if err != nil || len(members) < 5 {
		t.Fatalf("%v, %v", members, err)
	}
	b := s.signedIn("boss")
	const ask = "/customers/segments/ask"
	b.get(ask+"?segment=EUR.champions").wants(t, http.StatusOK, "Ask the segment “Champions”", "After &lt;b&gt;")
	b.get(ask+"?segment=EUR.needs_attention&survey=99").wants(t, http.StatusNotFound)
	b.get(ask+"?segment=EUR.nonesuch").wants(t, http.StatusNotFound)
	b.get(ask+"?segment=EUR.champions&survey=1").wants(t, http.StatusOK, fmt.Sprintf("Ask %d customers?", len(members)), `name="key"`)
	form := []string{"segment", "EUR.champions", "survey", "1", "key", "once"}
	for range 2 {
		b.post(ask, form...).wants(t, http.StatusSeeOther)
	}
	b.get(ask+"?segment=EUR.champions&survey=1").wants(t, http.StatusOK, "Nobody of this segment can be asked now", "A mail with this survey is planned already")
	form[5] = "another visit"
	b.post(ask, form...).wants(t, http.StatusSeeOther)
	var out bytes.Buffer
	if err := st.Shell(t.Context(), &out, `SELECT count(*), count(DISTINCT contact_id) FROM mail WHERE kind = 'ask' AND state = 'due'`, false); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("\n%d\t%d\n", len(members), len(members)); !strings.HasSuffix(out.String(), want) {
		t.Errorf("mails: %s, want %s", out.String(), want)
	}
	form[5] = ""
	b.post(ask, form...).wants(t, http.StatusBadRequest)
	s.signedIn("helper").post(ask, form...).wants(t, http.StatusForbidden)
}

func TestAGroupThatWouldBeWorkedOutIsHiddenWithTheSmallOne(t *testing.T) {
	s, st := worthSite(t)
	s.add("boss", account.Manager)
	run, err := st.BeginRun(t.Context(), s.now)
	if err != nil {
		t.Fatal(err)
	}
	class := func(c scoring.Class, n int64) worth.Class {
		return worth.Class{Class: c, Buyers: worth.Buyers{Customers: n, Revenue: worth.Money{Amount: 100 * n}, Lifetime: 100 * n, Bought: n}, Active: n}
	}
	p := worth.Picture{
		Currency: "EUR", AsOf: s.now, Since: s.now,
		Segments: []worth.SegmentSize{
			{Segment: scoring.Champions, Customers: 30, Revenue: 333_300}, {Segment: scoring.NeedsAttention, Customers: 8, Revenue: 444_400}, {Segment: scoring.LostCustomers, Customers: 3, Revenue: 555_500},
		},
		Groups: []worth.Group{{
			GroupKey: worth.GroupKey{SurveyID: 1, Scheme: scoring.NPS11, Touchpoint: survey.AllTouchpoints},
			Classes:  []worth.Class{class(scoring.ClassWorst, 7), class(scoring.ClassMiddle, 2), class(scoring.ClassBest, 29)},
		}},
	}
	if err := st.EndRun(t.Context(), run, "told", []worth.Picture{p}); err != nil {
		t.Fatal(err)
	}
	b := s.signedIn("boss")
	page := b.get("/customers/segments")
	page.wants(t, http.StatusOK, "3,333.00", "fewer than 5", "not shown")
	file := b.get("/customers/segments/segments.csv")
	file.wants(t, http.StatusOK, ",champions,30,333300,", ",needs_attention,,,", ",lost,,,")
	for _, secret := range []string{"4,444", "5,555", "444400", "555500"} {
		if strings.Contains(page.body+file.body, secret) {
			t.Errorf("%s is told", secret)
		}
	}
	money := b.get("/money")
	money.wants(t, http.StatusOK, "29.00", "fewer than 5", "not shown")
	if strings.Contains(money.body, "7.00") {
		t.Error("what the second smallest class spent is told")
	}
	b.get("/money/classes.csv").wants(t, http.StatusOK, "nps11,*,worst,,,,,", "nps11,*,middle,,,,,", "nps11,*,best,29,2900,")
	b.get("/customers/segments/ask?segment=EUR.needs_attention").wants(t, http.StatusNotFound)
	b.get("/customers/segments/ask?segment=EUR.champions").wants(t, http.StatusOK)
	if options := b.get("/dashboard?period=52w").body; strings.Contains(options, "EUR.needs_attention") || !strings.Contains(options, "EUR.champions") {
		t.Error("the dashboard offers the wrong segments")
	}
}
