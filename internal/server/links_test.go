package server

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"rsc.io/qr"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

func TestPublicLinksAreMadeClosedAndOpened(t *testing.T) {
	w := openWorkshop(t)
	ctx := context.Background()
	draft := w.make(survey.TemplateNPS)
	w.post(surveyPath(draft.ID)+"/links", url.Values{"link_name": {"early"}}, 409)
	s := w.live(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/links"

	w.post(path, url.Values{"link_name": {"Shop-Door"}, "link_touchpoint": {"0"}, "link_language": {"bg"}}, 303)
	doc := w.post(path, url.Values{"link_name": {""}}, 303)
	links, err := w.st.Links(ctx, s.ID)
	w.must(err)
	var random survey.Link
	for _, l := range links {
		if l.Slug != "shop-door" {
			random = l
		} else if !l.Guessable || l.Language != "bg" {
			t.Errorf("the chosen one is %+v", l)
		}
	}
	if len(links) != 2 || len(random.Slug) != 16 || random.Guessable {
		t.Fatalf("links %+v", links)
	}
	if got := doc.Find(".places").Text(); !strings.Contains(got, "http://example.com/s/"+random.Slug) {
		t.Errorf("the page shows %q", got)
	}
	for name, want := range map[string]string{"shop-door": "links.error.taken", "a b": "links.error.name", "ж": "links.error.name"} {
		doc := w.post(path, url.Values{"link_name": {name}}, 422)
		if got := doc.Find("#link_name-error").Text(); got != words.For("en").T(want) {
			t.Errorf("%q: %q", name, got)
		}
		if got := doc.Find("#link_name").AttrOr("value", ""); got != name {
			t.Errorf("%q came back as %q", name, got)
		}
	}
	w.post(path+"/shop-door/close", nil, 303)
	if l, err := w.st.Link(ctx, "shop-door"); err != nil || l.ClosedAt.IsZero() {
		t.Errorf("closed: %+v, %v", l, err)
	}
	w.post(path+"/shop-door/open", nil, 303)
	if l, err := w.st.Link(ctx, "shop-door"); err != nil || !l.ClosedAt.IsZero() {
		t.Errorf("opened: %+v, %v", l, err)
	}
	// A link belongs to one survey.
	w.post(surveyPath(draft.ID)+"/links/shop-door/close", nil, 404)
	w.get(surveyPath(draft.ID)+"/links/shop-door", 404)
}

// TestQRCodesPaintTheMatrix paints the path of our SVG and compares it with the code, module by module.
func TestQRCodesPaintTheMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		address := "https://" + rapid.StringMatching(`[a-z]{3,30}\.example/s/[a-z0-9-]{3,40}`).Draw(t, "address")
		want, err := qr.Encode(address, qr.Q)
		if err != nil {
			t.Fatal(err)
		}
		code, err := qrCode(address)
		if err != nil {
			t.Fatal(err)
		}
		black := map[[2]int]bool{}
		for run := range strings.SplitSeq(strings.TrimSuffix(code.Path, "z"), "z") {
			var x, y, n, back int
			if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &n, &back); err != nil || n != back {
				t.Fatalf("%q: %v", run, err)
			}
			for i := range n {
				black[[2]int{x + i - quietZone, y - quietZone}] = true
			}
		}
		for y := -quietZone; y < code.Size-quietZone; y++ {
			for x := -quietZone; x < code.Size-quietZone; x++ {
				if black[[2]int{x, y}] != want.Black(x, y) {
					t.Fatalf("module %d, %d of %s is wrong", x, y, address)
				}
			}
		}
	})
}

func TestTheQRPageAndItsFile(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateNPS)
	w.must(w.st.CreateLink(context.Background(), survey.Link{Slug: "door", SurveyID: s.ID, Language: "pl", CreatedAt: w.now}))
	doc := w.get(surveyPath(s.ID)+"/links/door", 200)
	card := doc.Find(".qr-card")
	if card.AttrOr("lang", "") != "pl" || !strings.Contains(card.Text(), "Linden Home") || !strings.Contains(card.Text(), "http://example.com/s/door") {
		t.Errorf("the card says %q", card.Text())
	}
	rec := w.send(httptest.NewRequest(http.MethodGet, surveyPath(s.ID)+"/links/door/qr.svg", nil))
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(rec.Body.String(), "<svg xmlns") {
		t.Errorf("%d %v %.40s", rec.Code, rec.Header(), rec.Body)
	}
}

// token finds the one personal link on a page or in a cell.
func token(t testing.TB, text string) string {
	t.Helper()
	_, found, _ := strings.Cut(text, "/s/")
	token, ok := survey.ParseToken(strings.TrimSpace(found))
	if !ok {
		t.Fatalf("no personal link in %q", text)
	}
	return token
}

