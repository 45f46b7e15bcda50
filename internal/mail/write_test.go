package mail_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
)

// ours are the headers of a survey mail.
var ours = []string{
	"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "Mime-Version", "Reply-To", "Subject", "To",
	"X-Auto-Response-Suppress",
}

func headers(h netmail.Header) (names []string) {
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestWhatArrives(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{})
	if got := newPost(t, s, server(s)).Deliver(t.Context(), message(7)); got.Delivery != asking.Accepted {
		t.Fatalf("%+v", got)
	}
	got := s.Messages()[0]
	p, err := got.Parts()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ours, headers(p.Header)); diff != "" {
		t.Error(diff)
	}
	if p.Subject != "Один вопрос" || p.Text != "Здравствуйте!\r\n.\r\nточка\r\n" || p.HTML != "<p>Здравствуйте!</p>" {
		t.Errorf("subject %q, text %q, html %q", p.Subject, p.Text, p.HTML)
	}
	if from, err := netmail.ParseAddress(p.Header.Get("From")); err != nil || from.Name != "Линден Home" || from.Address != "survey@shop.example" {
		t.Errorf("from %v, error %v", from, err)
	}
	if id := p.Header.Get("Message-Id"); id != "<m7@shop.example>" {
		t.Errorf("the id is %s", id)
	}
	for _, line := range []string{"List-Unsubscribe: <https://shop.example/u/0123456789abcdefghjkmnpqrs>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"} {
		if !bytes.Contains(got.Raw, []byte("\r\n"+line+"\r\n")) {
			t.Errorf("there is no line %q", line)
		}
	}
}

// TestSignature checks the signature as a receiver does, and that it covers what one-click unsubscribing needs.
func TestSignature(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	s := mailtest.Start(t, mailtest.Options{})
	m := server(s)
	m.DKIMDomain, m.DKIMSelector, m.DKIMKey = "shop.example", "sel", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if got := newPost(t, s, m).Deliver(t.Context(), message(1)); got.Delivery != asking.Accepted {
		t.Fatalf("%+v", got)
	}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(s.Messages()[0].Raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		if name != "sel._domainkey.shop.example" {
			t.Errorf("asked for %s", name)
		}
		return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}, nil
	}})
	if err != nil || len(found) != 1 || found[0].Err != nil {
		t.Fatalf("%v, %+v", err, found)
	}
	for _, name := range []string{"From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-ID"} {
		if !slices.ContainsFunc(found[0].HeaderKeys, func(k string) bool { return strings.EqualFold(k, name) }) {
			t.Errorf("%s is not covered", name)
		}
	}
}

// smuggled are addresses and texts that try to say more than they should.
var smuggled = []string{
	"maya@example.org", "Maya <maya@example.org>", "maya@example.org> NOTIFY=NEVER", "<maya@example.org>", "maya@example.org\r\nRCPT TO:<b@example.org>", "maya@example.org,b@example.org",
	"\"maya b\"@example.org", "\"a\r\nBcc: b@example.org\"@example.org", "maya\u202egro@example.org", "мая@example.org", "maya@магазин.рф", strings.Repeat("a", 70) + "@example.org", "maya@example.org\x00",
	"maya@[127.0.0.1]", "maya@example", "maya@exam ple.org", "maya@example.org ORCPT=rfc822;b@example.org", "maya(comment)@example.org", "maya@example.org\nBcc: b@example.org", "@example.org", "maya@", "",
	"maya@xn--.org", "maya@example.org.", "maya@EXAMPLE.org",
}

// FuzzSmuggling gives any texts to every part of a message: what arrives has exactly one recipient, who is the one that was named, and exactly our headers.
func FuzzSmuggling(f *testing.F) {
	for _, s := range smuggled {
		f.Add(s, "Maya", "One question")
		f.Add("maya@example.org", s, s)
	}
	f.Add("maya@example.org", "x\r\nBcc: b@example.org", "y\r\n\r\n<b>body</b>")
	f.Add("maya@example.org", "=?utf-8?q?=0D=0ABcc:_b@example.org?=", strings.Repeat("длинная тема ", 60))
	s, err := mailtest.Listen(mailtest.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	p := mail.NewPost(given(server(s)), time.Now)
	f.Cleanup(p.Close)
	f.Fuzz(func(t *testing.T, to, name, subject string) {
		m := message(1)
		m.To, m.FromName, m.Subject, m.Text, m.HTML = to, name, subject, "text "+subject, "html "+name
		out := p.Deliver(t.Context(), m)
		kept := s.Take()
		if out.Delivery != asking.Accepted {
			if len(kept) != 0 || out.Delivery != asking.Refused {
				t.Fatalf("%q: %+v, %d kept", to, out, len(kept))
			}
			return
		}
		if len(kept) != 1 || len(kept[0].To) != 1 || !account.ValidEmail(to) || kept[0].From != "survey@shop.example" || kept[0].Params != "BODY=8BITMIME" {
			t.Fatalf("%q: kept %d, %+v", to, len(kept), kept)
		}
		parts, err := kept[0].Parts()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ours, headers(parts.Header)); diff != "" {
			t.Fatalf("%q, %q, %q: %s", to, name, subject, diff)
		}
		for h, values := range parts.Header {
			if len(values) != 1 {
				t.Fatalf("%s is there %d times", h, len(values))
			}
		}
		if parsed, err := netmail.ParseAddressList(parts.Header.Get("To")); err != nil || len(parsed) != 1 || parsed[0].Address != kept[0].To[0] || parsed[0].Name != "" {
			t.Fatalf("To is %v, %v", parsed, err)
		}
	})
}

// TestOtherServer hands the same texts to a server that others wrote.
func TestOtherServer(t *testing.T) {
	seen := &witness{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return seen, nil }))
	srv.Domain, srv.EnableSMTPUTF8 = "other.example", true
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	p := mail.NewPost(given(account.MailServer{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: account.Plain, From: "survey@shop.example",
	}), time.Now)
	t.Cleanup(p.Close)
	taken := 0
	for _, to := range smuggled {
		m := message(1)
		m.To = to
		if p.Deliver(t.Context(), m).Delivery == asking.Accepted {
			taken++
		}
	}
	want := []string{"maya@example.org", "maya@xn--80aairftm.xn--p1ai"}
	got := slices.Compact(slices.Sorted(slices.Values(seen.to)))
	if diff := cmp.Diff(want, slices.DeleteFunc(got, func(s string) bool { return s == "maya@EXAMPLE.org" })); diff != "" || taken != len(seen.to) {
		t.Errorf("%d taken, %d recipients:\n%s", taken, len(seen.to), diff)
	}
}

// witness remembers every recipient that is named.
type witness struct{ to []string }

func (w *witness) Reset()                                    {}
func (w *witness) Logout() error                             { return nil }
func (w *witness) Mail(string, *smtp.MailOptions) error      { return nil }
func (w *witness) Rcpt(to string, _ *smtp.RcptOptions) error { w.to = append(w.to, to); return nil }
func (w *witness) Data(r io.Reader) error                    { _, err := io.Copy(io.Discard, r); return err }

var _ mail.Settings = given{}
