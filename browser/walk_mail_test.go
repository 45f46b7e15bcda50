package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestMailPages sets the shop's mail up, sends a test of each survey to oneself and reads it in the outbox. Its own shop: a mail server would send what others keep.
func TestMailPages(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=admin&next=/invitations/outbox")
	page.CheckLooks("outbox-empty", "360-light")
	page.Go(base + "/surveys/1")
	if status := page.Follow("#test .btn"); status != http.StatusOK {
		t.Fatalf("the test answers %d", status)
	}
	if got := page.Address(); got != base+"/invitations/outbox" {
		t.Fatalf("the test leads to %s", got)
	}
	page.CheckLooks("outbox")
	if status := page.Follow("main table a"); status != http.StatusOK {
		t.Fatalf("the mail answers %d", status)
	}
	frame := page.Attribute("iframe", "src")
	page.CheckLooks("outbox-mail")
	page.Go(base + frame)
	for _, look := range []Look{{Width: 360}, {Width: 640}, {Width: 360, Dark: true}, {Width: 640, Dark: true}} {
		page.Look(look)
		if pixels, what := page.Overflow(); pixels > 0 {
			t.Errorf("the mail is %d px wider than %d:\n%s", pixels, look.Width, what)
		}
	}
	page.Shot("mail")

	page.Go(base + "/settings/mail")
	page.CheckLooks("mail-settings")
	page.Set("#host", "127.0.0.1")
	page.Set("#port", "1")
	page.Set("#security", "none")
	page.Set("#from", "survey@lindenhome") // good enough for the browser
	if status := page.Follow("form[action='/settings/mail'] .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong address answers %d", status)
	}
	page.CheckLooks("mail-settings-wrong", "1280-light", "320-dark")
	page.Set("#from", "survey@lindenhome.example")
	page.Set("#postal", "1 High Street")
	page.Set("#dkim_domain", "lindenhome.example")
	page.Set("#dkim_selector", "surveyd")
	if status := page.Follow("form[action='/settings/mail'] .btn.main"); status != http.StatusOK {
		t.Errorf("the settings answer %d", status)
	}
	page.CheckLooks("mail-settings-signed", "1280-light", "320-light", "360-dark")
	if status := page.Follow("form[action='/settings/mail/test'] .btn"); status != http.StatusUnprocessableEntity {
		t.Errorf("a mail server that is not there answers %d", status)
	}
	page.CheckLooks("mail-settings-test", "360-light")
	page.Go(base + "/invitations/outbox")
	page.CheckLooks("outbox-decide", "1280-light", "320-dark")
	page.Follow("main a[href='/invitations/outbox/drop']")
	page.CheckLooks("outbox-drop", "360-light")

	page.Go(base + "/settings/mail/returns")
	page.CheckLooks("returns")
	if status := page.Follow("form[action='/settings/mail/returns/key'] .btn"); status != http.StatusOK {
		t.Errorf("a new key answers %d", status)
	}
	page.CheckLooks("returns-key", "1280-light", "320-dark")
	page.Set("#relay", "own")
	if status := page.Follow("form[action='/settings/mail/returns'] .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("a relay of one's own without a mapping answers %d", status)
	}
	page.CheckLooks("returns-own", "1280-light", "320-dark")
}
