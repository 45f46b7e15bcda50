package telling_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

func to(s followup.Status) *followup.Status { return &s }

func TestTheTeamHearsOfACaseOnce(t *testing.T) {
	each(t, func(s *shop) {
		s.expect("before anything", "")
		s.choose(bob, telling.Off, false)
		id := s.unhappy("Broken")
		s.expect("a case", "ann: opened; meg: opened")
		s.expect("again", "")
		owner := ann
		s.do(bob, id, followup.Edit{Owner: &owner, Note: "yours"})
		s.do(ann, id, followup.Edit{Note: "thanks"})
		s.expect("given", "ann: given")
		s.do(ann, id, followup.Edit{Note: "@meg what now? @ann", Names: []int64{meg, ann}})
		s.expect("mentioned", "meg: mentioned")
		s.do(ann, id, followup.Edit{Status: to(followup.Resolved), Reason: 2})
		s.do(bob, id, followup.Edit{Status: to(followup.New)})
		s.expect("opened again", "ann: reopened")
	})
}

func TestMuchAtOnceIsOneMail(t *testing.T) {
	each(t, func(s *shop) {
		for range telling.MostLines + 2 {
			s.unhappy("Broken")
		}
		s.tell()
		if n := len(s.mails()); n != 3 {
			t.Errorf("%d mails", n)
		}
	})
}

// TestFortyEightHours has a case that nobody answers: its owner is reminded, then told that it is overdue together with the lead, each once.
func TestFortyEightHours(t *testing.T) {
	each(t, func(s *shop) {
		s.lead(meg)
		s.choose(meg, telling.AtOnce, false)
		id, other := s.unhappy("Broken"), s.unhappy("Late")
		owner := ann
		s.do(bob, id, followup.Edit{Owner: &owner})
		s.do(bob, other, followup.Edit{Owner: &owner})
		s.tell()
		s.mails()
		s.do(ann, other, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}})
		before, err := s.st.Case(s.t.Context(), id)
		s.must(err)
		s.pass(36*time.Hour - time.Second)
		s.expect("a second before", "")
		s.pass(time.Second)
		s.expect("12 hours before it is due", "ann: due")
		s.expect("again", "")
		s.pass(12 * time.Hour)
		s.expect("when it is due", "")
		s.pass(time.Second)
		s.expect("overdue", "ann: overdue; meg: overdue")
		s.pass(100 * time.Hour)
		s.expect("long after", "")
		after, err := s.st.Case(s.t.Context(), id)
		s.must(err)
		if before.Version != after.Version {
			t.Error("a reminder is a change that somebody at work is told of")
		}
		s.do(ann, id, followup.Edit{Status: to(followup.Resolved), Reason: 2})
		s.do(ann, id, followup.Edit{Status: to(followup.New)})
		s.pass(37 * time.Hour)
		s.expect("opened again, the clock starts anew", "ann: due")
		s.do(ann, id, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}})
		s.pass(100 * time.Hour)
		s.expect("answered", "")
	})
}

// lead makes a user the one who hears of what is late.
func (s *shop) lead(user int64) {
	s.t.Helper()
	rules, err := s.st.CaseRules(s.t.Context())
	s.must(err)
	rules.Lead = user
	s.must(s.st.SaveCaseRules(s.t.Context(), rules))
	if rules, err = s.st.CaseRules(s.t.Context()); err != nil || rules.Lead != user {
		s.t.Fatalf("the lead is %d, %v", rules.Lead, err)
	}
}

func TestAShortWaitIsRemindedOfInItsLastQuarter(t *testing.T) {
	each(t, func(s *shop) {
		rules, err := s.st.CaseRules(s.t.Context())
		s.must(err)
		rules.Calendar.Hours, rules.Lead = 4, meg
		s.must(s.st.SaveCaseRules(s.t.Context(), rules))
		s.unhappy("Broken")
		s.tell()
		s.mails()
		s.pass(3*time.Hour - time.Second)
		s.expect("before", "")
		s.pass(time.Second)
		s.expect("an hour before it is due", "meg: due")
	})
}

