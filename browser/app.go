package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds how long surveyd may take to say what a test waits for.
const startTimeout = 2 * time.Minute

// App is a running surveyd.
type App struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc

	mu      sync.Mutex
	output  strings.Builder
	changed chan struct{} // closed and replaced at every line
	ended   bool
}

// Serve starts surveyd with the arguments on a free port of this machine, in an empty folder of
// its own, and stops it with the test.
func Serve(t testing.TB, args ...string) *App {
	t.Helper()
	app, err := shared.start(t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Stop(); err != nil {
			t.Error(err)
		}
	})
	return app
}

// Demo returns the example shop that all tests of this binary share; they must not depend on
// its state.
func Demo(t testing.TB) *App {
	t.Helper()
	app, err := shared.demo()
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func (h *Harness) startDemo() (*App, error) {
	dir := filepath.Join(h.dir, "demo")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	app, err := h.start(dir, "demo")
	if err != nil {
		return nil, err
	}
	h.stops = append(h.stops, func() {
		if err := app.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	return app, nil
}

// buildSurveyd builds the binary under test from the folder above.
func (h *Harness) buildSurveyd() (string, error) {
	path := filepath.Join(h.dir, "surveyd")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/surveyd")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build surveyd: %w\n%s", err, out)
	}
	return path, nil
}

func (h *Harness) start(dir string, args ...string) (*App, error) {
	path, err := h.surveyd()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	app := &App{cancel: cancel, changed: make(chan struct{})}
	if !slices.Contains(args, "--addr") {
		args = append(args, "--addr", "127.0.0.1:0")
	}
	app.cmd = exec.CommandContext(ctx, path, args...)
	app.cmd.Dir = dir
	app.cmd.Cancel = func() error { return app.cmd.Process.Signal(syscall.SIGTERM) }
	app.cmd.WaitDelay = time.Minute
	// If the tests are killed, nothing that they have started stays.
	app.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	read, write, err := os.Pipe()
	if err != nil {
		cancel()
		return nil, err
	}
	app.cmd.Stdout, app.cmd.Stderr = write, write
	err = app.cmd.Start()
	write.Close()
	if err != nil {
		cancel()
		read.Close()
		return nil, err
	}
	go app.read(read)
	return app, nil
}

// read keeps the output until the process has closed it.
func (a *App) read(from io.ReadCloser) {
	defer from.Close()
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		a.mu.Lock()
		a.output.WriteString(line)
		a.ended = err != nil
		close(a.changed)
		a.changed = make(chan struct{})
		a.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Find waits until surveyd has printed what the expression matches and returns its first group,
// or all of it.
func (a *App) Find(t testing.TB, expression string) string {
	t.Helper()
	pattern := regexp.MustCompile(expression)
	deadline := time.After(startTimeout)
	for {
		a.mu.Lock()
		output, changed, ended := a.output.String(), a.changed, a.ended
		a.mu.Unlock()
		if match := pattern.FindStringSubmatch(output); match != nil {
			return match[len(match)-1]
		}
		if ended {
			t.Fatalf("surveyd ended and has not printed %s:\n%s", expression, output)
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("surveyd has not printed %s:\n%s", expression, output)
		}
	}
}

// Link waits for the line "NAME URL" and returns the URL.
func (a *App) Link(t testing.TB, name string) string {
	t.Helper()
	return a.Find(t, "(?m)^"+regexp.QuoteMeta(name)+`\s+(http\S+)$`)
}

// run runs a command of surveyd in the folder and returns what it prints.
func (h *Harness) run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	path, err := h.surveyd()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("surveyd %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// stopped tells whether surveyd was stopped.
func (a *App) stopped() bool { return a.cmd.ProcessState != nil }

// Stop asks surveyd to end, as an operator does, and waits until it has.
func (a *App) Stop() error {
	a.cancel()
	// Ended by our signal with status 0, Wait returns the reason of the cancellation.
	if err := a.cmd.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("surveyd did not end well: %w\n%s", err, a.output.String())
	}
	return nil
}
