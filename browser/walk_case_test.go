package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestCasePage works on a case of the demo: by forms without scripts, and then by keys alone.
func TestCasePage(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	looks := []string{"1280-light", "1280-dark", "360-light", "360-dark", "320-light"}
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=support&lang=en")
	page.must200("the case", ".row a[lang=pl]")
	page.CheckLooks("case", looks...)

	off := Open(t, Look{NoJS: true})
	off.Go(app.Link(t, "sign-in") + "?role=support")
	off.Go(page.Address())
	off.Set("#status", "resolved")
	if status := off.Follow("#state .btn"); status != http.StatusUnprocessableEntity {
		t.Errorf("a resolution without a reason answers %d", status)
	}
	page.Go(page.Address()) // what the other one did is no change
	off.Set("#reason", "2")
	if status := off.Follow("#state .btn"); status != http.StatusOK || off.Count(".flash form") != 1 {
		t.Errorf("the resolution answers %d", status)
	}
	page.Look(Look{})
	page.Type("#body", "Their parcel is on its way <b>")
	if status := page.Follow("#note .btn"); status != http.StatusConflict {
		t.Errorf("the note to what has changed answers %d", status)
	}
	page.CheckLooks("case-conflict", looks...)
	if status := off.Follow(".flash .btn"); status != http.StatusOK || off.Value("#status") == "resolved" {
		t.Errorf("undoing answers %d", status)
	}
	off.Type("#body", "On the train")
	if status := off.Follow("#note [formaction]"); status != http.StatusOK || off.Value("#body") != "On the train" {
		t.Errorf("the draft answers %d", status)
	}
}

// typed sends letters to whatever has the focus.
func (p *Page) typed(letters string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(letters))
}

// blurred takes the focus from whatever has it.
func (p *Page) blurred() {
	p.t.Helper()
	run(p, chromedp.Evaluate[bool](`(document.querySelector('#all-keys').close(), document.activeElement.blur(), true)`))
}

// TestKeysOfTheInbox works without a mouse.
func TestKeysOfTheInbox(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "inbox"), "/inbox")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=support")
	page.until(`!document.querySelector('#keys').hidden`)
	const at = `[...document.querySelectorAll('.row header a')].indexOf(document.activeElement)`
	page.press("j")
	page.until(at + ` === 0`)
	page.press("j")
	page.press("j")
	page.press("k")
	page.until(at + ` === 1`)
	// On a Cyrillic layout the same keys give other letters.
	page.until(`document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'о', code: 'KeyJ', bubbles: true, cancelable: true })) === false`)
	page.until(at + ` === 2`)
	page.press("k")
	page.until(at + ` === 1`)
	page.press("o")
	page.until(`location.pathname.length > '/inbox/'.length && !!document.querySelector('#note')`)
	if got := page.Count(".row.on"); got != 1 {
		t.Errorf("%d rows are marked", got)
	}
	page.until(`!document.querySelector('#keys').hidden`)
	page.press("?")
	page.until(`document.querySelector('#all-keys').open`)
	page.CheckLooks("case-keys", "1280-light", "1280-dark")
	page.Look(Look{})
	page.blurred()
	page.press("n")
	page.until(`document.activeElement.id === 'body'`)
	page.typed("j is a letter here")
	page.until(`document.querySelector('#note [data-saved]').textContent !== ''`) // the draft is kept by itself
	page.Go(base + strings.TrimPrefix(page.Address(), base))
	if got := page.Value("#body"); got != "j is a letter here" {
		t.Errorf("the draft is %q", got)
	}
	page.press("t")
	page.until(`document.activeElement.id === 'tags'`)
	page.Go(page.Address())
	page.press("e")
	page.until(`document.activeElement.id === 'reason'`)
	page.Click("#keys-switch")
	page.blurred()
	page.press("n")
	page.until(`document.activeElement === document.body`)
}
