package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// goalFields is a goal as it is typed, with changes to it: names and values in turn.
func goalFields(changes ...string) []string {
	fields := []string{
		"specific", "Win <b>12</b> customers", "kind", "number", "measure", "hand", "touchpoint", "-1", "unit", "customers", "currency", "", "baseline", "0", "target", "12",
		"achievable", "Two calls a day", "relevant", "Growth", "start", "2026-03-01", "deadline", "2026-08-31", "do", "set", "revision", "0",
	}
	for i := 0; i < len(changes); i += 2 {
		for j := 0; j < len(fields); j += 2 {
			if fields[j] == changes[i] {
				fields[j+1] = changes[i+1]
			}
		}
	}
	return fields
}

func goalSite(t *testing.T) (*site, *browser) {
	s := newSite(t, nil)
	s.add("boss", account.Manager)
	return s, s.signedIn("boss")
}

// mainText is what the page says, with plain spaces.
func mainText(t *testing.T, p page) string {
	t.Helper()
	return strings.Join(strings.Fields(docOf(t, p).Find("main").Text()), " ")
}

func TestAManagerSetsAGoal(t *testing.T) {
	s, b := goalSite(t)
	b.get("/goals").wants(t, http.StatusOK, "No goals yet", "/goals/new")
	b.get("/goals/new").wants(t, http.StatusOK, `value="2026-03-01"`)
	if p := b.post("/goals/new", goalFields()...); p.location() != "/goals/1" {
		t.Fatalf("it leads to %q with %d: %s", p.location(), p.status, p.body)
	}
	b.get("/goals/1").wants(t, http.StatusOK, "The goal is set.")
	s.wait(92 * 24 * time.Hour)
	b = s.signedIn("boss")
	text := mainText(t, b.get("/goals/1"))
	for _, want := range []string{"Win <b>12</b> customers", "Behind", "0 customers", "0% of the way, 50.3% of the time", "91 days left", "92 of 183 days = 50.3%", "Nothing has been written down yet"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	if p := b.post("/goals/1/values", "value", "7", "day", "2026-06-01"); p.location() != "/goals/1" {
		t.Fatalf("a value answers %d", p.status)
	}
	for _, path := range []string{"/goals", "/goals/1"} {
		if text := mainText(t, b.get(path)); !strings.Contains(text, "58.3% of the way, 50.3% of the time") || !strings.Contains(text, "On track") {
			t.Errorf("%s says %s", path, text)
		}
	}
	bar := docOf(t, b.get("/goals/1")).Find("svg.goal")
	if width, _ := bar.Find("rect.pro").Attr("width"); width != "58.33%" {
		t.Errorf("the bar is %s wide", width)
	}
	for _, c := range []struct{ value, day, want string }{
		{"seven", "2026-06-01", "Write a number such as 1200 or 7.5"},
		{"", "2026-06-01", "Write down a value"},
		{"8", "soon", "Choose a day"},
		{"8", "2026-06-02", "not in the future"},
		{"8", "2026-02-28", "not before the first day"},
		{"1,200", "2026-06-01", "Write a number"},
		{"1.00001", "2026-06-01", "fewer decimals"},
	} {
		b.post("/goals/1/values", "value", c.value, "day", c.day).wants(t, http.StatusUnprocessableEntity, c.want, `value="`+c.value+`"`)
	}
	s.add("helper", account.Support)
	staff := s.signedIn("helper")
	staff.get("/goals").wants(t, http.StatusOK, "Win &lt;b&gt;12")
	if doc := docOf(t, staff.get("/goals/1")); doc.Find("main form").Length() != 0 {
		t.Error("those who may only read have a form")
	}
	log := auditOf(s)
	for _, want := range []string{"goal.set,goal 1,", "goal.value,goal 1,"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q: %s", want, log)
		}
	}
}

// auditOf lists what was done to what.
func auditOf(s *site) string {
	s.t.Helper()
	s.add("auditor", account.Admin)
	return strings.Join(strings.Fields(s.signedIn("auditor").get("/audit.csv").body), " ")
}

