package server

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestScoresFollowAtOnceWhenAnAnswerIsMarked(t *testing.T) {
	o := openOffice(t)
	o.publish(npsQuestion)
	id := o.give(1, 0, func(r *survey.Response) { r.Comment = "Testing, testing" })
	o.give(1, 10, nil)
	at := "/responses/" + id.String()
	steps := []struct {
		role         account.Role
		path, status string
		code         int
		score        string
	}{
		{account.Support, at + "/mark", "spam", 303, "+100"},
		{account.Support, at + "/mark", "counted", 303, "0"},
		{account.Support, at + "/delete", "", 403, "0"},
		{account.Manager, at + "/mark", "deleted", 400, "0"},
		{account.Manager, at + "/delete", "", 303, "+100"},
		{account.Manager, at + "/delete", "", 303, "+100"}, // once more is the same
		{account.Support, at + "/mark", "counted", 403, "+100"},
		{account.Manager, at + "/mark", "counted", 303, "0"},
		{"", at + "/delete", "", 303, "0"}, // signed out: to the sign-in page
	}
	for i, s := range steps {
		form := url.Values{}
		if s.status != "" {
			form.Set("status", s.status)
		}
		if w := o.send(s.role, "POST", s.path, form); w.Code != s.code {
			t.Fatalf("step %d: %d %s", i, w.Code, w.Body)
		}
		if got := strings.TrimSpace(o.page(account.Admin, "/dashboard").Find(".score strong").Text()); got != s.score {
			t.Errorf("step %d: the score is %s, want %s", i, got, s.score)
		}
	}
	if diffs, err := o.st.CheckRollups(context.Background(), o.srv.deps.Results.Zone()); err != nil || len(diffs) > 0 {
		t.Errorf("rollups: %v %v", diffs, err)
	}
	log, err := o.accounts.AuditLog(context.Background(), account.AuditFilter{Area: "response"}, 10)
	if err != nil || len(log) != 4 || log[1].Action != "response.delete" || log[1].Actor != "manager@example.com" || log[1].Object != "response "+id.String() {
		t.Errorf("audit log: %+v %v", log, err)
	}
	doc := o.page(account.Support, at)
	wants(t, doc, ".log", "manager", "support", "Spam")
	if doc.Find(".log li").Length() != 4 {
		t.Errorf("history: %s", doc.Find(".log").Text())
	}
	wants(t, doc, "main", "“Testing, testing”", "Would you recommend Linden Home?", "0 of 10", "Checkout")
	if doc.Find("a.risk").Length() != 0 {
		t.Error("support is offered to delete")
	}
}

func TestAnswersAreListedSearchedAndPaged(t *testing.T) {
	o := openOffice(t)
	o.publish(npsQuestion)
	for i := range 120 {
		o.give(i%60, i%11, func(r *survey.Response) {
			r.Touchpoint = int64(1 + i%2)
			if i%2 == 0 {
				r.Comment = "O prazo não foi cumprido"
			}
			if i%10 == 0 {
				r.Comment = "Łóżko, <b>ładne</b>"
			}
		})
	}
	seen := map[string]bool{}
	path := "/responses?period=all"
	for pages := 1; ; pages++ {
		doc := o.page(account.Support, path)
		for _, n := range doc.Find(".feed .meta a").Nodes {
			seen[n.Attr[0].Val] = true
		}
		next, ok := doc.Find("a[rel=next]").Attr("href")
		if !ok || pages > 5 {
			wants(t, doc, ".pager", "60 comments")
			break
		}
		path = next
	}
	if len(seen) != 60 {
		t.Errorf("%d comments on all pages, want 60", len(seen))
	}
	for query, want := range map[string]int{"q=PRAZ": 48, "q=lozko+ladn": 12, "q=nothing": 0, "q=%22%27*": 60, "class=best&q=prazo": 8, "touchpoint=delivery": 0} {
		doc := o.page(account.Support, "/responses?period=all&"+query)
		if n := doc.Find(".feed li").Length(); n != min(want, pageLength) {
			t.Errorf("%s: %d comments, want %d", query, n, want)
		}
		if doc.Find(".feed b:not(.num)").Length() != 0 {
			t.Error("a comment's markup is markup")
		}
	}
	doc := o.page(account.Support, "/responses?tab=all")
	if n := doc.Find("tbody tr").Length(); n != pageLength {
		t.Errorf("%d answers on a page", n)
	}
	if w := o.send(account.Support, "GET", "/responses?tab=all&after=x&status=y", nil); w.Code != 200 {
		t.Errorf("a place that is none: %d", w.Code)
	}
	for _, path := range []string{"/responses/0", "/responses/1", "/responses/x", "/responses?survey=77"} {
		if w := o.send(account.Admin, "GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

func TestDatedNotesAreOnTheChart(t *testing.T) {
	o := openOffice(t)
	o.fill()
	if w := o.send(account.Support, "POST", "/events", url.Values{"day": {"2026-10-05"}, "title": {"x"}}); w.Code != 403 {
		t.Errorf("support adds a note: %d", w.Code)
	}
	for title, code := range map[string]int{"": 422, strings.Repeat("ж", 61): 422, " New \n checkout ": 303} {
		if w := o.send(account.Manager, "POST", "/events", url.Values{"day": {"2026-10-05"}, "title": {title}}); w.Code != code {
			t.Errorf("a note %q: %d", title, w.Code)
		}
	}
	if w := o.send(account.Manager, "POST", "/events", url.Values{"day": {"5 October"}, "title": {"x"}}); w.Code != 422 || !strings.Contains(w.Body.String(), `value="x"`) {
		t.Errorf("a day that is none: %d; what was typed has to stay", w.Code)
	}
	wants(t, o.page(account.Support, "/dashboard"), "svg.fig", "New checkout, 5 Oct")
	doc := o.page(account.Manager, "/events")
	action, _ := doc.Find(".log form").Attr("action")
	if w := o.send(account.Manager, "POST", action, nil); w.Code != 303 {
		t.Errorf("delete: %d", w.Code)
	}
	if strings.Contains(o.page(account.Support, "/dashboard").Find("svg").Text(), "New checkout") {
		t.Error("the note is still on the chart")
	}
}

func TestAnswersOpenOnTheNewestSurveyThatHasThem(t *testing.T) {
	o := openOffice(t)
	o.publish(npsQuestion)
	wants(t, o.page(account.Support, "/responses"), "main", "No answers yet")
	o.give(1, 3, func(r *survey.Response) { r.Comment = "The courier was late" })
	o.publish(npsQuestion)
	wants(t, o.page(account.Support, "/responses"), "main", "The courier was late")
	for path, want := range map[string]string{"": "No answers yet", "&tab=all": "No answers yet", "&q=late": "No answers found"} {
		doc := o.page(account.Support, "/responses?survey=2"+path)
		wants(t, doc, "main", want)
		if cleared := strings.Contains(doc.Find("main").Text(), "Clear all filters"); cleared != (want == "No answers found") {
			t.Errorf("%q: filters can be cleared: %v", path, cleared)
		}
	}
	wants(t, o.page(account.Support, "/responses?survey=1&q=nothing"), "main", "No answers found")
}
