package telling_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/telling"
)

// sending is a shop with a mail server that keeps what it is given.
type sending struct {
	*shop
	sink       *mailtest.Sink
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
		s.dispatcher = &asking.Dispatcher{
			Store: s.st, Post: post, Composer: composer, IDs: s.ids, AddressKey: []byte(strings.Repeat("a", 32)), Log: slog.New(slog.DiscardHandler),
			Now: s.clock, Elapsed: func() time.Duration { return s.now.Sub(start) }, Alone: true, Workers: 1,
			Kinds: map[string]asking.Kind{telling.AlertMail: telling.Alerts{Desk: desk}},
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