func TestOnePersonalLinkIsShownOnce(t *testing.T) {
	w := openWorkshop(t)
	ctx := context.Background()
	w.must(w.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: "delivery", Names: survey.Text{"en": "Delivery"}}))
	s := w.live(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/invitations"
	form := fields(w.get(path, 200).Find(`form[action="` + path + `"]`))
	doc := w.post(path, with(form, "order", "10482", "email", "ana@example.com", "name", "Ana", "touchpoint", "1", "language", "bg", "days", "30"), 200)
	made := token(t, doc.Find(".flash .secret").Text())
	v, err := w.st.InvitationByToken(ctx, survey.HashToken(made))
	w.must(err)
	if v.OrderRef != "10482" || v.Touchpoint != 1 || v.Language != "bg" || v.ContactID == 0 || !v.ExpiresAt.Equal(w.now.AddDate(0, 0, 30)) {
		t.Errorf("made %+v", v)
	}
	again := w.get(path, 200)
	if html, _ := again.Html(); strings.Contains(html, made) {
		t.Error("the link is shown again")
	}
	if row := again.Find("table.rows tbody tr").Text(); !strings.Contains(row, "10482") || !strings.Contains(row, "ana@example.com") {
		t.Errorf("the list says %q", row)
	}
	if strings.Contains(w.log.String(), made) || strings.Contains(w.log.String(), "ana@") {
		t.Error("the log tells the link or the customer")
	}
	doc = w.post(path, with(form, "email", "ana", "days", "0", "order", "7"), 422)
	if doc.Find("#email-error").Length() != 1 || doc.Find("#days-error").Length() != 1 || doc.Find("#order").AttrOr("value", "") != "7" {
		t.Errorf("a bad form came back as %s", doc.Find("main").Text())
	}
	doc = w.post(path, with(form, "days", "a week", "order", "7"), 422)
	if doc.Find("#days-error").Length() != 1 || doc.Find("#days").AttrOr("value", "") != "a week" || doc.Find("#order").AttrOr("value", "") != "7" {
		t.Errorf("days that are no number came back as %s", doc.Find("main").Text())
	}
	revoke := again.Find("table.rows form").AttrOr("action", "")
	w.post(strings.Replace(revoke, "/surveys/"+strconv.FormatInt(s.ID, 10), "/surveys/"+strconv.FormatInt(w.make(survey.TemplateNPS).ID, 10), 1), nil, 404)
	doc = w.post(revoke, nil, 303)
	if _, err := w.st.InvitationByToken(ctx, survey.HashToken(made)); err == nil {
		t.Error("a revoked link works")
	}
	if doc.Find("table.rows form").Length() != 0 || !strings.Contains(doc.Find("table.rows .tag").Text(), words.For("en").T("invite.revoked")) {
		t.Error("the list does not say that it is revoked")
	}
}

func TestInvitationsThatNeverWentOutAreNoLinks(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateNPS)
	ids, err := survey.NewIDs(5, func() time.Time { return w.now })
	w.must(err)
	for _, d := range []asking.Decision{asking.Throttled, asking.Cancelled, asking.Scheduled, asking.Sent} {
		v := survey.Invitation{ID: ids.Next(), SurveyID: s.ID, Nonce: survey.NewNonce(), State: string(d), CreatedAt: w.now, ExpiresAt: w.now.AddDate(0, 0, 30), OrderRef: string(d)}
		if d == asking.Sent {
			v.SentAt = w.now
		}
		w.must(w.st.CreateInvitations(context.Background(), []survey.Invitation{v}, [][]byte{[]byte(d)}))
		row := w.get(surveyPath(s.ID)+"/invitations", 200).Find("table.rows tbody tr").First()
		if !strings.Contains(row.Text(), string(d)) {
			t.Fatalf("%s is not the first row: %s", d, row.Text())
		}
		tag, revocable := row.Find(".tag").Text(), row.Find("form").Length() == 1
		if d == asking.Sent {
			if tag != "" || !revocable {
				t.Errorf("a link that went out is %q, can be revoked: %v", tag, revocable)
			}
			continue
		}
		if tag != words.For("en").T("ledger.decision."+string(d)) || revocable || strings.Contains(row.Text(), "Dec") {
			t.Errorf("%s stands as a link: %s", d, row.Text())
		}
	}
}

// upload sends a file of people to ask and returns the answer.
func (w *workshop) upload(path, file, days string) *httptest.ResponseRecorder {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", "people.csv")
	w.must(err)
	_, err = part.Write([]byte(file))
	w.must(err)
	w.must(m.WriteField("days", days))
	w.must(m.Close())
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return w.send(r)
}

