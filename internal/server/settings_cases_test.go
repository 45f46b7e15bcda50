package server_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/survey"
)

// caseSite is an administrator at the page of the rules of cases.
func caseSite(t *testing.T) (*site, server.CaseSettings, account.User) {
	t.Helper()
	var st server.CaseSettings
	s := newSite(t, func(d *server.Deps) { st = d.Cases.Store })
	return s, st, s.add("admin", account.Admin)
}

// deskOf is a browser at the page.
type deskOf struct {
	t *testing.T
	*browser
}

// form sends one, or asks for the page without it.
func (d deskOf) form(path string, form url.Values, status int) *goquery.Document {
	d.t.Helper()
	var fields []string
	for name, values := range form {
		for _, v := range values {
			fields = append(fields, name, v)
		}
	}
	p := d.get("/settings/cases")
	if form != nil {
		p = d.post("/settings/cases"+path, fields...)
	}
	if p.status != status {
		d.t.Fatalf("status %d, want %d: %.2000s", p.status, status, p.body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.body))
	if err != nil {
		d.t.Fatal(err)
	}
	return doc
}

func caseForm() url.Values {
	return url.Values{
		"class": {"1"}, "drop": {"3"}, "words": {"жалоб*\r\n\r\nrefund"}, "hours": {"16"}, "clock": {"business"}, "zone": {"Europe/Sofia"}, "opens": {"09:30"}, "closes": {"18:00"},
		"day": {"1", "2", "5"}, "holidays": {"2026-12-25\n2026-12-24\n"}, "touchpoint.0": {""}, "language.0": {"pl"}, "touchpoint.1": {""}, "language.1": {""},
	}
}

func TestRulesOfCasesAreSetOnAPage(t *testing.T) {
	s, st, admin := caseSite(t)
	b := deskOf{t, s.signedIn("admin")}
	doc := b.form("", nil, 200)
	if got := doc.Find("#words").Text(); !strings.Contains(got, "жалоб*") {
		t.Errorf("the usual words are %q", got)
	}
	form := caseForm()
	form.Set("user.0."+strconv.FormatInt(admin.ID, 10), "1")
	b.form("", form, 303)
	rules, err := st.CaseRules(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c := rules.Calendar
	if !rules.Class || rules.Request || rules.Drop != 3 || len(rules.Keywords) != 2 || c.Hours != 16 || !c.Business || c.Opens != 570 || c.Closes != 1080 ||
		c.Days != [7]bool{1: true, 2: true, 5: true} || len(c.Holidays) != 2 || c.Holidays[0] != survey.Date(2026, 12, 24) {
		t.Errorf("stored are %+v", rules)
	}
	if len(rules.Assign) != 1 || rules.Assign[0].Language != "pl" || len(rules.Assign[0].Users) != 1 || rules.Assign[0].Users[0] != admin.ID {
		t.Errorf("cases go by %+v", rules.Assign)
	}
	doc = b.form("", nil, 200)
	for id, want := range map[string]string{"hours": "16", "opens": "09:30", "closes": "18:00", "drop": "3"} {
		if got, _ := doc.Find("#" + id).Attr("value"); got != want {
			t.Errorf("%s is shown as %q, want %q", id, got, want)
		}
	}
	if n := doc.Find(`[name="user.0.` + strconv.FormatInt(admin.ID, 10) + `"][checked]`).Length(); n != 1 {
		t.Error("the page does not show whose the cases are")
	}
	if doc.Find(`[name="language.1"]`).Length() != 1 {
		t.Error("there is no room for another rule")
	}
}

func TestRulesOfCasesThatCanNotBe(t *testing.T) {
	s, st, admin := caseSite(t)
	b := deskOf{t, s.signedIn("admin")}
	for field, c := range map[string][3]string{
		"drop": {"drop", "1"}, "hours": {"hours", "721"}, "opens": {"opens", "17:30"}, "holidays": {"holidays", "Christmas <b>"}, "zone": {"zone", "Nowhere"}, "assign": {"language.1", "bg"},
		"words": {"words", strings.Repeat("x", 61)}, "lead": {"lead", "x"},
	} {
		form := caseForm()
		form.Set("language.0", "")
		form.Set(c[0], c[1])
		doc := b.form("", form, 422)
		link, _ := doc.Find("[role=alert] a").First().Attr("href")
		if link != "#"+field || doc.Find(link).Length() != 1 {
			t.Errorf("%s of %q: the summary leads to %q", c[0], c[1], link)
		}
		if got := doc.Find("#words").Text(); got != strings.ReplaceAll(form.Get("words"), "\r", "") {
			t.Errorf("%s of %q: kept are the words %q", c[0], c[1], got)
		}
	}
	off := s.add("gone", account.Support)
	if err := s.accounts.EditUser(t.Context(), admin, off.ID, account.Edit{Name: "gone", Role: account.Support, Disabled: true}); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string][2]string{
		"Choose somebody who works here.": {"lead", strconv.FormatInt(off.ID, 10)}, "Choose a touchpoint from the list.": {"touchpoint.0", "4711"},
		"Write words with letters or digits. This has none: *": {"words", "refund\n *\n"}, "Choose a language from the list.": {"language.0", "xx"},
	} {
		form := caseForm()
		form.Set("user.0."+strconv.FormatInt(admin.ID, 10), "1")
		form.Set(change[0], change[1])
		says := b.form("", form, 422).Find(".errs a")
		if link, _ := says.Attr("href"); says.Text() != want || link != "#"+change[0] {
			t.Errorf("%s of %q: said is %q, it leads to %q", change[0], change[1], says.Text(), link)
		}
	}
	form := caseForm()
	form.Set("user.0.4711", "1")
	if link, _ := b.form("", form, 422).Find("[role=alert] a").First().Attr("href"); link != "#assign" {
		t.Errorf("cases for nobody known are refused at %q", link)
	}
	rules, err := st.CaseRules(context.Background())
	if err != nil || rules.Drop != 4 {
		t.Errorf("stored are %+v, %v", rules, err)
	}
}

