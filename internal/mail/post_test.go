package mail_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
)

// given are settings that are as they are.
type given account.MailServer

// MailServer implements mail.Settings.
func (g given) MailServer(context.Context) (account.MailServer, error) {
	return account.MailServer(g), nil
}

// server is the sink as the settings would name it.
func server(s *mailtest.Sink) account.MailServer {
	return account.MailServer{Host: s.Host(), Port: s.Port(), Security: account.Plain, From: "survey@shop.example", Postal: "1 High Street"}
}

// newPost delivers to the sink and gives up soon.
func newPost(t *testing.T, s *mailtest.Sink, m account.MailServer) *mail.Post {
	t.Helper()
	p := mail.NewPost(given(m), time.Now)
	p.Roots = s.Roots()
	long := 20 * time.Second
	p.Limits.Command, p.Limits.Content, p.Limits.Final, p.Limits.Connect = long, long, long, long
	t.Cleanup(p.Close)
	return p
}

func message(n int) asking.Message {
	return asking.Message{
		ID: fmt.Sprintf("m%d@shop.example", n), From: "survey@shop.example", FromName: "Линден Home", To: fmt.Sprintf("maya%d@example.org", n), ReplyTo: "help@shop.example",
		Subject: "Один вопрос", Text: "Здравствуйте!\n.\nточка\n", HTML: "<p>Здравствуйте!</p>", Language: "ru", Unsubscribe: "https://shop.example/u/0123456789abcdefghjkmnpqrs", Auto: true,
	}
}

// TestOutcomeOfEveryBreak breaks at every point in every way. Where the final dot was not read, the message is known not to have been taken.
func TestOutcomeOfEveryBreak(t *testing.T) {
	for _, point := range mailtest.Points() {
		for name, do := range map[string]mailtest.Fault{
			"drop": {Do: mailtest.Drop}, "hang": {Do: mailtest.Hang}, "garbage": {Do: mailtest.Garbage},
			"4xx": {Do: mailtest.Reply, Code: 451, Text: "4.3.0 not now"}, "5xx": {Do: mailtest.Reply, Code: 550, Text: "5.1.1 never"},
			"bye": {Do: mailtest.Reply, Code: 421, Text: "4.3.2 closing"},
		} {
			t.Run(point.String()+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := mailtest.Start(t, mailtest.Options{TLS: true, User: "u", Password: "p", Inject: mailtest.At(point, do)})
				m := server(s)
				m.Security, m.User, m.Password = account.StartTLS, "u", "p"
				p := newPost(t, s, m)
				if name == "hang" {
					p.Limits = impatient(p.Limits, point)
				}
				got := p.Deliver(t.Context(), message(1))
				if point == mailtest.Handshake && (do.Do == mailtest.Reply || do.Do == mailtest.Garbage) {
					// Words in the clear between the answer to STARTTLS and TLS are thrown away, or break TLS: that depends on how they are cut into packets.
					if got.Delivery != asking.Accepted && got.Delivery != asking.NotYet {
						t.Errorf("got %+v", got)
					}
					return
				}
				if want := wanted(point, name); got.Delivery != want.Delivery || got.Recipient != want.Recipient {
					t.Errorf("got %+v, want %+v", got, want)
				}
				if kept := s.Count() == 1; got.Delivery == asking.Accepted && !kept || kept && (got.Delivery == asking.NotYet || got.Delivery == asking.Refused) {
					t.Errorf("the outcome is %+v, %d messages were kept", got, s.Count())
				}
			})
		}
	}
}

// impatient waits for little at the step of the point, so that a busy machine does not make another step fail.
func impatient(l mail.Limits, point mailtest.Point) mail.Limits {
	const short = 300 * time.Millisecond
	switch {
	case point < mailtest.Authenticated:
		l.Connect = short
	case point < mailtest.Ready:
		l.Command = short
	default:
		l.Final = short
	}
	return l
}

// wanted is what must come of a break. Up to being signed in a refusal is never the message's fault, and an answer that nobody waited for is read as the next one's.
func wanted(point mailtest.Point, name string) asking.Outcome {
	refusal := name == "5xx"
	switch {
	case point == mailtest.Done:
		return asking.Outcome{Delivery: asking.Accepted}
	case point == mailtest.Authenticated && refusal, point == mailtest.Mail && refusal, point == mailtest.Data && refusal, point == mailtest.Dot && refusal:
		return asking.Outcome{Delivery: asking.Refused}
	case point == mailtest.Rcpt && refusal:
		return asking.Outcome{Delivery: asking.Refused, Recipient: true}
	case (point == mailtest.Ready || point == mailtest.Body || point == mailtest.Dot) && (name == "drop" || name == "hang" || name == "garbage"):
		return asking.Outcome{Delivery: asking.DeliveryLost}
	case (point == mailtest.Ready || point == mailtest.Body) && refusal:
		return asking.Outcome{Delivery: asking.Refused}
	}
	return asking.Outcome{Delivery: asking.NotYet}
}

func TestKeptWithoutAnAnswer(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{Inject: mailtest.At(mailtest.Dot, mailtest.Fault{Do: mailtest.Keep})})
	if got := newPost(t, s, server(s)).Deliver(t.Context(), message(1)); got.Delivery != asking.DeliveryLost || s.Count() != 1 {
		t.Errorf("%+v, %d kept", got, s.Count())
	}
}

