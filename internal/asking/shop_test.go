package asking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// shop is a live survey on a real database, with a clock that the test sets.
type shop struct {
	t          testing.TB
	st         *store.Store
	now        time.Time
	ids        *survey.IDs
	keys       survey.Keys
	survey     survey.Survey
	addressKey []byte
	scheduler  *asking.Scheduler
}

var start = time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC) // a Tuesday, 12:00 in Sofia

func newShop(t testing.TB, st *store.Store) *shop {
	t.Helper()
	keys, err := survey.NewKeys(1, map[int64][]byte{1: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, st: st, now: start, keys: keys, addressKey: []byte(strings.Repeat("a", 32))}
	if s.ids, err = survey.NewIDs(7, s.clock); err != nil {
		t.Fatal(err)
	}
	s.survey = s.newSurvey("After the purchase")
	s.must(st.SetSetting(t.Context(), "zone", "Europe/Sofia"))
	s.scheduler = &asking.Scheduler{Store: st, Keys: keys, IDs: s.ids, AddressKey: s.addressKey, Now: s.clock}
	return s
}

func each(t *testing.T, test func(s *shop)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newShop(t, st)
		test(s)
		s.funnelAgrees()
	})
}

// funnelAgrees compares the funnel with the invitations.
func (s *shop) funnelAgrees() {
	s.t.Helper()
	f, err := asking.ReadFacts(s.t.Context(), s.st)
	s.must(err)
	wrong, err := s.st.CheckFunnel(s.t.Context(), f.Zone())
	s.must(err)
	for _, d := range wrong {
		s.t.Errorf("the funnel is wrong: %+v", d)
	}
}

func (s *shop) clock() time.Time { return s.now }

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) newSurvey(name string) survey.Survey {
	ctx := s.t.Context()
	say := func(lang, key string) string { return words.For(lang).T(key) }
	langs := []string{"en", "bg"}
	v := survey.Survey{
		Name: name, State: survey.Live, CreatedAt: s.now, ChangedAt: s.now, Edited: survey.FromTemplate(survey.TemplateNPS, say, langs, ""),
		Settings: survey.Settings{Languages: langs, DefaultLanguage: "en"},
	}
	s.must(s.st.CreateSurvey(ctx, &v))
	version := survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: s.now}
	s.must(s.st.CreateVersion(ctx, &version))
	v.VersionID = version.ID
	s.must(s.st.UpdateSurvey(ctx, &v))
	return v
}

// rule makes an active rule on purchases; change edits it before it is stored.
func (s *shop) rule(change func(*asking.Rule)) asking.Rule {
	s.t.Helper()
	r := asking.Rule{
		SurveyID: s.survey.ID, Name: "A week later", Active: true, Kind: people.Purchase, CreatedAt: s.now, ChangedAt: s.now,
		Plan: asking.Plan{Channel: asking.ByMail, DelayHours: 7 * 24, From: 600, Until: 1080, SamplePercent: 100, ReminderDays: 4, ExpiryDays: 30},
	}
	if change != nil {
		change(&r)
	}
	s.must(s.st.CreateRule(s.t.Context(), &r))
	return r
}

func (s *shop) contact(c survey.Contact) survey.ID {
	s.t.Helper()
	c.ID, c.CreatedAt = s.ids.Next(), s.now
	s.must(s.st.AddContacts(s.t.Context(), []survey.Contact{c}))
	return c.ID
}

// buys tells that contacts bought something now, and gives the occasions.
func (s *shop) buys(contacts ...survey.ID) []people.Occasion {
	s.t.Helper()
	var all []people.Occasion
	for _, c := range contacts {
		id := s.ids.Next()
		all = append(all, people.Occasion{ID: id, Kind: people.Purchase, ExternalID: id.String(), ContactID: c, At: s.now, OrderRef: fmt.Sprintf("A-%d", len(all)), CreatedAt: s.now})
	}
	s.must(s.scheduler.Schedule(s.t.Context(), all))
	return all
}

// ledger lists decisions and reasons, the oldest first.
func (s *shop) ledger(f asking.LedgerFilter) (lines []string) {
	s.t.Helper()
	entries, err := s.st.Ledger(s.t.Context(), f, 1000)
	s.must(err)
	slices.Reverse(entries)
	for _, e := range entries {
		lines = append(lines, strings.TrimSpace(string(e.Decision)+" "+e.Reason))
	}
	return lines
}

func (s *shop) due() []asking.Mail {
	s.t.Helper()
	mails, err := s.st.DueMails(s.t.Context(), s.now, s.now.AddDate(2, 0, 0), 1000)
	s.must(err)
	return mails
}

func (s *shop) expect(what string, got, want []string) {
	s.t.Helper()
	if !slices.Equal(got, want) {
		s.t.Errorf("%s: %q, want %q", what, got, want)
	}
}
