package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
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
	"github.com/surveyd/surveyd/web/words"
)

// workshop is a server where staff make surveys, on a real database.
type workshop struct {
	t        testing.TB
	st       *store.Store
	srv      *Server
	accounts *account.Service
	sessions map[account.Role]string
	role     account.Role // who is at the browser
	lang     string
	log      bytes.Buffer
	now      time.Time
}

func openWorkshop(t testing.TB) *workshop {
	t.Helper()
	ctx := context.Background()
	w := &workshop{t: t, st: storetest.SQLite(t), sessions: map[account.Role]string{}, role: account.Manager, lang: "en", now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	for key, value := range map[string]string{"company": "Linden Home", "zone": "Europe/Sofia", "language": "en", "languages": "en,pl,ru,bg"} {
		w.must(w.st.SetSetting(ctx, key, value))
	}
	ids, err := survey.NewIDs(0, clock)
	w.must(err)
	keys, err := survey.NewKeys(1, map[int64][]byte{1: bytes.Repeat([]byte("k"), 32)})
	w.must(err)
	w.accounts, err = account.New(account.Config{
		Store: w.st, Now: clock, Rand: rand.Reader, NewID: func() int64 { return int64(ids.Next()) }, Key: bytes.Repeat([]byte("k"), 32),
		Hasher: account.NewHasher(account.Cost{Memory: 64, Passes: 1}),
	})
	w.must(err)
	for _, role := range account.Roles() {
		u, err := w.accounts.AddUser(ctx, account.NewUser{Email: string(role) + "@shop.example", Name: string(role), Role: role}, "correct horse")
		w.must(err)
		w.sessions[role], err = w.accounts.OpenSession(ctx, u.ID)
		w.must(err)
	}
	w.srv, err = New(Deps{
		Log: slog.New(slog.NewJSONHandler(&w.log, nil)), Now: clock, Rand: rand.Reader, Accounts: w.accounts,
		Building: &BuildingDeps{Store: w.st, Keys: keys, IDs: ids, Zone: func() *time.Location { return time.UTC }, IsTaken: store.IsUnique, Reports: reports.New(w.st, clock, func() *time.Location { return time.UTC })},
	})
	w.must(err)
	return w
}

func (w *workshop) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *workshop) send(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	r.AddCookie(&http.Cookie{Name: "session", Value: w.sessions[w.role]})
	r.Header.Set("Accept-Language", w.lang)
	rec := httptest.NewRecorder()
	w.srv.Handler().ServeHTTP(rec, r)
	return rec
}

// get opens a page and demands a status.
func (w *workshop) get(path string, status int) *goquery.Document {
	w.t.Helper()
	return w.read(w.send(httptest.NewRequest(http.MethodGet, path, nil)), status)
}

// post sends a form, demands a status and returns the page, or after a redirect the page that it leads to.
func (w *workshop) post(path string, form url.Values, status int) *goquery.Document {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := w.send(r)
	doc := w.read(rec, status)
	if to := rec.Header().Get("Location"); to != "" {
		to, _, _ = strings.Cut(to, "#")
		return w.get(to, http.StatusOK)
	}
	return doc
}

func (w *workshop) read(rec *httptest.ResponseRecorder, status int) *goquery.Document {
	w.t.Helper()
	if rec.Code != status {
		w.t.Fatalf("%d, want %d: %s\n%s", rec.Code, status, rec.Body, &w.log)
	}
	doc, err := goquery.NewDocumentFromReader(rec.Body)
	w.must(err)
	return doc
}

// fields are what a browser would send of a form: every field with a name, as the page filled it in.
func fields(form *goquery.Selection) url.Values {
	v := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, f *goquery.Selection) {
		name, kind := f.AttrOr("name", ""), f.AttrOr("type", "")
		_, checked := f.Attr("checked")
		switch {
		case f.Is("textarea"):
			v.Add(name, f.Text())
		case f.Is("select"):
			o := f.Find("option[selected]")
			if o.Length() == 0 {
				o = f.Find("option").First()
			}
			v.Add(name, o.AttrOr("value", ""))
		case kind == "checkbox" || kind == "radio":
			if checked {
				v.Add(name, f.AttrOr("value", "on"))
			}
		default:
			v.Add(name, f.AttrOr("value", ""))
		}
	})
	return v
}

