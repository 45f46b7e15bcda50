package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// Of the test in full: how often serve is killed, and how many invitations fall due before each start.
const (
	mailKills    = 300
	mailsEach    = 10
	stepsAtMost  = 150 // of SMTP sessions, until it is killed
	faultsIn1000 = 25  // of the places of a session
)

// TestSoakMail kills serve with SIGKILL, again and again, at any step of its SMTP sessions, while the mail server breaks at all of its points. Nobody may get two
// mails, and each invitation must be known to have arrived, to have failed, to be due, or to be uncertain.
func TestSoakMail(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		newMailTest(t, filepath.Join(t.TempDir(), "surveyd.db")).cycles(soak.Count(t, mailKills))
	})
	t.Run("postgres", func(t *testing.T) {
		server, err := storetest.Start(storetest.Options{Fsync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
		newMailTest(t, server.DSN()).cycles(soak.Count(t, mailKills))
	})
}

// mailTest is one database whose mails go out under kills and faults.
type mailTest struct {
	t         *testing.T
	app       *app // of the test itself: never serves
	secrets   secrets
	addresses []byte
	ids       *survey.IDs
	sink      *mailtest.Sink
	trust     string // file with the sink's certificate
	survey    int64
	mails     int
	faults    *faults
	said      tail
}

func newMailTest(t *testing.T, dsn string) *mailTest {
	m := &mailTest{t: t, faults: &faults{points: map[mailtest.Point]int{}}}
	m.app = &app{cfg: config{database: dsn, secrets: filepath.Join(t.TempDir(), "secrets"), log: slog.New(slog.DiscardHandler), now: time.Now}}
	t.Cleanup(m.app.close)
	var err error
	if m.secrets, err = createSecrets(m.app.cfg.secrets); err != nil {
		t.Fatal(err)
	}
	m.sink = mailtest.Start(t, mailtest.Options{TLS: true, User: "shop", Password: "secret", HeadersOnly: true, Inject: m.faults.at})
	m.trust = filepath.Join(t.TempDir(), "sink.pem")
	if err := errors.Join(os.WriteFile(m.trust, m.sink.Certificate(), 0o600), m.open(t.Context()), m.prepare(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("serve said in the end:\n%s", &m.said)
		}
	})
	return m
}

// open puts together what the test needs of the program.
func (m *mailTest) open(ctx context.Context) (err error) {
	a := m.app
	if a.keys, err = m.secrets.keys(); err != nil {
		return err
	}
	if a.store, err = store.Open(ctx, a.cfg.database); err != nil {
		return err
	}
	a.ends = append(a.ends, func() { _ = a.store.Close() })
	if m.ids, err = survey.NewIDs(survey.MaxBucket, time.Now); err != nil {
		return err
	}
	if a.users, err = newAccounts(a.store, m.ids, m.secrets, time.Now); err != nil {
		return err
	}
	if m.addresses, err = m.secrets.derived("addresses"); err != nil {
		return err
	}
	cases := followup.NewService(a.store, followup.NewOpener(a.store, m.ids, time.Now), m.ids, time.Now)
	return a.newDispatcher(m.ids, m.secrets, m.addresses, cases)
}

// prepare makes a live survey, a rule that asks at once, and tells where the mail server is.
func (m *mailTest) prepare(ctx context.Context) error {
	st, now, langs := m.app.store, time.Now(), []string{"en"}
	say := func(lang, key string) string { return words.For(lang).T(key) }
	sv := survey.Survey{
		Name: "After the purchase", State: survey.Live, CreatedAt: now, ChangedAt: now, Edited: survey.FromTemplate(survey.TemplateNPS, say, langs, ""),
		Settings: survey.Settings{Languages: langs, DefaultLanguage: "en"},
	}
	if err := st.CreateSurvey(ctx, &sv); err != nil {
		return err
	}
	v := survey.Version{SurveyID: sv.ID, Definition: sv.Edited, PublishedAt: now}
	if err := st.CreateVersion(ctx, &v); err != nil {
		return err
	}
	sv.VersionID, m.survey = v.ID, sv.ID
	if err := st.UpdateSurvey(ctx, &sv); err != nil {
		return err
	}
	r := asking.Rule{
		SurveyID: sv.ID, Name: "At once", Active: true, Kind: people.Purchase, CreatedAt: now, ChangedAt: now,
		Plan: asking.Plan{Channel: asking.ByMail, SamplePercent: 100, ExpiryDays: 30},
	}
	if err := st.CreateRule(ctx, &r); err != nil {
		return err
	}
	return m.app.users.SaveMailServer(ctx, account.User{Email: "eva@shop.example", Role: account.Admin}, account.MailServer{
		Host: m.sink.Host(), Port: m.sink.Port(), Security: account.StartTLS, User: "shop", Password: "secret", From: "survey@shop.example", Postal: "1 High Street",
	})
}

// buy lets people buy whom nobody has asked before.
func (m *mailTest) buy(n int) {
	intake := people.NewIntake(m.app.store, m.ids, m.addresses, time.Now, &asking.Scheduler{
		Store: m.app.store, Keys: m.app.keys, IDs: m.ids, AddressKey: m.addresses, Now: time.Now,
	})
	rows := make([]people.Row, n)
	for i := range rows {
		m.mails++
		rows[i] = people.Row{
			Contact:  survey.Contact{Email: fmt.Sprintf("p%d@example.com", m.mails)},
			Occasion: &people.Occasion{Kind: people.Purchase, ExternalID: fmt.Sprintf("o%d", m.mails), At: time.Now().Add(-time.Minute)},
		}
	}
	if _, err := intake.Take(m.t.Context(), rows); err != nil {
		m.t.Fatal(err)
	}
}

