package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestSegmentsAndMoney looks at what the job makes of the demo's orders and answers, filters the dashboard by a segment and asks one.
func TestSegmentsAndMoney(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "inbox"), "/inbox")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=manager")
	for range 1000 { // the job is at work since the start
		if page.Go(base + "/customers/segments"); page.Count(".board") > 0 {
			break
		}
	}
	if got := page.Count("main .board tbody tr"); got < 8 {
		t.Fatalf("%d rows of segments, risk and calibration", got)
	}
	page.CheckLooks("segments", "1280-light", "1280-dark", "360-light", "360-dark", "320-light")
	if status := page.Go(base + "/money"); status != http.StatusOK || page.Count(".board .box") < 3 {
		t.Errorf("the money answers %d with %d boxes", status, page.Count(".board .box"))
	}
	page.CheckLooks("money", "1280-light", "1280-dark", "360-light", "360-dark", "320-light")
	for _, lang := range []string{"bg", "pl", "ru"} {
		page.Go(base + "/money?lang=" + lang)
		page.CheckLooks("money-"+lang, "360-light")
		page.Go(base + "/customers/segments?lang=" + lang)
		page.CheckLooks("segments-"+lang, "360-light")
	}
	page.Go(base + "/customers/segments?lang=en")

	page.Look(Look{})
	if status := page.Follow(`a[href^="/dashboard?segment="]`); status != http.StatusOK || !strings.Contains(page.Value("#segment"), ".champions") {
		t.Errorf("the dashboard of a segment answers %d, filtered by %q", status, page.Value("#segment"))
	}
	page.CheckLooks("segment-dashboard", "1280-light", "360-dark")

	page.Look(Look{})
	page.Go(base + "/customers/segments")
	if status := page.Follow(`a[href^="/customers/segments/ask?segment="]`); status != http.StatusOK {
		t.Errorf("asking a segment answers %d", status)
	}
	page.CheckLooks("segment-ask", "1280-light", "360-dark")
	page.Look(Look{})
	page.must200("the choice of a survey", "main form .btn.main")
	page.CheckLooks("segment-confirm", "1280-light", "360-dark")
	page.Look(Look{})
	if page.Count("main form .btn.main") > 0 {
		page.must200("asking", "main form .btn.main")
		if got := page.Text(".flash"); !strings.Contains(got, "planned") {
			t.Errorf("afterwards it says %q", got)
		}
	}
}