// with is a form with some values replaced: names and values in turn.
func with(v url.Values, set ...string) url.Values {
	for i := 0; i+1 < len(set); i += 2 {
		v.Set(set[i], set[i+1])
	}
	return v
}

// make makes a draft from a template in all four languages.
func (w *workshop) make(kind survey.TemplateKind) survey.Survey {
	w.t.Helper()
	form := fields(w.get("/surveys/new?template="+string(kind), 200).Find(`form[action="/surveys/new"]`))
	w.post("/surveys/new", form, 303)
	all, err := w.st.Surveys(context.Background())
	w.must(err)
	return all[0]
}

// live makes a survey and publishes it.
func (w *workshop) live(kind survey.TemplateKind) survey.Survey {
	w.t.Helper()
	s := w.make(kind)
	w.post(surveyPath(s.ID)+"/publish", url.Values{"revision": {"1"}}, 303)
	return w.stored(s.ID)
}

func (w *workshop) stored(id int64) survey.Survey {
	w.t.Helper()
	s, err := w.st.Survey(context.Background(), id)
	w.must(err)
	return s
}

// builderForm is the builder's form in a language, as the browser would send it.
func (w *workshop) builderForm(id int64, lang string) url.Values {
	w.t.Helper()
	return fields(w.get(surveyPath(id)+"/edit?in="+lang, 200).Find("form.parts"))
}

func TestEveryTemplateBecomesASurvey(t *testing.T) {
	w := openWorkshop(t)
	if text := w.get("/surveys", 200).Find("main").Text(); !strings.Contains(text, words.For("en").T("surveys.empty.title")) {
		t.Errorf("an empty list says %s", text)
	}
	if n := w.get("/surveys/new", 200).Find(".choices a").Length(); n != 4 {
		t.Errorf("%d templates", n)
	}
	for _, kind := range survey.Templates() {
		for _, scheme := range kind.Schemes() {
			form := fields(w.get("/surveys/new?template="+string(kind), 200).Find(`form[action="/surveys/new"]`))
			doc := w.post("/surveys/new", with(form, "scheme", string(scheme)), 303)
			if n := doc.Find(".texts .num").Length(); n != 4 {
				t.Errorf("%s: %d languages", kind, n)
			}
			all, err := w.st.Surveys(context.Background())
			w.must(err)
			if got := all[0].Edited.Scheme(); got != scheme {
				t.Errorf("%s on %s became %s", kind, scheme, got)
			}
			// What the page shows, sent back untouched, changes nothing.
			w.post(surveyPath(all[0].ID)+"/edit", with(w.builderForm(all[0].ID, "bg"), "do", "save"), 303)
			after := w.stored(all[0].ID)
			if differs, _ := after.Changed(survey.Version{Definition: all[0].Edited}); after.VersionID != 0 || differs && !after.Edited.SameQuestions(all[0].Edited) {
				t.Errorf("%s on %s: saving what is shown changed it", kind, scheme)
			}
		}
	}
	w.post("/surveys/new", url.Values{"template": {"nps"}, "name": {""}, "touchpoint": {"0"}, "scheme": {"nps11"}}, 422)
	w.post("/surveys/new", url.Values{"template": {"haiku"}, "name": {"x"}}, 400)
}

func TestTheBuilderKeepsWhatWasTypedWhateverButtonIsPressed(t *testing.T) {
	w := openWorkshop(t)
	s := w.make(survey.TemplateCSAT)
	path := surveyPath(s.ID) + "/edit"
	steps := []struct {
		do, kind string
		want     []int // numbers of the questions
	}{
		{"add", "open", []int{1, 2, 3, 4, 5, 6}},
		{"add", "multiple", []int{1, 2, 3, 4, 5, 6, 7}},
		{"up:7", "", []int{1, 2, 3, 4, 5, 7, 6}},
		{"remove:3", "", []int{1, 2, 4, 5, 7, 6}},
		{"down:1", "", []int{2, 1, 4, 5, 7, 6}},
		{"add", "aspect:service", []int{2, 1, 4, 5, 7, 6, 8}},
		{"option:7", "", []int{2, 1, 4, 5, 7, 6, 8}},
		{"drop:7:1", "", []int{2, 1, 4, 5, 7, 6, 8}},
		{"in:bg", "", []int{2, 1, 4, 5, 7, 6, 8}},
	}
	for _, step := range steps {
		typed := "Typed before " + step.do
		form := with(w.builderForm(s.ID, "en"), "t.q.1.text", typed, "do", step.do)
		if step.kind != "" {
			form.Set("kind", step.kind)
		}
		w.post(path, form, 303)
		got := w.stored(s.ID)
		var nos []int
		for _, q := range got.Edited.Questions {
			nos = append(nos, q.No)
		}
		if !slices.Equal(nos, step.want) {
			t.Fatalf("%s: questions %v, want %v", step.do, nos, step.want)
		}
		if q, _ := got.Edited.Question(1); q.Text["en"] != typed || q.Text["ru"] != s.Edited.Questions[0].Text["ru"] {
			t.Fatalf("%s: the first question says %v", step.do, q.Text)
		}
	}
	q, _ := w.stored(s.ID).Edited.Question(7)
	if len(q.Options) != 3 {
		t.Errorf("after one more and one less there are %d options", len(q.Options))
	}
	w.post(path, with(w.builderForm(s.ID, "en"), "do", "explode"), 400)
	w.post(path, with(w.builderForm(s.ID, "en"), "unknown", "1"), 400)
}

