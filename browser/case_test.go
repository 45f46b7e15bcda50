package browser

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestUnhappyCustomersHearBack goes from an unhappy answer to a closed case, with real mail both ways, with and without scripts. Then the clock moves on, and whoever still waits for an
// answer is overdue.
func TestUnhappyCustomersHearBack(t *testing.T) {
	mails, folder := ReceiveMail(t), t.TempDir()
	prepareInvitations(t, folder, mails)
	buy(t, folder, "ola,Ola,pl", "iza,Iza,pl", "bea,Bea,en")
	app := ahead(t, folder, week, "127.0.0.1:0")
	address := app.Find(t, `(?m)^listen\s+http://(\S+)`)
	got := mails.Take(3)
	stop(t, app) // who opens a mail in the second in which it comes is taken for a scanner
	app = ahead(t, folder, week+20*time.Minute, address)
	for name, look := range map[string]Look{"ola": {NoJS: true}, "iza": {}} {
		c := customer{t: t, folder: folder, mails: mails, email: name + "@customer.example", phone: Open(t, Look{Width: 360, NoJS: look.NoJS})}
		c.isUnhappy(got[c.email])
		c.hearsBack(signIn(t, app), look)
	}
	waiting := customer{t: t, email: "bea@customer.example", phone: Open(t, Look{Width: 360})}
	waiting.isUnhappy(got[waiting.email])

	staff := signIn(t, app)
	staff.Go(staff.base(t) + "/inbox/figures")
	staff.CheckLooks("figures-loop", "1280-light", "360-dark")
	for _, want := range []string{"Ана Петрова\t2\t0\t100%", "Nobody\t1\t0\t–"} {
		if got := staff.Text("main"); !strings.Contains(got, want) {
			t.Errorf("the figures say no %q: %s", want, got)
		}
	}

	stop(t, app)
	app = ahead(t, folder, week+40*time.Hour, address)
	told := mails.For("ana@shop.example", "due soon")
	stop(t, app)
	app = ahead(t, folder, week+49*time.Hour, address)
	late := mails.For("ana@shop.example", "overdue")
	for what, mail := range map[string]Mail{"reminder": told, "overdue": late} {
		if !strings.Contains(mail.Text, "/inbox") {
			t.Errorf("the mail %s says %q", what, mail.Text)
		}
	}
	staff = signIn(t, app)
	staff.Go(staff.base(t) + "/inbox?view=overdue")
	if got := staff.Count(".cases .row"); got != 1 {
		t.Errorf("%d cases are overdue:\n%s", got, staff.Text("main"))
	}
	staff.CheckLooks("inbox-overdue", "1280-light", "360-dark")
}

// buy tells of a purchase for each person: name of the address, name, language.
func buy(t *testing.T, folder string, people ...string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("purchase,email,name,language,order,time\n")
	now := time.Now().UTC().Format("2006-01-02 15:04:05")
	for i, who := range people {
		name, rest, _ := strings.Cut(who, ",")
		fmt.Fprintf(&b, "p-%d,%s@customer.example,%s,%d,%s\n", i, name, rest, 20481+i, now)
	}
	path := filepath.Join(folder, "purchases.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	shared.run(t, folder, "import", "purchases", path)
}

// customer is somebody with a phone and a mailbox.
type customer struct {
	t      *testing.T
	folder string
	mails  *MailServer
	email  string
	phone  *Page
}

const complaint = "Szafka przyszła porysowana, a kurier nie czekał."

// isUnhappy answers the mail, and may be written to.
func (c customer) isUnhappy(mail Mail) {
	c.t.Helper()
	c.phone.Go(ratingLink(c.t, mail, 2))
	c.phone.Type("#comment", complaint)
	c.phone.must200("the answer", "form .btn")
	if c.phone.Count("form.panel [value=email]") != 1 {
		c.t.Fatalf("%s may not say that a mail is welcome: %s", c.email, c.phone.Text("main"))
	}
	c.phone.Click("form.panel [value=email]")
	c.phone.must200("the permission", "form.panel .btn")
}

// hearsBack has staff take the case, write, read what comes back, and close it.
func (c customer) hearsBack(staff *Page, look Look) {
	t := c.t
	t.Helper()
	staff.Look(look)
	base := staff.base(t)
	staff.Go(base + "/inbox?q=Szafk")
	staff.must200("the case", ".cases header a")
	if got := staff.Text("main"); !strings.Contains(got, complaint) {
		t.Fatalf("the case says %q", got)
	}
	staff.Set("#status", "in_progress")
	staff.Set("#owner", staff.Attribute("#state", "data-me"))
	staff.must200("taking the case", "#state .btn")

	staff.Set("#reply-template", "1")
	staff.must200("a text to begin with", "#reply button[value=insert]")
	staff.CheckLooks("reply-begun-"+strings.TrimSuffix(c.email, "@customer.example"), "1280-light", "360-dark")
	staff.Look(look)
	staff.fill("#reply-text", "Dzień dobry,\n\nprzepraszamy. Wyślemy nową szafkę jeszcze dziś.\n\nMałgorzata")
	staff.Shot("case-reply-typed")
	staff.must200("the reply", "#reply button[value=send]")
	reply := c.mails.For(c.email, "Wyślemy nową szafkę")
	c.answers(reply, "Dziękuję, szafka już jest. Teraz wszystko w porządku.")
	staff.Go(staff.Address())
	if got := staff.Text("main"); !strings.Contains(got, "Teraz wszystko w porządku") {
		t.Errorf("what came back is not in the case: %s", got)
	}
	staff.Set("#status", "resolved")
	staff.Set("#reason", staff.Attribute("#reason option:last-child", "value"))
	staff.must200("closing the case", "#state .btn")
	if got := staff.Value("#status"); got != "resolved" {
		t.Errorf("the case is %s", got)
	}
	staff.CheckLooks("case-closed-"+strings.TrimSuffix(c.email, "@customer.example"), "1280-light", "360-dark")
}

// answers writes back as a mail program does, through the pipe command of the shop's mail server.
func (c customer) answers(to Mail, text string) {
	c.t.Helper()
	first := func(name string) string {
		if values := to.Header[http.CanonicalHeaderKey(name)]; len(values) > 0 {
			return values[0]
		}
		return ""
	}
	back := first("Reply-To")
	if back == "" {
		back = first("From")
	}
	message := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: %s\r\nMessage-ID: <%d@customer.example>\r\nIn-Reply-To: %s\r\nReferences: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n\r\nOn Monday the shop wrote:\r\n> %s\r\n",
		c.email, back, to.Subject, time.Now().UnixNano(), first("Message-Id"), first("Message-Id"), time.Now().Format(time.RFC1123Z), text, strings.ReplaceAll(to.Text, "\n", "\n> "))
	program, err := shared.surveyd()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(program, "incoming")
	cmd.Dir, cmd.Stdin = c.folder, strings.NewReader(message)
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("surveyd incoming: %v\n%s", err, out)
	}
}
