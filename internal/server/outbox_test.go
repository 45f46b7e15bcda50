package server_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// postal is a site with a live survey, a manager and an administrator.
type postal struct {
	*site
	st             *store.Store
	survey         string // its page
	manager, admin *browser
}

func newPostal(t *testing.T) *postal { return newPostalOf(t, survey.TemplateNPS) }

func newPostalOf(t *testing.T, kind survey.TemplateKind) *postal {
	t.Helper()
	p := &postal{}
	p.site = newSite(t, func(d *server.Deps) { p.st = d.Inviting.Store.(*store.Store) })
	say := func(lang, key string) string { return words.For(lang).T(key) }
	v := survey.Survey{
		Name: "After the purchase", State: survey.Live, CreatedAt: p.now, ChangedAt: p.now, Edited: survey.FromTemplate(kind, say, words.Languages(), ""),
		Settings: survey.Settings{Languages: words.Languages(), DefaultLanguage: "en"},
	}
	must(t, p.st.CreateSurvey(t.Context(), &v))
	version := survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: p.now}
	must(t, p.st.CreateVersion(t.Context(), &version))
	v.VersionID = version.ID
	must(t, p.st.UpdateSurvey(t.Context(), &v))
	p.survey = "/surveys/" + strconv.FormatInt(v.ID, 10)
	p.add("manager", account.Manager)
	p.add("admin", account.Admin)
	p.manager, p.admin = p.signedIn("manager"), p.signedIn("admin")
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var tokenIn = regexp.MustCompile(`https://ask\.shop\.example/s/([0-9a-z]{26})\b`)

// TestTestMailIsKept: without a mail server the mail to oneself is read in the outbox; its link works, and the answer does not count.
func TestTestMailIsKept(t *testing.T) {
	s := newPostal(t)
	if p := s.manager.post(s.survey+"/test", "test_language", "ru"); p.status != http.StatusSeeOther || p.location() != "/invitations/outbox" {
		t.Fatalf("%d %s", p.status, p.location())
	}
	list := s.manager.get("/invitations/outbox").body
	link := regexp.MustCompile(`/invitations/outbox/\d+`).FindString(list)
	if !strings.Contains(list, "manager@shop.example") || !strings.Contains(list, "No mail server is set up") || link == "" || strings.Contains(list, "/settings/mail") {
		t.Fatal(list)
	}
	page := s.manager.get(link)
	if page.status != http.StatusOK || !strings.Contains(page.body, "sandbox") || !strings.Contains(page.body, "Здравствуйте!") {
		t.Fatalf("%d %s", page.status, page.body)
	}
	frame := s.manager.get(link + "/html")
	if csp := frame.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox; default-src 'none'") || !strings.Contains(frame.body, "<h1") {
		t.Errorf("%s\n%s", csp, frame.body)
	}
	s.answersCountNot(t, tokenIn.FindStringSubmatch(page.body)[1])
}

// answersCountNot opens a link as its mail does, and sends an answer.
func (p *postal) answersCountNot(t *testing.T, token string) {
	t.Helper()
	b := p.browser()
	if got := b.get("/s/" + token + "/9"); got.status != http.StatusOK {
		t.Fatalf("%d", got.status)
	}
	if got := b.post("/s/"+token, "q1", "9", "comment", "only a test"); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	v, err := p.st.InvitationByToken(t.Context(), survey.HashToken(token))
	must(t, err)
	r, err := p.st.Response(t.Context(), v.ID)
	if err != nil || r.Status != survey.Test || r.Rating != 9 || !v.AnsweredAt.IsZero() {
		t.Errorf("%+v, %+v, %v", r, v, err)
	}
}

