package server_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// replying is what the form of replies works with.
func replying(s *site, st *store.Store, ask *server.AskingDeps) *server.RepliesDeps {
	service := followup.NewService(st, followup.NewOpener(st, ask.IDs, s.clock), ask.IDs, s.clock)
	head := &mail.Composer{Settings: s.accounts, Keys: ask.Keys, Secret: []byte("names of mails")}
	return &server.RepliesDeps{Store: st, Replies: followup.NewReplies(st, service, head, s.accounts, bytes.Repeat([]byte("a"), 32), []byte("tags of cases")), Templates: st, Zone: utc}
}

// caseOf has a customer (email "": nobody known) give 2 of 10 in Polish with a comment, and gives the case.
func caseOf(t *testing.T, s *site, d server.Deps, email, comment string) survey.ID {
	t.Helper()
	ctx, st := context.Background(), d.Replies.Store.(*store.Store)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	v := survey.Survey{Name: "After the purchase", State: survey.Live, CreatedAt: s.clock(), ChangedAt: s.clock(), Edited: survey.Definition{Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "How likely?"}},
	}}}
	must(st.CreateSurvey(ctx, &v))
	version := survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: s.clock()}
	must(st.CreateVersion(ctx, &version))
	r := survey.Response{ID: d.Asking.IDs.Next(), Channel: survey.ViaImport, OrderRef: "10482", Language: "pl", Rating: 2, Comment: comment}
	var err error
	if email != "" {
		r.ContactID, err = st.EnsureContact(ctx, survey.Contact{ID: d.Asking.IDs.Next(), Email: email, Name: "Anna Kowalska", Language: "pl", CreatedAt: s.clock()})
		must(err)
	}
	r, _, err = d.Asking.Intake.Give(ctx, version, r)
	must(err)
	id, err := st.CaseOf(ctx, r.ID)
	must(err)
	return id
}

func (p page) doc(t *testing.T) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestAReplyIsSentFromTheForm(t *testing.T) {
	var deps server.Deps
	s := newSite(t, func(d *server.Deps) { deps = *d })
	s.add("dana", account.Support)
	id := caseOf(t, s, deps, "anna@example.com", "<b>Paczka</b>\nprzyszła otwarta.")
	b, path := s.signedIn("dana"), "/inbox/"+id.String()+"/reply"
	for name, c := range map[string]struct {
		fields []string
		status int
		field  string
	}{
		"nothing typed":       {[]string{"version", "1", "text", " ", "do", "send"}, 422, "reply-text"},
		"no button":           {[]string{"version", "1", "text", "Przepraszamy"}, 422, "reply-text"},
		"an unknown button":   {[]string{"version", "1", "text", "Przepraszamy", "do", "zz"}, 422, "reply-text"},
		"no reason":           {[]string{"version", "1", "text", "Przepraszamy", "do", "resolve", "reason", ""}, 422, "reply-reason"},
		"somebody was faster": {[]string{"version", "9", "text", "Przepraszamy", "do", "send"}, 409, ""},
	} {
		p := b.post(path, c.fields...)
		doc := p.doc(t)
		if p.status != c.status || doc.Find("#reply-text").Text() != strings.TrimSpace(c.fields[3]) && c.field != "reply-text" {
			t.Errorf("%s: %d, kept %q", name, p.status, doc.Find("#reply-text").Text())
		}
		if link, _ := doc.Find("[role=alert] a").First().Attr("href"); c.field != "" && link != "#"+c.field {
			t.Errorf("%s: the summary leads to %q", name, link)
		}
		if n := doc.Find(".banner[role=alert] .log li").Length(); (n > 0) != (p.status == 409) {
			t.Errorf("%s: %d lines tell what was done meanwhile", name, n)
		}
		if v, _ := doc.Find("#reply [name=version]").Attr("value"); v != "1" {
			t.Errorf("%s: the form has version %q", name, v)
		}
		if got := doc.Find("#reply .meta").Text(); !strings.Contains(got, "a•••@example.com") || !strings.Contains(got, "Państwa opinia o zamówieniu 10482") {
			t.Errorf("%s: the form says %q", name, got)
		}
	}
	if p := b.post(path, "version", "1", "text", "Later", "do", "draft"); p.status != 303 || b.get(p.location()).doc(t).Find("#reply-text").Text() != "Later" {
		t.Errorf("a draft: %d", p.status)
	}
	if p := b.post(path, "version", "1", "text", strings.Repeat("я", 100_000), "do", "send"); p.status != 422 || len(p.doc(t).Find("#reply-text").Text()) != 200_000 {
		t.Errorf("too long: %d", p.status)
	}
	if p := b.post(path, "version", "1", "text", "Przepraszamy <i>", "do", "send"); p.status != 303 || p.location() != "/inbox/"+id.String() {
		t.Fatalf("%d to %s: %.500s", p.status, p.location(), p.body)
	}
	c, err := deps.Replies.Store.Case(t.Context(), id)
	if err != nil || c.Status != followup.Waiting {
		t.Errorf("the case is %+v, %v", c, err)
	}
	pending, err := deps.Replies.Replies.Pending(t.Context(), c)
	if err != nil || len(pending) != 1 {
		t.Fatalf("on its way: %+v, %v", pending, err)
	}
	undo := path + "/" + pending[0].MailID.String() + "/undo"
	if got, _ := b.get("/inbox/" + id.String()).doc(t).Find(".sending form").Attr("action"); got != undo {
		t.Errorf("the page undoes by %q", got)
	}
	held := deps.Replies.Store.(*store.Store).Shell(t.Context(), new(strings.Builder), `UPDATE mail SET state = 'kept'`, true)
	if got := b.get("/inbox/" + id.String()).doc(t).Find(".sending").Text(); held != nil || !strings.Contains(got, "held") || strings.Contains(got, "mail server") {
		t.Errorf("of a reply that is held the page says %q, %v", got, held)
	}
	p := b.post(undo)
	if got := b.get(p.location()).doc(t).Find("#reply-text").Text(); p.status != 303 || got != "Przepraszamy <i>" {
		t.Errorf("undone: %d, %q", p.status, got)
	}
	if p = b.post(undo); p.status != 303 {
		t.Errorf("undone twice: %d", p.status)
	}
	if p = b.post("/inbox/12345/reply", "version", "1", "text", "x"); p.status != 404 {
		t.Errorf("a case that is not there: %d", p.status)
	}
}

