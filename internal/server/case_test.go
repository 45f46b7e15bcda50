package server_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// caseDesk is a site with one case and two people who work on it.
type caseDesk struct {
	*site
	t        *testing.T
	st       *store.Store
	deps     server.Deps
	path     string
	id       survey.ID
	ann, bob account.User
}

func openCaseDesk(t *testing.T, email, comment string) *caseDesk {
	t.Helper()
	d := &caseDesk{t: t}
	d.site = newSite(t, func(deps *server.Deps) { d.deps = *deps })
	d.st = d.deps.Replies.Store.(*store.Store)
	d.ann, d.bob = d.add("ann", account.Support), d.add("bob", account.Support)
	d.id = caseOf(t, d.site, d.deps, email, comment)
	d.path = "/inbox/" + d.id.String()
	return d
}

func (d *caseDesk) now() followup.Case {
	d.t.Helper()
	c, err := d.st.Case(context.Background(), d.id)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// send sends a form of the case as the page has it, with changes: names and values.
func (d *caseDesk) send(b *browser, form, action string, status int, changes ...string) page {
	d.t.Helper()
	doc := b.get(d.path + "?view=mine").doc(d.t)
	fields := map[string]string{}
	for _, s := range doc.Find(form + " [name]").EachIter() {
		name, _ := s.Attr("name")
		value, _ := s.Attr("value")
		switch {
		case s.Is("select"):
			value, _ = s.Find("[selected]").Attr("value")
		case s.Is("textarea"):
			value = s.Text()
		case s.Is("[type=checkbox]"):
			continue
		}
		fields[name] = value
	}
	for i := 0; i+1 < len(changes); i += 2 {
		fields[changes[i]] = changes[i+1]
	}
	var list []string
	for name, value := range fields {
		list = append(list, name, value)
	}
	p := b.post(action, list...)
	if p.status != status {
		d.t.Fatalf("%s answers %d, want %d: %.1500s", action, p.status, status, p.body)
	}
	return p
}

func TestACaseIsWorkedOnAtItsPage(t *testing.T) {
	d := openCaseDesk(t, "anna@poczta.example", "Paczka przyszła otwarta")
	b := d.signedIn("ann")
	doc := b.get(d.path).doc(t)
	if got := doc.Find("h1#case-h").Text(); strings.Join(strings.Fields(got), " ") != "Anna Kowalska gave 2 of 10" {
		t.Errorf("the heading is %q", got)
	}
	quote := doc.Find("blockquote.big")
	if lang, _ := quote.Attr("lang"); lang != "pl" || quote.Text() != "„Paczka przyszła otwarta”" {
		t.Errorf("the comment is %q in %s", quote.Text(), lang)
	}
	if got := doc.Find(".meta").Text(); !strings.Contains(got, "Order 10482") {
		t.Errorf("the case is about %q", got)
	}
	p := d.send(b, "#state", d.path+"?view=mine", 303, "owner", id(d.ann.ID), "tags", "Damaged, courier", "status", "in_progress")
	if p.location() != d.path+"?view=mine" {
		t.Errorf("it goes on at %s", p.location())
	}
	if c := d.now(); c.Owner != d.ann.ID || c.Status != followup.InProgress || strings.Join(c.Tags, "|") != "courier|damaged" {
		t.Errorf("the case is %+v", c)
	}
	doc = b.get(d.path).doc(t)
	if got := doc.Find(".flash form").Length(); got != 1 {
		t.Errorf("%d things can be undone", got)
	}
	log := strings.Join(strings.Fields(doc.Find(".log").Text()), " ")
	for _, want := range []string{"The case opened: a low rating.", "ann took the case.", "from New to In progress", "from none to courier, damaged"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q: %s", want, log)
		}
	}
}

func TestAResolutionNeedsAReasonAndIsUndone(t *testing.T) {
	d := openCaseDesk(t, "", "Broken")
	b := d.signedIn("ann")
	p := d.send(b, "#state", d.path, 422, "status", "resolved", "tags", "mine")
	doc := p.doc(t)
	if got := doc.Find("[role=alert] a[href='#reason']").Length(); got != 1 || doc.Find("#status [selected]").AttrOr("value", "") != "resolved" {
		t.Error("the form does not say that a reason is needed, or lost what was chosen")
	}
	if got, _ := doc.Find("#tags").Attr("value"); got != "mine" {
		t.Errorf("the typed tags are %q", got)
	}
	d.send(b, "#state", d.path, 303, "status", "resolved", "reason", "2")
	doc = b.get(d.path).doc(t)
	if got := doc.Find(".state .why").Text(); !strings.Contains(got, "Put right") {
		t.Errorf("the reason is %q", got)
	}
	version, _ := doc.Find(".flash [name=version]").Attr("value")
	line, _ := doc.Find(".flash [name=line]").Attr("value")
	if p := b.post(d.path+"/undo", "version", version, "line", line); p.status != 303 {
		t.Fatalf("undoing answers %d", p.status)
	}
	if c := d.now(); c.Status != followup.New || c.Rounds != 1 {
		t.Errorf("the case is %+v", c)
	}
	if p := b.post(d.path+"/undo", "version", "1", "line", line); p.status != 409 || p.doc(t).Find(".flash[role=alert]").Length() != 1 {
		t.Errorf("undoing it twice answers %d", p.status)
	}
}

