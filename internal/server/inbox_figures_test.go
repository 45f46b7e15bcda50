package server_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// careSite is a site with a manager, and three customers: one got a reply in time, one late, one none.
func careSite(t *testing.T) (*site, *browser) {
	t.Helper()
	var st *store.Store
	var ids *survey.IDs
	s := newSite(t, func(d *server.Deps) { st, ids = d.Care.Log.(*store.Store), d.Asking.IDs })
	may := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	boss := s.add("boss", account.Manager)
	ctx, end := context.Background(), s.now
	d := survey.Definition{Questions: []survey.Question{{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "?"}}}}
	v := survey.Survey{Name: "After", State: survey.Live, Edited: d, CreatedAt: s.now, ChangedAt: s.now}
	may(st.CreateSurvey(ctx, &v))
	version := survey.Version{SurveyID: v.ID, Definition: d, PublishedAt: s.now}
	may(st.CreateVersion(ctx, &version))
	w, err := st.NewWriter(ctx, func(err error) { t.Error(err) })
	may(err)
	t.Cleanup(w.Close)
	o := followup.NewOpener(st, ids, s.clock)
	intake, service := survey.NewIntake(st, o.Recorder(w), ids, s.clock, utc), followup.NewService(st, o, ids, s.clock)
	for i, wait := range []time.Duration{4 * time.Hour, 60 * time.Hour, 0} {
		s.now = end.Add(-20 * 24 * time.Hour)
		contact, err := st.EnsureContact(ctx, survey.Contact{ID: ids.Next(), Email: fmt.Sprintf("c%d@example.com", i), Name: "C", CreatedAt: s.now})
		may(err)
		r, _, err := intake.Give(ctx, version, survey.Response{ID: ids.Next(), ContactID: contact, Channel: survey.ViaImport, Rating: i, Language: "en", Comment: "The =parcel <b>never</b> came"})
		may(err)
		id, err := st.CaseOf(ctx, r.ID)
		may(err)
		if wait > 0 {
			s.now = s.now.Add(wait)
			tags := []string{"courier & co"}
			_, err = service.Change(ctx, boss.ID, id, followup.AnyVersion, followup.Edit{Tags: &tags, Reply: &followup.Entry{Kind: "reply", Body: "=Sorry"}}, nil)
			may(err)
			done := followup.Resolved
			s.now = s.now.Add(6 * time.Hour)
			_, err = service.Change(ctx, boss.ID, id, followup.AnyVersion, followup.Edit{Status: &done, Reason: 2}, nil)
			may(err)
			s.now = s.now.Add(time.Hour)
			_, _, err = intake.Give(ctx, version, survey.Response{ID: ids.Next(), ContactID: contact, Channel: survey.ViaImport, Rating: 9, Language: "en"})
			may(err)
		}
	}
	s.now = end
	return s, s.signedIn("boss")
}

