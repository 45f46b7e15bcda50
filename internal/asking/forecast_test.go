package asking_test

import (
	"fmt"
	"testing"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestTheForecastComesTrue compares what is foreseen for tomorrow with what tomorrow brings.
func TestTheForecastComesTrue(t *testing.T) {
	eachSending(t, func(s *sending) {
		r := s.rule(func(r *asking.Rule) { r.Plan.DelayHours = 24 })
		ann, ben, cyn, dan := s.contact(survey.Contact{Email: "ann@example.com"}), s.contact(survey.Contact{Email: "ben@example.com"}), s.contact(survey.Contact{ExternalID: "3"}), s.contact(survey.Contact{Email: "dan@example.com"})
		stops := &people.Stops{Store: s.st, Key: s.addressKey, Now: s.clock}
		s.must(stops.Stop(s.t.Context(), ben, people.Unsubscribed))
		r.Plan.DelayHours = 0
		s.must(s.st.UpdateRule(s.t.Context(), &r))
		s.buys(dan) // is asked today
		r.Plan.DelayHours = 24
		s.must(s.st.UpdateRule(s.t.Context(), &r))
		s.buys(ann, ben, cyn, dan, ann)
		got, err := asking.Foresee(s.t.Context(), s.st, s.addressKey, s.now)
		s.must(err)
		var foreseen []string
		for _, g := range got.Groups {
			foreseen = append(foreseen, fmt.Sprintf("%s %s %d", g.Decision, g.Reason, g.Count))
			if g.Count != len(g.Lines) {
				t.Errorf("%d lines of %d", len(g.Lines), g.Count)
			}
		}
		s.expect("foreseen", foreseen, []string{"sent  1", "throttled asked_recently 2", "suppressed no_address 1", "unsubscribed  1"})
		s.pass(0)
		s.expect("today", s.received(), []string{"dan@example.com ask en"})
		s.pass(1)
		s.expect("tomorrow", s.received(), []string{"ann@example.com ask en"})
		s.expect("ledger of tomorrow", s.ledger(asking.LedgerFilter{})[7:], []string{"sent", "unsubscribed", "suppressed no_address", "throttled asked_recently", "throttled asked_recently"})
	})
}
