package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestInboxPages looks at the lists of cases, and searches with and without scripts.
func TestInboxPages(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "inbox"), "/inbox")
	looks := []string{"1280-light", "1280-dark", "360-light", "360-dark", "320-light"}
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=support")
	if got := strings.TrimPrefix(page.Address(), base); got != "/inbox" {
		t.Errorf("support begins at %s", got)
	}
	if got := page.Count(".row"); got != 8 {
		t.Errorf("%d cases are open, want 8", got)
	}
	page.CheckLooks("inbox", looks...)
	for _, view := range []string{"overdue", "mine", "unassigned", "waiting", "resolved", "all"} {
		if status := page.Go(base + "/inbox?view=" + view); status != http.StatusOK {
			t.Errorf("%s answers %d", view, status)
		}
		page.CheckLooks("inbox-"+view, "1280-light", "360-light")
	}

	page.Look(Look{})
	page.Go(base + "/inbox")
	page.Type("#q", "INFOLI")
	page.until(`document.querySelectorAll('.row').length === 1`)
	if got := page.Address(); !strings.Contains(got, "q=") {
		t.Errorf("what was typed is not in the address: %s", got)
	}
	page.Type("#q", "zzz")
	page.until(`document.querySelector('.list .empty') !== null`)
	page.CheckLooks("inbox-nothing", looks...)

	off := Open(t, Look{NoJS: true, Width: 360})
	off.Go(app.Link(t, "sign-in") + "?role=support")
	off.Type("#q", "infoli")
	if status := off.Follow(".find .btn"); status != http.StatusOK {
		t.Errorf("the search answers %d", status)
	}
	if got := off.Count(".row"); got != 1 {
		t.Errorf("without scripts %d cases are found", got)
	}
}
