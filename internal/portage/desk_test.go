package portage_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	money "github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// openDesk makes a desk on a database whose queue nobody works on.
func openDesk(t *testing.T, st *store.Store) (*portage.Desk, *time.Time) {
	t.Helper()
	if err := st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(context.Background()); err != nil {
		t.Fatal(err)
	}
	now := noon
	clock := func() time.Time { return now }
	ids, err := survey.NewIDs(9, clock)
	if err != nil {
		t.Fatal(err)
	}
	in := people.NewIntake(st, ids, []byte("key"), clock, nil)
	return &portage.Desk{
		Store: st, People: in, Feeds: &money.Intake{Store: st, People: in, IDs: ids, Now: clock, Zone: func() *time.Location { return time.UTC }}, Surveys: st, Runs: st, Files: st, Queue: st, IDs: ids, Now: clock, Zone: func() *time.Location { return time.UTC },
		Say: func(lang, key string) string { return words.For(lang).T(key) }, Limit: 1 << 20,
	}, &now
}

const reviews = "stars;date;comment;stage\n5;2026-11-01;fine;a\n4;2026-11-02;;b\n9;2026-11-02;\"x;\nbad\";b\n1;2026-11-03;=late;b\n"

func (d *deskRun) is(state portage.RunState) portage.Run {
	d.t.Helper()
	r, err := d.desk.Runs.Run(context.Background(), d.id)
	if err != nil || r.State != state {
		d.t.Fatalf("the run is %s (%s), err %v; want %s", r.State, r.Problem, err, state)
	}
	return r
}

type deskRun struct {
	t    *testing.T
	desk *portage.Desk
	id   int64
}

func upload(t *testing.T, desk *portage.Desk, file string) *deskRun {
	t.Helper()
	r, err := desk.Upload(context.Background(), "reviews.csv", strings.NewReader(file), 1)
	if err != nil {
		t.Fatal(err)
	}
	return &deskRun{t, desk, r.ID}
}

func (d *deskRun) check() {
	d.t.Helper()
	s := d.is(portage.Mapped).Setup
	s.Survey, s.Scheme, s.Language = "Reviews", scoring.CSAT5, "en"
	if _, err := d.desk.Check(context.Background(), d.is(portage.Mapped), s); err != nil {
		d.t.Fatal(err)
	}
	d.is(portage.Checking)
	d.work()
}

func (d *deskRun) work() {
	d.t.Helper()
	if err := d.desk.Work(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

func TestAFileComesInBySteps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		desk, _ := openDesk(t, st)
		d := upload(t, desk, reviews)
		r := d.is(portage.Mapped)
		if r.Setup.Format.Comma != ";" || r.Setup.Mapping[portage.FieldRating] != 0 || r.Size != int64(len(reviews)) {
			t.Errorf("guessed %+v", r)
		}
		d.check()
		trial := d.is(portage.Checked).Trial
		if trial.Counts.Added != 3 || trial.Counts.Bad != 1 || len(trial.Bad) != 1 || trial.Bad[0].Line != 4 || trial.Bad[0].Reason != portage.OutOfScale {
			t.Errorf("the check found %+v", trial)
		}
		if all, err := st.Surveys(ctx); err != nil || len(all) != 0 {
			t.Errorf("the check made %v, err %v", all, err)
		}
		if err := desk.Start(ctx, d.is(portage.Checked)); err != nil {
			t.Fatal(err)
		}
		d.is(portage.Queued)
		d.work()
		if c := d.is(portage.Done).Counts; c.Added != 3 || c.Bad != 1 {
			t.Errorf("imported %+v", c)
		}
		if text, err := st.Rejects(ctx, d.id, 0); err != nil || !strings.HasPrefix(text, "stars,date,comment,stage,reason\n9,2026-11-02,\"x;\nbad\",b,") {
			t.Errorf("what came back is %q, err %v", text, err)
		}
		if body, err := st.Chunk(ctx, d.id, 0); err != nil || body != nil {
			t.Errorf("the file stays: %d bytes, err %v", len(body), err)
		}
		if err := desk.Start(ctx, r); !errors.Is(err, survey.ErrStale) {
			t.Errorf("a second start: %v", err)
		}
	})
}

func TestAnImportThatWasKilledIsTakenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		desk, now := openDesk(t, st)
		d := upload(t, desk, reviews)
		d.check()
		if err := desk.Start(ctx, d.is(portage.Checked)); err != nil {
			t.Fatal(err)
		}
		// An instance takes the run, and dies behind its first batch.
		if _, ok, err := st.ClaimRun(ctx, *now); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if err := st.AddRejects(ctx, d.id, 0, "left behind"); err != nil {
			t.Fatal(err)
		}
		d.work()
		d.is(portage.Running) // its lease holds
		*now = now.Add(portage.LeaseTime + time.Second)
		d.work()
		if c := d.is(portage.Done).Counts; c.Added != 3 {
			t.Errorf("%+v", c)
		}
		if text, err := st.Rejects(ctx, d.id, 0); err != nil || strings.Contains(text, "left behind") {
			t.Errorf("what came back is %q, err %v", text, err)
		}
	})
}

func TestAnImportEndsWhenSomebodySaysSo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		desk, _ := openDesk(t, st)
		d := upload(t, desk, reviews)
		d.check()
		if err := desk.Start(ctx, d.is(portage.Checked)); err != nil {
			t.Fatal(err)
		}
		if err := desk.Cancel(ctx, d.is(portage.Queued)); err != nil {
			t.Fatal(err)
		}
		d.work()
		d.is(portage.Cancelled)
		other := upload(t, desk, reviews)
		if err := desk.Cancel(ctx, other.is(portage.Mapped)); err != nil {
			t.Fatal(err)
		}
		other.is(portage.Cancelled)
	})
}

func TestWhatCantBeImportedIsSaid(t *testing.T) {
	ctx := context.Background()
	desk, _ := openDesk(t, storetest.SQLite(t))
	for want, edit := range map[error]func(*portage.Setup){
		portage.ErrNeedsTime:   func(s *portage.Setup) { delete(s.Mapping, portage.FieldTime) },
		portage.ErrNeedsSurvey: func(s *portage.Setup) { s.Survey = "" },
		portage.ErrNeedsScheme: func(s *portage.Setup) { s.Scheme = "" },
		portage.ErrZone:        func(s *portage.Setup) { s.Zone = "Mars/Olympus" },
		portage.ErrAt:          func(s *portage.Setup) { s.At = "soon" },
		portage.ErrNeedsRating: func(s *portage.Setup) { s.Mapping = portage.Mapping{portage.FieldTime: 1} },
	} {
		d := upload(t, desk, reviews)
		s := d.is(portage.Mapped).Setup
		s.Survey, s.Scheme = "Reviews", scoring.CSAT5
		edit(&s)
		if _, err := desk.Check(ctx, d.is(portage.Mapped), s); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if _, err := desk.Upload(ctx, "big.csv", strings.NewReader(strings.Repeat("a,b\n", 1<<19)), 1); !errors.Is(err, portage.ErrTooLarge) {
		t.Errorf("a file that is too large: %v", err)
	}
	if _, err := desk.Upload(ctx, "commas.csv", strings.NewReader(strings.Repeat(",", 1<<19)), 1); !errors.Is(err, portage.ErrHeader) {
		t.Errorf("a file of commas: %v", err)
	}
	d := upload(t, desk, reviews)
	r, err := desk.Reread(ctx, d.is(portage.Mapped), portage.Answers, portage.Format{Encoding: "windows-1251", Comma: ","})
	if sheet, sheetErr := desk.Sheet(ctx, r); err != nil || sheetErr != nil || len(sheet.Header) != 1 {
		t.Errorf("read with commas it has %d columns, err %v, %v", len(sheet.Header), err, sheetErr)
	}
}

func TestForgottenFilesGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		desk, now := openDesk(t, st)
		d := upload(t, desk, reviews)
		done := upload(t, desk, reviews)
		done.check()
		if err := desk.Start(ctx, done.is(portage.Checked)); err != nil {
			t.Fatal(err)
		}
		done.work()
		*now = now.Add(6 * 24 * time.Hour)
		d.work()
		d.is(portage.Mapped)
		*now = now.Add(2 * 24 * time.Hour)
		d.work()
		d.is(portage.Cancelled)
		if body, err := st.Chunk(ctx, d.id, 0); err != nil || body != nil {
			t.Errorf("the file stays: %d bytes, err %v", len(body), err)
		}
		if text, err := st.Rejects(ctx, done.id, 0); err != nil || text == "" {
			t.Errorf("the bad rows are gone already, err %v", err)
		}
		*now = now.Add(90 * 24 * time.Hour)
		d.work()
		if text, err := st.Rejects(ctx, done.id, 0); err != nil || text != "" {
			t.Errorf("the bad rows stay: %q, err %v", text, err)
		}
	})
}
