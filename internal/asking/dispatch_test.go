package asking_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// sending is a shop with a mail server that keeps what it is given.
type sending struct {
	*shop
	sink       *mailtest.Sink
	dispatcher *asking.Dispatcher
	elapsed    time.Duration // beside the wall's clock
}

// MailServer implements mail.Settings.
func (s *sending) MailServer(context.Context) (account.MailServer, error) {
	if s.sink == nil {
		return account.MailServer{}, nil
	}
	return account.MailServer{Host: s.sink.Host(), Port: s.sink.Port(), Security: account.Plain, From: "survey@shop.example"}, nil
}

// Compose implements asking.Composer: the plainest letter there is.
func (s *sending) Compose(_ context.Context, l asking.Letter) (asking.Message, error) {
	if l.Contact.Name == "unwritable" {
		return asking.Message{}, errors.New("no words for that")
	}
	return asking.Message{
		ID: l.MailID.String() + "@shop.example", From: "survey@shop.example", To: l.Contact.Email, Subject: l.Kind + " " + l.Language(),
		Text: l.BaseURL + "/s/" + l.Token, HTML: "<p>" + l.Token + "</p>", Auto: true,
	}, nil
}

func newSending(s *shop) *sending {
	v := &sending{shop: s, sink: mailtest.Start(s.t, mailtest.Options{})}
	v.dispatcher = v.newDispatcher(s.ids)
	v.dispatcher.Alone = true
	return v
}

// newDispatcher is a process of its own.
func (s *sending) newDispatcher(ids *survey.IDs) *asking.Dispatcher {
	post := mail.NewPost(s, time.Now)
	short := 500 * time.Millisecond
	post.Limits.Command, post.Limits.Content, post.Limits.Final, post.Limits.Connect = short, short, short, short
	s.t.Cleanup(post.Close)
	return &asking.Dispatcher{
		Store: s.st, Post: post, Composer: s, Keys: s.keys, IDs: ids, AddressKey: s.addressKey, BaseURL: "https://ask.shop.example", Log: slog.New(slog.DiscardHandler),
		Now: s.clock, Elapsed: func() time.Duration { return s.now.Sub(start) + s.elapsed }, Workers: 1,
	}
}

func eachSending(t *testing.T, test func(s *sending)) { each(t, func(s *shop) { test(newSending(s)) }) }

// pass lets days go by and hands over what is due then.
func (s *sending) pass(days int) {
	s.now = s.now.AddDate(0, 0, days)
	s.dispatcher.Drain(s.t.Context())
}

// received lists who got what, in order.
func (s *sending) received() (lines []string) {
	for _, m := range s.sink.Take() {
		parts, err := m.Parts()
		s.must(err)
		lines = append(lines, strings.Join(m.To, ",")+" "+parts.Header.Get("Subject"))
	}
	return lines
}

func TestAsksRemindsAndEnds(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com", Language: "bg"}))
		s.pass(6)
		s.expect("before it is due", s.received(), nil)
		s.pass(1)
		s.expect("when it is due", s.received(), []string{"ann@example.com ask bg"})
		s.pass(3)
		s.expect("later", s.received(), nil)
		s.pass(1)
		s.expect("after four days", s.received(), []string{"ann@example.com reminder bg"})
		s.pass(25)
		s.must(s.dispatcher.Sweep(s.t.Context()))
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "sent", "reminded"})
		s.pass(1)
		s.must(s.dispatcher.Sweep(s.t.Context()))
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "sent", "reminded", "expired"})
		s.expect("at the end", s.received(), nil)
	})
}

func TestTheReminderCarriesTheSameLink(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.pass(7)
		s.pass(4)
		var links []string
		for _, m := range s.sink.Take() {
			parts, err := m.Parts()
			s.must(err)
			links = append(links, strings.TrimSpace(parts.Text))
		}
		if len(links) != 2 || links[0] != links[1] || !strings.HasPrefix(links[0], "https://ask.shop.example/s/") {
			t.Errorf("links: %q", links)
		}
	})
}