func docOf(t *testing.T, p page) *goquery.Document {
	t.Helper()
	if p.status != 200 {
		t.Fatalf("status %d: %.1000s", p.status, p.body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestFiguresOfFollowUp(t *testing.T) {
	_, b := careSite(t)
	doc := docOf(t, b.get("/inbox/figures"))
	if got := doc.Find("h1").Text(); got != "33% of unhappy customers heard back in time (1 of 3)" {
		t.Errorf("the page says %q", got)
	}
	for _, want := range []string{"32.0 h", "54.4 h", "Had heard back", "courier & co", "79%", "boss", "parcel"} {
		if !strings.Contains(doc.Find("main").Text(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := doc.Find("main b:contains(never)").Length(); n != 0 {
		t.Error("a customer's markup is markup")
	}
	links := map[string]string{}
	doc.Find(".terms a").Each(func(_ int, a *goquery.Selection) { links[a.Text()], _ = a.Attr("href") })
	for term, want := range map[string]int{"courier & co": 2, "parcel": 3} {
		said := docOf(t, b.get(links[term]))
		if got := said.Find(".feed li").Length(); got != want {
			t.Errorf("behind %q (%s) are %d comments, want %d", term, links[term], got, want)
		}
		if href, _ := said.Find(".feed a").First().Attr("href"); !strings.HasPrefix(href, "/inbox/") {
			t.Errorf("a comment leads to %q", href)
		}
	}
	doc = docOf(t, b.get("/inbox/figures?period=custom&from=2026-02-20&to=2026-02-28"))
	if !strings.Contains(doc.Find("h1").Text(), "No case opened") {
		t.Errorf("of days without cases the page says %q", doc.Find("h1").Text())
	}
}

func TestFiguresOfFollowUpThatCanNotBe(t *testing.T) {
	_, b := careSite(t)
	for path, want := range map[string]int{
		"/inbox/figures?period=custom&from=2020-01-01&to=2026-03-01": 422, "/inbox/figures?period=all": 200, "/inbox/figures?touchpoint=nowhere": 404,
		"/inbox/figures/nothing.csv": 404, "/inbox/figures/people": 404, "/inbox/figures/comments": 404, "/inbox/figures/comments?word=a&tag=b": 404,
		"/inbox/figures/comments?word=" + strings.Repeat("x", 300): 404, "/inbox/figures/comments?word=%3Cscript%3E": 200,
	} {
		if p := b.get(path); p.status != want {
			t.Errorf("%s: status %d, want %d", path, p.status, want)
		}
	}
}

func TestFilesOfFollowUp(t *testing.T) {
	_, b := careSite(t)
	for file, want := range map[string][]string{
		"figures/total.csv":       {"opened:3 reopened:0 in_time:1 late:1 missed:1 due:3 in_time_percent:33.3 replies:2 reply_median_hours:32.00 resolved:2 resolution_mean_hours:38.00"},
		"figures/people.csv":      {"name:Nobody opened:1 missed:1", "name:boss opened:2 in_time:1 resolved:2 resolution_p90_hours:60.40"},
		"figures/touchpoints.csv": {"touchpoint:'- opened:3"},
		"figures/tags.csv":        {"tag:courier & co opened:2"},
		"figures/help.csv":        {"scheme:nps11 replied_to:true customers:2 before:0.50 after:9.00 change:8.50 not_worst_class:2 percent:100.0"},
		"log.csv":                 {"what:opened after:class", "what:reply text:'=Sorry user:boss"},
	} {
		p := b.get("/inbox/" + file)
		rows, err := csv.NewReader(strings.NewReader(p.body)).ReadAll()
		if err != nil || p.status != 200 || len(rows) < 2 {
			t.Errorf("%s: status %d, %v:\n%s", file, p.status, err, p.body)
			continue
		}
		for _, w := range want {
			if !holdsRow(rows, w) {
				t.Errorf("%s has no row with %s:\n%s", file, w, p.body)
			}
		}
	}
}

// holdsRow tells whether a row has all of the cells, told by their columns.
func holdsRow(rows [][]string, want string) bool {
	for _, r := range rows[1:] {
		text := ""
		for i, cell := range r {
			text += " " + rows[0][i] + ":" + cell
		}
		found := true
		for _, cell := range strings.SplitAfter(want+" ", " ") {
			found = found && strings.Contains(text+" ", cell)
		}
		if found {
			return true
		}
	}
	return false
}

func TestTheDashboardSaysHowTheFollowUpGoes(t *testing.T) {
	s, b := careSite(t)
	doc := docOf(t, b.get("/dashboard"))
	rows := map[string]string{}
	doc.Find("#follow-up tbody tr").Each(func(_ int, tr *goquery.Selection) {
		name := strings.TrimSpace(tr.Find("th").Contents().First().Text())
		tr.Find("td .vh").Remove()
		rows[name] = strings.Join(strings.Fields(tr.Find("td").Text()), "")
	})
	if want := map[string]string{"Overdue": "1", "Open": "1", "Answered in time": "33%", "Median first reply": "32.0h"}; fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("the box says %v, want %v", rows, want)
	}
	if href, _ := doc.Find("#follow-up a").First().Attr("href"); href != "/inbox?view=overdue" {
		t.Errorf("what is overdue is at %s", href)
	}
	s.add("sue", account.Support)
	if got := docOf(t, s.signedIn("sue").get("/dashboard")).Find("#follow-up tbody tr").Length(); got != 2 {
		t.Errorf("support sees %d figures, want 2", got)
	}
}
