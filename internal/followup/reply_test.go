package followup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestAReplyArrivesAndStopsTheClock(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.stop(people.Unsubscribed)
		o.must(followup.NewRequests(o.st, o.service).Permit(t.Context(), o.current().ResponseID, followup.Agreed, ""))
		o.send(followup.Waiting)
		version := o.current().Version
		if c := o.current(); c.Status != followup.Waiting || !c.RepliedAt.IsZero() {
			t.Errorf("before it went out the case is %+v", c)
		}
		o.pass(followup.UndoTime - time.Second)
		if n := o.sink.Count(); n != 0 {
			t.Fatalf("%d mails went out at once", n)
		}
		o.pass(time.Second)
		got := o.sink.Take()
		if len(got) != 1 {
			t.Fatalf("%d mails were received", len(got))
		}
		p, err := got[0].Parts()
		o.must(err)
		want := strings.ReplaceAll(sorry, "\n", "\r\n") + "\r\n\r\n22 listopada napisali Państwo:\r\n> Paczka przyszła otwarta.\r\n"
		if p.Subject != "Państwa opinia o zamówieniu 10482" || p.Text != want || p.Header.Get("Content-Language") != "pl" || got[0].To[0] != "anna@example.com" {
			t.Errorf("received: %+v", p)
		}
		if p.Header.Get("From") != `"Linden Home" <help@shop.example>` || p.Header.Get("List-Unsubscribe") != "" || p.Header.Get("Auto-Submitted") != "" {
			t.Errorf("the header is %v", p.Header)
		}
		if c := o.current(); !c.RepliedAt.Equal(o.now) || c.Version != version {
			t.Errorf("the case is %+v, its version was %d", c, version)
		}
		if got := o.log(); got != "opened class; permission 0 1; status new waiting; reply_queued; reply" {
			t.Errorf("the log is %s", got)
		}
		o.send(followup.Waiting)
		o.pass(time.Minute)
		second, err := o.sink.Take()[0].Parts()
		o.must(err)
		if id := p.Header.Get("Message-Id"); second.Header.Get("In-Reply-To") != id || second.Header.Get("References") != id || second.Header.Get("Message-Id") == id {
			t.Errorf("after %s comes %v", id, second.Header)
		}
	})
}

func TestAReplyIsTakenBack(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		mail := o.send(followup.Resolved)
		if _, err := o.replies.Undo(ctx, o.dana, o.id+1, mail); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("from another case it gives %v", err)
		}
		text, err := o.replies.Undo(ctx, o.dana, o.id, mail)
		if c := o.current(); err != nil || text != sorry || c.Status != followup.New || c.Reason != 0 || !c.ResolvedAt.IsZero() || c.Reopened != 0 {
			t.Errorf("the case is %+v, the text %q, %v", c, text, err)
		}
		o.pass(time.Minute)
		if n := o.sink.Count(); n != 0 {
			t.Errorf("%d mails went out", n)
		}
		mail = o.send(followup.Waiting)
		pending, err := o.replies.Pending(ctx, o.current())
		if err != nil || len(pending) != 1 || !pending[0].MayUndo() || pending[0].Text != sorry || pending[0].By != o.dana {
			t.Errorf("on its way: %+v, %v", pending, err)
		}
		o.pass(time.Minute)
		if _, err := o.replies.Undo(ctx, o.dana, o.id, mail); !errors.Is(err, followup.ErrTooLate) {
			t.Errorf("after it went out: %v", err)
		}
		if pending, err = o.replies.Pending(ctx, o.current()); err != nil || len(pending) != 0 {
			t.Errorf("on its way: %+v, %v", pending, err)
		}
	})
}

func TestOneOfTwoRepliesIsTakenBack(t *testing.T) {
	const first, second = 0, 1
	for name, c := range map[string]struct {
		to   [2]followup.Status
		undo []int
		want string
	}{
		"the first, then the second": {[2]followup.Status{followup.Waiting, followup.Waiting}, []int{first, second}, "waiting new"},
		"the second, then the first": {[2]followup.Status{followup.Waiting, followup.Waiting}, []int{second, first}, "waiting new"},
		"the one that resolves":      {[2]followup.Status{followup.Waiting, followup.Resolved}, []int{second, first}, "waiting new"},
		"the one before it":          {[2]followup.Status{followup.Waiting, followup.Resolved}, []int{first, second}, "resolved new"},
		"the one that opens again":   {[2]followup.Status{followup.Resolved, followup.Waiting}, []int{second, first}, "waiting waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			eachOffice(t, func(t *testing.T, o *office) {
				var mails []survey.ID
				for _, to := range c.to {
					mails = append(mails, o.send(to))
				}
				var got []string
				for _, i := range c.undo {
					_, err := o.replies.Undo(t.Context(), o.dana, o.id, mails[i])
					o.must(err)
					got = append(got, string(o.current().Status))
				}
				if all := strings.Join(got, " "); all != c.want {
					t.Errorf("the case becomes %s, want %s: %s", all, c.want, o.log())
				}
			})
		})
	}
}

func TestAReplyThatIsTakenBackLeavesWhatHappenedSince(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.send(followup.Waiting)
		o.now = o.now.Add(10 * time.Second)
		second := o.send(followup.Waiting)
		o.pass(followup.UndoTime - 10*time.Second)
		if n := o.sink.Count(); n != 1 {
			t.Fatalf("%d mails went out", n)
		}
		_, err := o.replies.Undo(t.Context(), o.dana, o.id, second)
		if c := o.current(); err != nil || c.Status != followup.Waiting {
			t.Errorf("after the first went out the case is %+v, %v", c, err)
		}
		status := followup.InProgress
		_, err = o.service.Change(t.Context(), o.dana, o.id, followup.AnyVersion, followup.Edit{Status: &status}, nil)
		o.must(err)
		_, err = o.replies.Undo(t.Context(), o.dana, o.id, o.send(followup.Waiting))
		if c := o.current(); err != nil || c.Status != followup.InProgress {
			t.Errorf("after somebody changed it the case is %+v, %v", c, err)
		}
	})
}