func TestWhatSpeaksAgainstAnAskIsWrittenDown(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(func(r *asking.Rule) { r.Plan.ConsentRequired = true })
		yes := func(name string) survey.ID { return s.agreed(survey.Contact{Email: name + "@example.com"}) }
		stops := &people.Stops{Store: s.st, Key: s.addressKey, Now: s.clock}
		unsubscribed, complained, bounced, none, silent, twice := yes("u"), yes("c"), yes("b"), s.agreed(survey.Contact{ExternalID: "7"}), s.contact(survey.Contact{Email: "s@example.com"}), yes("t")
		s.buys(unsubscribed, complained, bounced, none, silent, twice, twice)
		s.must(stops.Stop(s.t.Context(), unsubscribed, people.Unsubscribed))
		s.must(stops.Stop(s.t.Context(), complained, people.Complained))
		s.must(s.st.MarkBounced(s.t.Context(), bounced, s.now))
		s.pass(7)
		s.expect("received", s.received(), []string{"t@example.com ask en"})
		for who, want := range map[survey.ID]string{
			unsubscribed: "unsubscribed", complained: "suppressed complained", bounced: "bounced", none: "suppressed no_address", silent: "suppressed consent_missing",
		} {
			s.expect("ledger", s.ledger(asking.LedgerFilter{ContactID: who}), []string{"scheduled", want})
		}
		s.expect("ledger", s.ledger(asking.LedgerFilter{ContactID: twice}), []string{"scheduled", "scheduled", "sent", "throttled asked_recently"})
	})
}

// agreed is a contact that has given consent.
func (s *sending) agreed(c survey.Contact) survey.ID {
	c.Consent = survey.ConsentGiven
	return s.contact(c)
}

func TestAClosedSurveyAndAPausedRuleAskNobody(t *testing.T) {
	eachSending(t, func(s *sending) {
		r := s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		r.Active = false
		s.must(s.st.UpdateRule(s.t.Context(), &r))
		s.pass(7)
		s.expect("while the rule is paused", s.received(), nil)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled"})
		r.Active = true
		s.must(s.st.UpdateRule(s.t.Context(), &r))
		s.survey.ClosesAt = s.now
		s.must(s.st.UpdateSurvey(s.t.Context(), &s.survey))
		s.pass(1)
		s.expect("when the survey is closed", s.received(), nil)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "cancelled survey_closed"})
	})
}

func TestAMailOutsideItsWindowWaitsForIt(t *testing.T) {
	eachSending(t, func(s *sending) {
		r := s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		r.Plan.From, r.Plan.Until = 960, 1020 // 16:00 to 17:00, after it was planned for 12:00
		s.must(s.st.UpdateRule(s.t.Context(), &r))
		s.pass(7)
		s.expect("at noon", s.received(), nil)
		s.now = s.now.Add(4 * time.Hour)
		s.pass(0)
		s.expect("at four", s.received(), []string{"ann@example.com ask en"})
	})
}

func TestWhatTheMailServerSays(t *testing.T) {
	reply := func(code int, text string) mailtest.Inject {
		return mailtest.At(mailtest.Rcpt, mailtest.Fault{Do: mailtest.Reply, Code: code, Text: text})
	}
	for _, c := range []struct {
		name   string
		inject mailtest.Inject
		ledger string
		again  bool // it is tried again
		asked  bool
	}{
		{"greylisted", reply(451, "4.7.1 later"), "", true, true},
		{"no such mailbox", reply(550, "5.1.1 no such user"), "bounced recipient", false, true},
		{"refused", mailtest.At(mailtest.Mail, mailtest.Fault{Do: mailtest.Reply, Code: 550, Text: "5.7.1 not you"}), "failed server", false, false},
		{"silence after the dot", mailtest.At(mailtest.Dot, mailtest.Fault{Do: mailtest.Drop}), "uncertain no_reply", false, true},
		{"kept in silence", mailtest.At(mailtest.Dot, mailtest.Fault{Do: mailtest.Keep}), "uncertain no_reply", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachSending(t, func(s *sending) {
				s.rule(nil)
				ann := s.contact(survey.Contact{Email: "ann@example.com"})
				s.buys(ann)
				s.sink.Break(c.inject)
				s.pass(7)
				s.sink.Break(nil)
				got := s.sink.Take()
				want := []string{"scheduled"}
				if c.ledger != "" {
					want = append(want, c.ledger)
				}
				s.expect("ledger", s.ledger(asking.LedgerFilter{}), want)
				found, err := s.st.Contact(s.t.Context(), ann)
				s.must(err)
				if !found.AskedAt.IsZero() != c.asked {
					t.Errorf("asked at %v", found.AskedAt)
				}
				s.now = s.now.Add(2 * time.Minute)
				s.pass(0)
				if n := s.sink.Count(); n != 0 && !c.again || n != 1 && c.again || n+len(got) > 1 {
					t.Errorf("%d mails at first and %d later", len(got), n)
				}
			})
		})
	}
}

