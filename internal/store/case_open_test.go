package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// follow makes the shop's answers open cases, and gives a moderation whose marks reach them.
func (s *shop) follow() (*followup.Opener, *survey.Moderation) {
	clock, utc := func() time.Time { return s.now }, func() *time.Location { return time.UTC }
	o := followup.NewOpener(s.st, s.ids, clock)
	s.intake = survey.NewIntake(s.st, o.Recorder(s.writer), s.ids, clock, utc)
	return o, survey.NewModeration(o.Moderated(s.st), s.ids, clock, utc)
}

func (s *shop) contact(t *testing.T, name string) survey.ID {
	t.Helper()
	id, err := s.st.EnsureContact(context.Background(), survey.Contact{ID: s.ids.Next(), Email: name + "@shop.example", Name: name, CreatedAt: noon})
	must(t, err)
	return id
}

func (s *shop) give(t *testing.T, r survey.Response) survey.Response {
	t.Helper()
	got, _, err := s.intake.Give(context.Background(), s.version, r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (s *shop) from(contact survey.ID, rating int, comment string) survey.Response {
	r := s.response(rating, comment)
	r.ContactID, r.Channel, r.OrderRef = contact, survey.ViaImport, "A-17"
	return r
}

// cases gives all of them, one a line.
func cases(t *testing.T, st *store.Store) string {
	t.Helper()
	return strings.TrimPrefix(shell(t, st, `SELECT cause, status, rounds, reopened, excluded, happened FROM followup_case ORDER BY created_at, id`), "cause\tstatus\trounds\treopened\texcluded\thappened\n")
}

func logOf(t *testing.T, st *store.Store) string {
	t.Helper()
	return strings.Join(strings.Fields(shell(t, st, `SELECT kind FROM case_log ORDER BY at, id`))[1:], " ")
}

func checkCases(t *testing.T, st *store.Store, want string) {
	t.Helper()
	yes, no := "true", "false"
	if st.Engine() == store.SQLite {
		yes, no = "1", "0"
	}
	want = strings.NewReplacer("|", "\t", "yes", yes, "no", no).Replace(want)
	if want != "" {
		want += "\n"
	}
	if got := cases(t, st); got != want {
		t.Errorf("the cases are\n%swant\n%s", got, want)
	}
}

func TestAnUnhappyAnswerOpensACaseOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := openShop(t, st)
		s.follow()
		s.give(t, s.response(9, "Good"))
		s.give(t, s.response(7, "Passt"))
		checkCases(t, st, "")
		r := s.response(2, "")
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { s.give(t, r) })
		}
		wg.Wait()
		r.Comment = "Столът е счупен" // the rating came by a gesture, the words with the form
		s.give(t, r)
		checkCases(t, st, "class|new|1|0|no|opened")
		if got := logOf(t, st); got != "opened" {
			t.Errorf("the log is %s", got)
		}
		if got := shell(t, st, `SELECT search_text FROM followup_case`); !strings.Contains(got, "столът е счупен") || !strings.Contains(got, "кутия") {
			t.Errorf("the case is found by %q", got)
		}
		if got := shell(t, st, `SELECT person, contact_id, due_at - opened_at FROM followup_case`); !strings.HasSuffix(got, fmt.Sprintf("\nr%d\tNULL\t172800000\n", r.ID)) {
			t.Errorf("the case is\n%s", got)
		}
	})
}

func TestAPersonHasOneCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := openShop(t, st)
		s.follow()
		ana := s.contact(t, "Ана")
		s.give(t, s.from(ana, 10, ""))
		s.now = noon.Add(time.Minute)
		s.give(t, s.from(ana, 7, "")) // three points less
		checkCases(t, st, "")
		s.now = noon.Add(2 * time.Minute)
		s.give(t, s.from(ana, 7, "To jest reklamacja"))
		checkCases(t, st, "keyword|new|1|0|no|opened")
		s.now = noon.Add(3 * time.Minute)
		s.give(t, s.from(ana, 3, "Again"))
		checkCases(t, st, "keyword|new|1|0|no|joined")
		must(t, st.InsertUser(context.Background(), account.User{ID: 4, Email: "eva@shop.example", Name: "Eva", Role: account.Support, CreatedAt: noon}, "eva@shop.example"))
		exec(t, st, `UPDATE followup_case SET status = 'resolved', owner_id = 4, reason_id = 2, permission = 1, replied_at = 5, resolved_at = 6`)
		s.now = noon.Add(4 * time.Minute)
		s.give(t, s.from(ana, 1, "Once more"))
		checkCases(t, st, "class|new|2|1|no|reopened")
		if got := shell(t, st, `SELECT owner_id, reason_id, permission, replied_at, resolved_at FROM followup_case`); !strings.HasSuffix(got, "\n4\tNULL\t0\tNULL\t6\n") {
			t.Errorf("the case is\n%s", got)
		}
		if got := logOf(t, st); got != "opened joined reopened" {
			t.Errorf("the log is %s", got)
		}
		if got := shell(t, st, `SELECT search_text FROM followup_case`); !strings.Contains(got, "again") || !strings.Contains(got, "ана shop example") && !strings.Contains(got, "ана") || !strings.Contains(got, "a 17") {
			t.Errorf("the case is found by %q", got)
		}
	})
}