func TestNoReplyGoesToWhoWantsNone(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		requests := followup.NewRequests(o.st, o.service)
		try := func() error {
			_, _, err := o.replies.Send(ctx, o.dana, o.id, followup.AnyVersion, followup.Reply{Subject: "s", Text: "t", Language: "pl", Status: followup.Waiting})
			return err
		}
		o.send(followup.Waiting)
		o.must(requests.Permit(ctx, o.current().ResponseID, followup.Declined, "")) // while it waits
		o.pass(time.Minute)
		if err := try(); !errors.Is(err, followup.ErrNoReply) || o.sink.Count() != 0 || o.current().Status != followup.InProgress {
			t.Errorf("%v; %d mails; %s", err, o.sink.Count(), o.log())
		}
		if got := o.log(); !strings.HasSuffix(got, "reply_unsent no_permission; status waiting in_progress") {
			t.Errorf("the log is %s", got)
		}
		o.must(requests.Permit(ctx, o.current().ResponseID, followup.NotSaid, ""))
		o.stop(people.Unsubscribed)
		if err := try(); !errors.Is(err, followup.ErrNoReply) {
			t.Errorf("unsubscribed, and nothing said: %v", err)
		}
		o.must(requests.Permit(ctx, o.current().ResponseID, followup.Agreed, ""))
		if err := try(); err != nil {
			t.Errorf("unsubscribed, and agreed: %v", err)
		}
		o.stop(people.ByHand)
		if err := try(); !errors.Is(err, followup.ErrNoReply) {
			t.Errorf("stopped by hand: %v", err)
		}
		anonymous, err := o.st.Case(ctx, o.unhappy(0, "nobody"))
		o.must(err)
		if _, why, err := o.replies.To(ctx, anonymous); err != nil || why != followup.WhyNobody {
			t.Errorf("to nobody: %q, %v", why, err)
		}
	})
}

func TestAnErasedCustomerGetsNoReply(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.send(followup.Waiting)
		_, err := (&people.Privacy{Store: o.st, Key: addressKey, Now: o.clock}).Erase(t.Context(), o.anna)
		o.must(err)
		o.pass(time.Minute)
		if _, err := o.st.Case(t.Context(), o.id); !errors.Is(err, survey.ErrNotFound) || o.sink.Count() != 0 {
			t.Errorf("%v; %d mails", err, o.sink.Count())
		}
	})
}

func TestAReplyThatComesBackIsWorkAgain(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.send(followup.Waiting)
		o.pass(time.Minute)
		p, err := o.sink.Take()[0].Parts()
		o.must(err)
		for range 2 {
			o.must(o.bounces.Take(t.Context(), asking.Report{Kind: asking.HardBounce, MessageID: p.Header.Get("Message-Id"), Detail: "550 5.1.1 nobody"}))
		}
		c := o.current()
		if c.Status != followup.InProgress || !c.RepliedAt.IsZero() || !strings.HasSuffix(o.log(), "reply; reply_bounced hard 550 5.1.1 nobody; status waiting in_progress") {
			t.Errorf("the case is %+v: %s", c, o.log())
		}
		round, err := o.st.CaseRound(t.Context(), o.id, 1)
		if o.must(err); !round.RepliedAt.IsZero() || round.RepliedBy != 0 {
			t.Errorf("the round is %+v", round)
		}
		if _, why, err := o.replies.To(t.Context(), c); err != nil || why != followup.WhyBounces {
			t.Errorf("another reply: %q, %v", why, err)
		}
	})
}

func TestAReplyThatIsRefusedOpensTheCaseAgain(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.sink.Break(mailtest.At(mailtest.Dot, mailtest.Fault{Do: mailtest.Reply, Code: 554, Text: "5.7.1 not this"}))
		o.send(followup.Resolved)
		o.pass(time.Minute)
		c := o.current()
		if c.Status != followup.InProgress || c.Rounds != 2 || !c.RepliedAt.IsZero() || !strings.HasSuffix(o.log(), "status new resolved; reply_queued; reply_unsent 554 \"5.7.1 not this\"; reopened resolved in_progress") {
			t.Errorf("the case is %+v: %s", c, o.log())
		}
	})
}

func TestWhatIsNoReply(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		for _, c := range []struct {
			text    string
			version int64
			status  followup.Status
			reason  int64
			want    error
		}{
			{" \n\t\u200e", 1, followup.Waiting, 0, followup.ErrEmpty},
			{"\u200b\u2060 \u3164\n\u200d", 1, followup.Waiting, 0, followup.ErrEmpty},
			{strings.Repeat("я", followup.MaxReply+1), 1, followup.Waiting, 0, followup.ErrLong},
			{"text", 7, followup.Waiting, 0, survey.ErrStale},
			{"text", 1, followup.Resolved, 0, followup.ErrReason},
		} {
			if _, _, err := o.replies.Send(t.Context(), o.dana, o.id, c.version, followup.Reply{Text: c.text, Status: c.status, Reason: c.reason}); !errors.Is(err, c.want) {
				t.Errorf("%.10q over version %d gives %v, want %v", c.text, c.version, err, c.want)
			}
		}
		o.pass(time.Minute)
		if got := o.log(); got != "opened class" || o.sink.Count() != 0 {
			t.Errorf("the log is %s; %d mails", got, o.sink.Count())
		}
	})
}