func TestGivesUpAfterDays(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(func(r *asking.Rule) { r.Plan.From, r.Plan.Until = 0, 0 })
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.now = s.now.AddDate(0, 0, 7)
		s.sink.Break(mailtest.At(mailtest.Rcpt, mailtest.Fault{Do: mailtest.Reply, Code: 451, Text: "4.7.1 later"}))
		begun, tries := s.now, 0
		for ; len(s.due()) > 0 && tries < 100; tries++ {
			s.now = later(s.now, s.due()[0].DueAt)
			s.pass(0)
		}
		if took := s.now.Sub(begun); took < 48*time.Hour || took > 5*24*time.Hour || tries != 20 {
			t.Errorf("gave up after %v and %d attempts", took, tries)
		}
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "failed gave_up"})
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestALetterThatCantBeWrittenFails(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com", Name: "unwritable"}), s.contact(survey.Contact{Email: "ben@example.com"}))
		s.pass(7)
		s.expect("received", s.received(), []string{"ben@example.com ask en"})
		s.expect("ledger", s.ledger(asking.LedgerFilter{Decision: asking.Failed}), []string{"failed unwritable"})
	})
}

// keptMail is a shop without a mail server, whose one mail waits in the outbox.
func (s *sending) keptMail() (*asking.Outbox, *mailtest.Sink) {
	s.rule(nil)
	s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
	sink := s.sink
	s.sink = nil
	s.forget()
	s.pass(7)
	counts, err := s.st.CountMails(s.t.Context())
	if s.must(err); counts[asking.Kept] != 1 {
		s.t.Errorf("counts: %v", counts)
	}
	return &asking.Outbox{Dispatcher: s.dispatcher, Store: s.st}, sink
}

func TestMailsAreKeptUntilSomebodyReleasesThem(t *testing.T) {
	eachSending(t, func(s *sending) {
		outbox, sink := s.keptMail()
		s.sink = sink
		s.forget()
		s.pass(1)
		s.expect("received before", s.received(), nil)
		n, _, err := outbox.Release(s.t.Context())
		if s.must(err); n != 1 {
			t.Errorf("released %d", n)
		}
		s.pass(0)
		s.expect("received", s.received(), []string{"ann@example.com ask en"})
	})
}

// TestKeptMailsAreReadWithoutTheirLinks: staff see what the customer would, and could not answer in their place.
func TestKeptMailsAreReadWithoutTheirLinks(t *testing.T) {
	eachSending(t, func(s *sending) {
		outbox, _ := s.keptMail()
		kept, err := outbox.Kept(s.t.Context(), 0, 10)
		s.must(err)
		found, err := s.st.InvitationsOf(s.t.Context(), []survey.ID{kept[0].InvitationID})
		s.must(err)
		token, err := s.dispatcher.Keys.Token(found[0].KeyID, found[0].Nonce)
		s.must(err)
		_, m, err := outbox.Read(s.t.Context(), kept[0].ID)
		s.must(err)
		if m.To != "ann@example.com" || !strings.Contains(m.Text, "/s/") || strings.Contains(m.Text+m.HTML, token) {
			t.Errorf("%+v", m)
		}
	})
}

func TestKeptMailsAreDropped(t *testing.T) {
	eachSending(t, func(s *sending) {
		outbox, sink := s.keptMail()
		n, err := outbox.Drop(s.t.Context(), "Eva")
		if s.must(err); n != 1 {
			t.Errorf("dropped %d", n)
		}
		s.sink = sink
		s.forget()
		s.pass(1)
		s.expect("received", s.received(), nil)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "cancelled outbox"})
	})
}

// TestMailToOneself: it goes out at once, asks nobody, and is no line of the ledger; without a mail server it can be read in the outbox, and goes nowhere later.
func TestMailToOneself(t *testing.T) {
	eachSending(t, func(s *sending) {
		outbox := &asking.Outbox{Dispatcher: s.dispatcher, Store: s.st}
		surveys, err := s.st.Surveys(s.t.Context())
		s.must(err)
		test := asking.Test{Survey: surveys[0], Language: "en", Email: "eva@shop.example", Name: "Eva"}
		out, kept, err := outbox.SendTest(s.t.Context(), test)
		if s.must(err); out.Delivery != asking.Accepted || kept {
			t.Errorf("%+v, kept %v", out, kept)
		}
		s.expect("received", s.received(), []string{"eva@shop.example test en"})
		sink := s.sink
		s.sink = nil
		s.forget()
		if _, kept, err = outbox.SendTest(s.t.Context(), test); err != nil || !kept {
			t.Errorf("kept %v, error %v", kept, err)
		}
		waiting, err := outbox.Kept(s.t.Context(), 0, 10)
		if s.must(err); len(waiting) != 1 {
			t.Fatalf("%d wait", len(waiting))
		}
		_, m, err := outbox.Read(s.t.Context(), waiting[0].ID)
		if s.must(err); m.To != "eva@shop.example" {
			t.Errorf("%+v", m)
		}
		s.sink = sink
		s.forget()
		_, _, err = outbox.Release(s.t.Context())
		s.must(err)
		s.pass(1)
		s.expect("received later", s.received(), nil)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), nil)
	})
}

// forget makes the post read its settings again.
func (s *sending) forget() { s.dispatcher.Post.(*mail.Post).Forget() }
