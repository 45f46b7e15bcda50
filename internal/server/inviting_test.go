package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	dispatch "github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// invitingSite is a site with a live survey, a manager and an admin.
type invitingSite struct {
	*site
	st             *store.Store
	deps           server.Deps
	survey         survey.Survey
	manager, admin *browser
}

func newInvitingSite(t *testing.T) *invitingSite {
	v := &invitingSite{}
	v.site = newSite(t, func(d *server.Deps) { v.deps, v.st = *d, d.Asking.Store.(*store.Store) })
	now := v.clock()
	v.survey = survey.Survey{
		Name: "After the purchase", State: survey.Live, CreatedAt: now, ChangedAt: now, Settings: survey.Settings{Languages: []string{"en"}, DefaultLanguage: "en"},
		Edited: survey.FromTemplate(survey.TemplateNPS, func(_, key string) string { return key }, []string{"en"}, ""),
	}
	v.ok(v.st.CreateSurvey(t.Context(), &v.survey))
	version := survey.Version{SurveyID: v.survey.ID, Definition: v.survey.Edited, PublishedAt: now}
	v.ok(v.st.CreateVersion(t.Context(), &version))
	v.survey.VersionID = version.ID
	v.ok(v.st.UpdateSurvey(t.Context(), &v.survey))
	v.add("manager", account.Manager)
	v.add("admin", account.Admin)
	v.manager, v.admin = v.signedIn("manager"), v.signedIn("admin")
	return v
}

func (v *invitingSite) ok(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// has checks that a page has come and says these things.
func (v *invitingSite) has(p page, says ...string) {
	v.t.Helper()
	if p.status != http.StatusOK {
		v.t.Errorf("status %d", p.status)
	}
	for _, s := range says {
		if !strings.Contains(p.body, s) {
			v.t.Errorf("the page does not say %q", s)
		}
	}
}

// ruleFields are those of a form that is right; more of them replace their namesakes.
func (v *invitingSite) ruleFields(more ...string) []string {
	all := map[string]string{
		"survey": fmt.Sprint(v.survey.ID), "name": "A week later", "trigger": "purchase", "event": "", "touchpoint": "0", "channel": "mail", "delay": "7", "unit": "days",
		"from": "10:00", "until": "18:00", "day": "1", "clock": "contact", "sample": "100", "reminder": "4", "expiry": "30",
	}
	for i := 0; i+1 < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	var fields []string
	for name, value := range all {
		fields = append(fields, name, value)
	}
	return fields
}

// buy tells of a purchase of somebody at this moment.
func (v *invitingSite) buy(email string) {
	v.t.Helper()
	d := v.deps
	scheduler := &dispatch.Scheduler{Store: v.st, Keys: d.Asking.Keys, IDs: d.Asking.IDs, AddressKey: bytes.Repeat([]byte("a"), 32), Now: v.clock}
	intake := people.NewIntake(v.st, d.Asking.IDs, bytes.Repeat([]byte("a"), 32), v.clock, scheduler)
	_, err := intake.Take(v.t.Context(), []people.Row{{Contact: survey.Contact{Email: email}, Occasion: &people.Occasion{Kind: people.Purchase, At: v.clock()}}})
	v.ok(err)
}

func TestARuleIsMadeChangedAndPaused(t *testing.T) {
	v := newInvitingSite(t)
	v.has(v.manager.get("/invitations/rules"), "There are no rules yet")
	if p := v.manager.post("/invitations/rules/new", v.ruleFields()...); p.status != http.StatusSeeOther {
		t.Fatalf("a rule: %d %s", p.status, p.body)
	}
	v.has(v.manager.get("/invitations/rules"), "Customers get a mail 7 days after a purchase.", "It goes out Mon, between 10:00 and 18:00 by the customer&#39;s clock.",
		"Who has not answered is reminded once, 4 days later.", "The link works for 30 days.")
	v.has(v.manager.get("/invitations/rules/1"), `value="10:00"`, `value="A week later"`)
	if p := v.manager.post("/invitations/rules/1", v.ruleFields("revision", "1", "trigger", "event", "event", "Ticket.Closed", "delay", "30", "unit", "hours", "from", "", "until", "", "reminder", "0")...); p.status != http.StatusSeeOther {
		t.Fatalf("a change: %d %s", p.status, p.body)
	}
	v.has(v.manager.get("/invitations/rules"), "Customers get a mail 30 hours after the event “ticket.closed”.", "at any time of the day", "Nobody is reminded.")
	if p := v.manager.post("/invitations/rules/1", v.ruleFields("revision", "1")...); p.status != http.StatusConflict {
		t.Errorf("a change of what somebody else changed: %d", p.status)
	}
	for _, step := range []struct {
		do, revision string
		active       bool
	}{{"pause", "2", false}, {"activate", "3", true}} {
		if p := v.manager.post("/invitations/rules/1/switch", "do", step.do, "revision", step.revision); p.status != http.StatusSeeOther {
			t.Errorf("%s: %d", step.do, p.status)
		}
		r, err := v.st.Rule(t.Context(), 1)
		if v.ok(err); r.Active != step.active {
			t.Errorf("after %s the rule is active: %v", step.do, r.Active)
		}
	}
}

func TestARuleThatCantBeKeepsWhatWasTyped(t *testing.T) {
	v := newInvitingSite(t)
	for _, c := range [][3]string{
		{"survey", "99", "Choose a live survey"},
		{"name", " ", "Give the rule a name"},
		{"delay", "x", "whole number, at most 365 days"},
		{"delay", "-1", "whole number"},
		{"delay", "9999999999", "whole number"},
		{"from", "25:00", "Write a time"},
		{"until", "noon", "Write a time"},
		{"sample", "0", "from 1 to 100"},
		{"sample", "101", "from 1 to 100"},
		{"reminder", "61", "from 0 to 60"},
		{"reminder", "30", "before the link ends"},
		{"expiry", "0", "from 1 to"},
		{"channel", "pigeon", "Choose how"},
		{"day", "", "Choose at least one day"},
		{"until", "10:00", "The window ends when it begins"},
	} {
		p := v.manager.post("/invitations/rules/new", v.ruleFields(c[0], c[1])...)
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, c[2]) {
			t.Errorf("%s %q: %d, does it say %q: %v", c[0], c[1], p.status, c[2], strings.Contains(p.body, c[2]))
		}
	}
	p := v.manager.post("/invitations/rules/new", v.ruleFields("trigger", "event", "event", "<b>")...)
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Write the event as small letters") {
		t.Errorf("an event without a name: %d", p.status)
	}
	rules, err := v.st.Rules(t.Context())
	if v.ok(err); len(rules) != 0 {
		t.Errorf("%d rules were made", len(rules))
	}
}