func TestTwoPeopleSaveOneCase(t *testing.T) {
	d := openCaseDesk(t, "", "Broken")
	ann, bob := d.signedIn("ann"), d.signedIn("bob")
	old := bob.get(d.path).doc(t)
	version, _ := old.Find("#state [name=version]").Attr("value")
	seen, _ := old.Find("#state [name=seen]").Attr("value")
	d.send(ann, "#note", d.path+"/note", 303, "body", "I call them <b>now</b>")
	p := bob.post(d.path+"/note", "version", version, "seen", seen, "kind", "note", "body", "Bob's long text")
	if p.status != 409 {
		t.Fatalf("the second note answers %d", p.status)
	}
	doc := p.doc(t)
	if got := doc.Find(".banner[role=alert]").Text(); !strings.Contains(got, "(ann)") || !strings.Contains(got, "I call them <b>now</b>") {
		t.Errorf("of the other change is told %q", got)
	}
	if got := doc.Find("#body").Text(); got != "Bob's long text" {
		t.Errorf("of the text is left %q", got)
	}
	p = bob.post(d.path, "version", version, "seen", seen, "status", "waiting", "owner", id(d.bob.ID), "tags", "late", "reason", "0")
	doc = p.doc(t)
	if tags, _ := doc.Find("#tags").Attr("value"); p.status != 409 || tags != "late" || doc.Find("#status [selected]").AttrOr("value", "") != "waiting" {
		t.Errorf("the second state answers %d with tags %q", p.status, tags)
	}
	now, _ := doc.Find("#note [name=version]").Attr("value")
	if p := bob.post(d.path+"/note", "version", now, "seen", seen, "kind", "note", "body", "Bob's long text"); p.status != 303 {
		t.Errorf("sent again, the note answers %d", p.status)
	}
}

