package asking_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestWhichNumberOfDaysCounts(t *testing.T) {
	throttle := asking.Throttle{Days: 30, Schemes: map[scoring.Scheme]int{scoring.CES7: 7, scoring.NPS11: 90}, Touchpoints: map[int64]int{3: 1}}
	for _, c := range []struct {
		scheme     scoring.Scheme
		touchpoint int64
		want       int
	}{{scoring.CSAT5, 0, 30}, {scoring.CSAT5, 2, 30}, {scoring.CES7, 2, 7}, {scoring.NPS11, 0, 90}, {scoring.NPS11, 3, 1}, {scoring.CSAT5, 3, 1}} {
		if got := throttle.For(c.scheme, c.touchpoint); got != c.want {
			t.Errorf("%s at %d: %d days, want %d", c.scheme, c.touchpoint, got, c.want)
		}
	}
}

// TestNobodyIsAskedTooOften lets customers buy and tickets close by chance for months. Between the last ask of a person, about whatever, and the next one lie the
// days that the next one's survey or touchpoint wants.
func TestNobodyIsAskedTooOften(t *testing.T) {
	s := newSending(newShop(t, storetest.SQLite(t)))
	throttle := asking.Throttle{Days: 20, Touchpoints: map[int64]int{5: 6}}
	s.must(asking.SaveThrottle(t.Context(), s.st, throttle))
	anyTime := func(kind string, touchpoint int64) {
		s.rule(func(r *asking.Rule) {
			r.Kind, r.Name = kind, kind
			r.Plan = asking.Plan{Channel: asking.ByMail, Touchpoint: touchpoint, SamplePercent: 100, ExpiryDays: 10, DelayHours: 5}
		})
	}
	anyTime(people.Purchase, 0)
	anyTime("ticket.closed", 5)
	rng := rand.New(rand.NewPCG(3, 4))
	var all []survey.ID
	for i := range 12 {
		all = append(all, s.contact(survey.Contact{Email: fmt.Sprintf("p%d@example.com", i)}))
	}
	last, asks, short := map[survey.ID]time.Time{}, 0, 0
	for range 240 { // every six hours
		var happened []people.Occasion
		for _, c := range all {
			if rng.IntN(12) == 0 {
				id := s.ids.Next()
				kind := []string{people.Purchase, "ticket.closed"}[rng.IntN(2)]
				happened = append(happened, people.Occasion{ID: id, Kind: kind, ExternalID: id.String(), ContactID: c, At: s.now, CreatedAt: s.now})
			}
		}
		s.must(s.scheduler.Schedule(t.Context(), happened))
		s.now = s.now.Add(6 * time.Hour)
		s.pass(0)
		s.sink.Take()
		sent, err := s.st.Ledger(t.Context(), asking.LedgerFilter{Decision: asking.Sent}, 50)
		s.must(err)
		for _, e := range sent {
			if !e.At.Equal(s.now) {
				continue
			}
			vs, err := s.st.InvitationsOf(t.Context(), []survey.ID{e.InvitationID})
			s.must(err)
			days := throttle.For(scoring.NPS11, vs[0].Touchpoint)
			if gap := e.At.Sub(last[e.ContactID]); gap < time.Duration(days)*24*time.Hour {
				t.Fatalf("asked after %v, %d days must pass", gap, days)
			} else if gap < 20*24*time.Hour {
				short++
			}
			last[e.ContactID] = e.At
			asks++
		}
	}
	refused := strings.Count(strings.Join(s.ledger(asking.LedgerFilter{Decision: asking.Throttled}), "\n"), "throttled")
	if asks < 50 || short == 0 || refused < 50 {
		t.Errorf("%d asks, %d of them by the shorter number, %d refused: the test saw too little", asks, short, refused)
	}
}
