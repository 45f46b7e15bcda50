package telling_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

// sending is a shop with a mail server that keeps what it is given.
type sending struct {
	*shop
	sink       *mailtest.Sink
	goals      *customers.Goals
	dispatcher *asking.Dispatcher
}

// MailServer implements mail.Settings.
func (s *sending) MailServer(context.Context) (account.MailServer, error) {
	return account.MailServer{Host: s.sink.Host(), Port: s.sink.Port(), Security: account.Plain, From: "survey@shop.example"}, nil
}

func eachSending(t *testing.T, test func(s *sending)) {
	each(t, func(one *shop) {
		s := &sending{shop: one, sink: mailtest.Start(t, mailtest.Options{})}
		post := mail.NewPost(s, time.Now)
		t.Cleanup(post.Close)
		s.teller.Server = post
		composer := &mail.Composer{Settings: s, Secret: []byte("secret")}
		desk := &telling.Desk{Store: s.st, Composer: composer, Now: s.clock, Zone: s.in, BaseURL: "https://shop.example"}
		results := reports.New(s.st, s.clock, s.in)
		s.goals = &customers.Goals{Store: s.st, Scores: results, Now: s.clock, Zone: s.in}
		s.dispatcher = &asking.Dispatcher{
			Store: s.st, Post: post, Composer: composer, IDs: s.ids, AddressKey: []byte(strings.Repeat("a", 32)), Log: slog.New(slog.DiscardHandler),
			Now: s.clock, Elapsed: func() time.Duration { return s.now.Sub(start) }, Alone: true, Workers: 1,
			Kinds: map[string]asking.Kind{
				telling.AlertMail:  telling.Alerts{Desk: desk},
				telling.DigestMail: telling.Digests{Desk: desk, Weeks: results, Cases: s.st, Goals: s.goals},
			},
		}
		test(s)
	})
}

