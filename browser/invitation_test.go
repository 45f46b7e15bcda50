package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestInvitation goes from a file of purchases to what managers see a week later: the mails come out of a real mail server that makes trouble, their links are
// opened on a phone, and the answers are in the funnel and on the dashboard. The clock runs ahead instead of a week going by.
func TestInvitation(t *testing.T) {
	const polish, english = "Lampa dotarła cała i szybko.", "The box was wet."
	mails, folder := ReceiveMail(t), t.TempDir()
	prepareInvitations(t, folder, mails)
	importPurchases(t, folder)

	app := ahead(t, folder, week, "127.0.0.1:0")
	got := mails.Take(3)
	expectMails(t, got, "maya@customer.example", "ola@customer.example", "silent@customer.example")
	pl, en := got["ola@customer.example"], got["maya@customer.example"]
	if !strings.Contains(pl.Text, "zamówieni") || !strings.Contains(en.Text, "order 10481") {
		t.Errorf("the mails say\n%s\n%s", pl.Text, en.Text)
	}

	// Those that the mail server did not take at first get theirs a little later, each once. The links stay what they are.
	address := app.Find(t, `(?m)^listen\s+http://(\S+)`)
	stop(t, app)
	app = ahead(t, folder, week+10*time.Minute, address)
	expectMails(t, mails.Take(2), "later@customer.example", "cut@customer.example")

	phone := Open(t, Look{Width: 360, NoJS: true})
	phone.Go(ratingLink(t, pl, 9))
	if phone.Count("input[name=q1][value='9']:checked") != 1 {
		t.Error("the link of the mail chooses no 9")
	}
	phone.Type("#comment", polish)
	phone.must200("the answer in Polish", "form .btn")
	phone.Shot("invitation-thanks-pl")

	tapper := Open(t, Look{Width: 360})
	tapper.Go(ratingLink(t, en, 8))
	tapper.Click("input[name=q1][value='3']")
	tapper.until("document.querySelector('.status').textContent !== ''")
	tapper.Type("#comment", english)
	tapper.must200("the answer in English", "form .btn")

	leaver := Open(t, Look{Width: 360})
	leaver.Go(strings.Trim(en.Header["List-Unsubscribe"][0], "<>"))
	leaver.CheckLooks("unsubscribe")
	leaver.must200("no more mail", "form .btn")
	leaver.CheckLooks("unsubscribed")

	staff := signIn(t, app)
	staff.Go(staff.base(t) + "/invitations/funnel")
	staff.CheckLooks("funnel-loop", "1280-light", "360-dark")
	// Response rate (too early for one), sent, bounced, delivered, clicked, unconfirmed, answered, commented. The mail nobody knows about is not sent.
	for _, want := range []string{"English\t–\t4\t1\t3\t1\t0\t1\t1", "Polski\t–\t1\t0\t1\t1\t0\t1\t1"} {
		if got := staff.Text("main"); !strings.Contains(got, want) {
			t.Errorf("the funnel says no %q: %q", want, got)
		}
	}
	staff.Go(staff.base(t) + "/invitations/uncertain")
	if got := staff.Text("main"); !strings.Contains(got, "silent@customer.example") {
		t.Errorf("the mail nobody knows about is not listed: %q", got)
	}
	staff.Go(staff.base(t) + "/invitations")
	if got := staff.Text("main"); !strings.Contains(got, "gone@customer.example") {
		t.Errorf("the ledger does not name who is gone: %q", got)
	}
	staff.Go(staff.base(t) + "/dashboard")
	if got := staff.Text("main"); !strings.Contains(got, "2 answers") {
		t.Errorf("the dashboard is %q", got)
	}
	for _, want := range []string{polish, english} {
		if got := staff.Text("#comments"); !strings.Contains(got, want) {
			t.Errorf("the comments are %q", got)
		}
	}
	staff.CheckLooks("dashboard-invited", "1280-light", "360-light")
}

const week = 7 * 24 * time.Hour

// ahead serves the folder with the clock ahead.
func ahead(t *testing.T, folder string, by time.Duration, address string) *App {
	t.Helper()
	app, err := shared.start(folder, "serve", "--clock-ahead", by.String(), "--addr", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, app) })
	return app
}