func TestThereIsNoFormWithoutAnAddress(t *testing.T) {
	var deps server.Deps
	s := newSite(t, func(d *server.Deps) { deps = *d })
	s.add("dana", account.Support)
	id := caseOf(t, s, deps, "", "Nobody knows me")
	p := s.signedIn("dana").post("/inbox/"+id.String()+"/reply", "version", "1", "text", "Hello", "do", "send")
	doc := p.doc(t)
	if p.status != 409 || doc.Find("form#reply").Length() != 0 || !strings.Contains(doc.Find("#reply").Text(), "anonymous") || !strings.Contains(doc.Find("details .text").Text(), "Hello") {
		t.Errorf("%d: %s", p.status, doc.Find("#reply").Text())
	}
}

func TestTemplatesAreEditedAndInserted(t *testing.T) {
	var deps server.Deps
	s := newSite(t, func(d *server.Deps) { deps = *d })
	s.add("admin", account.Admin)
	id := caseOf(t, s, deps, "anna@example.com", "")
	b, path := s.signedIn("admin"), "/inbox/"+id.String()+"/reply"
	page := "/inbox/" + id.String()
	doc := b.get(page).doc(t)
	if n := doc.Find("#reply-template option").Length(); n != 3 {
		t.Fatalf("%d templates are offered", n)
	}
	p := b.post(path, "version", "1", "text", "Witam", "template", "1", "do", "insert")
	if got := p.doc(t).Find("#reply-text").Text(); p.status != 200 || !strings.HasPrefix(got, "Witam\n\nDzień dobry,\n\ndziękujemy za wiadomość o zamówieniu 10482 i") {
		t.Errorf("%d: inserted %q", p.status, got)
	}
	if got := b.get(page + "?template=2").doc(t).Find("#reply-text").Text(); !strings.Contains(got, "10482") {
		t.Errorf("by its address: %q", got)
	}
	form := func(change ...string) []string {
		fields := []string{"name.1", "First", "text.1.en", "Hello {name}, <b>", "text.1.pl", "Dzień dobry {name} {order}", "gone.2", "1", "name.3", "Third", "text.3.en", "x", "name.0", "", "text.0.en", ""}
		for i := 0; i+1 < len(change); i += 2 {
			for j := range fields {
				if j%2 == 0 && fields[j] == change[i] {
					fields[j+1] = change[i+1]
				}
			}
		}
		return fields
	}
	for field, value := range map[string]string{"name.1": "", "text.1.pl": "Hello {nmae}", "text.3.en": "", "text.0.en": "without a name"} {
		p := b.post("/settings/replies", form(field, value)...)
		want := map[string]string{"text.0.en": "name.0"}[field]
		if want == "" {
			want = field
		}
		if link, _ := p.doc(t).Find("[role=alert] a").First().Attr("href"); p.status != 422 || link != "#"+want {
			t.Errorf("%s of %q: %d, the summary leads to %q", field, value, p.status, link)
		}
	}
	if p := b.post("/settings/replies", form("name.0", "New", "text.0.en", "y")...); p.status != 303 {
		t.Fatalf("%d: %.1000s", p.status, p.body)
	}
	all, err := deps.Replies.Templates.ReplyTemplates(t.Context())
	if err != nil || len(all) != 3 || all[0].Name("en") != "First" || all[0].Names["pl"] == "" || all[1].ID != 3 || all[2].ID != 4 || all[2].Texts["en"] != "y" {
		t.Errorf("stored are %+v, %v", all, err)
	}
	if got := b.get(page + "?template=1").doc(t).Find("#reply-text").Text(); got != "Dzień dobry Anna Kowalska 10482" {
		t.Errorf("filled: %q", got)
	}
}
