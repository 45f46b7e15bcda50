package main

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// killClients is how many people answer at once while the server is killed.
const killClients = 16

// TestSoakKill kills serve with SIGKILL, again and again, while people answer, change their answers and send forms twice. Whatever was acknowledged must
// be there in the end, once and as it was last acknowledged, with sums that agree.
func TestSoakKill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		newKillTest(t, filepath.Join(t.TempDir(), "surveyd.db")).cycles(soak.Count(t, 200), nil)
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
		newKillTest(t, server.DSN()).cycles(soak.Count(t, 200), server)
	})
}

// killTest is one database that is killed under load.
type killTest struct {
	t       *testing.T
	dsn     string
	secrets string
	link    string
	tokens  chan string // of personal links that nobody has used
	people  *crowd
	said    tail
}

func newKillTest(t *testing.T, dsn string) *killTest {
	k := &killTest{t: t, dsn: dsn, secrets: filepath.Join(t.TempDir(), "secrets"), link: "after-purchase", tokens: make(chan string, 4000)}
	s, err := createSecrets(k.secrets)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := s.keys()
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(k.prepare(t.Context(), st, keys), st.Close()); err != nil {
		t.Fatal(err)
	}
	k.people = newPeople(k, keys)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("serve said in the end:\n%s", &k.said)
		}
	})
	return k
}

// prepare makes a live survey with a public link and personal ones.
func (k *killTest) prepare(ctx context.Context, st *store.Store, keys survey.Keys) error {
	now := time.Now()
	say := func(lang, key string) string { return words.For(lang).T(key) }
	langs := []string{"en"}
	sv := survey.Survey{
		Name: "After the purchase", State: survey.Live, CreatedAt: now, ChangedAt: now, Edited: survey.FromTemplate(survey.TemplateNPS, say, langs, ""),
		Settings: survey.Settings{Languages: langs, DefaultLanguage: "en"},
	}
	ids, err := survey.NewIDs(survey.MaxBucket, time.Now)
	if err != nil {
		return err
	}
	return st.InTx(ctx, func(ctx context.Context) error {
		if err := st.CreateSurvey(ctx, &sv); err != nil {
			return err
		}
		v := survey.Version{SurveyID: sv.ID, Definition: sv.Edited, PublishedAt: now}
		if err := st.CreateVersion(ctx, &v); err != nil {
			return err
		}
		sv.VersionID = v.ID
		if err := st.UpdateSurvey(ctx, &sv); err != nil {
			return err
		}
		if err := st.CreateLink(ctx, survey.Link{Slug: k.link, SurveyID: sv.ID, Guessable: true, CreatedAt: now}); err != nil {
			return err
		}
		var invitations []survey.Invitation
		var hashes [][]byte
		for range cap(k.tokens) {
			inv := survey.Invitation{ID: ids.Next(), SurveyID: sv.ID, Nonce: survey.NewNonce(), KeyID: keys.Current(), CreatedAt: now, ExpiresAt: now.AddDate(0, 1, 0)}
			token, err := keys.Token(inv.KeyID, inv.Nonce)
			if err != nil {
				return err
			}
			invitations, hashes = append(invitations, inv), append(hashes, survey.HashToken(token))
			k.tokens <- token
		}
		return st.CreateInvitations(ctx, invitations, hashes)
	})
}

// cycles kills n times. On PostgreSQL every fifth time the database itself is killed, and serve has to come through that without a restart.
func (k *killTest) cycles(n int, db *storetest.Server) {
	p := k.people
	p.start(killClients)
	running := k.serve()
	for cycle := range n {
		p.after(1 + rand.Int64N(400))
		if db != nil && cycle%5 == 4 {
			if err := errors.Join(db.Kill(), db.Restart()); err != nil {
				k.t.Fatal(err)
			}
			continue
		}
		p.down()
		if err := running.Process.Kill(); err != nil {
			k.t.Fatal(err)
		}
		_ = running.Wait() // "signal: killed" is what we want
		running = k.serve()
	}
	p.stop()
	k.end(running)
	k.check()
}

// end stops serve in order.
func (k *killTest) end(running *exec.Cmd) {
	k.t.Helper()
	if err := running.Process.Signal(syscall.SIGTERM); err != nil {
		k.t.Fatal(err)
	}
	defer k.watch(running)()
	if err := running.Wait(); err != nil {
		k.t.Errorf("serve did not end in order: %v", err)
	}
}

// watch has a program that neither listens nor ends say what each goroutine of it does, and end, until the returned function is called.
func (k *killTest) watch(cmd *exec.Cmd) (enough func()) {
	stuck := time.AfterFunc(patience, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGQUIT) })
	return func() { stuck.Stop() }
}

var listening = regexp.MustCompile(`^listen\s+(http://\S+)`)

// serve starts the program and tells the people its address.
func (k *killTest) serve() *exec.Cmd {
	cmd, ok := k.try()
	if !ok {
		k.t.Fatal("serve did not say where it listens")
	}
	return cmd
}

// try starts the program, under another one if one is named. It is false when serve ended before it listened.
func (k *killTest) try(under ...string) (*exec.Cmd, bool) {
	line := append(under, "surveyd", "serve", "--database", k.dsn, "--secrets", k.secrets, "--addr", "127.0.0.1:0")
	cmd := exec.Command(line[0], line[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // signals reach it under strace, too
	cmd.WaitDelay = patience
	cmd.Stderr = &k.said
	out, err := cmd.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() {
		if cmd.ProcessState == nil { // the test has not come to its end
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
	})
	defer k.watch(cmd)()
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if m := listening.FindStringSubmatch(sc.Text()); m != nil {
			k.people.up(m[1])
			return cmd, true
		}
	}
	return cmd, false
}

// check compares what was acknowledged with what is stored.
func (k *killTest) check() {
	ctx, t := context.Background(), k.t
	st, err := store.Open(ctx, k.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	want := k.people.acknowledged
	if len(want) == 0 {
		t.Fatal("nobody answered")
	}
	n, wrong := len(want), 0
	err = st.EachResponse(ctx, store.ResponseRange{}, func(r survey.Response) error {
		w, ok := want[r.ID]
		if got := (given{r.Rating, r.Comment}); !ok || got != w {
			if wrong++; wrong <= 10 {
				t.Errorf("response %v is %+v; acknowledged %v %+v", r.ID, got, ok, w)
			}
		}
		delete(want, r.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) > 0 {
		t.Errorf("%d acknowledged answers are lost", len(want))
	}
	diffs, err := st.CheckRollups(ctx, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Errorf("rollup %+v: counts %d, the answers say %d", d.Cell, d.Rollup.N, d.Answers.N)
	}
	health, err := st.Check(ctx)
	if err != nil || health.Integrity != "ok" {
		t.Errorf("the database is %q, %v", health.Integrity, err)
	}
	t.Logf("%d acknowledged answers, %d of them by personal links, %d changed, %d sent twice, %d sent again after no reply: %d lost or wrong, %d cells wrong",
		n, k.people.personal.Load(), k.people.changed.Load(), k.people.twice.Load(), k.people.retried.Load(), len(want)+wrong, len(diffs))
}

// tail keeps the last of what serve says, for a test that fails.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (l *tail) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	l.text = l.text[max(0, len(l.text)-16000):]
	return len(b), nil
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