func signIn(t *testing.T, app *App) *Page {
	t.Helper()
	page := Open(t, Look{})
	page.Go(app.Find(t, `(?m)^listen\s+(http\S+)`) + "/sign-in")
	page.Type("#email", "ana@shop.example")
	page.Type("#password", "correct horse battery")
	page.must200("signing in", "main form .btn.main")
	return page
}

func stop(t *testing.T, app *App) {
	t.Helper()
	if app.stopped() {
		return
	}
	if err := app.Stop(); err != nil {
		t.Error(err)
	}
}

// prepareInvitations sets up the shop: a survey about delivery, the mail server, and the rule that asks a week after a purchase.
func prepareInvitations(t *testing.T, folder string, mails *MailServer) {
	t.Helper()
	app, err := shared.start(folder, "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, app)
	staff := Open(t, Look{})
	staff.Go(app.Find(t, `(?m)^setup\s+(http\S+)`))
	base := staff.base(t)
	setUp(t, staff)
	staff.Go(base + "/touchpoints")
	staff.Type("#key", "delivery")
	staff.Type("input[id^='name']", "Delivery")
	staff.must200("the touchpoint added", "main form .btn.main")
	publishSurvey(t, staff)

	staff.Go(base + "/settings/mail")
	staff.fill("#host", mails.Host)
	staff.fill("#port", mails.Port)
	staff.Set("#security", "none")
	staff.fill("#from", "survey@shop.example")
	staff.fill("#postal", "ul. Lipowa 14, Łódź")
	staff.must200("the mail server", "form[action='/settings/mail'] .btn.main")

	staff.Go(base + "/invitations/rules/new")
	staff.Set("#survey", staff.Attribute("#survey option:last-child", "value"))
	staff.fill("#name", "A week after the purchase")
	staff.fill("#delay", "7")
	staff.Set("#unit", "days")
	staff.fill("#from", "")
	staff.fill("#until", "")
	staff.Click("input[name=day][value='0']") // whatever day it is in a week
	staff.CheckLooks("rule-new", "1280-light", "360-dark")
	staff.must200("the rule", "form[action='/invitations/rules/new'] .btn.main")
	if got := staff.Text("main"); !strings.Contains(got, "A week after the purchase") {
		t.Errorf("the rules are %q", got)
	}
}

// importPurchases takes the file in by command, twice: the second time changes nothing.
func importPurchases(t *testing.T, folder string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("purchase,email,name,language,order,time\n")
	now := time.Now().UTC().Format("2006-01-02 15:04:05")
	for i, who := range []string{"maya,Maya,en", "ola,Ola,pl", "silent,Sam,en", "cut,Cora,en", "later,Lars,en", "gone,Gus,en"} {
		name, rest, _ := strings.Cut(who, ",")
		fmt.Fprintf(&b, "p-%d,%s@customer.example,%s,%d,%s\n", i, name, rest, 10481+i, now)
	}
	path := filepath.Join(folder, "purchases.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"new        6", "new        0"} {
		out := shared.run(t, folder, "import", "purchases", path)
		if !strings.Contains(out, want) {
			t.Fatalf("the import says no %q:\n%s", want, out)
		}
	}
}

func expectMails(t *testing.T, got map[string]Mail, to ...string) {
	t.Helper()
	for _, who := range to {
		m, ok := got[who]
		if !ok {
			t.Errorf("%s got no mail", who)
			continue
		}
		if m.Size >= 102<<10 || m.Text == "" || m.HTML == "" {
			t.Errorf("the mail to %s has %d bytes, text %d, html %d", who, m.Size, len(m.Text), len(m.HTML))
		}
	}
	if len(got) != len(to) {
		t.Errorf("%d mails came, %d were expected", len(got), len(to))
	}
}

// ratingLink is the mail's link for a rating; the text has the same.
func ratingLink(t *testing.T, m Mail, rating int) string {
	t.Helper()
	found := regexp.MustCompile(fmt.Sprintf(`href="(http[^"]*/s/[^"/]+/%d)"`, rating)).FindStringSubmatch(m.HTML)
	if found == nil || !strings.Contains(strings.ReplaceAll(m.Text, "\r", ""), found[1]+"\n") {
		t.Fatalf("the mail has no link for %d:\n%s", rating, m.Text)
	}
	return found[1]
}
