// Package browser is the harness of the tests that need a browser: Chromium, the pages a test
// looks at, axe-core, and the surveyd binary that serves them.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// flags make Chromium quiet: no sandbox, because the tests run as root in containers, and
// nothing that talks to anybody but the page under test.
var flags = []string{
	"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "no-default-browser-check",
	"disable-background-networking", "disable-component-update", "disable-sync",
	"disable-default-apps", "disable-extensions", "disable-breakpad", "disable-dev-shm-usage",
	"disable-domain-reliability", "disable-client-side-phishing-detection", "metrics-recording-only",
	"disable-background-timer-throttling", "disable-renderer-backgrounding", "hide-scrollbars",
}

// Harness is what the tests of one binary share: a browser and a build of surveyd. Make it with
// Main.
type Harness struct {
	dir   string // holds the browser's profile and the binary
	stops []func()

	chromium func() (context.Context, error)
	surveyd  func() (string, error)
	demo     func() (*App, error)
}

// shared is set by Main for as long as the tests run.
var shared *Harness

// Main runs the tests with a harness, and ends every process that the harness has started. Call
// it from TestMain.
func Main(m *testing.M) {
	dir, err := os.MkdirTemp("", "surveyd-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	h := &Harness{dir: dir}
	h.chromium = sync.OnceValues(h.startChromium)
	h.surveyd = sync.OnceValues(h.buildSurveyd)
	h.demo = sync.OnceValues(h.startDemo)
	shared = h
	code := m.Run()
	for _, stop := range h.stops {
		stop()
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// startChromium starts the browser that all tests share, each in an incognito window of its own.
func (h *Harness) startChromium() (context.Context, error) {
	path, err := findChromium("chromium", "chromium-browser", "google-chrome")
	if err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.Headless,
		chromedp.UserDataDir(h.dir + "/profile"),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("lang", "en-US"),
	}
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		cancelAllocator()
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	h.stops = append(h.stops, func() {
		// Cancel waits until the process is gone and its profile can be removed.
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "stop Chromium:", err)
		}
		cancelAllocator()
	})
	return ctx, nil
}

// findChromium returns the first of the programs that exists.
func findChromium(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("these tests need Chromium, and there is none of %q on PATH: install it (Debian: apt-get install chromium) or run .ci/setup as root", names)
}