func TestManyPersonalLinksComeBackInTheOrderOfTheFile(t *testing.T) {
	w := openWorkshop(t)
	ctx := context.Background()
	w.must(w.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: "delivery", Names: survey.Text{"en": "Delivery"}}))
	s := w.live(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/invitations/file"
	file := "\uFEFFsep=;\r\nOrder;Language;email;touchpoint;extra\r\n" +
		"A-1;bg;ana@example.com;delivery;x\r\n" +
		"A-2;pt;;;x\r\n" + // a language that is not asked in
		"=A-3;;;DELIVERY;\r\n" +
		"A-4;;nobody;;\r\n" +
		"A-5;;;nowhere;\r\n"
	for i := range 250 { // more than one transaction
		file += fmt.Sprintf("B-%d;;;;\r\n", i)
	}
	rec := w.upload(path, file, "10")
	if rec.Code != 200 || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/csv") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	rows, err := csv.NewReader(rec.Body).ReadAll()
	w.must(err)
	if len(rows) != 256 {
		t.Fatalf("%d rows", len(rows))
	}
	if diff := cmp.Diff([]string{"order", "touchpoint", "language", "email", "name", "link", "expires", "reason"}, rows[0]); diff != "" {
		t.Error(diff)
	}
	say := words.For("en").T
	for i, want := range map[int]string{2: say("invite.error.language"), 4: say("error.email_invalid"), 5: say("invite.error.touchpoint")} {
		if rows[i][5] != "" || rows[i][7] != want {
			t.Errorf("row %d came back as %q", i, rows[i])
		}
	}
	if rows[3][0] != "'=A-3" {
		t.Errorf("a spreadsheet would run %q", rows[3][0])
	}
	seen := map[string]bool{}
	for i, row := range rows[1:] {
		if row[7] != "" {
			continue
		}
		v, err := w.st.InvitationByToken(ctx, survey.HashToken(token(t, row[5])))
		w.must(err)
		if seen[row[5]] || v.OrderRef != strings.TrimPrefix(row[0], "'") || !v.ExpiresAt.Equal(w.now.AddDate(0, 0, 10)) {
			t.Fatalf("row %d: %q leads to %+v", i+1, row, v)
		}
		seen[row[5]] = true
	}
	if v, _ := w.st.InvitationByToken(ctx, survey.HashToken(token(t, rows[3][5]))); v.Touchpoint != 1 {
		t.Errorf("the touchpoint's key is read in any case: %+v", v)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/invitations/file"
	for name, c := range map[string]struct {
		file, days, field string
	}{
		"empty":          {"", "90", "#file-error"},
		"no columns":     {"a,b\n1,2\n", "90", "#file-error"},
		"only a head":    {"order\n", "90", "#file-error"},
		"not utf-8":      {"order\n\xff\xfe\n", "90", "#file-error"},
		"too many days":  {"order\n1\n", "1000", ".errs"},
		"days in words":  {"order\n1\n", "many", ".errs"},
		"commas":         {strings.Repeat(",", 1<<20), "90", "#file-error"},
		"an open quote":  {"order\n\"" + strings.Repeat("x", 1<<20), "90", ""},
		"control":        {"order\n\x00\x1b[31m\n", "90", ""},
		"too many cells": {"order\n" + strings.Repeat(",", 1<<20) + "\nA-1\n", "90", ""},
	} {
		rec := w.upload(path, c.file, c.days)
		if c.field == "" {
			if rec.Code != 200 {
				t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
			}
			continue
		}
		if doc := w.read(rec, 422); doc.Find(c.field).Length() != 1 {
			t.Errorf("%s: %s", name, doc.Find("main").Text())
		}
	}
	if rec := w.upload(path, "order\n"+strings.Repeat("x", inviteFileBody), "90"); rec.Code != 413 {
		t.Errorf("a huge file: %d", rec.Code)
	}
	draft := w.make(survey.TemplateNPS)
	if rec := w.upload(surveyPath(draft.ID)+"/invitations/file", "order\n1\n", "90"); rec.Code != 409 {
		t.Errorf("a draft: %d", rec.Code)
	}
}

func TestTouchpointsAreNamedOrderedAndArchived(t *testing.T) {
	w := openWorkshop(t)
	ctx := context.Background()
	add := func(key string, status int, names ...string) *goquery.Document {
		t.Helper()
		return w.post("/touchpoints", with(url.Values{"key": {key}}, names...), status)
	}
	for _, key := range []string{"checkout", "Delivery", "support"} {
		add(key, 303, "name.en", strings.ToLower(key), "name.bg", " Име ")
	}
	doc := add("checkout", 422, "name.en", "Again")
	if doc.Find("#key-error").Length() != 1 || doc.Find(`[id="name.en"]`).AttrOr("value", "") != "Again" {
		t.Error("a key that is taken is not said, or the name is lost")
	}
	add("a b", 422, "name.en", "x")
	add("empty", 422)
	order := func() (keys []string) {
		all, err := w.st.Touchpoints(ctx)
		w.must(err)
		for _, tp := range all {
			if tp.ArchivedAt.IsZero() {
				keys = append(keys, tp.Key)
			}
		}
		return keys
	}
	change := func(id int, do string, want ...string) {
		t.Helper()
		w.post("/touchpoints/"+strconv.Itoa(id), url.Values{"do": {do}}, 303)
		if got := order(); !slices.Equal(got, want) {
			t.Errorf("%s %d: %q, want %q", do, id, got, want)
		}
	}
	change(3, "up", "checkout", "support", "delivery")
	change(3, "archive", "checkout", "delivery")
	change(2, "up", "delivery", "checkout")
	change(2, "up", "delivery", "checkout")
	change(2, "down", "checkout", "delivery")
	w.post("/touchpoints/3", url.Values{"do": {"restore"}}, 303)
	if got := order(); len(got) != 3 {
		t.Errorf("after restoring: %q", got)
	}
	w.post("/touchpoints/1", url.Values{"do": {"save"}, "name.en": {"Till"}}, 303)
	all, err := w.st.Touchpoints(ctx)
	w.must(err)
	i := slices.IndexFunc(all, func(tp survey.Touchpoint) bool { return tp.ID == 1 })
	if diff := cmp.Diff(survey.Text{"en": "Till"}, all[i].Names); diff != "" {
		t.Error(diff)
	}
	doc = w.post("/touchpoints/1", url.Values{"do": {"save"}, "name.en": {strings.Repeat("x", survey.MaxName+1)}}, 422)
	if doc.Find(`[id="name-1.en-error"]`).Length() != 1 {
		t.Error("a long name is not refused at its field")
	}
	w.post("/touchpoints/9", url.Values{"do": {"archive"}}, 404)
	w.post("/touchpoints/1", url.Values{"do": {"burn"}}, 400)
}

func TestATouchpointThatIsAskedAtIsNotArchived(t *testing.T) {
	w := openWorkshop(t)
	w.post("/touchpoints", url.Values{"key": {"checkout"}, "name.en": {"Checkout"}}, 303)
	s := w.live(survey.TemplateNPS)
	path := surveyPath(s.ID)
	archive := func(status int) *goquery.Document {
		t.Helper()
		return w.post("/touchpoints/1", url.Values{"do": {"archive"}}, status)
	}
	for _, use := range []struct {
		begin, end string
		form, back url.Values
	}{
		{path + "/edit", path + "/edit", with(w.builderForm(s.ID, "en"), "touchpoint", "1"), nil},
		{path + "/links", path + "/links/till/close", url.Values{"link_name": {"till"}, "link_touchpoint": {"1"}}, url.Values{}},
		{path + "/edit", path + "/close", nil, url.Values{}},
	} {
		if use.form == nil {
			use.form = with(w.builderForm(s.ID, "en"), "touchpoint", "1")
		}
		w.post(use.begin, use.form, 303)
		if got := archive(422).Find(`.errs a[href="#touchpoint-1"]`).Text(); !strings.Contains(got, s.Name) || !strings.Contains(got, "Checkout") {
			t.Errorf("%s: it says %q", use.begin, got)
		}
		if use.back == nil {
			use.back = with(w.builderForm(s.ID, "en"), "touchpoint", "0")
		}
		w.post(use.end, use.back, 303)
	}
	archive(303)
	// The survey is closed, and keeps its touchpoint whatever else is saved.
	if got := w.get(path+"/edit", 200).Find("#touchpoint option[selected]").Text(); got != "Checkout (archived)" {
		t.Errorf("%q is selected", got)
	}
	w.post(path+"/edit", w.builderForm(s.ID, "en"), 303)
	if got := w.stored(s.ID).Settings.Touchpoint; got != 1 {
		t.Errorf("after saving, its touchpoint is %d", got)
	}
}

func TestTheLanguagesOfARefusedFormLeadToAPage(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateNPS)
	for _, c := range []struct {
		form, page string
		status     int
	}{{surveyPath(s.ID) + "/links", surveyPath(s.ID), 422}, {surveyPath(s.ID) + "/invitations/file", surveyPath(s.ID) + "/invitations", 415}} {
		doc := w.post(c.form, url.Values{"link_name": {"a b"}}, c.status)
		if got := doc.Find(`a[hreflang="pl"]`).AttrOr("href", ""); got != c.page+"?lang=pl" {
			t.Errorf("%s leads to %q, want %s", c.form, got, c.page)
		}
		w.get(c.page+"?lang=en", 200)
	}
}
