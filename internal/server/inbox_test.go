package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// deskOffice is an office whose low answers open cases.
type deskOffice struct {
	*office
	intake *survey.Intake
	cases  *followup.Service
	users  map[account.Role]account.User
}

func openInbox(t *testing.T) *deskOffice {
	t.Helper()
	d := &deskOffice{office: openOffice(t), users: map[account.Role]account.User{}}
	d.publish(survey.Question{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "How likely?"}})
	clock, zone := func() time.Time { return d.now }, func() *time.Location { return time.UTC }
	w, err := d.st.NewWriter(context.Background(), func(err error) { t.Error(err) })
	d.must(err)
	t.Cleanup(w.Close)
	opener := followup.NewOpener(d.st, d.ids, clock)
	d.intake = survey.NewIntake(d.st, opener.Recorder(w), d.ids, clock, zone)
	d.cases = followup.NewService(d.st, opener, d.ids, clock)
	d.srv, err = New(Deps{
		Log: slog.New(slog.DiscardHandler), Now: clock, Rand: rand.Reader, Accounts: d.accounts, Inbox: &InboxDeps{Store: d.st, Service: d.cases, Zone: zone},
	})
	d.must(err)
	all, err := d.accounts.List(context.Background())
	d.must(err)
	for _, u := range all {
		d.users[u.Role] = u
	}
	return d
}

// unhappy has a named customer give 2 of 10, and gives the case.
func (d *deskOffice) unhappy(name, comment string) followup.Case {
	d.t.Helper()
	ctx := context.Background()
	d.now = d.now.Add(time.Minute)
	who, err := d.st.EnsureContact(ctx, survey.Contact{ID: d.ids.Next(), Email: name + "@shop.example", Name: name, CreatedAt: d.now})
	d.must(err)
	r, _, err := d.intake.Give(ctx, d.version, survey.Response{ID: d.ids.Next(), Touchpoint: 1, Language: "en", Rating: 2, Comment: comment, ContactID: who, Channel: survey.ViaInvitation})
	d.must(err)
	id, err := d.st.CaseOf(ctx, r.ID)
	d.must(err)
	return d.read(id)
}

func (d *deskOffice) read(id survey.ID) followup.Case {
	d.t.Helper()
	c, err := d.st.Case(context.Background(), id)
	d.must(err)
	return c
}

// later has time go by; support signs in again.
func (d *deskOffice) later(by time.Duration) {
	d.t.Helper()
	d.now = d.now.Add(by)
	var err error
	d.sessions[account.Support], err = d.accounts.OpenSession(context.Background(), d.users[account.Support].ID)
	d.must(err)
}

// rows are the names in a list.
func rows(doc *goquery.Document) string {
	return strings.Join(doc.Find(".row header a").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), " ")
}

// flashed is what the page after a form says.
func (d *deskOffice) flashed(role account.Role, w *httptest.ResponseRecorder) string {
	d.t.Helper()
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	r := httptest.NewRequest(http.MethodGet, w.Header().Get("Location"), nil)
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: d.sessions[role]})
	next := httptest.NewRecorder()
	d.srv.Handler().ServeHTTP(next, r)
	doc, err := goquery.NewDocumentFromReader(next.Body)
	d.must(err)
	return doc.Find(".flash").Text()
}

func TestTheInboxListsCasesAndFindsThem(t *testing.T) {
	d := openInbox(t)
	for i := range inboxLength + 3 {
		d.unhappy(fmt.Sprintf("n%02d", i), "late parcel")
	}
	d.unhappy("eve", `<script>alert(1)</script> & "teapot"`)
	doc := d.page(account.Support, "/inbox")
	if got := doc.Find(".row").Length(); got != inboxLength {
		t.Errorf("%d cases are on the page", got)
	}
	wants(t, doc, ".views a[aria-current]", "Open 34 cases")
	wants(t, doc, ".row:first-child .due", "Due in 47 hours")
	wants(t, doc, ".row:first-child .chip .vh", "2 of 10")
	next, _ := doc.Find(".pager a[rel=next]").Attr("href")
	doc = d.page(account.Support, next)
	if got := rows(doc); got != "n30 n31 n32 eve" {
		t.Errorf("the second page has %s", got)
	}
	if doc.Find("script:not([src])").Length() > 0 || !strings.Contains(doc.Find(".row:last-child .said").Text(), "<script>alert(1)</script>") {
		t.Error("a comment is not shown as it was written")
	}
	for path, want := range map[string]string{
		"/inbox/list?q=TEAP": "eve", "/inbox?q=teapot&view=unassigned": "eve", "/inbox?q=n07": "n07", "/inbox?q=nobody": "", "/inbox?view=mine": "", "/inbox?touchpoint=checkout&q=eve": "eve",
		"/inbox?touchpoint=delivery&q=eve": "", "/inbox?view=overdue": "", "/inbox?view=all&q=eve": "eve", "/inbox?after=x&view=nothing&owner=-1&touchpoint=y&q=eve": "eve", "/inbox?language=bg&q=eve": "",
	} {
		if got := rows(d.page(account.Support, path)); got != want {
			t.Errorf("%s lists %q, want %q", path, got, want)
		}
	}
	d.later(48*time.Hour - 30*time.Second)
	wants(t, d.page(account.Support, "/inbox?view=overdue&q=n03"), ".due", "Just overdue")
	d.later(100 * time.Hour)
	wants(t, d.page(account.Support, "/inbox?view=overdue&q=n03"), ".due", "Overdue by 4 days")
}

