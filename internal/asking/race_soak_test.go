package asking_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/survey"
)

// raceRound is how many people unsubscribe while their mails go out.
const raceRound = 100

// leavers is how many of them do so at once.
const leavers = 4

// TestSoakUnsubscribeWhileMailGoesOut has people unsubscribe at the very moment when their mails are due. No mail may be handed over after the unsubscription is on
// disk: for each person, the time of the one is before the time of the other.
func TestSoakUnsubscribeWhileMailGoesOut(t *testing.T) {
	eachSending(t, func(s *sending) {
		total := soak.Count(t, 10_000)
		s.rule(nil)
		s.dispatcher.Workers = 8
		before, stopped, sent := 0, 0, 0
		for from := 0; from < total; from += raceRound {
			b, d := s.race(from, min(raceRound, total-from))
			before, stopped, sent = before+b, stopped+d, sent+len(s.sink.Take())
		}
		if stopped == 0 || before == 0 {
			t.Errorf("there was no race: %d handed over before, %d stopped", before, stopped)
		}
		t.Logf("%d people unsubscribed while their mail was due: %d had been handed over before and were in flight or sent, %d were stopped, 0 were handed over after; %d arrived", total, before, stopped, sent)
	})
}

// race lets n people buy, and a week later unsubscribe while their mails are handed over. It tells how many had been handed over before and how many never were.
func (s *sending) race(from, n int) (before, stopped int) {
	s.t.Helper()
	ids := make([]survey.ID, 0, n)
	for i := range n {
		ids = append(ids, s.contact(survey.Contact{Email: fmt.Sprintf("p%d@example.com", from+i)}))
	}
	s.buys(ids...)
	mails := s.due()
	mails = slices.DeleteFunc(mails, func(m asking.Mail) bool { return m.Kind != asking.AskMail })
	s.now = s.now.AddDate(0, 0, 7)
	base, begun := s.now, time.Now()
	now := func() time.Time { return base.Add(time.Since(begun)) }
	s.dispatcher.Now, s.dispatcher.Elapsed = now, func() time.Duration { return now().Sub(start) }
	stops := &people.Stops{Store: s.st, Key: s.addressKey, Now: now}
	leaving := make(chan survey.ID, n)
	for _, i := range rand.Perm(n) {
		leaving <- ids[i]
	}
	close(leaving)
	var all sync.WaitGroup
	errs := make(chan error, n+leavers)
	for range leavers {
		all.Go(func() {
			if err := s.sink.Wait(s.t.Context(), 1); err != nil { // until mails go out
				errs <- err
			}
			for id := range leaving {
				errs <- stops.Stop(s.t.Context(), id, people.Unsubscribed)
			}
		})
	}
	all.Go(func() { s.dispatcher.Drain(s.t.Context()) })
	all.Wait()
	close(errs)
	for err := range errs {
		s.must(err)
	}
	return s.raced(mails)
}

// raced compares the times.
func (s *sending) raced(due []asking.Mail) (before, stopped int) {
	s.t.Helper()
	ids := make([]survey.ID, 0, len(due))
	for _, m := range due {
		ids = append(ids, m.ID)
	}
	mails, err := s.st.Mails(s.t.Context(), ids)
	s.must(err)
	for _, m := range mails {
		c, err := s.st.Contact(s.t.Context(), m.ContactID)
		s.must(err)
		v, err := s.st.Suppression(s.t.Context(), people.AddressKey(s.addressKey, c.Email))
		s.must(err)
		switch {
		case m.HandedAt.IsZero():
			stopped++
		case m.HandedAt.Before(v.At):
			before++
		default:
			s.t.Errorf("the mail of %s was handed over at %v, after its person had unsubscribed at %v", c.Email, m.HandedAt, v.At)
		}
	}
	return before, stopped
}
