package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestScoreIsSavedOnTap taps a score on a phone: it is kept before the form is sent.
func TestScoreIsSavedOnTap(t *testing.T) {
	page := Open(t, Look{Width: 360})
	page.Go(Demo(t).Link(t, "survey en"))
	page.Click("input[name=q1][value='3']")
	page.until("document.querySelector('.status').textContent !== ''")
	if got := page.Text(".status"); got != "Score saved" {
		t.Errorf("after the tap the status is %q", got)
	}
	if got := page.Text("label[for=comment]"); got != "What should we put right first?" {
		t.Errorf("after a low score the comment's prompt is %q", got)
	}
	page.Type("#comment", "The coupon was refused.")
	page.must200("sending", "form .btn")
	if got := page.Text("main"); !strings.Contains(got, "Thank you") {
		t.Errorf("after sending the page reads %q", got)
	}
}

// TestNothingIsSavedWithoutAPerson lets a program choose a score, as scanners of mail do.
func TestNothingIsSavedWithoutAPerson(t *testing.T) {
	page := Open(t, Look{Width: 360})
	page.Go(Demo(t).Link(t, "survey pl"))
	page.until(`(() => { const r = document.querySelector("input[name=q1][value='9']"); r.click();
		r.dispatchEvent(new Event("change", {bubbles: true})); return r.checked })()`)
	// A request would have been noted before the answer to this one.
	page.until(`fetch("/healthz").then(() => true)`)
	for _, request := range page.asked() {
		if strings.HasSuffix(request, "/score") {
			t.Errorf("without a gesture of a person the page asked %s", request)
		}
	}
}

// TestScaleWithTheKeyboard answers without a pointer.
func TestScaleWithTheKeyboard(t *testing.T) {
	page := Open(t, Look{})
	page.Go(Demo(t).Link(t, "survey ru"))
	address := page.Address()
	focus := func() string {
		return run(page, chromedp.Evaluate[string]("(e => e.name || e.id || e.className || e.localName)(document.activeElement)"))
	}
	var stops []string
	for len(stops) < 20 && (len(stops) == 0 || stops[len(stops)-1] != "btn") {
		page.press("\t")
		stops = append(stops, focus())
	}
	if got := strings.Count(" "+strings.Join(stops, " ")+" ", " q1 "); got != 1 {
		t.Errorf("the scale has %d tab stops: %v", got, stops)
	}
	page.Focus("input[name=q1]")
	page.press(" ")
	for range 4 {
		page.press(arrowRight)
	}
	if got := run(page, chromedp.Evaluate[string]("document.querySelector('input[name=q1]:checked').value")); got != "4" {
		t.Errorf("after space and four arrows %q is chosen", got)
	}
	if got := page.Address(); got != address {
		t.Errorf("choosing has sent the form: the page is %s", got)
	}
	page.press("\t")
	page.press("\t")
	if got := focus(); got != "btn" {
		t.Errorf("two stops after the scale is %q, want the button", got)
	}
}

// TestTargets measures what a finger has to hit on the pages of customers.
func TestTargets(t *testing.T) {
	app := Demo(t)
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{Width: 320})
	for _, path := range []string{"/s/checkout-en", "/s/checkout-bg", "/s/delivery?lang=en", "/s/support?lang=en", "/s/loyalty?lang=en"} {
		page.Go(base + path)
		small := run(page, chromedp.Evaluate[[]string](`[...document.querySelectorAll("form input:not([type=hidden]), form textarea, form button")]
			.map(e => [e, (e.closest(".pick, .tick") ?? e).getBoundingClientRect()])
			.filter(([e, r]) => r.width < 44 || r.height < 44)
			.map(([e, r]) => e.outerHTML.slice(0, 80) + " " + r.width + " x " + r.height)`))
		for _, s := range small {
			t.Errorf("%s: less than 44 px: %s", path, s)
		}
	}
}

// TestDashboardPrints counts the pages of paper.
func TestDashboardPrints(t *testing.T) {
	page := Open(t, Look{})
	page.Go(Demo(t).Link(t, "sign-in") + "?role=manager")
	if got := page.paper(); got < 1 || got > 2 {
		t.Errorf("the dashboard prints on %d pages of A4, want at most 2", got)
	}
}

const arrowRight = "ArrowRight"

// press presses and releases one key, wherever the focus is.
func (p *Page) press(key string) {
	p.t.Helper()
	codes := map[string]struct {
		code, text string
		number     int64
	}{"\t": {"Tab", "", 9}, " ": {"Space", " ", 32}, arrowRight: {"ArrowRight", "", 39}}
	k := codes[key]
	name := key
	if key == "\t" {
		name = "Tab"
	}
	p.call(func(ctx context.Context) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			_, err := chromedp.Call(ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{
				Type: kind, Key: name, Code: k.code, Text: k.text, WindowsVirtualKeyCode: k.number,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