func TestSeveralCasesAreChangedAtOnce(t *testing.T) {
	d := openInbox(t)
	var all []followup.Case
	for _, name := range []string{"ann", "bob", "cid"} {
		all = append(all, d.unhappy(name, "late"))
	}
	support := d.users[account.Support].ID
	_, err := d.cases.Change(context.Background(), support, all[1].ID, 1, followup.Edit{Note: "I call him"}, nil)
	d.must(err)
	form := func(changes ...string) url.Values {
		f := url.Values{"tag": {""}, "owner": {fmt.Sprint(support)}, "reason": {"2"}, "back": {"view=unassigned&after=9.9"}}
		for _, c := range all {
			f.Add("case", fmt.Sprintf("%s.%d", c.ID, c.Version))
		}
		for i := 0; i < len(changes); i += 2 {
			f[changes[i]] = []string{changes[i+1]}
		}
		return f
	}
	w := d.send(account.Support, "POST", "/inbox/bulk", form("do", "assign"))
	if got := d.flashed(account.Support, w); got != "2 cases changed. 1 case was changed by somebody else meanwhile and stays as it is." {
		t.Errorf("said is %q", got)
	}
	if got := w.Header().Get("Location"); got != "/inbox?after=9.9&view=unassigned" {
		t.Errorf("it leads to %s", got)
	}
	for i, want := range []int64{support, 0, support} {
		if all[i] = d.read(all[i].ID); all[i].Owner != want {
			t.Errorf("case %d belongs to %d", i, all[i].Owner)
		}
	}
	if got := d.flashed(account.Support, d.send(account.Support, "POST", "/inbox/bulk", form("do", "assign"))); got != "1 case changed. 2 cases were like that already." {
		t.Errorf("said is %q", got)
	}
	all[1] = d.read(all[1].ID)
	d.flashed(account.Support, d.send(account.Support, "POST", "/inbox/bulk", form("do", "tag", "tag", "Late, Parcel")))
	for i := range all {
		all[i] = d.read(all[i].ID)
	}
	d.flashed(account.Support, d.send(account.Support, "POST", "/inbox/bulk", form("do", "resolve", "reason", "3")))
	for _, c := range all {
		if c = d.read(c.ID); c.Status != followup.Resolved || c.Reason != 3 || !slices.Equal(c.Tags, []string{"late", "parcel"}) {
			t.Errorf("the case is %+v", c)
		}
	}
	for name, c := range map[string][]string{
		"#bulk-tag": {"do", "tag"}, "#bulk-owner": {"do", "assign", "owner", "4711"}, "#bulk-reason": {"do", "resolve", "reason", "99"}, "#bulk": {"do", "tag", "tag", "x", "case", ""},
	} {
		f := form(append(c, "back", "")...)
		if name == "#bulk" {
			f.Del("case")
		}
		w := d.send(account.Support, "POST", "/inbox/bulk", f)
		doc, err := goquery.NewDocumentFromReader(w.Body)
		d.must(err)
		if link, _ := doc.Find(".errs a").Attr("href"); w.Code != http.StatusUnprocessableEntity || link != name || doc.Find(name).Length() != 1 {
			t.Errorf("%s: status %d, the problem leads to %q", name, w.Code, link)
		}
	}
	gone, err := d.st.CaseReasons(t.Context())
	d.must(err)
	for i := range gone {
		gone[i].Archived = gone[i].ID == 4
	}
	d.must(d.st.SaveCaseReasons(t.Context(), gone, d.now))
	for _, reason := range []string{"1", "4"} { // that only the program gives, and that is offered no more
		w := d.send(account.Support, "POST", "/inbox/bulk", form("do", "resolve", "reason", reason, "back", ""))
		doc, err := goquery.NewDocumentFromReader(w.Body)
		d.must(err)
		if link, _ := doc.Find(".errs a").Attr("href"); w.Code != http.StatusUnprocessableEntity || link != "#bulk-reason" {
			t.Errorf("reason %s: status %d, the problem leads to %q", reason, w.Code, link)
		}
	}
	for _, f := range []url.Values{form("do", ""), form("do", "assign", "case", "x.1"), form("do", "assign", "case", "1")} {
		if w := d.send(account.Support, "POST", "/inbox/bulk", f); w.Code != http.StatusBadRequest {
			t.Errorf("%v: status %d", f, w.Code)
		}
	}
}

