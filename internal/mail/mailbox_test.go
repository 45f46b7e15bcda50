package mail_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/backend/memory"
	imapserver "github.com/emersion/go-imap/server"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/survey"
)

// returns are settings, and remember what was taken.
type returns struct {
	settings account.MailReturns
	taken    []asking.Report
	fails    error
}

// MailReturns implements mail.ReturnSettings.
func (r *returns) MailReturns(context.Context) (account.MailReturns, error) { return r.settings, nil }

// Take implements mail.Taker.
func (r *returns) Take(_ context.Context, report asking.Report) error {
	if r.fails != nil {
		return r.fails
	}
	r.taken = append(r.taken, report)
	return nil
}

// mailbox runs a server of others with one message of each sample, and a letter that was there before.
func mailbox(t *testing.T) (account.MailReturns, *memory.User) {
	t.Helper()
	be := memory.New()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := imapserver.New(be)
	s.AllowInsecureAuth = true
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	user, err := be.Login(nil, "username", "password")
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := user.GetMailbox("INBOX")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/bounces/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		if err := inbox.CreateMessage(nil, time.Now(), literal{f, int(info.Size())}); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	return account.MailReturns{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: account.Plain, User: "username", Password: "password"}, user.(*memory.User)
}

type literal struct {
	*os.File
	size int
}

// Len implements imap.Literal.
func (l literal) Len() int { return l.size }

func TestMailboxIsReadOnce(t *testing.T) {
	settings, user := mailbox(t)
	r := &returns{settings: settings}
	p := &mail.Returns{Settings: r, Bounces: r}
	if err := p.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, kind := range returned {
		if kind != "" {
			want++
		}
	}
	if len(r.taken) != want {
		t.Errorf("%d reports were taken, want %d", len(r.taken), want)
	}
	if err := p.Poll(t.Context()); err != nil || len(r.taken) != want {
		t.Errorf("a second look took %d more: %v", len(r.taken)-want, err)
	}
	box, err := user.GetMailbox("INBOX")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range box.(*memory.Mailbox).Messages {
		if !slices.Contains(m.Flags, "surveyd") {
			t.Errorf("a message has no mark: %v", m.Flags)
		}
		if m.Uid > 6 && slices.Contains(m.Flags, imap.SeenFlag) {
			t.Error("a message that nobody has read counts as read")
		}
	}
}

// writers remembers which mails of people were taken.
type writers struct{ taken []followup.Incoming }

// Take implements mail.AnswerTaker.
func (w *writers) Take(_ context.Context, in followup.Incoming) (survey.ID, error) {
	w.taken = append(w.taken, in)
	return 0, survey.ErrNotFound
}

// TestMailboxHasLetters: beside reports there are letters in the mailbox, and each is read once.
func TestMailboxHasLetters(t *testing.T) {
	settings, user := mailbox(t)
	inbox, err := user.GetMailbox("INBOX")
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"", "Auto-Submitted: auto-replied\n"} {
		if err := inbox.CreateMessage(nil, time.Now(), strings.NewReader(fromAnna(header, "Dziękuję!"))); err != nil {
			t.Fatal(err)
		}
	}
	r, w := &returns{settings: settings}, &writers{}
	p := &mail.Returns{Settings: r, Bounces: r, Answers: w}
	for range 2 {
		if err := p.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for _, in := range w.taken {
		if in.From == "anna@example.com" {
			n++
		}
	}
	if n != 1 || len(r.taken) == 0 {
		t.Errorf("%d letters of Anna's and %d reports were taken", n, len(r.taken))
	}
}

// TestMailboxIsReadAgain: what the database could not take is taken the next time.
func TestMailboxIsReadAgain(t *testing.T) {
	settings, _ := mailbox(t)
	r := &returns{settings: settings, fails: errors.New("the disk is full")}
	p := &mail.Returns{Settings: r, Bounces: r}
	if err := p.Poll(t.Context()); err == nil {
		t.Error("the failure was not told")
	}
	r.fails = nil
	if err := p.Poll(t.Context()); err != nil || len(r.taken) == 0 {
		t.Errorf("%d taken, %v", len(r.taken), err)
	}
	r.fails = survey.ErrNotFound // about mails of somebody else: no failure
	again, _ := mailbox(t)
	r.settings = again
	if err := p.Poll(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMailboxIsRefused(t *testing.T) {
	settings, _ := mailbox(t)
	for name, change := range map[string]func(*account.MailReturns){
		"password": func(m *account.MailReturns) { m.Password = "x" }, "folder": func(m *account.MailReturns) { m.Folder = "nowhere" },
		"tls": func(m *account.MailReturns) { m.Security = account.TLS },
	} {
		r := &returns{settings: settings}
		change(&r.settings)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := (&mail.Returns{Settings: r, Bounces: r}).Poll(ctx); err == nil || len(r.taken) != 0 {
			t.Errorf("%s: %v, %d taken", name, err, len(r.taken))
		}
		cancel()
	}
}
