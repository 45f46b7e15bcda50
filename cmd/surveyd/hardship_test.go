package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// limitFiles sets how large files that the process writes may become, in bytes: a disk that is full for this process alone. The hard limit stays, so that
// the soft one can be raised again.
func limitFiles(t *testing.T, pid int, most uint64) {
	t.Helper()
	var now syscall.Rlimit
	prlimit := func(set, get *syscall.Rlimit) {
		t.Helper()
		const fileSize = 1 // RLIMIT_FSIZE
		if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), fileSize, uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(get)), 0, 0); errno != 0 {
			t.Fatal(errno)
		}
	}
	prlimit(nil, &now)
	prlimit(&syscall.Rlimit{Cur: min(most, now.Max), Max: now.Max}, nil)
}

// newServed is a killTest with its server running; end stops it in order.
func newServed(t *testing.T) (k *killTest, running *exec.Cmd, end func()) {
	t.Helper()
	k = newKillTest(t, filepath.Join(t.TempDir(), "surveyd.db"))
	running = k.serve()
	return k, running, func() {
		t.Helper()
		k.end(running)
	}
}

func TestAFullDiskLosesNothingAndIsGotOver(t *testing.T) {
	k, running, end := newServed(t)
	p, device := k.people, newDevice()
	before := p.give(device, "/s/"+<-k.tokens, "", given{7, "before"})
	token := <-k.tokens
	limitFiles(t, running.Process.Pid, 1)
	for range 3 {
		res, text := post(t, p.where()+"/s/"+token, url.Values{"q1": {"3"}, "comment": {"the disk is full"}})
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "the disk is full") {
			t.Errorf("status %d, Retry-After %q; want 503, with what was typed in %q", res.StatusCode, res.Header.Get("Retry-After"), text)
		}
		p.send(device, "GET", "/s/"+k.link, "", nil, http.StatusOK)
		p.send(device, "GET", before, "", nil, http.StatusOK)
		p.send(device, "GET", "/healthz", "", nil, http.StatusOK)
		p.send(device, "GET", "/readyz", "", nil, http.StatusServiceUnavailable)
	}
	limitFiles(t, running.Process.Pid, 1<<62)
	p.send(device, "GET", "/readyz", "", nil, http.StatusOK) // it finds out by itself: nobody may be sent here meanwhile
	p.give(device, "/s/"+token, "", given{3, "the disk is full"})
	p.give(device, "/s/"+<-k.tokens, "", given{9, "after"})
	end()
	k.check()
}

func TestClientsThatGoAwayLeaveNoHalfAnswers(t *testing.T) {
	k, _, end := newServed(t)
	p := k.people
	const n = 300
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = <-k.tokens
		body := url.Values{"q1": {fmt.Sprint(i % 11)}, "comment": {fmt.Sprintf("answer %d", i)}}.Encode()
		request := fmt.Sprintf("POST /s/%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", tokens[i], len(body), body)
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.where(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			request = request[:len(request)-1-i%len(body)] // the rest of the form never comes
		}
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
	device := newDevice()
	for i, token := range tokens {
		if i%3 != 0 { // whether the first one came through or not, this is the same answer
			p.give(device, "/s/"+token, "", given{i % 11, fmt.Sprintf("answer %d", i)})
		}
	}
	end()
	k.check()
}

func TestSlowAndEndlessClientsAreCutOff(t *testing.T) {
	k, _, end := newServed(t)
	address := strings.TrimPrefix(k.people.where(), "http://")
	form := "POST /s/" + k.link + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, request := range map[string]string{
		"headers that never end": "GET /s/" + k.link + " HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a form that never ends": form + "Content-Length: 1000\r\n\r\nq1=",
		"headers without end":    "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, request); err != nil {
				t.Fatal(err)
			}
			if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			reply, err := io.ReadAll(conn) // until the server closes it
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Fatal("the server holds the connection")
			}
			if strings.HasPrefix(string(reply), "HTTP/1.1 2") {
				t.Errorf("the server says %q", reply)
			}
		})
	}
	t.Run("a chunked form of 10 MB", func(t *testing.T) {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() { // the server may stop reading
			_, _ = io.WriteString(conn, form+"Transfer-Encoding: chunked\r\n\r\n10\r\nq1=3&comment=kep\r\n")
			for range 160 {
				_, _ = io.WriteString(conn, "10000\r\n"+strings.Repeat("t", 1<<16)+"\r\n")
			}
			_, _ = io.WriteString(conn, "0\r\n\r\n")
		}()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d, want 413", res.StatusCode)
		}
	})
	end()
	st, err := store.Open(t.Context(), k.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.EachResponse(context.Background(), store.ResponseRange{}, func(r survey.Response) error {
		return fmt.Errorf("a half form is stored: %+v", r)
	}); err != nil {
		t.Error(err)
	}
}

func post(t *testing.T, address string, form url.Values) (*http.Response, string) {
	t.Helper()
	res, err := newDevice().PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}
