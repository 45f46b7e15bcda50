package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestFollowUpFigures looks at how the demo's customers heard back, with scripts and without.
func TestFollowUpFigures(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "inbox"), "/inbox")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=manager")
	if status := page.Go(base + "/inbox/figures"); status != http.StatusOK {
		t.Fatalf("the figures answer %d", status)
	}
	if got := page.Count(".board .box"); got < 6 {
		t.Errorf("%d boxes of figures, want 6 or more", got)
	}
	page.CheckLooks("figures", "1280-light", "1280-dark", "360-light", "360-dark", "320-light")
	if status := page.Follow(".terms a"); status != http.StatusOK || page.Count(".feed li") == 0 {
		t.Errorf("the comments behind a word answer %d", status)
	}
	page.CheckLooks("figures-comments", "1280-light", "360-dark")

	page.Look(Look{})
	page.Go(base + "/dashboard")
	if got := page.Count("#follow-up tbody tr"); got != 4 {
		t.Errorf("the dashboard has %d figures of the follow-up, want 4", got)
	}
	page.CheckLooks("figures-dashboard", "1280-light", "360-dark")

	off := Open(t, Look{NoJS: true, Width: 360})
	off.Go(app.Link(t, "sign-in") + "?role=manager")
	off.Go(base + "/inbox/figures?period=custom")
	if status := off.Follow(".filter .btn"); status != http.StatusOK || off.Count(".board .box") == 0 {
		t.Errorf("days of one's own answer %d", status)
	}
	off.Go(base + "/inbox/figures?period=custom&from=2020-01-01")
	off.CheckLooks("figures-refused", "360-light")
}
