package asking_test

import (
	"fmt"
	"testing"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestACallAsksWhomItMayAndNobodyTwice(t *testing.T) {
	each(t, func(s *shop) {
		ctx := s.t.Context()
		caller := &asking.Caller{Store: s.st, Scheduler: s.scheduler}
		var all []survey.ID
		for n := range 600 { // more than one transaction takes
			all = append(all, s.contact(survey.Contact{Email: fmt.Sprintf("c%d@example.com", n), Language: "bg"}))
		}
		refused := s.contact(survey.Contact{Email: "no@example.com", Consent: survey.ConsentRefused})
		stopped := s.contact(survey.Contact{Email: "stop@example.com"})
		stops := &people.Stops{Store: s.st, Key: s.addressKey, Now: s.clock}
		s.must(stops.Stop(ctx, stopped, people.Unsubscribed))
		lately := s.contact(survey.Contact{Email: "lately@example.com"})
		s.must(s.st.MarkAsked(ctx, []survey.ID{lately}, s.now))
		all = append(all, refused, stopped, lately, 1) // 1 is nobody

		weighed, err := caller.Weigh(ctx, s.survey.ID, all)
		s.must(err)
		want := fmt.Sprint([]asking.Against{{Decision: asking.Suppressed, Reason: asking.ReasonRefused, Count: 1}, {Decision: asking.Throttled, Reason: asking.ReasonAsked, Count: 1}, {Decision: asking.Unsubscribed, Count: 1}})
		if got := fmt.Sprint(weighed.Against); weighed.Asked != 600 || got != want {
			t.Errorf("%d would be asked, against it %s, want %s", weighed.Asked, got, want)
		}
		if found, err := s.st.ContactInvitations(ctx, all[0], 10); err != nil || len(found) > 0 {
			t.Errorf("weighing has asked: %v, %v", found, err)
		}

		call := asking.Call{SurveyID: s.survey.ID, Key: "k1", Contacts: all}
		planned, err := caller.Ask(ctx, call)
		s.must(err)
		if planned != weighed.Asked {
			t.Errorf("%d mails are planned, %d were promised", planned, weighed.Asked)
		}
		if again, err := caller.Ask(ctx, call); err != nil || again != 0 {
			t.Errorf("the same call again plans %d, %v", again, err)
		}
		another := asking.Call{SurveyID: s.survey.ID, Key: "k2", Contacts: all}
		if again, err := caller.Ask(ctx, another); err != nil || again != 0 {
			t.Errorf("another call about the same survey plans %d more, %v", again, err)
		}
		weighed, err = caller.Weigh(ctx, s.survey.ID, all)
		s.must(err)
		if first := (asking.Against{Decision: asking.Scheduled, Reason: asking.ReasonPlanned, Count: 600}); weighed.Asked != 0 || weighed.Against[0] != first {
			t.Errorf("after it %d would be asked, against it %v", weighed.Asked, weighed.Against)
		}
		found, err := s.st.ContactInvitations(ctx, all[0], 10)
		s.must(err)
		if len(found) != 1 || found[0].SurveyID != s.survey.ID || found[0].State != string(asking.Scheduled) || found[0].RuleID != 0 || found[0].Language != "bg" {
			t.Errorf("%+v", found)
		}
		entries, err := s.st.Ledger(ctx, asking.LedgerFilter{ContactID: all[0]}, 10)
		if err != nil || len(entries) != 1 || entries[0].Decision != asking.Scheduled {
			t.Errorf("the ledger has %+v, %v", entries, err)
		}
	})
}