func TestTheThrottleIsSet(t *testing.T) {
	v := newInvitingSite(t)
	v.has(v.manager.get("/invitations/rules"), `value="30"`)
	p := v.manager.post("/invitations/throttle", "days", "60", "scheme.nps11", "90", "touchpoint.1", "")
	if p.status != http.StatusSeeOther {
		t.Fatalf("a throttle: %d %s", p.status, p.body)
	}
	got, err := dispatch.ReadThrottle(t.Context(), v.st)
	if v.ok(err); got.Days != 60 || got.Schemes["nps11"] != 90 || len(got.Touchpoints) != 0 {
		t.Errorf("throttle: %+v", got)
	}
	p = v.manager.post("/invitations/throttle", "days", "many", "scheme.nps11", "367")
	if p.status != http.StatusUnprocessableEntity || strings.Count(p.body, "whole number of days from 0 to 366") != 4 {
		t.Errorf("a throttle that can't be: %d %s", p.status, p.body)
	}
	for _, typed := range []string{"many", "367"} {
		if !strings.Contains(p.body, `value="`+typed+`"`) {
			t.Errorf("%q is gone", typed)
		}
	}
}

func TestTheLedgerIsFiltered(t *testing.T) {
	v := newInvitingSite(t)
	v.has(v.manager.get("/invitations"), "Nobody has been asked yet")
	v.manager.post("/invitations/rules/new", v.ruleFields()...)
	for i := range 60 {
		v.buy(fmt.Sprintf("p%d@shop.example", i))
	}
	first := v.manager.get("/invitations")
	v.has(first, "p59@shop.example", "Planned", "before=")
	if strings.Contains(first.body, "p9@shop.example") {
		t.Error("the first page has everything")
	}
	_, rest, _ := strings.Cut(first.body, "before=")
	v.has(v.manager.get("/invitations?before="+rest[:strings.IndexAny(rest, `"&`)]), "p9@shop.example", "p0@shop.example")
	v.has(v.manager.get("/invitations?who=P7@shop.example"), "p7@shop.example")
	v.has(v.manager.get("/invitations?who=nobody@shop.example"), "Nobody has this address")
	v.has(v.manager.get("/invitations?decision=sent"), "No decision fits")
	v.has(v.manager.get("/invitations?decision=nonsense&survey=x&before=-4"), "p59@shop.example")
}

