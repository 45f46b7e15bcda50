package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// actionTimeout bounds one step, so that a page which never gets there fails instead of hanging.
const actionTimeout = 30 * time.Second

// Look is how a person sees a page. The zero value is a desktop in light colours with JavaScript.
type Look struct {
	Width int64 // CSS pixels, 0 means 1280; 480 and less is a phone with a touch screen
	Dark  bool  // the person prefers dark colours
	NoJS  bool  // scripts of the page do not run
}

// Page is a window of its own, without the cookies of any other test. Its methods fail the test
// when the browser cannot do what is asked. When the test ends, it also fails if the page has
// asked another origin for anything, if a script threw, or if a policy of the page was broken.
type Page struct {
	t     testing.TB
	ctx   context.Context
	width int64 // of the window, in CSS pixels

	mu       sync.Mutex
	origins  []string // those the test went to
	requests []string
	problems []string
}

// Open opens an empty window.
func Open(t testing.TB, look Look) *Page {
	t.Helper()
	browser, err := shared.chromium()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p := &Page{t: t, ctx: ctx}
	t.Cleanup(func() {
		p.checkQuiet()
		cancel()
	})
	// The first action must not have a timeout: its context is the window's.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	p.Look(look)
	return p
}

// note keeps what the window reports; it runs between the messages of the browser.
func (p *Page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, "a script threw: "+thrown(e.ExceptionDetails))
	case *cdplog.EventEntryAdded:
		if e.Entry.Source == cdplog.EntrySourceSecurity {
			p.problems = append(p.problems, "security: "+e.Entry.Text)
		}
	}
}

// thrown is what a person would read in the console.
func thrown(details *runtime.ExceptionDetails) string {
	if details.Exception != nil && details.Exception.Description != "" {
		return details.Exception.Description
	}
	return details.Text
}

// checkQuiet reports what no page may do.
func (p *Page) checkQuiet() {
	p.t.Helper()
	for _, problem := range p.complaints() {
		p.t.Error(problem)
	}
}

// complaints lists broken policies, thrown errors and requests to origins that the test did not
// go to itself.
func (p *Page) complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Clone(p.problems)
	for _, request := range p.requests {
		if o := origin(request); o != "" && !slices.Contains(p.origins, o) {
			list = append(list, "the page asked another origin: "+request)
		}
	}
	return list
}

// origin is scheme and host, or "" for data:, blob: and about:, which ask nobody.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Look changes how the person sees this page and the ones that follow.
func (p *Page) Look(look Look) {
	p.t.Helper()
	width, height, scheme := look.Width, int64(900), "light"
	if width == 0 {
		width = 1280
	}
	var device []chromedp.EmulateViewportOption
	if width <= 480 {
		height = 740
		device = append(device, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	if look.Dark {
		scheme = "dark"
	}
	p.width = width
	p.do(chromedp.EmulateViewport(width, height, device...))
	ctx, cancel := p.step()
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			// A screenshot in the middle of a transition is a different one every time.
			{Name: "prefers-reduced-motion", Value: "reduce"},
		},
	})
	p.must(err)
	_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: look.NoJS})
	p.must(err)
}

// Go opens the address and returns the status code of the page it ends at.
func (p *Page) Go(address string) int {
	p.t.Helper()
	p.mu.Lock()
	p.origins = append(p.origins, origin(address))
	p.mu.Unlock()
	ctx, cancel := p.step()
	defer cancel()
	res, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	p.must(err)
	return int(res.Status)
}

// Follow clicks what leads to another page, a link or the button of a form, waits for that page
// and returns its status code.
func (p *Page) Follow(selector string) int {
	p.t.Helper()
	ctx, cancel := p.step()
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	p.must(about(selector, err))
	return int(res.Status)
}

// Click clicks the first element that matches the CSS selector, once it can be seen.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.at(selector, chromedp.Click(chromedp.CSS(selector)))
}

// Type types the text as a person does, with key events.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.at(selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Set gives a field its value, for those that a person does not type: select, date.
func (p *Page) Set(selector, value string) {
	p.t.Helper()
	p.at(selector, chromedp.SetValue(chromedp.CSS(selector), value))
}