func TestTheBuilderSaysWhatIsMissingAndKeepsTheRest(t *testing.T) {
	w := openWorkshop(t)
	s := w.make(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/edit"
	doc := w.post(path, with(w.builderForm(s.ID, "en"), "name", "", "t.thanks.best", "Typed", "opens", "tomorrow"), 422)
	if got := doc.Find(`[name="t.thanks.best"]`).Text(); got != "Typed" {
		t.Errorf("the thank-you came back as %q", got)
	}
	if got := doc.Find("#opens").AttrOr("value", ""); got != "tomorrow" {
		t.Errorf("the date came back as %q", got)
	}
	doc.Find(".errs a").Each(func(_ int, a *goquery.Selection) {
		id := strings.TrimPrefix(a.AttrOr("href", ""), "#")
		if doc.Find(`[id="`+id+`"]`).Length() != 1 {
			t.Errorf("an error leads to %q, which is not on the page", id)
		}
	})
	if !strings.HasPrefix(doc.Find("title").Text(), words.For("en").T("error.title_prefix")) {
		t.Errorf("the title is %q", doc.Find("title").Text())
	}
	long := strings.Repeat("ж", survey.MaxText+1)
	doc = w.post(path, with(w.builderForm(s.ID, "bg"), "t.q.1.high", long), 422)
	if got := doc.Find(".errs a").Text(); !strings.HasPrefix(got, "Question 1: ") || doc.Find(`[name="t.q.1.high"]`).AttrOr("value", "") != long {
		t.Errorf("a long word at the end of the scale: %q", got)
	}
	// Publishing without the question in the survey's own language leads back to the field, whatever language was shown.
	w.post(path, with(w.builderForm(s.ID, "en"), "t.q.1.text", "", "do", "save"), 303)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(with(w.builderForm(s.ID, "ru"), "do", "publish").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	doc = w.get(w.send(r).Header().Get("Location"), 422)
	if got, want := doc.Find(".errs a").Text(), "Question 1: "+words.For("en").T("edit.error.text_missing"); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if href := doc.Find(".errs a").AttrOr("href", ""); href != "#q.1.text.en" || doc.Find(`[id="q.1.text.en"]`).Length() != 1 {
		t.Errorf("the missing text is at %q", href)
	}
	if w.stored(s.ID).State != survey.Draft {
		t.Error("it was published all the same")
	}
}

func TestDaysThatAreNoNumberLoseNothing(t *testing.T) {
	w := openWorkshop(t)
	s := w.make(survey.TemplateNPS)
	for _, days := range []string{"thirty", "1.5", "-1", "99999999999999999999", "4000"} {
		form := with(w.builderForm(s.ID, "en"), "retention_days", days, "name", "Typed", "t.thanks.best", "Typed too")
		doc := w.post(surveyPath(s.ID)+"/edit", form, 422)
		if doc.Find("#retention_days-error").Length() != 1 || doc.Find("#retention_days").AttrOr("value", "") != days {
			t.Errorf("%q came back as %q", days, doc.Find("#retention_days").AttrOr("value", ""))
		}
		if doc.Find("#name").AttrOr("value", "") != "Typed" || doc.Find(`[name="t.thanks.best"]`).Text() != "Typed too" {
			t.Errorf("%q: what was typed elsewhere is gone", days)
		}
	}
	for typed, want := range map[string]int{" 30 ": 30, "": 0} {
		w.post(surveyPath(s.ID)+"/edit", with(w.builderForm(s.ID, "en"), "retention_days", typed), 303)
		if got := w.stored(s.ID).Settings.RetentionDays; got != want {
			t.Errorf("%q is stored as %d", typed, got)
		}
	}
}

func TestTwoEditorsAtOnce(t *testing.T) {
	w := openWorkshop(t)
	s := w.make(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/edit"
	mine := w.builderForm(s.ID, "en")
	theirs := w.builderForm(s.ID, "en")
	w.post(path, with(theirs, "name", "Theirs", "kind", "open", "do", "add"), 303)
	mine.Set("t.q.9.text", "A question that is gone")
	doc := w.post(path, with(mine, "name", "Mine", "t.q.1.text", "My text"), 409)
	if got := doc.Find("#name").AttrOr("value", ""); got != "Mine" {
		t.Errorf("the name came back as %q", got)
	}
	if got := doc.Find(`[name="t.q.1.text"]`).Text(); got != "My text" {
		t.Errorf("the question came back as %q", got)
	}
	if got := doc.Find("#left").Text(); !strings.Contains(got, "A question that is gone") {
		t.Errorf("what has no field came back as %q", got)
	}
	if w.stored(s.ID).Name != "Theirs" {
		t.Error("the second one overwrote the first")
	}
	// Knowing of the other's change, they may save.
	w.post(path, with(fields(doc.Find("form.parts")), "do", "save"), 303)
	if got := w.stored(s.ID); got.Name != "Mine" || len(got.Edited.Questions) != 2 {
		t.Errorf("stored %q with %d questions", got.Name, len(got.Edited.Questions))
	}
}

func TestANewVersionIsConfirmed(t *testing.T) {
	w := openWorkshop(t)
	ctx := context.Background()
	s := w.live(survey.TemplateNPS)
	writer, err := w.st.NewWriter(ctx, func(err error) { t.Error(err) })
	w.must(err)
	t.Cleanup(writer.Close)
	w.must(writer.Record(ctx, survey.NewRecord(survey.Response{ID: 5, SurveyID: s.ID, VersionID: s.VersionID, AnsweredAt: w.now, Rating: 9}, s.Edited, time.UTC)))

	doc := w.post(surveyPath(s.ID)+"/edit", with(w.builderForm(s.ID, "en"), "scheme.1", "nps10", "do", "publish"), 200)
	if h := doc.Find("h1").Text(); h != words.For("en").T("version.title", "n", 2) {
		t.Fatalf("it asks %q", h)
	}
	if v := w.stored(s.ID).VersionID; v != s.VersionID {
		t.Fatal("it was published before it was confirmed")
	}
	var cells []string
	w.get("/surveys", 200).Find("tbody tr").First().Find("td").Each(func(_ int, td *goquery.Selection) { cells = append(cells, strings.TrimSpace(td.Text())) })
	if !slices.Contains(cells, "1") || !slices.Contains(cells, "22\u00a0November 2026") {
		t.Errorf("the list of surveys says %q", cells)
	}
	form := doc.Find("main form")
	doc = w.post(form.AttrOr("action", ""), fields(form), 303)
	got := w.stored(s.ID)
	if got.VersionID == s.VersionID || got.Edited.Scheme() != scoring.NPS10 || got.Edited.Questions[0].Low["bg"] == "" {
		t.Errorf("after confirming: %+v", got)
	}
	if rows := doc.Find("a[href*='/preview?version=']").Length(); rows != 2 {
		t.Errorf("the history shows %d versions", rows)
	}
}

func TestASurveyIsArchivedRestoredAndDuplicated(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateCES)
	path := surveyPath(s.ID)
	doc := w.post(path+"/archive", nil, 303)
	if w.stored(s.ID).State != survey.Archived || doc.Find(`form[action="`+path+`/restore"]`).Length() != 1 {
		t.Error("it is not archived, or there is no way back")
	}
	if to := w.send(httptest.NewRequest(http.MethodGet, path+"/edit", nil)); to.Code != 303 {
		t.Errorf("an archived survey is edited: %d", to.Code)
	}
	w.post(path+"/restore", nil, 303)
	w.post(path+"/duplicate", nil, 303)
	all, err := w.st.Surveys(context.Background())
	w.must(err)
	if len(all) != 2 || all[0].State != survey.Draft || !strings.Contains(all[0].Name, s.Name) || all[1].State != survey.Live {
		t.Errorf("surveys %+v", all)
	}
	entries, err := w.accounts.AuditLog(context.Background(), account.AuditFilter{Area: "survey"}, 20)
	w.must(err)
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
		if !words.For("en").Has("audit." + e.Action) {
			t.Errorf("the audit log has no words for %s", e.Action)
		}
	}
	want := []string{"survey.create", "survey.restore", "survey.archive", "survey.publish", "survey.create"}
	if !slices.Equal(actions, want) {
		t.Errorf("the audit log has %q, want %q", actions, want)
	}
}

func TestThePreviewShowsTheDraftAndSendsNothing(t *testing.T) {
	w := openWorkshop(t)
	s := w.make(survey.TemplateCSAT)
	path := surveyPath(s.ID) + "/preview"
	for query, want := range map[string]string{
		"?in=bg":                    s.Edited.Questions[0].Text["bg"],
		"?in=ru&screen=2":           s.Edited.Intro["ru"],
		"?in=pl&class=worst":        s.Edited.Thanks.Worst["pl"],
		"?in=xx&screen=99":          s.Edited.Intro["en"],
		"?in=en&screen=-1&class=no": s.Edited.Questions[0].Text["en"],
	} {
		rec := w.send(httptest.NewRequest(http.MethodGet, path+query, nil))
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d, without %q", query, rec.Code, want)
		}
		h := rec.Header()
		if h.Get("X-Frame-Options") != "SAMEORIGIN" || !strings.Contains(h.Get("Content-Security-Policy"), "form-action 'none'") {
			t.Errorf("%s: headers %v", query, h)
		}
		if len(rec.Result().Cookies()) != 0 {
			t.Errorf("%s: looking at another language changed the staff pages' language", query)
		}
	}
	w.get(path+"?version=99", 404)
	w.post(surveyPath(s.ID)+"/edit", with(w.builderForm(s.ID, "en"), "do", "remove:1"), 303)
	for range 4 {
		q := w.stored(s.ID).Edited.Questions[0]
		w.post(surveyPath(s.ID)+"/edit", with(w.builderForm(s.ID, "en"), "do", "remove:"+strconv.Itoa(q.No)), 303)
	}
	w.get(path, 200)
}

