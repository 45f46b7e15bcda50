package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// shopfront is a server with one live survey behind a public link, on a real database.
type shopfront struct {
	t    testing.TB
	srv  *Server
	st   *store.Store
	keys survey.Keys
	ids  *survey.IDs
	now  time.Time
	slug string
	sv   survey.Survey
}

func sayWords(lang, key string) string { return words.For(lang).T(key) }

func openFront(t testing.TB, kind survey.TemplateKind) *shopfront {
	t.Helper()
	ctx := context.Background()
	f := &shopfront{t: t, st: storetest.SQLite(t), now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), slug: "after-purchase"}
	for key, value := range map[string]string{"company": "Linden Home", "zone": "Europe/Sofia", "language": "en", "languages": "en,pl,ru,bg"} {
		f.must(f.st.SetSetting(ctx, key, value))
	}
	f.must(f.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: "checkout", Names: survey.Text{"en": "Checkout"}}))
	f.must(f.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: "delivery", Names: survey.Text{"en": "Delivery"}}))
	langs := []string{"en", "pl", "ru", "bg"}
	f.sv = survey.Survey{
		Name: "After the purchase", State: survey.Live, CreatedAt: f.now, ChangedAt: f.now, Edited: survey.FromTemplate(kind, sayWords, langs, ""),
		Settings: survey.Settings{Languages: langs, DefaultLanguage: "en", Touchpoint: 1, AllowTouchpoint: true, AllowOrder: true},
	}
	f.must(f.st.CreateSurvey(ctx, &f.sv))
	v := survey.Version{SurveyID: f.sv.ID, Definition: f.sv.Edited, PublishedAt: f.now}
	f.must(f.st.CreateVersion(ctx, &v))
	f.sv.VersionID = v.ID
	f.must(f.st.UpdateSurvey(ctx, &f.sv))
	f.must(f.st.CreateLink(ctx, survey.Link{Slug: f.slug, SurveyID: f.sv.ID, Guessable: true, CreatedAt: f.now}))
	f.serve()
	return f
}

func (f *shopfront) serve() {
	f.t.Helper()
	clock := func() time.Time { return f.now }
	w, err := f.st.NewWriter(context.Background(), func(err error) { f.t.Error(err) })
	f.must(err)
	f.t.Cleanup(w.Close)
	f.ids, err = survey.NewIDs(0, clock)
	f.must(err)
	f.keys, err = survey.NewKeys(1, map[int64][]byte{1: []byte("0123456789abcdef0123456789abcdef")})
	f.must(err)
	utc := func() *time.Location { return time.UTC }
	opener := followup.NewOpener(f.st, f.ids, clock)
	in := survey.NewIntake(f.st, opener.Recorder(w), f.ids, clock, utc)
	f.srv, err = New(Deps{
		Log: slog.New(slog.DiscardHandler), Now: clock, Rand: rand.Reader,
		Asking: &AskingDeps{
			Store: f.st, Intake: in, Reception: survey.NewReception(f.st, in, f.ids, clock, utc, func(err error) { f.t.Error(err) }), IDs: f.ids, Keys: f.keys,
			Requests: followup.NewRequests(f.st, followup.NewService(f.st, opener, f.ids, clock)),
		},
	})
	f.must(err)
}

func (f *shopfront) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// phone is a browser that keeps cookies.
type phone struct {
	f       *shopfront
	cookies map[string]*http.Cookie
	lang    string
}

func (f *shopfront) phone() *phone {
	return &phone{f: f, cookies: map[string]*http.Cookie{}, lang: "en"}
}

func (p *phone) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	p.f.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Language", p.lang)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "null") // what some web views send
	}
	for _, c := range p.cookies {
		if strings.HasPrefix(path, c.Path) {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	w := httptest.NewRecorder()
	p.f.srv.Handler().ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		p.cookies[c.Name] = c
	}
	return w
}

