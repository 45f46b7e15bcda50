package asking_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// letters is a kind of mail that goes to anybody who did not complain, and remembers what became of its mails.
type letters struct{ lines []string }

// Write implements asking.Kind.
func (l *letters) Write(_ context.Context, m asking.Mail, to survey.Contact) (asking.Message, error) {
	return asking.Message{ID: m.ID.String() + "@shop.example", From: "survey@shop.example", To: to.Email, Subject: "letter", Text: string(m.Content)}, nil
}

// Against implements asking.Kind.
func (l *letters) Against(_ context.Context, c asking.Case) (string, error) {
	if c.Suppressed == people.Complained {
		return string(c.Suppressed), nil
	}
	return "", nil
}

// Became implements asking.Kind.
func (l *letters) Became(_ context.Context, m asking.Mail) error {
	l.lines = append(l.lines, fmt.Sprintf("%s %s %.3s", m.Content, m.State, m.Problem))
	return nil
}

// CameBack implements asking.Kind.
func (l *letters) CameBack(_ context.Context, m asking.Mail, r asking.Report) error {
	l.lines = append(l.lines, fmt.Sprintf("%s %s", m.Content, r.Kind))
	return nil
}

// writes adds a letter that is due now.
func (s *sending) writes(to survey.ID, text string) survey.ID {
	m := asking.Mail{ID: s.ids.Next(), Kind: "letter", ContactID: to, Content: []byte(text), State: asking.Due, DueAt: s.now, CreatedAt: s.now}
	s.must(s.st.AddMails(s.t.Context(), []asking.Mail{m}))
	return m.ID
}

func TestAnotherKindOfMailIsToldWhatBecameOfIt(t *testing.T) {
	eachSending(t, func(s *sending) {
		l := &letters{}
		kinds := map[string]asking.Kind{"letter": l}
		s.dispatcher.Kinds = kinds
		ann, bob := s.contact(survey.Contact{Email: "ann@example.com"}), s.contact(survey.Contact{Email: "bob@example.com"})
		stops := &people.Stops{Store: s.st, Key: s.addressKey, Now: s.clock}
		s.must(stops.Stop(t.Context(), ann, people.Unsubscribed))
		s.must(stops.Stop(t.Context(), bob, people.Complained))
		first := s.writes(ann, "1")
		s.writes(bob, "2")
		s.pass(0)
		s.expect("received", s.received(), []string{"ann@example.com letter"})
		s.expect("told", l.lines, []string{"1 sent ", "2 dropped com"})
		b := s.bounces()
		b.Kinds, l.lines = kinds, nil
		s.must(b.Take(t.Context(), asking.Report{Kind: asking.SoftBounce, MessageID: first.String() + "@shop.example"}))
		s.sink.Break(mailtest.At(mailtest.Dot, mailtest.Fault{Do: mailtest.Drop}))
		third := s.writes(ann, "3")
		s.pass(0)
		s.now = s.now.Add(time.Hour) // nothing is tried for a while after a mail was lost
		s.sink.Break(mailtest.At(mailtest.Rcpt, mailtest.Fault{Do: mailtest.Reply, Code: 550, Text: "5.1.1 nobody"}))
		s.must(s.dispatcher.Resend(t.Context(), third, "Ann"))
		s.pass(0)
		s.expect("told", l.lines, []string{"1 soft", "3 uncertain EOF", "3 due ", "3 failed 550"})
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), nil)
	})
}