func TestADropAndAnAssignment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := openShop(t, st)
		for id, name := range map[int64]string{4: "ann", 5: "bob", 6: "off"} {
			must(t, st.InsertUser(context.Background(), account.User{ID: id, Email: name, Name: name, Role: account.Support, CreatedAt: noon, Disabled: id == 6}, name))
		}
		exec(t, st, `UPDATE case_rule SET active = FALSE WHERE kind = 'class'`)
		exec(t, st, `INSERT INTO case_rule (id, kind, active, plan, position) VALUES (10, 'assign', TRUE, '{"touchpoint":3,"users":[9]}', 1), (11, 'assign', TRUE, '{"language":"bg","users":[4,6,5,99]}', 2)`)
		s.follow()
		for _, name := range []string{"a", "b", "c", "d"} {
			id := s.contact(t, name)
			s.give(t, s.from(id, 10, ""))
			s.now = s.now.Add(time.Minute)
			s.give(t, s.from(id, 6, ""))
		}
		checkCases(t, st, strings.TrimSuffix(strings.Repeat("drop|new|1|0|no|opened\n", 4), "\n"))
		if got := shell(t, st, `SELECT owner_id, COUNT(*) FROM followup_case GROUP BY owner_id ORDER BY owner_id`); !strings.HasSuffix(got, "\n4\t2\n5\t2\n") {
			t.Errorf("cases by owner:\n%s", got)
		}
		if got := logOf(t, st); got != strings.TrimSpace(strings.Repeat("opened owner ", 4)) {
			t.Errorf("the log is %s", got)
		}
	})
}

func TestARaisedAnswerClosesWhatNobodyTouched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := openShop(t, st)
		s.follow()
		r, touched := s.response(2, ""), s.response(3, "")
		s.give(t, r)
		s.give(t, touched)
		exec(t, st, fmt.Sprintf(`INSERT INTO case_log (id, case_id, at, user_id, kind, body) SELECT 1, id, opened_at, 5, 'note', 'I call' FROM followup_case WHERE response_id = %d`, touched.ID))
		s.now = noon.Add(time.Hour)
		r.Rating, touched.Rating = 9, 9
		s.give(t, r)
		s.give(t, touched)
		checkCases(t, st, "class|resolved|1|0|no|opened\nclass|new|1|0|no|opened")
		if got := shell(t, st, `SELECT no, reason_id FROM case_round WHERE resolved_at IS NOT NULL`); got != "no\treason_id\n1\t1\n" {
			t.Errorf("the rounds are\n%s", got)
		}
		r.Rating = 0
		s.give(t, r)
		checkCases(t, st, "class|new|2|1|no|reopened\nclass|new|1|0|no|opened")
		if got := shell(t, st, `SELECT before, after FROM case_log WHERE kind = 'raised' ORDER BY id`); got != "before\tafter\n2\t9\n3\t9\n" {
			t.Errorf("the log says\n%s", got)
		}
		touched.Rating = 1
		s.give(t, touched)
		checkCases(t, st, "class|new|2|1|no|reopened\nclass|new|1|0|no|joined")
		touched.Rating = 4
		s.give(t, touched)
		touched.Comment = "More words"
		s.give(t, touched)
		for answer, want := range map[survey.ID]string{
			r.ID: "opened\t\tclass\nraised\t2\t9\nstatus\tnew\tresolved\nreopened\t\tclass\nlowered\t9\t0", touched.ID: "opened\t\tclass\nraised\t3\t9\nlowered\t9\t1\nrated\t1\t4",
		} {
			if got := shell(t, st, fmt.Sprintf(`SELECT kind, before, after FROM case_log WHERE response_id = %d ORDER BY at, id`, answer)); got != "kind\tbefore\tafter\n"+want+"\n" {
				t.Errorf("the log says\n%s", got)
			}
		}
	})
}

func TestMarksReachTheCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		_, m := s.follow()
		ana := s.contact(t, "ana")
		first, second := s.give(t, s.from(ana, 2, "")), s.give(t, s.from(ana, 1, ""))
		for _, c := range []struct {
			id     survey.ID
			status survey.Status
			want   string
		}{
			{first.ID, survey.Test, "class|new|1|0|no|joined"},
			{second.ID, survey.Spam, "class|new|1|0|yes|joined"},
			{second.ID, survey.Deleted, "class|new|1|0|yes|joined"},
			{first.ID, survey.Counted, "class|new|1|0|no|joined"},
			{first.ID, survey.Held, "class|new|1|0|yes|joined"},
		} {
			_, err := m.SetStatus(ctx, c.id, c.status, 1, func(context.Context) error { return nil })
			must(t, err)
			checkCases(t, st, c.want)
		}
		s.give(t, s.from(ana, 0, "this time it is me"))
		checkCases(t, st, "class|new|2|0|no|reopened")
		if got := shell(t, st, `SELECT no FROM case_round WHERE excluded`); got != "no\n1\n" {
			t.Errorf("excluded are the rounds\n%s", got)
		}
	})
}

func TestHeldAnswersOpenNothingUntilRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		_, m := s.follow()
		r := s.response(0, "")
		r.Status = survey.Held
		s.give(t, r)
		checkCases(t, st, "")
		s.now = noon.Add(time.Hour)
		_, err := m.SetStatus(ctx, r.ID, survey.Counted, 1, func(context.Context) error { return nil })
		must(t, err)
		checkCases(t, st, "class|new|1|0|no|opened")
		if got := shell(t, st, `SELECT opened_at FROM followup_case`); got != fmt.Sprintf("opened_at\n%d\n", s.now.UnixMilli()) {
			t.Errorf("the case opened at\n%s", got)
		}
	})
}

func TestAnErasedPersonIsNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := openShop(t, st)
		s.follow()
		r := s.give(t, s.from(77, 2, ""))
		if got := shell(t, st, `SELECT person, contact_id FROM followup_case`); !strings.HasSuffix(got, fmt.Sprintf("\nr%d\tNULL\n", r.ID)) {
			t.Errorf("the case is\n%s", got)
		}
	})
}

// TestCasesFollowAnswers has many people answer, change and be marked at once, some of them twice in one batch.
func TestCasesFollowAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		_, m := s.follow()
		people := []survey.ID{0, s.contact(t, "a"), s.contact(t, "b"), s.contact(t, "c")}
		var wg sync.WaitGroup
		for worker := range 6 {
			rng := rand.New(rand.NewPCG(uint64(worker), 4))
			wg.Go(func() {
				var mine []survey.Response
				for range 25 {
					switch rng.IntN(4) {
					case 0, 1:
						mine = append(mine, s.give(t, s.from(people[rng.IntN(len(people))], rng.IntN(11), "")))
					case 2:
						if len(mine) > 0 {
							r := mine[rng.IntN(len(mine))]
							r.Rating = rng.IntN(11)
							s.give(t, r)
						}
					case 3:
						if len(mine) > 0 {
							if _, err := m.SetStatus(ctx, mine[rng.IntN(len(mine))].ID, survey.Status(rng.IntN(4)), 1, func(context.Context) error { return nil }); err != nil {
								t.Error(err)
							}
						}
					}
				}
			})
		}
		wg.Wait()
		for what, query := range map[string]string{
			"worst answers without a case":         `SELECT id FROM response r WHERE status = 0 AND class = 1 AND NOT EXISTS (SELECT 1 FROM case_response c WHERE c.response_id = r.id AND c.state = 'stands')`,
			"other answers that stand":             `SELECT r.id FROM response r JOIN case_response c ON c.response_id = r.id WHERE c.state = 'stands' AND (r.status <> 0 OR r.rating > 6) AND r.contact_id IS NULL`,
			"people with two cases":                `SELECT contact_id FROM followup_case WHERE contact_id IS NOT NULL GROUP BY contact_id HAVING COUNT(*) > 1`,
			"cases whose rounds don't match":       `SELECT id FROM followup_case f WHERE rounds <> (SELECT COUNT(*) FROM case_round r WHERE r.case_id = f.id)`,
			"cases whose log doesn't match":        `SELECT id FROM followup_case f WHERE rounds <> (SELECT COUNT(*) FROM case_log l WHERE l.case_id = f.id AND l.kind IN ('opened', 'reopened'))`,
			"excluded cases with answers":          `SELECT id FROM followup_case f WHERE excluded AND EXISTS (SELECT 1 FROM case_response r WHERE r.case_id = f.id AND r.state <> 'marked')`,
			"cases without answers, not excluded":  `SELECT id FROM followup_case f WHERE NOT excluded AND NOT EXISTS (SELECT 1 FROM case_response r WHERE r.case_id = f.id AND r.state <> 'marked')`,
			"closed cases with an answer in force": `SELECT f.id FROM followup_case f JOIN case_response r ON r.case_id = f.id AND r.round = f.rounds AND r.state = 'stands' JOIN case_log l ON l.case_id = f.id WHERE f.status = 'resolved' AND NOT EXISTS (SELECT 1 FROM case_log l WHERE l.case_id = f.id AND l.kind = 'restored')`,
		} {
			if got := shell(t, st, query); strings.Count(got, "\n") != 1 {
				t.Errorf("%s:\n%s", what, got)
			}
		}
		checkRollups(t, st, time.UTC)
	})
}