func TestWhatWasTypedOfAGoalIsKept(t *testing.T) {
	_, b := goalSite(t)
	for _, c := range []struct {
		want    string
		changes []string
	}{
		{"must differ", []string{"target", "0"}},
		{"has to come after", []string{"deadline", "2026-03-01"}},
		{"Write what is to be reached", []string{"specific", " \u200b"}},
		{"Write how it can be done", []string{"achievable", ""}},
		{"Choose the last day", []string{"deadline", ""}},
		{"Choose the first day", []string{"start", "31.12.2026"}},
		{"Write a number", []string{"baseline", "0x10"}},
		{"Write the target", []string{"target", ""}},
		{"currency of three letters", []string{"kind", "money"}},
		{"fewer decimals", []string{"kind", "money", "currency", "jpy", "target", "12.5"}},
		{"Choose what it is measured by", []string{"measure", "metric"}},
		{"Choose what it is measured by", []string{"measure", "score:99"}},
		{"Choose a kind", []string{"kind", "wish"}},
		{"can only be from 0 to 100", []string{"measure", "metric:repeat-purchase-rate:in_window", "target", "195"}},
		{"can only be from 0 to 100", []string{"measure", "metric:repeat-purchase-rate:in_window", "baseline", "-1"}},
		{"“A number” for any other figure", []string{"kind", "yes_no", "measure", "metric:repeat-purchase-rate:in_window"}},
	} {
		if c.want == "must differ" {
			c.want = "has to differ"
		}
		b.post("/goals/new", goalFields(c.changes...)...).wants(t, http.StatusUnprocessableEntity, c.want, "Growth", `value="customers"`)
	}
	b.get("/goals").wants(t, http.StatusOK, "No goals yet")
	all := b.post("/goals/new", goalFields("specific", "", "target", "x", "relevant", "", "start", "")...).doc(t).Find(".errs li").Length()
	if all != 4 {
		t.Errorf("%d problems are told at once, want 4", all)
	}
}

func TestADraftOfAGoalWaits(t *testing.T) {
	_, b := goalSite(t)
	p := b.post("/goals/new", goalFields("do", "draft", "achievable", "", "deadline", "", "target", "")...)
	if p.location() != "/goals/1" {
		t.Fatalf("a draft answers %d: %s", p.status, p.body)
	}
	b.get("/goals").wants(t, http.StatusOK, "Still missing: how it is measured, how it can be done, from when until when")
	b.post("/goals/1/values", "value", "1", "day", "2026-03-01").wants(t, http.StatusConflict)
	b.post("/goals/1/edit", goalFields("revision", "1", "achievable", "")...).wants(t, http.StatusUnprocessableEntity, "Write how it can be done")
	if p := b.post("/goals/1/edit", goalFields("revision", "1")...); p.location() != "/goals/1" {
		t.Fatalf("setting it answers %d", p.status)
	}
	stale := b.post("/goals/1/edit", goalFields("revision", "1", "specific", "Win 13")...)
	stale.wants(t, http.StatusConflict, "Somebody else changed this goal", `value="Win 13"`, `name="revision" value="2"`)
	if p := b.post("/goals/1/edit", goalFields("revision", "2", "specific", "Win 13", "do", "draft")...); p.location() != "/goals/1" {
		t.Fatalf("saving again answers %d", p.status)
	}
	if text := mainText(t, b.get("/goals/1")); !strings.Contains(text, "Win 13") || strings.Contains(text, "Draft") {
		t.Errorf("a goal that was set became a draft: %s", text)
	}
	b.post("/goals/1/archive", "do", "archive", "revision", "2").wants(t, http.StatusConflict)
	b.post("/goals/1/archive", "do", "burn", "revision", "3").wants(t, http.StatusBadRequest)
	b.post("/goals/1/archive", "do", "archive", "revision", "3")
	b.get("/goals").wants(t, http.StatusOK, "No goals yet")
	b.get("/goals?show=archived").wants(t, http.StatusOK, "Win 13")
	b.get("/goals/1").wants(t, http.StatusOK, "Bring it back")
	b.post("/goals/1/values", "value", "1", "day", "2026-03-01").wants(t, http.StatusConflict)
	b.post("/goals/1/archive", "do", "restore", "revision", "4")
	b.get("/goals").wants(t, http.StatusOK, "Win 13")
}