// received lists who got what now, in order.
func (s *sending) received() string {
	s.t.Helper()
	s.dispatcher.Drain(s.t.Context())
	var lines []string
	for _, m := range s.sink.Take() {
		parts, err := m.Parts()
		s.must(err)
		name, _, _ := strings.Cut(strings.Join(m.To, ","), "@")
		lines = append(lines, name+": "+parts.Header.Get("Subject"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

func (s *sending) arrives(what, want string) {
	s.t.Helper()
	if got := s.received(); got != want {
		s.t.Errorf("%s: %q arrived, want %q", what, got, want)
	}
}

// TestFortyEightHoursByMail is what the staff see of a case that nobody answers.
func TestFortyEightHoursByMail(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.lead(meg)
		s.choose(meg, telling.AtOnce, false)
		id := s.unhappy("Broken")
		owner := ann
		s.do(bob, id, followup.Edit{Owner: &owner})
		s.tell()
		s.arrives("at once", "ann: bob gives you a case: Anonymous answer, 2 of 10")
		s.pass(36 * time.Hour)
		s.tell()
		s.arrives("12 hours before", "ann: A reply is due soon: Anonymous answer, 2 of 10")
		s.pass(13 * time.Hour)
		s.tell()
		s.arrives("overdue", "ann: The reply is overdue: Anonymous answer, 2 of 10; meg: The reply is overdue: Anonymous answer, 2 of 10")
		s.tell()
		s.arrives("again", "")
	})
}

// TestAReminderSaysThatAReplyIsHeld has a reply that was written before there was a mail server.
func TestAReminderSaysThatAReplyIsHeld(t *testing.T) {
	const held = "A reply is held in the outbox"
	for _, state := range []asking.MailState{asking.Kept, asking.Dropped} {
		eachSending(t, func(s *sending) {
			anna, err := s.st.EnsureContact(t.Context(), survey.Contact{ID: s.ids.Next(), Email: "anna@example.com", CreatedAt: s.now})
			s.must(err)
			_, _, err = s.intake.Give(t.Context(), s.version, survey.Response{ID: s.ids.Next(), ContactID: anna, Channel: survey.ViaImport, Language: "en", Rating: 2})
			s.must(err)
			s.tell()
			s.received()
			s.must(s.st.AddMails(t.Context(), []asking.Mail{{ID: s.ids.Next(), Kind: asking.ReplyMail, ContactID: anna, State: state, DueAt: s.now, CreatedAt: s.now}}))
			s.pass(36 * time.Hour)
			s.tell()
			s.dispatcher.Drain(t.Context())
			mails := s.sink.Take()
			if len(mails) == 0 {
				t.Fatal("nobody was reminded")
			}
			p, err := mails[0].Parts()
			s.must(err)
			if says := strings.Contains(p.Text, held) && strings.Contains(p.HTML, held); says != (state == asking.Kept) || !strings.HasPrefix(p.Subject, "A reply is due soon") {
				t.Errorf("with a reply that is %s: %s: %s", state, p.Subject, p.Text)
			}
		})
	}
}

// TestAMentionIsToldWithItsNote has a note with markup, of a case that somebody else has.
func TestAMentionIsToldWithItsNote(t *testing.T) {
	eachSending(t, func(s *sending) {
		owner, id := ann, s.unhappy("Broken")
		s.do(ann, id, followup.Edit{Owner: &owner})
		s.tell()
		s.received()
		s.do(ann, id, followup.Edit{Note: "@meg <b>refund</b>?", Names: []int64{meg}})
		s.tell()
		s.dispatcher.Drain(t.Context())
		mails := s.sink.Take()
		if len(mails) != 1 || mails[0].To[0] != "meg@shop.example" {
			t.Fatalf("%d mails", len(mails))
		}
		p, err := mails[0].Parts()
		s.must(err)
		if p.Subject != "ann mentions you in a note: Anonymous answer, 2 of 10" || !strings.Contains(p.Text, "ann · Internal note:\r\n  @meg <b>refund</b>?") || !strings.Contains(p.HTML, "@meg &lt;b&gt;refund&lt;/b&gt;?") {
			t.Errorf("%s: %s", p.Subject, p.Text)
		}
	})
}

// TestWhatIsNotTrueAnyMoreIsNotSent changes things between the making of a mail and its hand-over.
func TestWhatIsNotTrueAnyMoreIsNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *sending)
		want   string
	}{
		"nothing changes":  {func(*sending) {}, "ann: New case: Anonymous answer, 2 of 10; bob: New case: Anonymous answer, 2 of 10"},
		"somebody took it": {func(s *sending) { owner := bob; s.do(bob, s.last, followup.Edit{Owner: &owner}) }, "bob: New case: Anonymous answer, 2 of 10"},
		"it is resolved":   {func(s *sending) { s.do(bob, s.last, followup.Edit{Status: to(followup.Resolved), Reason: 2}) }, ""},
		"a day has passed": {func(s *sending) { s.pass(25 * time.Hour) }, ""},
		"a reader is gone": {func(s *sending) { s.must(s.st.DeleteUser(s.t.Context(), ann)) }, "bob: New case: Anonymous answer, 2 of 10"},
		"one is disabled": {func(s *sending) {
			s.must(s.st.UpdateUser(s.t.Context(), account.User{ID: ann, Role: account.Support, Disabled: true}))
		}, "bob: New case: Anonymous answer, 2 of 10"},
		"the case is erased": {func(s *sending) { s.sql(`DELETE FROM followup_case`) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			eachSending(t, func(s *sending) {
				s.choose(meg, telling.Off, false)
				s.last = s.unhappy("Broken")
				s.tell()
				c.change(s)
				s.arrives(name, c.want)
			})
		})
	}
}

// sql changes what no part of the program would.
func (s *sending) sql(query string) {
	s.t.Helper()
	s.must(s.st.Shell(s.t.Context(), new(strings.Builder), query, true))
}