func TestWhatIsOverdueAtOnceIsNotRemindedOf(t *testing.T) {
	each(t, func(s *shop) {
		s.unhappy("Broken")
		s.pass(60 * time.Hour)
		s.lead(meg)
		s.expect("overdue", "ann: opened; bob: opened; meg: overdue opened")
	})
}

func TestDailyMailsGoOutInTheMorning(t *testing.T) {
	each(t, func(s *shop) {
		s.choose(ann, telling.Daily, false)
		s.choose(bob, telling.Off, false)
		s.choose(meg, telling.Off, false)
		s.unhappy("Broken")
		s.expect("at noon", "")
		s.pass(6 * time.Hour)
		s.unhappy("Late")
		s.now = time.Date(2026, 5, 6, 7, 59, 59, 0, s.zone)
		s.expect("before the morning", "")
		s.pass(time.Second)
		s.expect("in the morning", "ann: opened opened")
		s.pass(time.Hour)
		s.unhappy("Wrong")
		s.expect("after it", "")
		s.now = time.Date(2026, 5, 7, 11, 0, 0, 0, s.zone) // surveyd was not running at eight
		s.expect("the day after", "ann: opened")
	})
}

func TestNobodyIsToldWithoutAMailServer(t *testing.T) {
	each(t, func(s *shop) {
		s.away = true
		s.unhappy("Broken")
		s.expect("without a mail server", "")
		s.away = false
		s.expect("of the past", "")
		s.pass(37 * time.Hour)
		s.expect("of what is late", "meg: due")
	})
}

func TestWhoLeftIsNotTold(t *testing.T) {
	each(t, func(s *shop) {
		s.choose(ann, telling.Daily, false)
		s.unhappy("Broken")
		s.tell()
		s.mails()
		s.must(s.st.UpdateUser(s.t.Context(), account.User{ID: ann, Name: "ann", Role: account.Support, Disabled: true}))
		s.pass(24 * time.Hour)
		s.expect("in the morning", "")
		waiting, err := s.st.WaitingAlerts(s.t.Context())
		if err != nil || len(waiting) > 0 {
			t.Errorf("still waiting: %v, %v", waiting, err)
		}
		s.must(s.st.DeleteUser(t.Context(), ann))
		if kept, err := s.st.Choices(t.Context()); err != nil || len(kept) > 0 {
			t.Errorf("still chosen: %v, %v", kept, err)
		}
	})
}

var errKilled = errors.New("killed")

// killed is a store whose transactions end before they are committed, or right after, when it is their turn.
type killed struct {
	telling.Store
	turn int // the transaction that is the last one
	late bool
}

func (k *killed) InTx(ctx context.Context, do func(context.Context) error) error {
	k.turn--
	if k.turn < 0 {
		return errKilled
	}
	if k.turn > 0 {
		return k.Store.InTx(ctx, do)
	}
	err := k.Store.InTx(ctx, func(ctx context.Context) error {
		if err := do(ctx); err != nil || k.late {
			return err
		}
		return errKilled
	})
	return errors.Join(err, errKilled)
}

// TestAKillNeitherLosesNorRepeatsAMail cuts the teller off at every one of its transactions, before and after the commit.
func TestAKillNeitherLosesNorRepeatsAMail(t *testing.T) {
	each(t, func(s *shop) {
		s.lead(meg)
		whole := s.teller.Store
		for turn := 1; turn <= 12; turn++ {
			for _, late := range []bool{false, true} {
				var ids []survey.ID
				for range 3 {
					ids = append(ids, s.unhappy("Broken"))
				}
				s.pass(49 * time.Hour)
				s.teller.Store = &killed{Store: whole, turn: turn, late: late}
				if err := s.teller.Tell(t.Context()); err != nil && !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
				s.teller.Store = whole
				s.onceEach(turn, late)
				for _, id := range ids {
					s.do(0, id, followup.Edit{Status: to(followup.Resolved), Reason: 2})
				}
			}
		}
	})
}

