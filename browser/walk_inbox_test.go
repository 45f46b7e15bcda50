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
	looks := []string{"1280-light", "320-light", "360-dark"}
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

	page.Look(Look{})
	page.Go(base + "/inbox?view=unassigned&touchpoint=delivery")
	page.Click(".keep summary")
	page.Type("#view-name", "Delivery, nobody’s")
	page.Click("#view-shared")
	page.CheckLooks("inbox-saving", "1280-light")
	page.must200("saving the view", ".keep .btn")
	page.CheckLooks("inbox-saved", looks...)
	page.must200("the views", ".views .edit a")
	page.CheckLooks("inbox-views", looks...)
	page.Look(Look{})
	page.Go(base + "/inbox")
	page.Click("#bulk-open")
	page.CheckLooks("inbox-several", looks...)
	if status := page.Follow("[name=do][value=tag]"); status != http.StatusUnprocessableEntity {
		t.Errorf("a form without a case answers %d", status)
	}
	page.CheckLooks("inbox-several-wrong", looks...)
	page.Click(".row:first-child .pick")
	page.Type("#bulk-tag", "courier")
	page.must200("the tag", "[name=do][value=tag]")
	page.CheckLooks("inbox-several-done", "1280-light", "360-light")
	if got := page.Text(".flash"); got == "" {
		t.Error("nothing is said about the tag")
	}

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
