package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// startServe runs serve within the test until stop, which gives its error.
func startServe(t *testing.T) (address string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	said, out := io.Pipe()
	folder := t.TempDir()
	cfg := config{
		database: filepath.Join(folder, "surveyd.db"), secrets: filepath.Join(folder, "secrets"), addr: "127.0.0.1:0", metrics: "127.0.0.1:0",
		log: slog.New(slog.DiscardHandler), now: time.Now,
	}
	ended := make(chan error, 1)
	go func() {
		err := serve(ctx, streams{out: out, err: io.Discard}, cfg)
		_ = out.CloseWithError(err)
		ended <- err
	}()
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "setup ") {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			address = m[1]
		}
	}
	if lines.Err() != nil || address == "" {
		t.Fatalf("serve did not start: %v", lines.Err())
	}
	return address, func() error {
		cancel()
		return <-ended
	}
}

// TestServeLeavesNothingRunning stops serve while connections are open: one that was used, one that never said a word.
func TestServeLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	address, stop := startServe(t)
	client := newDevice()
	for _, path := range []string{"/healthz", "/readyz", "/setup", "/s/nothing"} {
		res, err := client.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Error(err)
		}
		res.Body.Close()
	}
	silent, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
	silent.Close()
	client.CloseIdleConnections()
	goleak.VerifyNone(t, before)
}

// interrupter ends the program as soon as it has written a word.
type interrupter struct {
	word string
	end  context.CancelFunc
}

func (w interrupter) Write(b []byte) (int, error) {
	if strings.Contains(string(b), w.word) {
		w.end()
	}
	return len(b), nil
}

// TestAnInterruptAtTheStartIsNoFailure stops serve between the line of its address and that of the key, which is read from the database: a supervisor that stops a
// service early must not take it for broken. What is broken for another reason still says so.
func TestAnInterruptAtTheStartIsNoFailure(t *testing.T) {
	folder := t.TempDir()
	serve := []string{"surveyd", "serve", "--addr", "127.0.0.1:0", "--database", filepath.Join(folder, "surveyd.db")}
	for _, word := range []string{"listen ", "setup "} {
		ctx, cancel := context.WithCancel(t.Context())
		if code := run(ctx, serve, strings.NewReader(""), interrupter{word, cancel}, io.Discard); code != 0 {
			t.Errorf("interrupted at %q: exit code %d, want 0", word, code)
		}
		if ctx.Err() == nil {
			t.Errorf("%q was never written", word)
		}
		cancel()
	}
	if code := run(t.Context(), append(serve, "--addr", "256.0.0.1:0"), strings.NewReader(""), io.Discard, io.Discard); code != exitFailed {
		t.Errorf("an address that does not exist: exit code %d, want %d", code, exitFailed)
	}
}
