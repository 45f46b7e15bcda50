package server_test

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	money "github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// importDesk takes files in; the test does the background work itself.
func importDesk(t *testing.T, st *store.Store, clock func() time.Time, ids *survey.IDs) *portage.Desk {
	t.Helper()
	if err := st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	in := people.NewIntake(st, ids, []byte("key"), clock, nil)
	return &portage.Desk{
		Store: st, People: in, Feeds: &money.Intake{Store: st, People: in, IDs: ids, Now: clock, Zone: utc}, Surveys: st, Runs: st, Files: st, Queue: st, IDs: ids, Now: clock, Zone: utc, Limit: 1 << 20,
		Say: func(lang, key string) string { return words.For(lang).T(key) },
	}
}

// upload sends a file as a browser does.
func (b *browser) upload(path, name, file string) page {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.s.t.Fatal(err)
	}
	if _, err := part.Write([]byte(file)); err != nil {
		b.s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.s.t.Fatal(err)
	}
	return b.send(http.MethodPost, path, &body, func(r *http.Request) { r.Header.Set("Content-Type", w.FormDataContentType()) })
}

func (p page) wants(t *testing.T, status int, texts ...string) {
	t.Helper()
	if p.status != status {
		t.Fatalf("%d, want %d: %s", p.status, status, p.body)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			t.Errorf("the page does not say %q:\n%s", text, p.body)
		}
	}
}

const importFile = "stars;date;comment;stage\n5;2026-02-01;fine;a\n4;2026-02-02;;b\n9;2026-02-02;<b>bold</b>;b\n1;2026-02-03;=late;b\n"

// chosen is the form of the columns as somebody fills it in.
func chosen(changes ...string) []string {
	form := map[string]string{
		"use.0": "rating", "use.1": "time", "use.2": "comment", "use.3": "touchpoint",
		"survey": "", "new_name": "Reviews", "scheme": "csat5", "zone": "Europe/Sofia", "at": "", "order": "", "direction": "",
	}
	for i := 0; i+1 < len(changes); i += 2 {
		form[changes[i]] = changes[i+1]
	}
	var fields []string
	for name, value := range form {
		fields = append(fields, name, value)
	}
	return fields
}

