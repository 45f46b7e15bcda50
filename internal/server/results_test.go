package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// office is a server with people who sign in and one survey with answers, on a real database.
type office struct {
	t        testing.TB
	srv      *Server
	st       *store.Store
	ids      *survey.IDs
	now      time.Time
	version  survey.Version
	accounts *account.Service
	sessions map[account.Role]string
	hold     bool // give waits for store, so that many answers take one transaction
	held     []survey.Record
}

func openOffice(t testing.TB) *office {
	t.Helper()
	ctx := context.Background()
	o := &office{t: t, st: storetest.SQLite(t), now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), sessions: map[account.Role]string{}}
	clock, zone := func() time.Time { return o.now }, func() *time.Location { return time.UTC }
	var err error
	o.ids, err = survey.NewIDs(0, clock)
	o.must(err)
	o.accounts, err = account.New(account.Config{
		Store: o.st, Now: clock, Rand: rand.Reader, NewID: func() int64 { return int64(o.ids.Next()) }, Key: []byte("0123456789abcdef0123456789abcdef"),
	})
	o.must(err)
	o.must(o.st.SetSetting(ctx, "company", "Linden Home"))
	for _, role := range account.Roles() {
		u, err := o.accounts.AddUser(ctx, account.NewUser{Email: string(role) + "@example.com", Name: string(role), Role: role, Language: "en"}, rand.Text())
		o.must(err)
		o.sessions[role], err = o.accounts.OpenSession(ctx, u.ID)
		o.must(err)
	}
	o.must(o.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: "checkout", Names: survey.Text{"en": "Checkout", "bg": "Поръчка"}}))
	o.must(o.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: "delivery", Names: survey.Text{"en": "=Delivery"}}))
	o.srv, err = New(Deps{
		Log: slog.New(slog.DiscardHandler), Now: clock, Rand: rand.Reader, Accounts: o.accounts,
		Results: &Results{Reports: reports.New(o.st, clock, zone), Store: o.st, Moderation: survey.NewModeration(o.st, o.ids, clock, zone), Zone: zone},
	})
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// publish makes a survey with these questions.
func (o *office) publish(qs ...survey.Question) {
	o.t.Helper()
	ctx := context.Background()
	d := survey.Definition{Questions: qs}
	v := survey.Survey{Name: "After the purchase", State: survey.Live, Edited: d, CreatedAt: o.now, ChangedAt: o.now, Settings: survey.Settings{Languages: []string{"en", "bg"}, DefaultLanguage: "en"}}
	o.must(o.st.CreateSurvey(ctx, &v))
	o.version = survey.Version{SurveyID: v.ID, Definition: d, PublishedAt: o.now}
	o.must(o.st.CreateVersion(ctx, &o.version))
	v.VersionID = o.version.ID
	o.must(o.st.UpdateSurvey(ctx, &v))
}

// give stores a response of so many days ago, after change.
func (o *office) give(daysAgo, rating int, change func(*survey.Response)) survey.ID {
	o.t.Helper()
	r := survey.Response{
		ID: o.ids.Next(), SurveyID: o.version.SurveyID, VersionID: o.version.ID, Touchpoint: 1, Language: "en",
		AnsweredAt: o.now.AddDate(0, 0, -daysAgo), Rating: rating,
	}
	if change != nil {
		change(&r)
	}
	r.Classify(o.version.Definition)
	if o.held = append(o.held, survey.NewRecord(r, o.version.Definition, time.UTC)); !o.hold {
		o.store()
	}
	return r.ID
}

// store writes what was held back.
func (o *office) store() {
	o.t.Helper()
	errs, err := o.st.Apply(context.Background(), o.held)
	o.must(cmp.Or(append(errs, err)...))
	o.hold, o.held = false, nil
}

// send calls a page as somebody with the role; "": signed out.
func (o *office) send(role account.Role, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if role != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: o.sessions[role]})
	}
	w := httptest.NewRecorder()
	o.srv.Handler().ServeHTTP(w, r)
	return w
}

// page reads a page that must be there.
func (o *office) page(role account.Role, path string) *goquery.Document {
	o.t.Helper()
	w := o.send(role, http.MethodGet, path, nil)
	if w.Code != http.StatusOK {
		o.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	doc, err := goquery.NewDocumentFromReader(w.Body)
	o.must(err)
	return doc
}

func wants(t testing.TB, doc *goquery.Document, selector string, texts ...string) {
	t.Helper()
	got := strings.Join(strings.Fields(doc.Find(selector).Text()), " ")
	for _, text := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("%s has no %q: %s", selector, text, got)
		}
	}
}

var npsQuestion = survey.Question{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "Would you recommend {brand}?"}}

