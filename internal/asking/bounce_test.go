package asking_test

import (
	"errors"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

func (s *sending) bounces() *asking.Bounces {
	return &asking.Bounces{Store: s.st, IDs: s.ids, AddressKey: s.addressKey, Now: s.clock}
}

// sentMail asks the contact once more, and gives the Message-ID of the mail.
func (s *sending) sentMail(c survey.ID) string {
	s.t.Helper()
	s.now = s.now.AddDate(0, 0, 40) // so long after the last one that nobody is asked too often
	s.buys(c)
	s.pass(7)
	got := s.sink.Take()
	if len(got) != 1 {
		s.t.Fatalf("%d mails were received", len(got))
	}
	p, err := got[0].Parts()
	s.must(err)
	return p.Header.Get("Message-Id")
}

func (s *sending) reports(kind asking.BounceKind, id string) {
	s.t.Helper()
	s.must(s.bounces().Take(s.t.Context(), asking.Report{Kind: kind, MessageID: id, Detail: "550 5.1.1 no such user"}))
}

func (s *sending) suppressed(email string) people.Suppressed {
	v, err := s.st.Suppression(s.t.Context(), people.AddressKey(s.addressKey, email))
	if errors.Is(err, survey.ErrNotFound) {
		return ""
	}
	s.must(err)
	return v.Reason
}

func TestAMailThatCameBackStopsMail(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(func(r *asking.Rule) { r.Plan.ReminderDays = 0 })
		ann := s.contact(survey.Contact{Email: "ann@example.com"})
		id := s.sentMail(ann)
		s.reports(asking.HardBounce, id)
		s.reports(asking.HardBounce, id)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "sent", "bounced reported"})
		if got := s.suppressed("ann@example.com"); got != people.Bounced {
			t.Errorf("suppressed: %q", got)
		}
		c, err := s.st.Contact(s.t.Context(), ann)
		if s.must(err); c.BouncedAt.IsZero() {
			t.Error("the contact does not say so")
		}
		s.now = s.now.AddDate(0, 0, 40)
		s.buys(ann)
		s.pass(7)
		s.expect("received", s.received(), nil)
		stops := &people.Stops{Store: s.st, Key: s.addressKey, Now: s.clock}
		s.must(stops.Remove(s.t.Context(), people.AddressKey(s.addressKey, "ann@example.com"))) // the mailbox was full for a while, say
		s.now = s.now.AddDate(0, 0, 40)
		s.buys(ann)
		s.pass(7)
		s.expect("received after it was allowed", s.received(), []string{"ann@example.com ask en"})
	})
}

// TestThreeInARow: a mail that arrived between two that came back begins the count anew.
func TestThreeInARow(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(func(r *asking.Rule) { r.Plan.ReminderDays = 0 })
		ann := s.contact(survey.Contact{Email: "ann@example.com"})
		for i, comesBack := range []bool{true, true, false, true, true, true} {
			id := s.sentMail(ann)
			if comesBack {
				s.reports(asking.SoftBounce, id)
				s.reports(asking.SoftBounce, id) // told twice it is one
			}
			c, err := s.st.Contact(s.t.Context(), ann)
			if s.must(err); !c.BouncedAt.IsZero() != (i == 5) {
				t.Errorf("after mail %d: bounces %d, bounced %v", i, c.Bounces, c.BouncedAt)
			}
		}
	})
}

func TestAComplaintWeighsMoreThanABounce(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		id := s.sentMail(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.reports(asking.HardBounce, id)
		s.reports(asking.Complaint, id)
		s.reports(asking.HardBounce, id)
		s.reports(asking.Complaint, id)
		if got := s.suppressed("ann@example.com"); got != people.Complained {
			t.Errorf("suppressed: %q", got)
		}
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "sent", "bounced reported", "suppressed complained"})
	})
}

// TestReportsAboutNobody change nothing, and say so.
func TestReportsAboutNobody(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.contact(survey.Contact{Email: "ann@example.com"})
		for _, r := range []asking.Report{
			{},
			{Kind: asking.HardBounce, MessageID: "<unknown@shop.example>"},
			{Kind: asking.HardBounce, Address: "nobody@example.com"},
			{Kind: asking.HardBounce, Address: "ann@example.com\r\n"},
			{Kind: "delivered", Address: "ann@example.com"},
		} {
			if err := s.bounces().Take(s.t.Context(), r); !errors.Is(err, survey.ErrNotFound) {
				t.Errorf("%+v: %v", r, err)
			}
		}
		s.must(s.bounces().Take(s.t.Context(), asking.Report{Kind: asking.HardBounce, Address: "Ann@Example.com"}))
		if got := s.suppressed("ann@example.com"); got != people.Bounced {
			t.Errorf("suppressed: %q", got)
		}
	})
}

func TestAnAnswerOutweighsABounce(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		id := s.sentMail(s.contact(survey.Contact{Email: "ann@example.com"}))
		mails, err := s.st.MailsIn(s.t.Context(), asking.MailSent, 0, 1)
		s.must(err)
		found, err := s.st.InvitationsOf(s.t.Context(), []survey.ID{mails[0].InvitationID})
		s.must(err)
		version, err := s.st.Version(s.t.Context(), s.survey.VersionID)
		s.must(err)
		w, err := s.st.NewWriter(s.t.Context(), func(err error) { s.t.Error(err) })
		s.must(err)
		defer w.Close()
		intake := survey.NewIntake(s.st, w, s.ids, s.clock, func() *time.Location { return time.UTC })
		_, _, err = intake.Give(s.t.Context(), version, survey.Response{
			ID: found[0].ID, SurveyID: s.survey.ID, Channel: survey.ViaInvitation, ContactID: found[0].ContactID, Language: "en", Rating: 9,
		})
		s.must(err)
		s.reports(asking.HardBounce, id)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "sent", "answered"})
	})
}