func TestReasonsAreEdited(t *testing.T) {
	s, st, _ := caseSite(t)
	b := deskOf{t, s.signedIn("admin")}
	names := func(text string, ids ...string) url.Values {
		form := url.Values{}
		for _, id := range append([]string{"1", "2", "3", "4", "5", "6"}, ids...) {
			for _, lang := range []string{"en", "ru", "pl", "bg"} {
				form.Set("name."+id+"."+lang, text+id)
			}
		}
		return form
	}
	form := names("Why ", "0")
	form.Set("gone.3", "1")
	form.Set("gone.1", "1")
	b.form("/reasons", form, 303)
	reasons, err := st.CaseReasons(context.Background())
	if err != nil || len(reasons) != 7 {
		t.Fatalf("reasons %+v, %v", reasons, err)
	}
	for _, r := range reasons {
		if r.Archived != (r.ID == 3) {
			t.Errorf("archived: %+v", r)
		}
		if r.ID == 7 && r.Names["bg"] != "Why 0" {
			t.Errorf("the new one is %+v", r)
		}
	}
	form = names("Why ", "7")
	form.Set("name.0.en", "Half")
	doc := b.form("/reasons", form, 422)
	if got, _ := doc.Find(`[id="name.0.en"]`).Attr("value"); got != "Half" {
		t.Errorf("kept is %q", got)
	}
	long := strings.Repeat("я", 81)
	form = names("Why ", "7")
	form.Set("name.3.bg", long)
	doc = b.form("/reasons", form, 422)
	if got, _ := doc.Find(`[id="name.3.bg"]`).Attr("value"); got != long || doc.Find(".errs a").Text() != "Write at most 80 characters." {
		t.Errorf("of a long name kept is %q, said %q", got, doc.Find(".errs a").Text())
	}
	form = names("Why ", "7")
	for _, id := range []string{"2", "3", "4", "5", "6", "7"} {
		form.Set("gone."+id, "1")
	}
	doc = b.form("/reasons", form, 422)
	if link, _ := doc.Find("[role=alert] a").First().Attr("href"); link != "#gone.2" {
		t.Errorf("no reason to choose is refused at %q", link)
	}
	if followup.AnswerChanged != 1 {
		t.Error("the reason that the program gives is another one")
	}
}