// TestGoalsOfEveryKind says values as their kind is said.
func TestGoalsOfEveryKind(t *testing.T) {
	_, b := goalSite(t)
	for i, c := range []struct {
		changes []string
		value   string
		want    []string
	}{
		{[]string{"kind", "money", "currency", " eur", "baseline", "4800", "target", "3 000,50"}, "4120.5", []string{"4,120.50 EUR", "Target 3,000.50 EUR", "37.8% of the way"}},
		{[]string{"kind", "money", "currency", "JPY", "baseline", "0", "target", "90000"}, "100000", []string{"100,000 JPY", "111.1% of the way", "Achieved"}},
		{[]string{"kind", "task", "baseline", "no", "target", "yes"}, "1", []string{"Done", "100% of the way", "Achieved", "not behind before its last day"}},
		{[]string{"kind", "yes_no"}, "0", []string{"0% of the way", "On track", "No"}},
		{[]string{"unit", "%", "baseline", "8 %", "target", "5%"}, "9.5", []string{"9.5%", "−50% of the way", "Behind"}},
	} {
		path := fmt.Sprintf("/goals/%d", i+1)
		if p := b.post("/goals/new", goalFields(c.changes...)...); p.location() != path {
			t.Fatalf("%v answers %d: %s", c.changes, p.status, p.body)
		}
		if p := b.post(path+"/values", "value", c.value, "day", "2026-03-01"); p.status != http.StatusSeeOther {
			t.Fatalf("%v takes no value: %s", c.changes, p.body)
		}
		text := mainText(t, b.get(path))
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%v lacks %q: %s", c.changes, want, text)
			}
		}
		b.get(path+"/edit").wants(t, http.StatusOK)
	}
	b.get("/goals/1/edit").wants(t, http.StatusOK, `value="3000.50"`, `value="4800.00"`, `value="EUR"`)
	b.get("/goals/5/edit").wants(t, http.StatusOK, `value="8"`)
	b.post("/goals/3/values", "day", "2026-03-01").wants(t, http.StatusUnprocessableEntity, "Choose one of the two")
}

// TestAGoalForAScoreOnPages: the score never stands without its interval and n, and the dashboard has the goal.
func TestAGoalForAScoreOnPages(t *testing.T) {
	var st *store.Store
	var asking *server.AskingDeps
	s := newSite(t, func(d *server.Deps) { st, asking = d.Goals.Store.(*store.Store), d.Asking })
	s.add("boss", account.Manager)
	b := s.signedIn("boss")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d := survey.Definition{Questions: []survey.Question{{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "?"}}}}
	v := survey.Survey{Name: "After & all", State: survey.Live, Edited: d, CreatedAt: s.now, ChangedAt: s.now}
	must(st.CreateSurvey(t.Context(), &v))
	version := survey.Version{SurveyID: v.ID, Definition: d, PublishedAt: s.now}
	must(st.CreateVersion(t.Context(), &version))
	v.VersionID = version.ID
	must(st.UpdateSurvey(t.Context(), &v))
	score := fmt.Sprintf("score:%d", v.ID)
	b.get("/goals/new").wants(t, http.StatusOK, `value="`+score+`">NPS: After &amp; all`)
	b.post("/goals/new", goalFields("measure", score, "touchpoint", "77")...).wants(t, http.StatusUnprocessableEntity, "Choose a touchpoint")
	b.post("/goals/new", goalFields("measure", score, "target", "150")...).wants(t, http.StatusUnprocessableEntity, "can only be from", `value="150"`)
	if p := b.post("/goals/new", goalFields("measure", score, "target", "50")...); p.location() != "/goals/1" {
		t.Fatalf("it answers %d: %s", p.status, p.body)
	}
	if text := mainText(t, b.get("/goals/1")); !strings.Contains(text, "No data yet") || !strings.Contains(text, "0 answers in 90 days") || strings.Contains(text, "Write it down") {
		t.Errorf("without answers it says %s", text)
	}
	b.post("/goals/1/values", "value", "7", "day", "2026-03-01").wants(t, http.StatusConflict)
	for _, rating := range []int{10, 9, 10, 3} {
		_, _, err := asking.Intake.Give(t.Context(), version, survey.Response{ID: asking.IDs.Next(), Channel: survey.ViaImport, Rating: rating, Language: "en"})
		must(err)
	}
	for _, path := range []string{"/goals", "/goals/1", "/dashboard"} {
		text := mainText(t, b.get(path))
		for _, want := range []string{"+50", "95% interval ", "4 answers in 90 days", "Achieved"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q: %s", path, want, text)
			}
		}
	}
	s.add("helper", account.Support)
	doc := docOf(t, s.signedIn("helper").get("/dashboard"))
	if doc.Find("#goals").Length() != 0 || doc.Find(`.lead a[href="/goals"]`).Length() != 1 {
		t.Error("who only reads has goals on the dashboard, or no way to them")
	}
}