// cycles starts serve and kills it, n times, then lets the rest go out in peace.
func (m *mailTest) cycles(n int) {
	for range n {
		m.buy(mailsEach)
		reached := m.faults.after(1 + rand.IntN(stepsAtMost))
		running := m.serve()
		limit := time.NewTimer(3 * time.Second) // where fewer steps are left
		select {
		case <-reached:
		case <-limit.C:
		}
		limit.Stop()
		if err := running.Process.Kill(); err != nil {
			m.t.Fatal(err)
		}
		_ = running.Wait() // "signal: killed" is what we want
	}
	m.faults.stop()
	m.finish()
	m.check(n)
}

// serve starts the program.
func (m *mailTest) serve() *exec.Cmd {
	cmd := exec.Command("surveyd", "serve", "--database", m.app.cfg.database, "--secrets", m.app.cfg.secrets, "--addr", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+m.trust)
	cmd.Stderr = &m.said
	out, err := cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if listening.MatchString(sc.Text()) {
			return cmd
		}
	}
	m.t.Fatal("serve did not say where it listens")
	return nil
}

// finish sends what is still due a day later, when every lease has ended, without kills and faults.
func (m *mailTest) finish() {
	d := m.app.dispatcher
	d.BaseURL, d.Now = "http://localhost", func() time.Time { return time.Now().AddDate(0, 0, 1) }
	m.app.post.Roots = m.sink.Roots()
	if err := d.Sweep(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	d.Alone = true // there is no other process now
	if err := d.Recover(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	d.Drain(m.t.Context())
}

// check compares what the mail server has with what is written down.
func (m *mailTest) check(kills int) {
	ctx, t, st := context.Background(), m.t, m.app.store
	got := map[string]int{}
	for _, msg := range m.sink.Messages() {
		for _, to := range msg.To {
			got[to]++
		}
	}
	twice, wrong, lost := 0, 0, 0
	for to, n := range got {
		if n > 1 {
			twice++
			t.Errorf("%s got %d mails", to, n)
		}
	}
	counts, arrived := map[asking.MailState]int{}, 0
	for _, state := range []asking.MailState{asking.Due, asking.Handed, asking.MailSent, asking.MailFailed, asking.MailUncertain, asking.Dropped, asking.Kept} {
		mails, err := st.MailsIn(ctx, state, 0, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		counts[state] = len(mails)
		for _, mail := range mails {
			c, err := st.Contact(ctx, mail.ContactID)
			if err != nil {
				t.Fatal(err)
			}
			switch has := got[c.Email] > 0; {
			case state == asking.MailUncertain && has:
				arrived++
			case has != (state == asking.MailSent) && state != asking.MailUncertain:
				wrong++
				t.Errorf("the mail to %s is %s, and the mail server has it: %v", c.Email, state, has)
			}
		}
	}
	known := counts[asking.MailSent] + counts[asking.Due] + counts[asking.MailFailed] + counts[asking.MailUncertain]
	if lost = m.mails - known; lost != 0 {
		t.Errorf("%d of %d are nowhere: %v", lost, m.mails, counts)
	}
	t.Logf("%d invitations, %d kills, faults by point %v: received %d + still due %d + known failed %d + uncertain %d (of which arrived %d) = %d; %d got two, %d are wrong",
		m.mails, kills, m.faults.points, counts[asking.MailSent], counts[asking.Due], counts[asking.MailFailed], counts[asking.MailUncertain], arrived, known, twice, wrong)
	if kills == mailKills && len(m.faults.points) < len(mailtest.Points()) {
		t.Errorf("the mail server broke at %d points only", len(m.faults.points))
	}
	if health, err := st.Check(ctx); err != nil || health.Integrity != "ok" {
		t.Errorf("the database is %q, %v", health.Integrity, err)
	}
	if err := m.agrees(ctx); err != nil {
		t.Error(err)
	}
}

// agrees tells whether the funnel counts what the invitations say.
func (m *mailTest) agrees(ctx context.Context) error {
	diffs, err := m.app.store.CheckFunnel(ctx, time.UTC)
	if err == nil && len(diffs) > 0 {
		err = fmt.Errorf("the funnel is wrong in %d cohorts, the first: %+v", len(diffs), diffs[0])
	}
	return err
}

// faults breaks the mail server's sessions by chance, and tells when a number of their steps is reached.
type faults struct {
	mu      sync.Mutex
	points  map[mailtest.Point]int // how often it broke where
	left    int
	reached chan struct{}
	stopped bool
}

// after gives a channel that is closed when n more steps were made.
func (f *faults) after(n int) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.reached = n, make(chan struct{})
	return f.reached
}

func (f *faults) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = true
}

// at implements mailtest.Inject.
func (f *faults) at(p mailtest.Place) *mailtest.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped {
		return nil
	}
	if f.left--; f.left == 0 {
		close(f.reached)
	}
	if rand.IntN(1000) >= faultsIn1000 {
		return nil
	}
	f.points[p.Point]++
	choices := []mailtest.Fault{
		{Do: mailtest.Drop},
		{Do: mailtest.Drop},
		{Do: mailtest.Garbage},
		{Do: mailtest.Reply, Code: 451, Text: "4.3.0 not now"},
		{Do: mailtest.Reply, Code: 421, Text: "4.3.2 closing"},
		{Do: mailtest.Reply, Code: 550, Text: "5.1.1 no such user"},
	}
	if p.Point == mailtest.Dot {
		choices = append(choices, mailtest.Fault{Do: mailtest.Keep}, mailtest.Fault{Do: mailtest.Keep})
	}
	return &choices[rand.IntN(len(choices))]
}
