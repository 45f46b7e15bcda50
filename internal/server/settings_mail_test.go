package server_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
)

// mailFields fill the form of the mail server for a sink; more overrides them.
func mailFields(sink *mailtest.Sink, more ...string) []string {
	fields := map[string]string{
		"host": sink.Host(), "port": strconv.Itoa(sink.Port()), "security": "none", "user": "u", "password": "very secret", "from": "survey@shop.example", "postal": "1 High Street",
		"per_minute": "600", "warm_up": "1",
	}
	for i := 0; i+1 < len(more); i += 2 {
		fields[more[i]] = more[i+1]
	}
	var list []string
	for name, value := range fields {
		list = append(list, name, value)
	}
	return list
}

func TestMailServerOfTheShop(t *testing.T) {
	s := newSite(t, nil)
	s.add("admin", account.Admin)
	b := s.signedIn("admin")
	sink := mailtest.Start(t, mailtest.Options{User: "u", Password: "very secret"})
	if p := b.post("/settings/mail", mailFields(sink)...); p.status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.status, p.body)
	}
	stored, err := s.accounts.Store.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range stored {
		if strings.Contains(value, "very secret") {
			t.Errorf("the setting %s holds the password", key)
		}
	}
	if p := b.get("/settings/mail"); strings.Contains(p.body, "very secret") || !strings.Contains(p.body, "survey@shop.example") || !strings.Contains(p.body, "is stored and is never shown") {
		t.Error("the page shows the password, or not what else is set")
	}
	if p := b.post("/settings/mail/test"); p.status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.status, p.body)
	}
	got := sink.Messages()
	if len(got) != 1 || got[0].To[0] != "admin@shop.example" || got[0].User != "u" {
		t.Fatalf("%+v", got)
	}
	sink.Break(mailtest.At(mailtest.Mail, mailtest.Fault{Do: mailtest.Reply, Code: 550, Text: "we <b>do not</b> know you"}))
	if p := b.post("/settings/mail/test"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "we &lt;b&gt;do not&lt;/b&gt; know you") {
		t.Errorf("%d: the page does not say what the server said", p.status)
	}
}

// TestPasswordStaysWithItsServer: who names another server does not get the password sent there.
func TestPasswordStaysWithItsServer(t *testing.T) {
	s := newSite(t, nil)
	s.add("admin", account.Admin)
	b := s.signedIn("admin")
	sink := mailtest.Start(t, mailtest.Options{})
	b.post("/settings/mail", mailFields(sink)...)
	for name, fields := range map[string][]string{
		"other host": {"password", "", "host", "localhost"}, "other user": {"password", "", "user", "v"}, "less secret": {"password", "", "security", "starttls"},
	} {
		if p := b.post("/settings/mail", mailFields(sink, fields...)...); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, p.status)
		}
	}
	if p := b.post("/settings/mail", mailFields(sink, "password", "", "port", "26")...); p.status != http.StatusSeeOther {
		t.Errorf("the same server at another port: %d %s", p.status, p.body)
	}
	if m, err := s.accounts.MailServer(t.Context()); err != nil || m.Password != "very secret" || m.Port != 26 || m.WarmUp.IsZero() {
		t.Errorf("%v, error %v", m.Port, err)
	}
}

func TestMailServerIsRefused(t *testing.T) {
	s := newSite(t, nil)
	s.add("admin", account.Admin)
	b := s.signedIn("admin")
	sink := mailtest.Start(t, mailtest.Options{})
	for field, value := range map[string]string{
		"host": "smtp example", "port": "0", "security": "ssl", "from": "Shop <survey@shop.example>", "postal": " ", "per_minute": "many", "per_domain": "-1",
		"reply_to": "x", "bounces": "a@b@c.example", "dkim_domain": "shop .example", "password": "",
	} {
		p := b.post("/settings/mail", mailFields(sink, field, value)...)
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `href="#`+field+`"`) {
			t.Errorf("%s = %q: %d", field, value, p.status)
		}
	}
	if p := b.post("/settings/mail", mailFields(sink, "host", "smtp.shop.example")...); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a password without encryption to another machine: %d", p.status)
	}
	if m, err := s.accounts.MailServer(t.Context()); err != nil || m.IsSetUp() {
		t.Errorf("something was stored: %+v, %v", m, err)
	}
}

// TestSignatureIsMade: a key is made where none is given, and stays until another one is.
func TestSignatureIsMade(t *testing.T) {
	s := newSite(t, nil)
	s.add("admin", account.Admin)
	b := s.signedIn("admin")
	sink := mailtest.Start(t, mailtest.Options{User: "u", Password: "very secret"})
	fields := mailFields(sink, "dkim_domain", "shop.example", "dkim_selector", "surveyd")
	b.post("/settings/mail", fields...)
	p := b.get("/settings/mail")
	if !strings.Contains(p.body, "surveyd._domainkey.shop.example") || !strings.Contains(p.body, "v=DKIM1; k=rsa; p=") || strings.Contains(p.body, "PRIVATE KEY") {
		t.Fatal("the page does not show the record alone")
	}
	before, err := s.accounts.MailServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.post("/settings/mail", fields...)
	if after, err := s.accounts.MailServer(t.Context()); err != nil || after.DKIMKey != before.DKIMKey {
		t.Errorf("the key changed: %v", err)
	}
	b.post("/settings/mail/test")
	if got := sink.Messages(); len(got) != 1 || !strings.HasPrefix(string(got[0].Raw), "DKIM-Signature:") {
		t.Errorf("%d mails, or without a signature", len(got))
	}
}

// TestSealedWithAnotherKey: after the secrets file was replaced the password is gone, and the page says no more than that it is to be given anew.
func TestSealedWithAnotherKey(t *testing.T) {
	s := newSite(t, nil)
	s.add("admin", account.Admin)
	b := s.signedIn("admin")
	sink := mailtest.Start(t, mailtest.Options{})
	b.post("/settings/mail", mailFields(sink)...)
	s.accounts.SealKey = []byte(strings.Repeat("x", 32))
	if _, err := s.accounts.MailServer(t.Context()); !errors.Is(err, account.ErrSealed) {
		t.Errorf("error %v", err)
	}
	if p := b.get("/settings/mail"); p.status != http.StatusOK {
		t.Errorf("%d", p.status)
	}
	if p := b.post("/settings/mail", mailFields(sink)...); p.status != http.StatusSeeOther {
		t.Errorf("%d %s", p.status, p.body)
	}
}