func TestTestMailGoesOut(t *testing.T) {
	s := newPostal(t)
	sink := mailtest.Start(t, mailtest.Options{})
	if p := s.admin.post("/settings/mail", mailFields(sink, "user", "", "password", "")...); p.status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if p := s.manager.post(s.survey+"/test", "test_language", "en"); p.status != http.StatusSeeOther || p.location() != s.survey {
		t.Fatalf("%d %s", p.status, p.body)
	}
	got := sink.Take()
	if len(got) != 1 || got[0].To[0] != "manager@shop.example" {
		t.Fatalf("%+v", got)
	}
	parts, err := got[0].Parts()
	must(t, err)
	if !strings.HasPrefix(parts.Subject, "Test: ") {
		t.Errorf("the subject is %q", parts.Subject)
	}
	s.answersCountNot(t, tokenIn.FindStringSubmatch(parts.Text)[1])
	sink.Break(mailtest.At(mailtest.Rcpt, mailtest.Fault{Do: mailtest.Reply, Code: 550, Text: "5.1.1 nobody here"}))
	if p := s.manager.post(s.survey+"/test", "test_language", "en"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "nobody here") {
		t.Errorf("%d %s", p.status, p.body)
	}
	if n, err := s.st.CountMails(t.Context()); err != nil || n["kept"]+n["due"]+n["uncertain"] != 0 {
		t.Errorf("%v, %v", n, err)
	}
}

// TestOutboxIsDecidedAbout: once there is a mail server, an administrator lets the mails go or drops them.
func TestOutboxIsDecidedAbout(t *testing.T) {
	for _, do := range []string{"release", "drop"} {
		s := newPostal(t)
		s.manager.post(s.survey+"/test", "test_language", "en")
		sink := mailtest.Start(t, mailtest.Options{})
		s.admin.post("/settings/mail", mailFields(sink, "user", "", "password", "")...)
		if p := s.admin.get("/invitations/outbox"); !strings.Contains(p.body, "/invitations/outbox/release") {
			t.Errorf("there is no button:\n%s", p.body)
		}
		if p := s.manager.get("/invitations/outbox"); strings.Contains(p.body, "/invitations/outbox/release") {
			t.Error("a manager sees a button of administrators")
		}
		if p := s.admin.get("/invitations/outbox/drop"); p.status != http.StatusOK {
			t.Errorf("%d", p.status)
		}
		if p := s.admin.post("/invitations/outbox/" + do); p.status != http.StatusSeeOther {
			t.Errorf("%s: %d", do, p.status)
		}
		if p := s.admin.get("/invitations/outbox"); do == "release" && !strings.Contains(p.body, "Only tests were waiting. They were dropped") {
			t.Errorf("it does not say that the test was dropped:\n%s", p.body)
		}
		if n, err := s.st.CountMails(t.Context()); err != nil || n["kept"] != 0 {
			t.Errorf("%s: %v, %v", do, n, err)
		}
		if len(sink.Take()) != 0 {
			t.Error("a test of long ago went out")
		}
	}
}

// TestLinksOfALoyaltyIndex: the mail asks the first question in words, and the page that its links open says which one was chosen.
func TestLinksOfALoyaltyIndex(t *testing.T) {
	s := newPostalOf(t, survey.TemplateCLI)
	s.manager.post(s.survey+"/test", "test_language", "en")
	link := regexp.MustCompile(`/invitations/outbox/\d+`).FindString(s.manager.get("/invitations/outbox").body)
	token := tokenIn.FindStringSubmatch(s.manager.get(link).body)[1]
	for rating, says := range map[string]string{"6": "You chose Definitely not in the email", "1": "You chose Definitely yes in the email", "7": "", "0": "", "x": ""} {
		body := s.browser().get("/s/" + token + "/" + rating).body
		chosen := regexp.MustCompile(`<input[^>]*name="q1"[^>]*value="` + rating + `"[^>]*checked`).MatchString(body)
		if chosen != (says != "") || !strings.Contains(body, says) || says == "" && strings.Contains(body, "You chose") {
			t.Errorf("%s: chosen %v", rating, chosen)
		}
	}
}