func (p *phone) expect(w *httptest.ResponseRecorder, status int) *goquery.Document {
	p.f.t.Helper()
	if w.Code != status {
		p.f.t.Fatalf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	doc, err := goquery.NewDocumentFromReader(w.Body)
	p.f.must(err)
	return doc
}

// responses are all that is stored.
func (f *shopfront) responses() (all []survey.Response) {
	f.t.Helper()
	f.must(f.st.EachResponse(context.Background(), store.ResponseRange{}, func(r survey.Response) error {
		all = append(all, r)
		return nil
	}))
	return all
}

func TestACustomerAnswersAndMayChangeIt(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	p.lang = "bg,en;q=0.5"
	doc := p.expect(p.send("GET", "/s/after-purchase?touchpoint=delivery&order=10482", nil), 200)
	if lang, _ := doc.Find("html").Attr("lang"); lang != "bg" {
		t.Errorf("lang %q, want bg", lang)
	}
	if n := doc.Find("input[type=radio][name=q1]").Length(); n != 11 {
		t.Errorf("%d radios, want 11", n)
	}
	action, _ := doc.Find("form").Attr("action")
	form := url.Values{"q1": {"0"}, "comment": {"Столът пристигна с липсващи болтове."}, "layout": {""}}
	w := p.send("POST", action, form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	thanks := w.Header().Get("Location")
	doc = p.expect(p.send("GET", thanks, nil), 200)
	if got := doc.Find("h1").Text(); got != words.For("bg").T("thanks.title") {
		t.Errorf("heading %q", got)
	}
	r := f.responses()[0]
	if r.Rating != 0 || r.Class != scoring.ClassWorst || r.Touchpoint != 2 || r.OrderRef != "10482" || r.Language != "bg" || r.Comment == "" || r.Unfinished {
		t.Errorf("stored %+v", r)
	}
	doc = p.expect(p.send("GET", thanks+"/1", nil), 200)
	if doc.Find("input[name=q1][value='0'][checked]").Length() != 1 || !strings.Contains(doc.Find("textarea").Text(), "болтове") {
		t.Error("the page for changing the answer does not show it")
	}
	form.Set("q1", "9")
	if w := p.send("POST", thanks+"/1", form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	if r := f.responses(); len(r) != 1 || r[0].Rating != 9 {
		t.Errorf("stored %+v, want one answer with 9", r)
	}
	f.now = f.now.Add(25 * time.Hour)
	form.Set("q1", "1")
	doc = p.expect(p.send("POST", thanks+"/1", form), http.StatusConflict)
	if !strings.Contains(doc.Find("textarea").Text(), "болтове") {
		t.Error("the text that could not be stored is gone")
	}
}

func TestOpeningALinkRecordsNothing(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	for _, method := range []string{"GET", "HEAD"} {
		for rating := range 11 {
			doc := f.phone().expect(f.phone().send(method, "/s/after-purchase/"+strconv.Itoa(rating), nil), 200)
			if method == "GET" && doc.Find("input[checked]").Length() != 1 {
				t.Errorf("rating %d is not preselected", rating)
			}
		}
	}
	if all := f.responses(); len(all) != 0 {
		t.Errorf("%d answers were stored", len(all))
	}
}

func TestWhatFollowsTheRatingIsNoSurvey(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	for path, want := range map[string]int{"/9": 200, "/9/": 200, "/99": 200, "/9/9": 404, "/9//": 404, "//9": 404} {
		if w := f.phone().send("GET", "/s/after-purchase"+path, nil); w.Code != want {
			t.Errorf("%s gives %d, want %d", path, w.Code, want)
		}
	}
}

func TestTheSameFormAHundredTimesIsOneAnswer(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	p.expect(p.send("GET", "/s/after-purchase", nil), 200)
	key := *p.cookies[keyCookie]
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			q := f.phone()
			q.cookies[keyCookie] = &key
			if w := q.send("POST", "/s/after-purchase", url.Values{"q1": {"7"}, "comment": {"Twice"}}); w.Code != http.StatusSeeOther {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	wg.Wait()
	if n := len(f.responses()); n != 1 {
		t.Errorf("%d answers, want 1", n)
	}
}

func TestTwoPeopleAtOneScreenAreTwo(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	for i := range 2 {
		doc := p.expect(p.send("GET", "/s/after-purchase", nil), 200)
		if again := doc.Find(".notice a").Length() == 1; again != (i == 1) {
			t.Errorf("visit %d: offers to change an earlier answer: %v", i+1, again)
		}
		if w := p.send("POST", "/s/after-purchase", url.Values{"q1": {"8"}}); w.Code != http.StatusSeeOther {
			t.Fatalf("status %d", w.Code)
		}
	}
	if n := len(f.responses()); n != 2 {
		t.Errorf("%d answers, want 2", n)
	}
}

func TestWhatWasTypedComesBack(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	long := strings.Repeat("б", 20_000)
	cases := map[string]struct {
		form   url.Values
		status int
		kept   string
	}{
		"no rating":        {url.Values{"comment": {"First words"}}, 422, "First words"},
		"out of scale":     {url.Values{"q1": {"11"}, "comment": {"Too much"}}, 422, "Too much"},
		"not a number":     {url.Values{"q1": {"+5"}, "comment": {"Plus"}}, 422, "Plus"},
		"comment too long": {url.Values{"q1": {"5"}, "comment": {long}}, 422, long},
		"form too long":    {url.Values{"q1": {"5"}, "comment": {strings.Repeat("x", 300<<10)}}, 413, strings.Repeat("x", 300<<10)},
		"unknown field":    {url.Values{"q1": {"5"}, "comment": {"Kept"}, "role": {"admin"}}, 400, "Kept"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := f.phone()
			doc := p.expect(p.send("POST", "/s/after-purchase", c.form), c.status)
			if got := doc.Find("textarea").Text(); got != c.kept {
				t.Errorf("the page has %d characters of text, want the %d that were typed", len(got), len(c.kept))
			}
		})
	}
	if n := len(f.responses()); n != 0 {
		t.Errorf("%d answers were stored", n)
	}
}

func TestUnknownExpiredRevokedAndClosedLinksLookAlike(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	ctx := context.Background()
	make := func(expires time.Time) (string, survey.ID) {
		inv := survey.Invitation{ID: f.ids.Next(), SurveyID: f.sv.ID, Touchpoint: 1, Nonce: survey.NewNonce(), KeyID: 1, CreatedAt: f.now, ExpiresAt: expires}
		token, err := f.keys.Token(1, inv.Nonce)
		f.must(err)
		f.must(f.st.CreateInvitations(ctx, []survey.Invitation{inv}, [][]byte{survey.HashToken(token)}))
		return token, inv.ID
	}
	good, _ := make(f.now.Add(time.Hour))
	expired, _ := make(f.now)
	revoked, id := make(f.now.Add(time.Hour))
	f.must(f.st.RevokeInvitation(ctx, id))
	if w := f.phone().send("GET", "/s/"+good, nil); w.Code != 200 {
		t.Fatalf("a good link gives %d", w.Code)
	}
	unknown := f.phone().send("GET", "/s/00000000000000000000000000", nil)
	if unknown.Code != http.StatusNotFound {
		t.Fatalf("status %d", unknown.Code)
	}
	want := unknown.Body.String()
	check := func(name, token string) {
		t.Helper()
		if w := f.phone().send("GET", "/s/"+token, nil); w.Code != http.StatusNotFound || w.Body.String() != want {
			t.Errorf("%s: status %d, or other bytes than an unknown link", name, w.Code)
		}
	}
	check("expired", expired)
	check("revoked", revoked)
	f.sv.State = survey.Archived
	f.must(f.st.UpdateSurvey(ctx, &f.sv))
	check("closed", good)
	if w := f.phone().send("GET", "/s/after-purchase", nil); w.Code != http.StatusGone {
		t.Errorf("a public link of a closed survey gives %d, want %d", w.Code, http.StatusGone)
	}
}

func TestAnInvitationIsAnsweredOnce(t *testing.T) {
	f := openFront(t, survey.TemplateCSAT)
	ctx := context.Background()
	inv := survey.Invitation{ID: f.ids.Next(), SurveyID: f.sv.ID, Touchpoint: 2, Language: "pl", OrderRef: "77", Nonce: survey.NewNonce(), KeyID: 1, CreatedAt: f.now, ExpiresAt: f.now.Add(time.Hour)}
	token, err := f.keys.Token(1, inv.Nonce)
	f.must(err)
	f.must(f.st.CreateInvitations(ctx, []survey.Invitation{inv}, [][]byte{survey.HashToken(token)}))
	p := f.phone()
	doc := p.expect(p.send("GET", "/s/"+strings.ToUpper(token), nil), 200)
	if lang, _ := doc.Find("html").Attr("lang"); lang != "pl" {
		t.Errorf("lang %q, want the invitation's", lang)
	}
	w := p.send("POST", "/s/"+token, url.Values{"q1": {"2"}, "comment": {"Za długo"}})
	next := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasSuffix(next, "/2") {
		t.Fatalf("status %d to %q, want the second screen", w.Code, next)
	}
	if r := f.responses(); len(r) != 1 || !r[0].Unfinished || r[0].Rating != 2 {
		t.Fatalf("after the first screen %+v; a rating counts when it is given", r)
	}
	if w := p.send("POST", next, url.Values{"q2": {"5"}, "q3": {cantSay}, "q4": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	r := f.responses()
	if len(r) != 1 || r[0].ID != inv.ID || r[0].Unfinished || len(r[0].Answers) != 3 || !r[0].Answers[1].CantSay {
		t.Errorf("stored %+v", r)
	}
	if w := f.phone().send("POST", "/s/"+token, url.Values{"q1": {"5"}}); w.Code != http.StatusSeeOther {
		t.Errorf("a second answer within a day gives %d", w.Code)
	}
	if r := f.responses(); len(r) != 1 || r[0].Rating != 5 || len(r[0].Answers) != 3 {
		t.Errorf("stored %+v, want the changed rating and the rest kept", r)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	var last *httptest.ResponseRecorder
	for range missesPerMinute + 1 {
		last = f.phone().send("GET", "/s/zzzzzzzzzzzzzzzzzzzzzzzzzz", nil)
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", last.Code, last.Header().Get("Retry-After"))
	}
	if w := f.phone().send("GET", "/s/after-purchase", nil); w.Code != 200 {
		t.Errorf("a good link gives %d meanwhile", w.Code)
	}
}

func TestThePageIsTheSameForEverybodyAndFollowsChanges(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	first, second := f.phone().send("GET", "/s/after-purchase", nil), f.phone().send("GET", "/s/after-purchase", nil)
	if first.Body.String() != second.Body.String() {
		t.Error("two people get different bytes")
	}
	if k1, k2 := first.Result().Cookies()[0].Value, second.Result().Cookies()[0].Value; k1 == k2 {
		t.Error("two people get the same key")
	}
	f.must(f.st.SetSetting(context.Background(), "company", "Linden House"))
	if w := f.phone().send("GET", "/s/after-purchase", nil); !strings.Contains(w.Body.String(), "Linden House") {
		t.Error("the page still has the old name")
	}
}

func TestARatingCountsAsSoonAsItIsChosen(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	if w := p.send("POST", "/s/after-purchase/score", url.Values{"q1": {"3"}}); w.Code != http.StatusConflict || len(f.responses()) != 0 {
		t.Errorf("without a key: status %d, %d answers; the form would make a second one", w.Code, len(f.responses()))
	}
	p.expect(p.send("GET", "/s/after-purchase", nil), 200)
	for _, rating := range []string{"3", "4"} {
		if w := p.send("POST", "/s/after-purchase/score", url.Values{"q1": {rating}, "layout": {"split"}}); w.Code != http.StatusNoContent {
			t.Fatalf("status %d", w.Code)
		}
	}
	if r := f.responses(); len(r) != 1 || r[0].Rating != 4 || r[0].Layout != survey.LayoutSplit {
		t.Fatalf("stored %+v", r)
	}
	if w := p.send("POST", "/s/after-purchase", url.Values{"q1": {"4"}, "comment": {"The rest"}, "layout": {"split"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	if r := f.responses(); len(r) != 1 || r[0].Comment != "The rest" || r[0].Unfinished {
		t.Errorf("stored %+v", r)
	}
}

func TestAClosingDayOfAnotherYearNamesTheYear(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	for closes, want := range map[time.Time]string{
		f.now.AddDate(-1, 0, -2): "20\u00a0November 2025.", f.now.AddDate(0, 0, -2): "20\u00a0November.",
	} {
		f.sv.ClosesAt = closes
		f.must(f.st.UpdateSurvey(context.Background(), &f.sv))
		p := f.phone()
		if got := p.expect(p.send("GET", "/s/after-purchase", nil), http.StatusGone).Find("main").Text(); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}