// TestPolicyIsNoBounce: a server that does not want us says nothing about the address.
func TestPolicyIsNoBounce(t *testing.T) {
	for text, bounce := range map[string]bool{"5.1.1 no such user": true, "no such user": true, "5.2.1 disabled": true, "5.7.1 relaying denied": false, "5.2.2 full": false} {
		s := mailtest.Start(t, mailtest.Options{Inject: mailtest.At(mailtest.Rcpt, mailtest.Fault{Do: mailtest.Reply, Code: 550, Text: text})})
		if got := newPost(t, s, server(s)).Deliver(t.Context(), message(1)); got.Delivery != asking.Refused || got.Recipient != bounce || got.Code != 550 {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

func TestSecurity(t *testing.T) {
	for _, c := range []struct {
		name     string
		security account.MailSecurity
		options  mailtest.Options
		password string
		want     asking.Delivery
	}{
		{"plain", account.Plain, mailtest.Options{}, "", asking.Accepted},
		{"starttls", account.StartTLS, mailtest.Options{TLS: true}, "", asking.Accepted},
		{"starttls is demanded", account.StartTLS, mailtest.Options{}, "", asking.NotYet},
		{"tls", account.TLS, mailtest.Options{TLSFirst: true}, "", asking.Accepted},
		{"signed in", account.TLS, mailtest.Options{TLSFirst: true, User: "u", Password: "p"}, "p", asking.Accepted},
		{"wrong password", account.StartTLS, mailtest.Options{TLS: true, User: "u", Password: "p"}, "q", asking.NotYet},
		{"password to this machine", account.Plain, mailtest.Options{User: "u", Password: "p"}, "p", asking.Accepted},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mailtest.Start(t, c.options)
			m := server(s)
			m.Security, m.Password = c.security, c.password
			if c.password != "" {
				m.User = "u"
			}
			got := newPost(t, s, m).Deliver(t.Context(), message(1))
			if got.Delivery != c.want {
				t.Fatalf("%+v", got)
			}
			if c.want == asking.Accepted && s.Messages()[0].Secure != (c.security != account.Plain) {
				t.Error("the message did not go the way that the settings say")
			}
		})
	}
}

func TestStrangersCertificate(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{TLSFirst: true})
	m := server(s)
	m.Security = account.TLS
	p := newPost(t, s, m)
	p.Roots = nil
	if got := p.Deliver(t.Context(), message(1)); got.Delivery != asking.NotYet || s.Count() != 0 {
		t.Errorf("%+v", got)
	}
}

// TestConnectionsAreUsedAgain sends many messages from eight workers: never more connections than workers, and none for a message of its own.
func TestConnectionsAreUsedAgain(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{})
	p := newPost(t, s, server(s))
	p.Limits = mail.UsualLimits()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 50 {
				if got := p.Deliver(t.Context(), message(worker*50+i)); got.Delivery != asking.Accepted {
					t.Errorf("%+v", got)
				}
			}
		})
	}
	wg.Wait()
	made, atOnce := s.Connections()
	if s.Count() != 400 || made > 16 || atOnce > 16 {
		t.Errorf("%d messages over %d connections, %d at once", s.Count(), made, atOnce)
	}
}

// TestDeadConnection: the server closes the connection after each message; the next one is sent over a new one, not put off.
func TestDeadConnection(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{Inject: mailtest.At(mailtest.Done, mailtest.Fault{Do: mailtest.Drop})})
	p := newPost(t, s, server(s))
	for i := range 3 {
		if got := p.Deliver(t.Context(), message(i)); got.Delivery != asking.Accepted {
			t.Errorf("message %d: %+v", i, got)
		}
	}
	if s.Count() != 3 {
		t.Errorf("%d kept", s.Count())
	}
}

func TestGreylisting(t *testing.T) {
	s := mailtest.Start(t, mailtest.Options{Inject: mailtest.Greylist(1)})
	p := newPost(t, s, server(s))
	for _, want := range []asking.Delivery{asking.NotYet, asking.Accepted} {
		if got := p.Deliver(t.Context(), message(1)); got.Delivery != want {
			t.Errorf("%+v, want %v", got, want)
		}
	}
	if made, _ := s.Connections(); made != 1 {
		t.Errorf("%d connections, a refused recipient needs no new one", made)
	}
}

// TestEndsWithItsContext: a server that hangs does not hold up a process that wants to end.
func TestEndsWithItsContext(t *testing.T) {
	for _, point := range []mailtest.Point{mailtest.Accept, mailtest.Hello, mailtest.Mail, mailtest.Dot} {
		ctx, cancel := context.WithCancel(t.Context())
		s := mailtest.Start(t, mailtest.Options{Inject: func(p mailtest.Place) *mailtest.Fault {
			if p.Point != point {
				return nil
			}
			cancel()
			return &mailtest.Fault{Do: mailtest.Hang}
		}})
		p := newPost(t, s, server(s))
		p.Limits = mail.UsualLimits()
		want := asking.NotYet
		if point == mailtest.Dot {
			want = asking.DeliveryLost
		}
		if got := p.Deliver(ctx, message(1)); got.Delivery != want {
			t.Errorf("%s: %+v", point, got)
		}
	}
}

func TestNotSetUp(t *testing.T) {
	p := mail.NewPost(given{}, time.Now)
	if ready, err := p.Ready(t.Context()); ready || err != nil {
		t.Errorf("ready is %v, error %v", ready, err)
	}
	if got := p.Deliver(t.Context(), message(1)); got.Delivery != asking.NotYet {
		t.Errorf("%+v", got)
	}
}