// Clear empties a text field.
func (p *Page) Clear(selector string) {
	p.t.Helper()
	run(p, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q).value = ''", selector)))
}

// Upload puts files of this machine into a file field.
func (p *Page) Upload(selector string, paths ...string) {
	p.t.Helper()
	p.at(selector, chromedp.SetUploadFiles(chromedp.CSS(selector), paths))
}

// Text waits until the element can be seen and returns its text as a person reads it.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return read(p, selector, chromedp.Text(chromedp.CSS(selector)))
}

// Value is what stands in a field.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return read(p, selector, chromedp.Value(chromedp.CSS(selector)))
}

// Attribute is that of the first element that matches.
func (p *Page) Attribute(selector, name string) string {
	p.t.Helper()
	return run(p, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q).getAttribute(%q)", selector, name)))
}

// Row is the text of the first element that matches and starts with the words, seen or folded
// away; "" if there is none.
func (p *Page) Row(selector, start string) string {
	p.t.Helper()
	return run(p, chromedp.Evaluate[string](fmt.Sprintf(
		"[...document.querySelectorAll(%q)].map(e => e.textContent.trim()).find(s => s.startsWith(%q)) ?? ''", selector, start)))
}

// Count says how many elements match now; it does not wait.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return run(p, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
}

// Address is the URL of the page.
func (p *Page) Address() string {
	p.t.Helper()
	return run(p, chromedp.Location())
}

// base is the address that the page's path is added to.
func (p *Page) base(t testing.TB) string {
	t.Helper()
	return origin(p.Address())
}

// Shot writes the whole page as NAME.png into the folder SURVEYD_SHOTS, or, if that is not set,
// among the artifacts of the test (go test -artifacts).
func (p *Page) Shot(name string) {
	p.t.Helper()
	dir := os.Getenv("SURVEYD_SHOTS")
	if dir == "" {
		dir = p.t.ArtifactDir()
	}
	p.must(os.MkdirAll(dir, 0o755))
	// 100 means PNG.
	p.must(os.WriteFile(filepath.Join(dir, name+".png"), run(p, chromedp.FullScreenshot(100)), 0o644))
}

// step bounds what follows in time.
func (p *Page) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, actionTimeout)
}

func (p *Page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.step()
	defer cancel()
	p.must(chromedp.Do(ctx, actions...))
}

// at does something with the element that a test names.
func (p *Page) at(selector string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.step()
	defer cancel()
	p.must(about(selector, chromedp.Do(ctx, action)))
}

// about says which element an error is about: most of them are that it never came.
func about(selector string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", selector, err)
	}
	return nil
}

func (p *Page) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// run runs an action that returns something.
func run[T any](p *Page, action chromedp.Action[T]) T {
	p.t.Helper()
	return read(p, "the page", action)
}

// read reads something of the element that a test names.
func read[T any](p *Page, selector string, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := p.step()
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	p.must(about(selector, err))
	return value
}

// Focus puts the focus on the first element that matches.
func (p *Page) Focus(selector string) {
	p.t.Helper()
	p.at(selector, chromedp.Focus(chromedp.CSS(selector)))
}

// until waits until the expression is true; a promise is waited for.
func (p *Page) until(expression string) {
	p.t.Helper()
	ctx, cancel := p.step()
	defer cancel()
	expression = "new Promise(r => requestAnimationFrame(() => r(" + expression + ")))"
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise))
		p.must(err)
		if ok {
			return
		}
	}
}

// asked lists the requests of the window so far.
func (p *Page) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// call runs a command of the debugger within the time of a step.
func (p *Page) call(command func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := p.step()
	defer cancel()
	p.must(command(ctx))
}

// paper prints the page on A4 and returns how many pages it takes.
func (p *Page) paper() int {
	p.t.Helper()
	var pages int
	p.call(func(ctx context.Context) error {
		printed, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		pages = len(onePage.FindAll(printed.Data, -1))
		return err
	})
	return pages
}

// onePage is how a page begins in a PDF; Chromium does not compress that part.
var onePage = regexp.MustCompile(`/Type /Page\b`)
