package browser

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Mail is a message as its reader sees it.
type Mail struct {
	To      string              `json:"to"`
	Subject string              `json:"subject"`
	Text    string              `json:"text"`
	HTML    string              `json:"html"`
	Header  map[string][]string `json:"header"`
	Size    int                 `json:"size"` // bytes as sent
}

// MailServer is a real mail server that keeps what it is given; which recipients make trouble is said in internal/mail/mailtest/receive.
type MailServer struct {
	t     testing.TB
	Host  string
	Port  string
	mails chan Mail
	kept  []Mail // taken by For while it waited for another one
}

// ReceiveMail starts a mail server, which ends with the test.
func ReceiveMail(t testing.TB) *MailServer {
	t.Helper()
	program := filepath.Join(t.TempDir(), "receive")
	build := exec.Command("go", "build", "-o", program, "./internal/mail/mailtest/receive")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the mail server: %v\n%s", err, out)
	}
	cmd := exec.Command(program)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	address, _ := lines.ReadString('\n') // none: Wait says why
	host, port, ok := strings.Cut(strings.TrimSpace(address), ":")
	if !ok {
		t.Fatalf("the mail server says %q: %v", address, cmd.Wait())
	}
	s := &MailServer{t: t, Host: host, Port: port, mails: make(chan Mail, 100)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for d := json.NewDecoder(lines); ; {
			var m Mail
			if d.Decode(&m) != nil {
				return
			}
			s.mails <- m
		}
	}()
	t.Cleanup(func() {
		if err := stdin.Close(); err != nil {
			t.Error(err)
		}
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("the mail server: %v", err)
		}
	})
	return s
}

// Take waits for n mails and gives them by recipient. Two to one recipient fail the test.
func (s *MailServer) Take(n int) map[string]Mail {
	s.t.Helper()
	got := map[string]Mail{}
	late := time.After(startTimeout)
	for range n {
		select {
		case m := <-s.mails:
			if _, twice := got[m.To]; twice {
				s.t.Errorf("%s got two mails", m.To)
			}
			got[m.To] = m
		case <-late:
			s.t.Fatalf("%d of %d mails have come", len(got), n)
		}
	}
	return got
}

// For waits for a mail to the address whose text has the words, and keeps what else comes for another call.
func (s *MailServer) For(address, words string) Mail {
	s.t.Helper()
	late := time.After(startTimeout)
	for looked := 0; ; looked++ {
		if looked == len(s.kept) {
			select {
			case m := <-s.mails:
				s.kept = append(s.kept, m)
			case <-late:
				s.t.Fatalf("no mail to %s says %q; what came: %v", address, words, s.kept)
			}
		}
		if m := s.kept[looked]; m.To == address && strings.Contains(m.Subject+m.Text, words) {
			s.kept = slices.Delete(s.kept, looked, looked+1)
			return m
		}
	}
}