// fill gives 12 weeks of answers at two touchpoints, 4 a day in all.
func (o *office) fill() {
	o.publish(npsQuestion, survey.Question{No: 2, Kind: survey.Rating, Scheme: scoring.CSAT5, Aspect: "delivery"})
	o.hold = true
	for day := range 84 {
		for i, rating := range []int{10, 9, 7, 0} {
			o.give(day, rating, func(r *survey.Response) {
				r.Touchpoint = int64(1 + i%2)
				r.Answers = []survey.Answer{{Question: 2, Rating: 4}}
				if i == 3 {
					r.Comment = "Кутията беше мокра"
					r.Language = "bg"
				}
			})
		}
	}
	o.store()
}

func TestTheDashboardShowsEveryScoreWithIntervalAndAnswers(t *testing.T) {
	o := openOffice(t)
	o.fill()
	doc := o.page(account.Support, "/dashboard")
	wants(t, doc, "h1", "NPS is +25.")
	wants(t, doc, ".hero", "+25", "95% interval +16 to +34", "336 answers", "50% promoters", "25% passives", "25% detractors")
	wants(t, doc, "nav a[aria-current=page]", "Overview")
	doc.Find(".small figure").Each(func(_ int, s *goquery.Selection) {
		if text := s.Text(); !strings.Contains(text, "n = 168") || !strings.Contains(text, " to ") {
			t.Errorf("a touchpoint without n or interval: %s", text)
		}
	})
	if doc.Find(".small figure").Length() != 2 {
		t.Error("two touchpoints make two small charts")
	}
	// Every chart has a table with interval and answers, and a file.
	if tables, files := doc.Find("details.more table").Length(), doc.Find("details.more a[download]").Length(); tables < 5 || files != tables {
		t.Errorf("%d tables, %d files", tables, files)
	}
	doc.Find("details.more table").Each(func(_ int, s *goquery.Selection) {
		head := s.Find("thead").Text()
		if !strings.Contains(head, "Answers") || !strings.Contains(head, "95% interval") && !strings.Contains(head, "Share") {
			t.Errorf("a table without interval or answers: %s", head)
		}
	})
	wants(t, doc, "details.more table", "Delivery", "100.0%", "98.9 to 100.0%")
	wants(t, doc, ".feed", "„Кутията беше мокра“", "0 of 10", "=Delivery")
	if doc.Find(".feed q[lang=bg]").Length() != 6 {
		t.Error("a comment is not marked with its language")
	}
	if doc.Find("[style], script").Length() != 0 {
		t.Error("there is an inline style or a script")
	}
}

func TestTheDashboardNeverShowsAScoreWithoutAnswers(t *testing.T) {
	o := openOffice(t)
	wants(t, o.page(account.Manager, "/dashboard"), "main", "There is no survey yet", "Choose a template")
	o.publish(npsQuestion)
	doc := o.page(account.Manager, "/dashboard")
	wants(t, doc, "main", "No answers yet")
	if doc.Find(".score").Length() != 0 {
		t.Error("there is a score without answers")
	}
	o.give(400, 0, nil)
	doc = o.page(account.Manager, "/dashboard?touchpoint=delivery")
	if doc.Find(".score").Length() != 0 {
		t.Error("there is a score outside the filter")
	}
	if href, _ := doc.Find(".empty a").First().Attr("href"); strings.Contains(href, "touchpoint") {
		t.Errorf("the way out keeps the touchpoint: %s", href)
	}
	doc = o.page(account.Manager, "/dashboard?period=all")
	wants(t, doc, ".hero", "−100", "1 answer", "Only 1 answer: read with care")
	if doc.Find(".fig.gut").Length() > 1 {
		t.Error("one answer has a course over time")
	}
}

func TestAZeroStaysAZero(t *testing.T) {
	o := openOffice(t)
	o.publish(npsQuestion)
	for day := range 60 {
		o.give(day, 0, nil)
		o.give(day, 10, nil)
	}
	doc := o.page(account.Support, "/dashboard")
	wants(t, doc, ".score strong", "0")
	if got := strings.TrimSpace(doc.Find(".score strong").Text()); got != "0" {
		t.Errorf("the score is %q", got)
	}
	csv := o.send(account.Support, "GET", "/dashboard/distribution.csv", nil).Body.String()
	if !strings.Contains(csv, "\n0,60\r") || !strings.Contains(csv, "\n1,0\r") {
		t.Errorf("the file:\n%s", csv)
	}
}