// give has answers with these ratings, every other one with a comment.
func (s *sending) give(ratings ...int) {
	s.t.Helper()
	for i, rating := range ratings {
		r := survey.Response{ID: s.ids.Next(), Language: "en", Rating: rating}
		if i%2 == 0 {
			r.Comment = "Said with a " + strconv.Itoa(rating)
		}
		_, _, err := s.intake.Give(s.t.Context(), s.version, r)
		s.must(err)
		s.pass(time.Minute)
	}
}

// invite has people asked now, of whom some have answered and some never got it.
func (s *sending) invite(sent, bounced, answered int64) {
	s.t.Helper()
	d := survey.FunnelDelta{Cell: survey.FunnelCell{SurveyID: s.version.SurveyID, Day: survey.DayOf(s.now, s.zone)}, Funnel: survey.Funnel{Sent: sent, Bounced: bounced, Answered: answered}}
	s.must(s.st.InTx(s.t.Context(), func(ctx context.Context) error { return s.st.AddFunnel(ctx, []survey.FunnelDelta{d}) }))
}

func TestTheDigestTellsTheWeek(t *testing.T) {
	eachSending(t, func(s *sending) {
		for _, u := range []int64{ann, bob, meg} {
			s.choose(u, telling.Off, true)
		}
		at := func(month time.Month, day int) { s.now = time.Date(2026, month, day, 12, 0, 0, 0, s.zone) }
		at(5, 5)
		s.invite(200, 0, 30)
		at(5, 12)
		s.invite(110, 10, 40)
		at(5, 19)
		s.give(10, 10, 7, 5)
		s.invite(50, 0, 0)
		at(5, 25)
		s.tell()
		s.received()
		at(5, 26)
		s.give(10, 10, 10, 9, 9, 7, 8, 2)
		s.invite(60, 0, 0)
		at(6, 1)
		s.give(0) // of the next week
		s.must(s.goals.Save(t.Context(), &customers.Goal{
			Published: true, Specific: "Open a shop", Kind: customers.GoalTask, Achievable: "A loan", Relevant: "Growth", Start: survey.Date(2026, 5, 1), Deadline: survey.Date(2026, 6, 11),
		}))
		s.now = time.Date(2026, 6, 1, 8, 0, 0, 0, s.zone)
		s.tell()
		s.dispatcher.Drain(t.Context())
		mails := s.sink.Take()
		if len(mails) != 1 || mails[0].To[0] != "meg@shop.example" {
			t.Fatalf("%d mails", len(mails))
		}
		p, err := mails[0].Parts()
		s.must(err)
		text := strings.NewReplacer("\r\n", "\n", "\u00a0", " ").Replace(p.Text)
		for _, want := range wantedInDigest() {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say %q:\n%s", want, text)
			}
		}
	})
}

// wantedInDigest is counted by hand: 5 promoters and 1 detractor of 8 after 2 and 1 of 4.
func wantedInDigest() []string {
	return []string{
		"NPS is +50, up 25 points on the previous 7 days.", "After the purchase · 25 May to 31 May 2026", "Only 8 answers: read with care.",
		"Net Promoter Score: +50\n   ▲ 25 points, from +25; change interval ", "   95% interval −7 to +80\n   8 answers\n",
		"Running goals\n\nOpen a shop\nOn track: Not done, target Done · 10 days left\n", "Asked: 60\n   ▲ from 50\n", "Answers: 8\n   ▲ from 4\n",
		"Response rate: 40%\n   ▲ from 15%\n   95% interval 31% to 50%\n   of 100 asked\n   Asked 11 May to 17 May 2026: younger invitations are still being answered\n",
		"Answers with a comment: 50%\n   from 50%\n   95% interval 22% to 78%\n   8 answers\n",
		"The newest comments\n\n8 of 10\n26 May 2026\n  Said with a 8\n", "Overdue cases: 2\n\nAnonymous answer, 5 of 10\nOverdue by 10 days\n",
	}
}
