package asking_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestWhatWasInFlightAtAStopIsUncertainAndResentByHandOnly(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.now = s.now.AddDate(0, 0, 7)
		mails, err := s.st.LeaseMails(s.t.Context(), s.now, s.now.Add(time.Minute), 10)
		s.must(err)
		s.must(s.st.HandOver(s.t.Context(), []survey.ID{mails[0].ID}, s.now, s.now.Add(asking.HandedTime)))
		ctx, cancel := context.WithCancel(s.t.Context())
		cancel()
		s.dispatcher.Run(ctx) // looks at what was left, and ends
		s.must(s.dispatcher.Recover(s.t.Context()))
		s.pass(1)
		s.expect("received by itself", s.received(), nil)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "uncertain stopped"})
		s.must(s.dispatcher.Resend(s.t.Context(), mails[0].ID, "Eva"))
		s.pass(0)
		s.expect("received by hand", s.received(), []string{"ann@example.com ask en"})
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled", "uncertain stopped", "scheduled resent", "sent"})
		if err := s.dispatcher.Resend(s.t.Context(), mails[0].ID, "Eva"); !errors.Is(err, asking.ErrNotStuck) {
			t.Errorf("a sent mail again: %v", err)
		}
	})
}

func TestAClockThatJumpsPausesSending(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.pass(0)
		s.elapsed -= 7 * 24 * time.Hour // the wall's clock goes a week on, and nothing else
		s.pass(7)
		s.expect("received", s.received(), nil)
		p, err := asking.ReadPause(s.t.Context(), s.st)
		if s.must(err); p == nil || p.Jump != 7*24*time.Hour {
			t.Fatalf("pause: %+v", p)
		}
		s.pass(1)
		s.expect("received later", s.received(), nil)
		s.must(asking.Continue(s.t.Context(), s.st))
		s.pass(0)
		s.expect("received when told to go on", s.received(), []string{"ann@example.com ask en"})
	})
}

func TestSmallStepsOfTheClockPauseNothing(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.pass(0)
		for range 3 {
			s.elapsed += 4 * time.Minute
			s.pass(0)
		}
		s.pass(7)
		s.expect("received", s.received(), []string{"ann@example.com ask en"})
	})
}

func TestManyWorkersSendEachMailOnce(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.dispatcher.Workers = 8
		var all []survey.ID
		for i := range 300 {
			all = append(all, s.contact(survey.Contact{Email: fmt.Sprintf("p%d@example.com", i)}))
		}
		s.buys(all...)
		s.pass(7)
		got := s.received()
		slices.Sort(got)
		if n := len(got); n != 300 || len(slices.Compact(got)) != 300 {
			t.Errorf("%d mails, %d different", n, len(slices.Compact(got)))
		}
	})
}

func TestTwoProcessesShareTheWork(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		const n = 300
		var all []survey.ID
		for i := range n {
			all = append(all, s.contact(survey.Contact{Email: fmt.Sprintf("p%d@example.com", i)}))
		}
		s.buys(all...)
		s.now = s.now.AddDate(0, 0, 7)
		var work sync.WaitGroup
		for bucket := range int64(2) {
			ids, err := survey.NewIDs(20+bucket, s.clock)
			s.must(err)
			d := s.newDispatcher(ids)
			d.Workers = 4
			work.Go(func() { d.Drain(s.t.Context()) })
		}
		work.Wait()
		got := s.received()
		slices.Sort(got)
		if len(got) != n || len(slices.Compact(got)) != n {
			t.Errorf("%d mails arrived, %d different, want %d", len(got), len(slices.Compact(got)), n)
		}
	})
}

func TestAMailServerThatHangsLosesAndDoublesNothing(t *testing.T) {
	eachSending(t, func(s *sending) {
		s.rule(nil)
		s.dispatcher.Workers = 8
		const n = 40
		var all []survey.ID
		for i := range n {
			all = append(all, s.contact(survey.Contact{Email: fmt.Sprintf("p%d@example.com", i)}))
		}
		s.buys(all...)
		s.sink.Break(mailtest.At(mailtest.Rcpt, mailtest.Fault{Do: mailtest.Hang}))
		s.pass(7)
		tried := 0
		for _, m := range s.due() {
			if m.Attempts > 0 {
				tried++
			}
		}
		if tried == 0 || tried == n {
			t.Errorf("%d of %d were tried at a mail server that hangs", tried, n)
		}
		s.sink.Break(nil)
		s.now = s.now.Add(2 * time.Hour)
		s.pass(0)
		got := s.received()
		slices.Sort(got)
		if len(got) != n || len(slices.Compact(got)) != n {
			t.Errorf("%d mails arrived, %d different, want %d", len(got), len(slices.Compact(got)), n)
		}
	})
}