func TestViewsAreSavedUnderAName(t *testing.T) {
	d := openInbox(t)
	d.unhappy("ann", "late")
	links := func(role account.Role) string {
		return strings.Join(d.page(role, "/inbox").Find("ul.saved a").Map(func(_ int, s *goquery.Selection) string { return s.Find("span").First().Text() }), " ")
	}
	if d.page(account.Support, "/inbox").Find(".keep").Length() != 0 || d.page(account.Support, "/inbox?view=mine").Find(".keep").Length() != 0 {
		t.Error("what is a view already can be saved")
	}
	doc := d.page(account.Support, "/inbox?view=unassigned&q=late&after=")
	query, _ := doc.Find(".keep [name=query]").Attr("value")
	if query != "q=late&view=unassigned" {
		t.Errorf("kept is %q", query)
	}
	save := func(role account.Role, path, name, shared string) int {
		f := url.Values{"name": {name}, "query": {query + "&evil=1"}}
		if shared != "" {
			f.Set("shared", shared)
		}
		return d.send(role, "POST", path, f).Code
	}
	if a, b, c := save(account.Support, "/inbox/views", "Mail <b>", ""), save(account.Admin, "/inbox/views", "Parcels", "1"), save(account.Support, "/inbox/views", " ", ""); a != 303 || b != 303 || c != 422 {
		t.Fatalf("saving answers %d, %d and %d", a, b, c)
	}
	if got := links(account.Support) + "|" + links(account.Manager); got != "Mail <b> Parcels|Parcels" {
		t.Errorf("seen are %s", got)
	}
	if got := rows(d.page(account.Support, "/inbox?q=late&view=unassigned")); got != "ann" {
		t.Errorf("the view lists %q", got)
	}
	for path, want := range map[string][3]int{"/inbox/views/1": {404, 404, 303}, "/inbox/views/2": {303, 303, 403}, "/inbox/views/9": {404, 404, 404}} {
		for i, role := range []account.Role{account.Admin, account.Manager, account.Support} {
			if got := save(role, path, "New name", map[string]string{"/inbox/views/2": "1"}[path]); got != want[i] {
				t.Errorf("%s as %s: status %d, want %d", path, role, got, want[i])
			}
		}
	}
	long := strings.Repeat("long ", 60)
	for _, c := range []struct{ path, name, shared, field, want, says string }{
		{"/inbox/views", "New name", "", "#name-0", "New name", "There is a view of this name already. Write another name."},
		{"/inbox/views", "New  name ", "1", "#name-0", "New name", "There is a view of this name already. Write another name."},
		{"/inbox/views", long, "", "#name-0", strings.TrimSpace(long), "Write a name of at most 60 characters."},
		{"/inbox/views", "\u200b", "", "#name-0", "\u200b", "Write a name of at most 60 characters."},
		{"/inbox/views/1", long, "", "#name-1", strings.TrimSpace(long), "Write a name of at most 60 characters."},
		{"/inbox/views/1", "New name", "1", "#name-1", "New name", "There is a view of this name already. Write another name."},
	} {
		w := d.send(account.Support, "POST", c.path, url.Values{"name": {c.name}, "shared": {c.shared}, "query": {query}})
		doc, err := goquery.NewDocumentFromReader(w.Body)
		d.must(err)
		value, _ := doc.Find(c.field).Attr("value")
		if says := doc.Find(".errs a").Text(); w.Code != http.StatusUnprocessableEntity || value != c.want || says != c.says {
			t.Errorf("%s as %.10q: status %d, kept is %.20q, said %q", c.path, c.name, w.Code, value, says)
		}
		if got := strings.Join(doc.Find(".box h2").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), "|"); got != "New name|New name" {
			t.Errorf("%s as %.10q: listed are %q", c.path, c.name, got)
		}
	}
	if w := d.send(account.Support, "POST", "/inbox/views/2/delete", url.Values{}); w.Code != http.StatusForbidden {
		t.Errorf("support removes a view of others: status %d", w.Code)
	}
	if w := d.send(account.Support, "POST", "/inbox/views/1/delete", url.Values{"name": {"x"}}); w.Code != http.StatusSeeOther {
		t.Errorf("status %d", w.Code)
	}
	if got := links(account.Support); got != "New name" {
		t.Errorf("left are %s", got)
	}
}
