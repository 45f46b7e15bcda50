package telling_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

const (
	ann = int64(iota + 1) // support
	bob                   // support
	meg                   // a manager
)

// called is what a user is called.
func called(user int64) string {
	return map[int64]string{ann: "ann", bob: "bob", meg: "meg"}[user]
}

// shop is a live survey with a staff of three on a real database, and a clock that the test sets.
type shop struct {
	t       *testing.T
	st      *store.Store
	now     time.Time
	zone    *time.Location
	ids     *survey.IDs
	version survey.Version
	intake  *survey.Intake
	cases   *followup.Service
	teller  *telling.Teller
	away    bool      // there is no mail server
	read    survey.ID // the newest mail that was looked at
	last    survey.ID // a case
}

// start is a Tuesday, 12:00 in Sofia.
var start = time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC)

func each(t *testing.T, test func(s *shop)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) { test(open(t, st)) })
}

func open(t *testing.T, st *store.Store) *shop {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Sofia")
	s := &shop{t: t, st: st, now: start, zone: zone}
	s.must(err)
	ctx := t.Context()
	for id, role := range map[int64]account.Role{ann: account.Support, bob: account.Support, meg: account.Manager} {
		email := called(id) + "@shop.example"
		s.must(st.InsertUser(ctx, account.User{ID: id, Email: email, Name: called(id), Role: role, CreatedAt: start, LastSeenAt: start}, email))
	}
	v := survey.Survey{Name: "After the purchase", State: survey.Live, CreatedAt: start, ChangedAt: start, Edited: survey.Definition{Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "How likely?"}},
	}}, Settings: survey.Settings{Languages: []string{"en"}, DefaultLanguage: "en"}}
	s.must(st.CreateSurvey(ctx, &v))
	s.version = survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: start}
	s.must(st.CreateVersion(ctx, &s.version))
	v.VersionID = s.version.ID
	s.must(st.UpdateSurvey(ctx, &v))
	s.ids, err = survey.NewIDs(0, s.clock)
	s.must(err)
	writer, err := st.NewWriter(ctx, func(err error) { t.Error(err) })
	s.must(err)
	t.Cleanup(writer.Close)
	opener := followup.NewOpener(st, s.ids, s.clock)
	s.intake = survey.NewIntake(st, opener.Recorder(writer), s.ids, s.clock, s.in)
	s.cases = followup.NewService(st, opener, s.ids, s.clock)
	s.teller = &telling.Teller{Store: st, Server: s, Weeks: reports.New(st, s.clock, s.in), IDs: s.ids, Now: s.clock, Zone: s.in}
	return s
}

func (s *shop) clock() time.Time   { return s.now }
func (s *shop) in() *time.Location { return s.zone }

// Ready implements telling.Server.
func (s *shop) Ready(context.Context) (bool, error) { return !s.away, nil }

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) pass(d time.Duration) { s.now = s.now.Add(d) }

// unhappy has somebody unknown give a low answer, and gives the case of it.
func (s *shop) unhappy(comment string) survey.ID {
	s.t.Helper()
	r, _, err := s.intake.Give(s.t.Context(), s.version, survey.Response{ID: s.ids.Next(), Language: "en", Rating: 2, Comment: comment})
	s.must(err)
	id, err := s.st.CaseOf(s.t.Context(), r.ID)
	s.must(err)
	return id
}

func (s *shop) do(by int64, id survey.ID, e followup.Edit) {
	s.t.Helper()
	_, err := s.cases.Change(s.t.Context(), by, id, followup.AnyVersion, e, nil)
	s.must(err)
}

func (s *shop) choose(user int64, pace telling.Pace, digest bool) {
	s.t.Helper()
	s.must(s.st.SaveChoice(s.t.Context(), telling.Choice{User: user, Cases: pace, Digest: digest}))
}

func (s *shop) tell() {
	s.t.Helper()
	s.must(s.teller.Tell(s.t.Context()))
}

// mails gives those that were made since the last look.
func (s *shop) mails() (fresh []asking.Mail) {
	s.t.Helper()
	all, err := s.st.DueMails(s.t.Context(), s.now, s.now.Add(time.Hour), 1000)
	s.must(err)
	for _, m := range all {
		if m.ID > s.read {
			fresh = append(fresh, m)
		}
	}
	for _, m := range fresh {
		s.read = max(s.read, m.ID)
	}
	return fresh
}

// alert reads what a mail is about.
func (s *shop) alert(m asking.Mail) (c telling.AlertContent) {
	s.t.Helper()
	s.must(json.Unmarshal(m.Content, &c))
	return c
}

// told tells the staff, and gives who was told of what, by name.
func (s *shop) told() string {
	s.t.Helper()
	s.tell()
	var lines []string
	for _, m := range s.mails() {
		switch m.Kind {
		case telling.AlertMail:
			c := s.alert(m)
			var words []string
			for _, one := range c.Cases {
				for _, n := range one.News {
					words = append(words, string(n.What))
				}
			}
			lines = append(lines, called(c.User)+": "+strings.Join(words, " "))
		case telling.DigestMail:
			var c telling.DigestContent
			s.must(json.Unmarshal(m.Content, &c))
			lines = append(lines, fmt.Sprintf("%s: digest of %s%s", called(c.User), c.Monday, map[bool]string{true: ", the last"}[c.Last]))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

func (s *shop) expect(what, want string) {
	s.t.Helper()
	if got := s.told(); got != want {
		s.t.Errorf("%s: told was %q, want %q", what, got, want)
	}
}