func TestTomorrowSendsNothing(t *testing.T) {
	v := newInvitingSite(t)
	v.has(v.manager.get("/invitations/tomorrow"), "Nobody is planned for tomorrow.")
	v.manager.post("/invitations/rules/new", v.ruleFields("delay", "1", "day", "1")...) // 1 March 2026 is a Sunday
	v.buy("ann@shop.example")
	v.buy("ann@shop.example")
	v.wait(time.Minute)
	v.buy("ann@shop.example")
	for range 2 {
		v.has(v.manager.get("/invitations/tomorrow"), "1 person would get a mail.", "1 would not.", "Would be asked", "Asked too recently", "ann@shop.example")
	}
}

func TestAnAdministratorLetsSendingGoOn(t *testing.T) {
	v := newInvitingSite(t)
	v.ok(v.st.SetSetting(t.Context(), "asking.pause", `{"at":"2026-03-01T12:00:00Z","jump":-3600000000000}`))
	v.has(v.manager.get("/invitations/tomorrow"), "went 60 minutes back", "An administrator can let sending go on.")
	if p := v.manager.post("/invitations/continue"); p.status != http.StatusForbidden {
		t.Errorf("a manager: %d", p.status)
	}
	v.has(v.admin.get("/invitations"), "The clock is right: go on sending")
	if p := v.admin.post("/invitations/continue"); p.status != http.StatusSeeOther {
		t.Errorf("an admin: %d", p.status)
	}
	p, err := dispatch.ReadPause(t.Context(), v.st)
	if v.ok(err); p != nil {
		t.Errorf("still paused: %+v", p)
	}
}

func TestOnlyAPersonSendsAgain(t *testing.T) {
	v := newInvitingSite(t)
	v.has(v.manager.get("/invitations/uncertain"), "No mail is uncertain.")
	v.manager.post("/invitations/rules/new", v.ruleFields()...)
	v.buy("ann@shop.example")
	mails, err := v.st.DueMails(t.Context(), v.clock(), v.clock().AddDate(1, 0, 0), 10)
	v.ok(err)
	m := mails[0]
	path := "/invitations/uncertain/" + m.ID.String()
	if p := v.manager.post(path); p.status != http.StatusConflict {
		t.Errorf("a mail that is still due: %d", p.status)
	}
	m.State, m.HandedAt, m.Problem = dispatch.MailUncertain, v.clock(), dispatch.ReasonStopped
	v.ok(v.st.SaveMail(t.Context(), m))
	v.has(v.manager.get("/invitations/uncertain"), "ann@shop.example", "surveyd was stopped while it was on its way", "Send again to ann@shop.example")
	if p := v.manager.post(path); p.status != http.StatusSeeOther {
		t.Fatalf("again: %d %s", p.status, p.body)
	}
	again, err := v.st.Mails(t.Context(), []survey.ID{m.ID})
	if v.ok(err); again[0].State != dispatch.Due || again[0].DueAt.After(v.clock()) {
		t.Errorf("the mail is %+v", again[0])
	}
	v.has(v.manager.get("/invitations/uncertain?state=failed"), "No mail has failed.")
}

// TestTheOutboxTellsWhatWillNotGo: whoever has no address or refused stands there with the reason, without a mail to read.
func TestTheOutboxTellsWhatWillNotGo(t *testing.T) {
	v := newInvitingSite(t)
	if p := v.manager.post("/invitations/rules/new", v.ruleFields("delay", "0", "from", "", "until", "")...); p.status != http.StatusSeeOther {
		t.Fatalf("a rule: %d %s", p.status, p.body)
	}
	v.buy("ann@shop.example")
	mails, err := v.st.MailsIn(t.Context(), dispatch.Due, 0, 10)
	v.ok(err)
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	v.ok(v.st.Shell(t.Context(), io.Discard, "UPDATE mail SET state = 'kept'", true))
	entry := "/invitations/outbox/" + mails[0].ID.String()
	if p := v.manager.get("/invitations/outbox"); !strings.Contains(p.body, entry) || strings.Contains(p.body, "Will not be sent") {
		t.Errorf("a mail that goes is no link: %s", p.body)
	}
	for change, why := range map[string]string{"consent = 2": "Refused consent", "consent = 0, email = NULL, email_key = NULL": "No address"} {
		v.ok(v.st.Shell(t.Context(), io.Discard, "UPDATE contact SET "+change, true))
		if p := v.manager.get("/invitations/outbox"); strings.Contains(p.body, entry) || !strings.Contains(p.body, "Will not be sent: "+why) {
			t.Errorf("%s: %s", why, p.body)
		}
	}
}