// TestAGoalIsMeasuredByAFigure sets goals by figures of customers' money; what it measures is the last whole month.
func TestAGoalIsMeasuredByAFigure(t *testing.T) {
	_, b := shopWithOrders(t)
	const cac, rate = "metric:customer-acquisition-cost:period", "metric:repeat-purchase-rate:in_window"
	b.get("/goals/new").wants(t, http.StatusOK, `value="`+cac+`"`, `value="`+rate+`"`)
	for _, wrong := range [][]string{
		{"measure", cac, "currency", "EUR"}, {"measure", rate, "kind", "money", "currency", "EUR"},
	} {
		p := b.post("/goals/new", goalFields(wrong...)...)
		p.wants(t, http.StatusUnprocessableEntity, "Choose “An amount of money” for a figure of money", `value="`+wrong[1]+`" selected`)
	}
	b.post("/goals/new", goalFields("measure", "score:1", "kind", "money", "currency", "EUR")...).wants(t, http.StatusUnprocessableEntity, "“A number” for any other figure")
	for _, unknown := range []string{"metric:crr:window", "metric:repeat-purchase-rate:most", "metric:", "weather"} {
		b.post("/goals/new", goalFields("measure", unknown)...).wants(t, http.StatusUnprocessableEntity, "Choose what it is measured by")
	}
	if p := b.post("/goals/new", goalFields("measure", cac, "kind", "money", "currency", "eur", "baseline", "10", "target", "2.50")...); p.location() != "/goals/1" {
		t.Fatalf("a goal of money answers %d: %s", p.status, p.body)
	}
	text := strings.ReplaceAll(mainText(t, b.get("/goals/1")), "\u00a0", " ")
	for _, want := range []string{"3.00 EUR", "Customer acquisition cost, of the last whole month"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	b.get("/goals/1/edit").wants(t, http.StatusOK, `value="`+cac+`" selected`, `value="2.50"`)
	if p := b.post("/goals/new", goalFields("measure", rate, "unit", "", "baseline", "20", "target", "50")...); p.location() != "/goals/2" {
		t.Fatalf("a goal of a rate answers %d: %s", p.status, p.body)
	}
	if text := mainText(t, b.get("/goals/2")); !strings.Contains(text, "33.3% Value at the start 20% Target 50%") {
		t.Errorf("the page says %s", text)
	}
}

// TestAButtonPressedTwiceMakesOneGoal sends the form of a new goal again: at once, changed, and when some time has gone by.
func TestAButtonPressedTwiceMakesOneGoal(t *testing.T) {
	s, b := goalSite(t)
	for _, c := range []struct {
		wait   time.Duration
		fields []string
		leads  string
	}{
		{0, goalFields(), "/goals/1"},
		{2 * time.Second, goalFields(), "/goals/1"},
		{0, goalFields("target", "13"), "/goals/2"},
		{0, goalFields("do", "draft"), "/goals/3"},
		{2 * time.Minute, goalFields(), "/goals/4"},
	} {
		s.wait(c.wait)
		if p := b.post("/goals/new", c.fields...); p.location() != c.leads {
			t.Errorf("after %v it leads to %q with %d, want %s", c.wait, p.location(), p.status, c.leads)
		}
	}
}