func TestNotesStopTheClockAndNamePeople(t *testing.T) {
	d := openCaseDesk(t, "", "Broken")
	b := d.signedIn("ann")
	d.send(b, "#note", d.path+"/note", 422, "body", "  \n ")
	if p := d.send(b, "#note", d.path+"/note", 422, "body", "\u200b\u2060\u3164\u200d"); !strings.Contains(p.doc(t).Find("[role=alert]").Text(), "Write the note.") {
		t.Errorf("a note that nobody can see: %.300s", p.doc(t).Find("[role=alert]").Text())
	}
	d.send(b, "#note", d.path+"/note", 422, "body", strings.Repeat("я", followup.MaxNote+1))
	d.send(b, "#note", d.path+"/note", 303, "body", "@bob they are happy now", "heard", "1")
	c := d.now()
	if c.RepliedAt.IsZero() {
		t.Error("the clock still runs")
	}
	lines, err := d.st.CaseLog(context.Background(), d.id, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range lines {
		if e.Kind != followup.LogNote {
			continue
		}
		named, err := d.st.CaseMentions(context.Background(), d.id, e.ID)
		if err != nil || len(named) != 1 || named[0] != d.bob.ID {
			t.Errorf("the note names %v, %v", named, err)
		}
	}
}

func TestTheLogSaysWhatTheCustomerDid(t *testing.T) {
	d := openCaseDesk(t, "anna@poczta.example", "Broken")
	b := d.signedIn("ann")
	service := followup.NewService(d.st, followup.NewOpener(d.st, d.deps.Asking.IDs, d.clock), d.deps.Asking.IDs, d.clock)
	for _, c := range []struct {
		line followup.Entry
		want string
	}{
		{followup.Entry{Kind: followup.LogIncoming, After: `{}`, Body: "\u200b"}, "The customer wrote back. The email had no text."},
		{followup.Entry{Kind: followup.LogIncoming, After: `{"cut":true}`}, "The customer wrote back. There was more than is kept."},
		{followup.Entry{Kind: followup.LogIncoming, After: `{}`, Body: "Thanks"}, "The customer wrote back."},
		{followup.Entry{Kind: followup.LogLowered, Before: "9", After: "0"}, "The customer changed the rating from 9 to 0."},
		{followup.Entry{Kind: followup.LogRated, Before: "2", After: "1"}, "The customer changed the rating from 2 to 1."},
		{followup.Entry{Kind: followup.LogLowered, Before: "9", After: "9"}, "The customer changed the answer."},
		{followup.Entry{Kind: followup.LogRaised, Before: "3", After: strconv.Itoa(survey.NoRating)}, "The customer changed the answer."},
	} {
		if _, err := service.Change(t.Context(), 0, d.id, followup.AnyVersion, followup.Edit{Lines: []followup.Entry{c.line}}, nil); err != nil {
			t.Fatal(err)
		}
		last := b.get(d.path).doc(t).Find(".log li").Last().Find("span, b").First().Text()
		if got := strings.Join(strings.Fields(last), " "); got != c.want {
			t.Errorf("the log says %q, want %q", got, c.want)
		}
	}
}

func TestWhatCanNotBeReadIsGivenBack(t *testing.T) {
	d := openCaseDesk(t, "anna@poczta.example", "Broken")
	b := d.signedIn("ann")
	for _, c := range []struct{ name, value, field string }{
		{"status", "evil", "#status"},
		{"status", "", "#status"},
		{"owner", "me", "#owner"},
		{"owner", strings.Repeat("9", 30), "#owner"},
		{"reason", "x", "#reason"},
		{"version", "", "#status"},
		{"version", "0", "#status"},
		{"version", "-1", "#status"},
		{"version", "one", "#status"},
	} {
		doc := d.send(b, "#state", d.path, 422, "tags", "courier, damaged", c.name, c.value).doc(t)
		link, _ := doc.Find("[role=alert] a").First().Attr("href")
		if got, _ := doc.Find("#tags").Attr("value"); got != "courier, damaged" || link != c.field || doc.Find(link).Length() != 1 {
			t.Errorf("%s %q: kept is %q, the problem leads to %q", c.name, c.value, got, link)
		}
		if got, _ := doc.Find("#status [selected]").Attr("value"); got != "new" {
			t.Errorf("%s %q: the status is shown as %q", c.name, c.value, got)
		}
	}
	if got := d.send(b, "#note", d.path+"/note", 422, "body", "I call", "version", "x").doc(t).Find("#body").Text(); got != "I call" {
		t.Errorf("of a note kept is %q", got)
	}
	if got := d.send(b, "#reply", d.path+"/reply", 422, "text", "Sorry", "version", "x", "do", "send").doc(t).Find("#reply-text").Text(); got != "Sorry" {
		t.Errorf("of a reply kept is %q", got)
	}
	if c := d.now(); c.Version != 1 {
		t.Errorf("the case is %+v", c)
	}
	d.send(b, "#state", d.path, 303, "seen", "x", "tags", "courier")
}

func TestDraftsAndPresence(t *testing.T) {
	d := openCaseDesk(t, "anna@poczta.example", "Broken")
	ann, bob := d.signedIn("ann"), d.signedIn("bob")
	if p := ann.post(d.path+"/draft", "kind", "note", "body", "half a no", "quiet", "1"); p.status != 204 {
		t.Fatalf("the draft answers %d", p.status)
	}
	if p := ann.post(d.path+"/draft", "kind", "reply", "body", "Dzień dobry", "quiet", "1"); p.status != 204 {
		t.Fatalf("the draft answers %d", p.status)
	}
	if p := ann.post(d.path+"/here", "x", "1"); p.status != 400 {
		t.Errorf("a sign with more in it answers %d", p.status)
	}
	if p := ann.post(d.path + "/here"); p.status != 200 || p.body != "" {
		t.Errorf("a sign answers %d %q", p.status, p.body)
	}
	doc := ann.get(d.path).doc(t)
	if got := doc.Find("#body").Text(); got != "half a no" {
		t.Errorf("the draft is %q", got)
	}
	if got := doc.Find("#reply textarea").Text(); got != "Dzień dobry" {
		t.Errorf("the draft of the reply is %q", got)
	}
	d.wait(30 * time.Second)
	doc = bob.get(d.path).doc(t)
	if got := strings.TrimSpace(doc.Find("#others").Text()); !strings.Contains(got, "ann opened this case") || !strings.Contains(got, "unsent draft") {
		t.Errorf("bob reads %q", got)
	}
	if got := doc.Find("#body").Text(); got != "" {
		t.Errorf("bob sees ann's draft: %q", got)
	}
	d.wait(31 * time.Second)
	if got := bob.post(d.path + "/here").body; !strings.Contains(got, "has an unsent draft here") {
		t.Errorf("a minute later bob reads %q", got)
	}
	d.send(ann, "#note", d.path+"/note", 303, "body", "the whole note")
	if got := ann.get(d.path).doc(t).Find("#body").Text(); got != "" {
		t.Errorf("the draft stayed: %q", got)
	}
	ann.post(d.path+"/draft", "kind", "reply", "body", " ")
	bob.post(d.path+"/here", "left", "1")
	if got := strings.TrimSpace(bob.get(d.path).doc(t).Find("#others").Text()); got != "" {
		t.Errorf("in the end bob reads %q", got)
	}
	for _, bad := range [][]string{{"kind", "letter", "body", "x", "quiet", "1"}, {"kind", "reply", "body", strings.Repeat("x", followup.MaxNote+1), "quiet", "1"}} {
		if p := ann.post(d.path+"/draft", bad...); p.status != 400 {
			t.Errorf("a draft that can't be answers %d", p.status)
		}
	}
}

func TestWhoLeavesHasNoCases(t *testing.T) {
	d := openCaseDesk(t, "", "Broken")
	admin := d.add("admin", account.Admin)
	b := d.signedIn("ann")
	d.send(b, "#state", d.path, 303, "owner", id(d.bob.ID))
	ctx := context.Background()
	if err := d.accounts.EditUser(ctx, admin, d.bob.ID, account.Edit{Name: "bob", Role: account.Support, Disabled: true}); err != nil {
		t.Fatal(err)
	}
	if c := d.now(); c.Owner != 0 {
		t.Errorf("the case is still %d's", c.Owner)
	}
	if got := b.get(d.path).doc(t).Find(".log li").Last().Text(); !strings.Contains(got, "admin took the case from bob") {
		t.Errorf("the log ends with %q", got)
	}
	d.send(b, "#state", d.path, 422, "owner", id(d.bob.ID))
	d.send(b, "#state", d.path, 303, "owner", id(d.ann.ID))
	d.send(b, "#state", d.path, 303, "status", "resolved", "reason", "2")
	if err := d.accounts.RemoveUser(ctx, admin, d.ann.ID); err != nil {
		t.Fatal(err)
	}
	if c := d.now(); c.Owner != d.ann.ID {
		t.Errorf("a resolved case is %d's", c.Owner)
	}
	b = d.signedIn("admin")
	d.send(b, "#state", d.path, 303, "status", "new", "owner", id(d.ann.ID))
	if c := d.now(); c.Owner != 0 || c.Status != followup.New {
		t.Errorf("opened again the case is %+v", c)
	}
}

func TestHostileTextIsShownSafely(t *testing.T) {
	for name, text := range map[string]string{
		"markup": `</blockquote><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}`, "long": strings.Repeat("слово ", 10_000/6), "right to left": "שלום \u202Eevil\u202C عربى",
		"zalgo": strings.Repeat("e\u0301\u0302\u0303\u0304\u0305\u0306\u0307", 200), "spaces": " \u00a0\u3164\u2800 ",
	} {
		t.Run(name, func(t *testing.T) {
			d := openCaseDesk(t, "anna@poczta.example", text)
			b := d.signedIn("ann")
			d.send(b, "#note", d.path+"/note", 303, "body", "x "+text)
			p := b.get(d.path)
			doc := p.doc(t)
			if p.status != 200 || doc.Find("main script, main img").Length() > 0 {
				t.Fatalf("the page answers %d, with %d elements of the text", p.status, doc.Find("main script, main img").Length())
			}
			quote := doc.Find("blockquote.big")
			if (name == "spaces") != (quote.Length() == 0) || len([]rune(quote.Text())) > 1600 {
				t.Errorf("shown are %d runes", len([]rune(quote.Text())))
			}
			if whole := doc.Find("blockquote.whole"); (whole.Length() == 1) != (len([]rune(text)) > 1500) {
				t.Errorf("%d blocks have the whole text", whole.Length())
			}
		})
	}
}

func TestCasesThatAreNotThere(t *testing.T) {
	d := openCaseDesk(t, "", "Broken")
	b := d.signedIn("ann")
	for _, path := range []string{"/inbox/1", "/inbox/x", "/inbox/9223372036854775808"} {
		if p := b.get(path); p.status != 404 {
			t.Errorf("%s answers %d", path, p.status)
		}
		if p := b.post(path+"/here", "left", "1"); p.status != 404 {
			t.Errorf("a sign at %s answers %d", path, p.status)
		}
	}
	version := strconv.FormatInt(d.now().Version, 10)
	if p := b.post(d.path, "version", version, "status", "new", "excluded", "1"); p.status != 400 {
		t.Errorf("a field that no form has answers %d", p.status)
	}
}
