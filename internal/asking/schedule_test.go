package asking_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestAPurchaseIsAskedAboutOnce(t *testing.T) {
	each(t, func(s *shop) {
		s.rule(nil)
		ann := s.contact(survey.Contact{Email: "ann@example.com", Language: "bg"})
		bought := s.buys(ann)
		s.must(s.scheduler.Schedule(s.t.Context(), bought))
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"scheduled"})
		due := s.due()
		if len(due) != 1 || !due[0].DueAt.Equal(start.AddDate(0, 0, 7)) || due[0].Kind != asking.AskMail || due[0].ContactID != ann {
			t.Fatalf("due: %+v", due)
		}
		vs, err := s.st.InvitationsOf(s.t.Context(), []survey.ID{due[0].InvitationID})
		s.must(err)
		v := vs[0]
		if v.State != string(asking.Scheduled) || v.Language != "bg" || v.OccasionID != bought[0].ID || !v.ExpiresAt.Equal(due[0].DueAt.AddDate(0, 0, 30)) {
			t.Errorf("invitation: %+v", v)
		}
		token, err := s.keys.Token(v.KeyID, v.Nonce)
		s.must(err)
		if got, err := s.st.InvitationByToken(s.t.Context(), survey.HashToken(token)); err != nil || got.ID != v.ID {
			t.Errorf("the token leads to %v, %v", got.ID, err)
		}
	})
}

func TestEveryRuleOfTheKindIsStarted(t *testing.T) {
	each(t, func(s *shop) {
		s.rule(nil)
		s.rule(func(r *asking.Rule) { r.Kind = "delivery" })
		s.rule(func(r *asking.Rule) { r.Active = false })
		s.rule(func(r *asking.Rule) { r.Plan.DelayHours = 0; r.Plan.From, r.Plan.Until = 1140, 1200 })
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		due := s.due()
		if len(due) != 2 || !due[0].DueAt.Equal(start.Add(7*time.Hour)) { // 19:00 in Sofia
			t.Errorf("due: %+v", due)
		}
	})
}

func TestTheWindowIsTheContactsWhereItsZoneIsKnown(t *testing.T) {
	each(t, func(s *shop) {
		s.rule(func(r *asking.Rule) { r.Plan.ContactZone = true; r.Plan.DelayHours = 0 })
		s.buys(s.contact(survey.Contact{Email: "ann@example.com"}))
		s.must(s.st.SetSetting(s.t.Context(), "zone", "America/New_York"))
		s.buys(s.contact(survey.Contact{Email: "ben@example.com"}))
		due := s.due()
		if len(due) != 2 || !due[0].DueAt.Equal(start) || !due[1].DueAt.Equal(time.Date(2026, 5, 5, 14, 0, 0, 0, time.UTC)) {
			t.Errorf("due: %+v", due)
		}
	})
}

func TestWhatIsTooOldOrInTheFutureIsShownAndNotAsked(t *testing.T) {
	each(t, func(s *shop) {
		s.rule(nil)
		ann := s.contact(survey.Contact{Email: "ann@example.com"})
		occasion := func(at time.Time) people.Occasion {
			id := s.ids.Next()
			return people.Occasion{ID: id, Kind: people.Purchase, ExternalID: id.String(), ContactID: ann, At: at, CreatedAt: s.now}
		}
		s.must(s.scheduler.Schedule(s.t.Context(), []people.Occasion{
			occasion(start.AddDate(-10, 0, 0)), occasion(start.AddDate(0, 0, -38)), occasion(start.AddDate(0, 0, -36)), occasion(start.Add(25 * time.Hour)), occasion(start.AddDate(0, 0, 2)),
		}))
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"cancelled too_old", "cancelled too_old", "scheduled", "scheduled", "cancelled in_future"})
		if n := len(s.due()); n != 2 {
			t.Errorf("%d mails are due, want 2", n)
		}
	})
}

func TestSamplingTakesItsShare(t *testing.T) {
	each(t, func(s *shop) {
		s.rule(func(r *asking.Rule) { r.Plan.SamplePercent = 30 })
		var all []survey.ID
		for i := range 1000 {
			all = append(all, s.contact(survey.Contact{Email: fmt.Sprintf("p%d@example.com", i)}))
		}
		s.buys(all...)
		n := len(s.due())
		if n < 240 || n > 360 {
			t.Errorf("%d of 1000 are asked at 30 percent", n)
		}
		out, err := s.st.Ledger(s.t.Context(), asking.LedgerFilter{Decision: asking.SampledOut}, 2000)
		if s.must(err); len(out) != 1000-n {
			t.Errorf("%d sampled out, want %d", len(out), 1000-n)
		}
	})
}

func TestALinkIsGivenOutAtOnceWithinTheThrottle(t *testing.T) {
	each(t, func(s *shop) {
		s.rule(func(r *asking.Rule) { r.Plan.Channel = asking.ByLink })
		ann, ben := s.contact(survey.Contact{ExternalID: "1"}), s.contact(survey.Contact{Email: "ben@example.com"})
		s.must(s.st.Suppress(s.t.Context(), people.Suppression{Key: people.AddressKey(s.addressKey, "BEN@example.com"), Reason: people.Unsubscribed, At: s.now}, nil))
		s.buys(ann, ann, ben)
		s.expect("ledger", s.ledger(asking.LedgerFilter{}), []string{"sent link", "throttled asked_recently", "unsubscribed"})
		s.now = s.now.AddDate(0, 0, 29)
		s.buys(ann)
		s.now = s.now.AddDate(0, 0, 1)
		s.buys(ann)
		s.expect("ledger of Ann", s.ledger(asking.LedgerFilter{ContactID: ann}), []string{"sent link", "throttled asked_recently", "throttled asked_recently", "sent link"})
		if len(s.due()) != 0 {
			t.Error("a mail is due for a link that the shop sends itself")
		}
	})
}