func TestAChartsFileHasTheFiguresOfThePage(t *testing.T) {
	o := openOffice(t)
	o.fill()
	for chart, want := range map[string]string{
		"score":       "After the purchase,nps11,1,2026-08-31,2026-11-22,25,16,34,336,168,84,84",
		"touchpoints": "delivery,'=Delivery,0,",
		"trend":       "2026-11-16,1,25,",
		"questions":   "2,,csat5,100.0,98.9,100.0,336,336,0,0",
		"languages":   "bg,-100,",
	} {
		w := o.send(account.Support, "GET", "/dashboard/"+chart+".csv?period=12w", nil)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, no %q in\n%s", chart, w.Code, want, w.Body)
		}
	}
	for _, path := range []string{"/dashboard/nothing.csv", "/dashboard/trend", "/dashboard?survey=99", "/dashboard?survey=x", "/dashboard/trend.csv?survey=99"} {
		if w := o.send(account.Admin, "GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

func TestTheAddressIsTheFilter(t *testing.T) {
	o := openOffice(t)
	o.fill()
	doc := o.page(account.Manager, "/dashboard?period=4w&touchpoint=checkout&language=en&compare=lastyear&grain=day&class=best")
	for name, value := range map[string]string{"period": "4w", "touchpoint": "checkout", "language": "en", "compare": "lastyear"} {
		if got, _ := doc.Find("select[name=" + name + "] option[selected]").Attr("value"); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	wants(t, doc, ".hero", "+50", "56 answers")
	wants(t, doc, "h2", "NPS by day")
	// A choice that cannot be read is left out, and the page says so by what it has selected.
	doc = o.page(account.Manager, "/dashboard?period=%00&from=x&compare=1&grain=century&class=9&lang=en")
	if got, _ := doc.Find("select[name=period] option[selected]").Attr("value"); got != "12w" {
		t.Errorf("period is %q", got)
	}
	doc = o.page(account.Manager, "/dashboard?period=custom&from=2026-11-01&to=2026-11-22")
	if got, _ := doc.Find("input[name=from]").Attr("value"); got != "2026-11-01" {
		t.Errorf("from is %q", got)
	}
	wants(t, doc, ".hero", "88 answers")
}

func TestWhatTheFilterCannotMeanIsSaidAtItsField(t *testing.T) {
	o := openOffice(t)
	o.fill()
	for query, want := range map[string]struct {
		status        int
		field, typed  string
		text, control string
	}{
		"touchpoint=chekout":                          {404, "touchpoint", "", "There is no touchpoint “chekout”", "select"},
		"period=custom&from=2026-02-31&to=2026-11-22": {422, "from", "2026-02-31", "Enter a day of the calendar, for example 2026-03-29", "input[type=text]"},
		"period=custom&from=2026-11-01&to=soon":       {422, "to", "soon", "Enter a day of the calendar, for example 2026-03-29", "input[type=text]"},
		"period=custom&from=1969-12-31":               {422, "from", "1969-12-31", "Enter a day of the calendar, for example 2026-03-29", "input[type=date]"},
		"period=custom&from=2026-11-22&to=2026-11-01": {422, "to", "2026-11-01", "Choose a last day that is not before the first", "input[type=date]"},
	} {
		for _, path := range []string{"/dashboard", "/responses"} {
			w := o.send(account.Manager, http.MethodGet, path+"?"+query, nil)
			doc, err := goquery.NewDocumentFromReader(w.Body)
			o.must(err)
			control := doc.Find(want.control + "#" + want.field)
			if w.Code != want.status || control.Length() != 1 || control.AttrOr("value", "") != want.typed {
				t.Errorf("%s?%s: %d, and %q stands at %s", path, query, w.Code, control.AttrOr("value", ""), want.field)
			}
			wants(t, doc, "#"+control.AttrOr("aria-describedby", "nothing"), want.text)
			if doc.Find(".score, .feed, .pager").Length() != 0 {
				t.Errorf("%s?%s: figures or comments of other answers are shown", path, query)
			}
		}
		if w := o.send(account.Manager, http.MethodGet, "/dashboard/score.csv?"+query, nil); w.Code == http.StatusOK || w.Code >= 500 {
			t.Errorf("the file of %s: %d", query, w.Code)
		}
	}
	// The list of all answers has no period, and so no trouble with it.
	wants(t, o.page(account.Manager, "/responses?tab=all&period=custom&from=2026-02-31"), "table.rows tbody", "Detractor")
}

func TestEveryLanguageHasAllWordsOfThePages(t *testing.T) {
	o := openOffice(t)
	o.fill()
	id := o.give(1, 3, func(r *survey.Response) { r.Comment = "x" }).String()
	for _, lang := range []string{"en", "pl", "ru", "bg"} {
		for _, path := range []string{"/dashboard", "/dashboard?grain=day", "/responses", "/responses?tab=all&status=any", "/responses/" + id, "/events", "/how"} {
			at := path + "?lang=" + lang
			if strings.Contains(path, "?") {
				at = path + "&lang=" + lang
			}
			if got, _ := o.page(account.Admin, at).Find("html").Attr("lang"); got != lang {
				t.Errorf("%s is in %q", at, got)
			}
		}
	}
}
