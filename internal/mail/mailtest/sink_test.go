package mailtest_test

import (
	"net"
	"net/smtp"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/mail/mailtest"
)

const letter = "From: shop@shop.example\r\nTo: maya@example.org\r\nSubject: =?utf-8?q?=D0=9F=D1=80=D0=B8?=\r\nContent-Type: text/plain\r\n\r\n..dots\r\nand text\r\n"

// send hands the letter over with the standard library's client.
func send(s *mailtest.Sink) error {
	return smtp.SendMail(s.Addr(), nil, "shop@shop.example", []string{"maya@example.org"}, []byte(letter+strings.Repeat("more of it\r\n", 200)))
}

func TestKeepsWhatItIsGiven(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{})
	if err := send(s); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	m := s.Messages()[0]
	if m.From != "shop@shop.example" || len(m.To) != 1 || m.To[0] != "maya@example.org" {
		t.Errorf("the envelope is %q to %q", m.From, m.To)
	}
	p, err := m.Parts()
	if err != nil {
		t.Fatal(err)
	}
	if p.Subject != "При" || !strings.HasPrefix(p.Text, "..dots\r\nand text\r\n") {
		t.Errorf("subject %q, text %.30q", p.Subject, p.Text)
	}
}

// TestBreaksEverywhere drops at every point: the client sees an error, except where all was over, and the sink keeps the message only there.
func TestBreaksEverywhere(t *testing.T) {
	for _, point := range mailtest.Points() {
		t.Run(point.String(), func(t *testing.T) {
			s := mailtest.Start(t, mailtest.Options{Inject: mailtest.At(point, mailtest.Fault{Do: mailtest.Drop}), User: "u", Password: "p", TLS: true})
			err := talk(s)
			if point == mailtest.Done {
				if s.Count() != 1 {
					t.Errorf("%d messages were kept", s.Count())
				}
				return
			}
			if err == nil || s.Count() != 0 {
				t.Errorf("error %v, %d messages kept", err, s.Count())
			}
		})
	}
}

func TestKeepsAndSaysNothing(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{Inject: mailtest.At(mailtest.Dot, mailtest.Fault{Do: mailtest.Keep})})
	if err := send(s); err == nil || s.Count() != 1 {
		t.Errorf("error %v, %d messages kept", err, s.Count())
	}
}

func TestGreylist(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{Inject: mailtest.Greylist(2)})
	for i := range 3 {
		err := send(s)
		if refused := err != nil && strings.HasPrefix(err.Error(), "451"); refused != (i < 2) {
			t.Errorf("try %d: %v", i, err)
		}
	}
}

// talk signs in over TLS and hands the letter over.
func talk(s *mailtest.Sink) error {
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	c, err := smtp.NewClient(conn, s.Host())
	if err != nil {
		return err
	}
	if err := c.StartTLS(s.ClientTLS()); err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", "u", "p", s.Host())); err != nil {
		return err
	}
	if err := c.Mail("shop@shop.example"); err != nil {
		return err
	}
	if err := c.Rcpt("maya@example.org"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(letter + strings.Repeat("more of it\r\n", 200))); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}