// onceEach wants three openings told to everybody and three overdue cases to the lead, in however many mails.
func (s *shop) onceEach(turn int, late bool) {
	s.t.Helper()
	s.tell()
	count := map[string]int{}
	for _, m := range s.mails() {
		c := s.alert(m)
		for _, one := range c.Cases {
			for _, n := range one.News {
				count[called(c.User)+" "+string(n.What)]++
			}
		}
	}
	for key, n := range map[string]int{"ann opened": 3, "bob opened": 3, "meg opened": 3, "meg overdue": 3} {
		if count[key] != n {
			s.t.Errorf("killed at %d (after the commit: %v): %s is told %d times: %v", turn, late, key, count[key], count)
		}
	}
}

func TestDigestsAreDueOnMonday(t *testing.T) {
	each(t, func(s *shop) {
		at := func(day, hour int) { s.now = time.Date(2026, 5, day, hour, 0, 0, 0, s.zone) }
		s.choose(meg, telling.Off, true)
		s.choose(ann, telling.Off, true) // support gets none, whatever is stored
		s.choose(bob, telling.Off, true)
		s.unhappy("Broken")
		s.expect("in the week", "")
		at(11, 7)
		s.expect("too early", "")
		at(11, 8)
		s.expect("on Monday", "meg: digest of 2026-05-11")
		at(11, 9)
		s.expect("again", "")
		at(18, 20)
		s.unhappy("Late")
		s.expect("late on Monday", "meg: digest of 2026-05-18")
		at(27, 8)
		s.expect("on Wednesday", "")
		s.choose(meg, telling.Off, false)
		at(25+7, 8)
		s.expect("switched off", "")
	})
}

func TestDigestsStopAfterFourEmptyWeeks(t *testing.T) {
	each(t, func(s *shop) {
		for _, u := range []int64{ann, bob, meg} {
			s.choose(u, telling.Off, true)
		}
		monday := time.Date(2026, 5, 11, 8, 0, 0, 0, s.zone)
		for week, want := range []string{
			"meg: digest of 2026-05-11", "meg: digest of 2026-05-18", "meg: digest of 2026-05-25", "meg: digest of 2026-06-01, the last", "", "",
			"meg: digest of 2026-06-22", "meg: digest of 2026-06-29",
		} {
			if week == 6 {
				s.now = monday.AddDate(0, 0, 7*week-3)
				s.unhappy("Broken")
			}
			s.now = monday.AddDate(0, 0, 7*week)
			s.expect("week "+string(rune('1'+week)), want)
		}
	})
}

func TestNewManagersGetTheirFirstDigestAfterAWeek(t *testing.T) {
	each(t, func(s *shop) {
		s.now = time.Date(2026, 5, 11, 10, 0, 0, 0, s.zone)
		s.must(s.st.DeleteUser(t.Context(), meg))
		s.must(s.st.InsertUser(t.Context(), account.User{ID: meg, Email: "meg@shop.example", Role: account.Manager, CreatedAt: s.now, LastSeenAt: s.now}, "meg@shop.example"))
		s.expect("on the first day", "")
		s.pass(6*24*time.Hour + 22*time.Hour)
		s.expect("a week later", "meg: digest of 2026-05-18")
	})
}

// TestTwoProcessesTellOnce has two tellers at work at the same time.
func TestTwoProcessesTellOnce(t *testing.T) {
	each(t, func(s *shop) {
		s.lead(meg)
		for range 20 {
			s.unhappy("Broken")
		}
		s.now = time.Date(2026, 5, 11, 8, 0, 0, 0, s.zone)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := s.teller.Tell(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		count := map[string]int{}
		for _, m := range s.mails() {
			if m.Kind == telling.DigestMail {
				count["digest"]++
				continue
			}
			c := s.alert(m)
			for _, one := range c.Cases {
				for _, n := range one.News {
					count[called(c.User)+" "+string(n.What)]++
				}
			}
		}
		if want := "map[ann opened:20 bob opened:20 digest:1 meg opened:20 meg overdue:20]"; fmt.Sprint(count) != want {
			t.Errorf("%v, want %s", count, want)
		}
	})
}