func TestEveryPageOfTheBuilderSpeaksEveryLanguage(t *testing.T) {
	w := openWorkshop(t)
	w.must(w.st.CreateTouchpoint(context.Background(), &survey.Touchpoint{Key: "checkout", Names: survey.Text{"bg": "Поръчка"}}))
	var paths []string
	for _, kind := range survey.Templates() {
		s := w.live(kind)
		w.must(w.st.CreateLink(context.Background(), survey.Link{Slug: "link-" + string(kind), SurveyID: s.ID, CreatedAt: w.now}))
		p := surveyPath(s.ID)
		paths = append(paths, p, p+"/edit", p+"/edit?in=ru", p+"/invitations", p+"/links/link-"+string(kind), "/surveys/new?template="+string(kind))
	}
	for _, w.lang = range words.Languages() {
		for _, path := range append(paths, "/surveys", "/surveys/new", "/touchpoints") {
			if got := w.get(path, 200).Find("html").AttrOr("lang", ""); got != w.lang {
				t.Errorf("%s is in %s, want %s", path, got, w.lang)
			}
		}
	}
}

func TestSupportLooksAndChangesNothing(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateNPS)
	w.role = account.Support
	for _, path := range []string{"/surveys", surveyPath(s.ID), "/touchpoints"} {
		if n := w.get(path, 200).Find("main form, main a[href$='/edit'], main a[href='/surveys/new']").Length(); n != 0 {
			t.Errorf("%s offers support %d ways to change something", path, n)
		}
	}
	w.get(surveyPath(s.ID)+"/preview", 200)
	w.get(surveyPath(s.ID)+"/edit", 403)
	w.get(surveyPath(s.ID)+"/invitations", 403)
	w.post(surveyPath(s.ID)+"/archive", nil, 403)
	if w.stored(s.ID).State != survey.Live {
		t.Error("support archived it")
	}
}