func TestAFileComesInThroughTheBrowser(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	b.get("/imports").wants(t, http.StatusOK, "are listed here", "CSV file")
	work := func() {
		t.Helper()
		if err := s.desk.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	p := b.upload("/imports", "reviews.csv", importFile)
	if p.status != http.StatusSeeOther || p.location() != "/imports/1" {
		t.Fatalf("%d to %q: %s", p.status, p.location(), p.body)
	}
	b.get("/imports/1").wants(t, http.StatusOK, "reviews.csv", "2026-02-01", "&lt;b&gt;bold", `<option value="rating" selected>`)
	// Whoever changes what the file holds and goes straight on is shown the columns of that, and what was told of the others counts no more.
	b.post("/imports/1/check", append(chosen(), "what", "orders", "encoding", "utf-8", "separator", ";")...).wants(t, http.StatusSeeOther)
	b.get("/imports/1").wants(t, http.StatusOK, "has been read anew", `<option value="orders" selected>`, `name="currency"`)
	b.post("/imports/1/check", "what", "answers", "encoding", "windows-1251", "separator", ";").wants(t, http.StatusSeeOther)
	b.post("/imports/1/check", "what", "answers", "encoding", "klingon", "separator", ";").wants(t, http.StatusUnprocessableEntity, "read with these choices")
	for want, form := range map[string][]string{
		"Choose a survey":                         chosen("new_name", " "),
		"Choose the scale":                        chosen("scheme", "x"),
		"Choose the column that holds the time":   chosen("use.1", ""),
		"Choose the column that holds the rating": chosen("use.0", "", "use.2", ""),
		"Choose a time zone":                      chosen("zone", "Mars"),
		"Enter a day":                             chosen("at", "soon"),
		"Two columns are used as “Rating”":        chosen("use.1", "rating"),
	} {
		b.post("/imports/1/check", form...).wants(t, http.StatusUnprocessableEntity, want, `value="Europe/Sofia"`)
	}
	b.post("/imports/1/check", chosen()...).wants(t, http.StatusSeeOther)
	b.get("/imports/1").wants(t, http.StatusOK, "Checking", `http-equiv="refresh"`)
	work()
	b.get("/imports/1").wants(t, http.StatusOK, "Import 3 answers", "the rating is not on the scale", "New touchpoints: a, b")
	b.post("/imports/1/back").wants(t, http.StatusSeeOther)
	b.post("/imports/1/check", chosen()...).wants(t, http.StatusSeeOther)
	work()
	b.post("/imports/1/start").wants(t, http.StatusSeeOther)
	b.post("/imports/1/start").wants(t, http.StatusSeeOther) // twice is once
	work()
	b.get("/imports/1").wants(t, http.StatusOK, "Imported", "survey=1", "/imports/1/rejects.csv")
	b.get("/imports/1/rejects.csv").wants(t, http.StatusOK, "9,2026-02-02,<b>bold</b>,b,the rating is not on the scale")
	p = b.get("/exports/responses?survey=1")
	p.wants(t, http.StatusOK, "id,external_id,time,rating", "2026-02-01,5,fine,a", "\"'=late\"")
	if lines := strings.Count(p.body, "\n"); lines != 4 {
		t.Errorf("%d lines were exported, want a header and 3", lines)
	}
	b.get("/exports/responses?survey=1&format=jsonl&from=2026-02-03").wants(t, http.StatusOK, `"comment":"=late"`)
	b.get("/exports/responses?survey=7").wants(t, http.StatusNotFound)
	for _, lang := range words.Languages() {
		b.get("/imports?lang="+lang).wants(t, http.StatusOK, "reviews.csv")
		b.get("/imports/1?lang="+lang).wants(t, http.StatusOK, "reviews.csv")
	}
	entries, err := s.accounts.AuditLog(t.Context(), account.AuditFilter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, e := range entries {
		counts[e.Action]++
	}
	if counts["import.start"] != 1 || counts["export.responses"] != 2 {
		t.Errorf("the audit log has %v", counts)
	}
}

func TestColumnsOfOneNameAreShownApart(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	b.upload("/imports", "twice.csv", "date,rating,rating\n2026-02-01,1,5\n").wants(t, http.StatusSeeOther)
	b.get("/imports/1").wants(t, http.StatusOK, "Several columns are called “rating”", `for="use.1">rating <`, `for="use.2">rating (2) <`)
}

func TestFilesThatAreNoneAreSaidSo(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	b.upload("/imports", "", "").wants(t, http.StatusUnprocessableEntity, "Choose a file")
	b.upload("/imports", "big.csv", strings.Repeat("a,b\n", 300_000)).wants(t, http.StatusUnprocessableEntity, "larger than 1 MB")
	b.upload("/imports", "commas.csv", strings.Repeat(",", 500_000)).wants(t, http.StatusUnprocessableEntity, "must name the columns")
	b.post("/imports", "file", "x").wants(t, http.StatusUnsupportedMediaType)
	p := b.upload("/imports", "r.csv", "rating,date\n5,2026-01-01\n")
	p.wants(t, http.StatusSeeOther)
	b.post(p.location()+"/cancel").wants(t, http.StatusSeeOther)
	b.get(p.location()).wants(t, http.StatusOK, "Cancelled")
	b.get(p.location()+"/rejects.csv").wants(t, http.StatusNotFound)
	b.post(p.location()+"/check", chosen()...).wants(t, http.StatusConflict)
}

func TestColumnsOfQuestionsThatTheSurveyLacksAreNamedAsLeftOut(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	b.upload("/imports", "aspects.csv", "rating,time,q10,q2\n5,2026-02-01,4,3\n").wants(t, http.StatusSeeOther)
	form := chosen("use.2", "q10", "use.3", "q2")
	b.post("/imports/1/check", form...).wants(t, http.StatusSeeOther)
	if err := s.desk.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/imports/1").wants(t, http.StatusOK, "Import 1 answer", "Left out: q2, q10. The survey has no such question")
	b.post("/imports/1/start").wants(t, http.StatusSeeOther)
	if err := s.desk.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/imports/1").wants(t, http.StatusOK, "What was imported", "Left out: q2, q10. The survey has no such question")
}

func TestAFileWithoutRatingsSaysSoBeforeAndAfter(t *testing.T) {
	s := newSite(t, nil)
	s.add("manager", account.Manager)
	b := s.signedIn("manager")
	b.upload("/imports", "words.csv", "mark out of five,time,comment\n5,2026-02-01,fine\n").wants(t, http.StatusSeeOther)
	b.post("/imports/1/check", chosen("use.0", "", "use.3", "")...).wants(t, http.StatusSeeOther)
	if err := s.desk.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/imports/1").wants(t, http.StatusOK, "Import 1 answer", "No column holds the rating")
	b.post("/imports/1/start").wants(t, http.StatusSeeOther)
	if err := s.desk.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/imports/1").wants(t, http.StatusOK, "What was imported", "No column holds the rating")
}
