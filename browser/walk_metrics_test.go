package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestMetricPages reads figures of the demo's shop, types in counts and changes a setting, without scripts.
func TestMetricPages(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	looks := []string{"1280-light", "1280-dark", "360-light", "360-dark"}
	page := Open(t, Look{NoJS: true})
	page.Go(app.Link(t, "sign-in"))
	page.must200("the overview", "nav a[href='/metrics']")
	if got := page.Count(".board .box"); got != 5 {
		t.Errorf("the overview has %d boxes, want 5", got)
	}
	page.CheckLooks("metrics", looks...)
	page.Look(Look{NoJS: true})
	page.Go(base + "/metrics")
	page.must200("CLV to CAC", "a[href^='/metrics/lifetime-value-to-acquisition-cost']")
	if got := page.Text("dl.formula"); !strings.Contains(got, "EUR ÷") || strings.Contains(got, "no data") {
		t.Errorf("the panel says %q", got)
	}
	page.CheckLooks("metrics-ratio", looks...)
	for _, slug := range []string{"customer-cohorts?period=2026", "monthly-recurring-revenue", "close-rate", "resolution-time?period=custom"} {
		page.Look(Look{NoJS: true, Width: 360})
		if status := page.Go(base + "/metrics/" + slug); status != http.StatusOK {
			t.Errorf("%s answers %d", slug, status)
		}
		page.CheckLooks("metrics-"+strings.Map(letters, slug), "1280-light", "360-dark")
	}
	page.Look(Look{NoJS: true, Width: 360})
	page.Go(base + "/metrics/customer-retention-rate")
	page.must200("counts by hand", "a[href*='/by-hand']")
	page.Type("[id='input.active_end']", "many")
	if status := page.Follow(".go .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("no number answers %d", status)
	}
	page.CheckLooks("metrics-hand-refused", "360-light", "1280-dark")
	page.Look(Look{NoJS: true, Width: 360})
	page.fill("[id='input.active_end']", "950")
	page.Type("[id='input.acquired']", "50")
	page.Type("[id='input.base']", "1000")
	page.must200("an entry", ".go .btn.main")
	if got := page.Text(".log"); !strings.Contains(got, "90.0%") || !strings.Contains(got, "estimate") {
		t.Errorf("the entry says %q", got)
	}
	page.CheckLooks("metrics-hand", "360-light", "1280-dark")
	page.Look(Look{NoJS: true, Width: 360})
	page.Go(base + "/metrics/quota-attainment/quotas")
	page.Type("#seller", "Ann")
	page.Type("#currency", "EUR")
	page.Type("#amount", "0")
	if status := page.Follow(".go .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("a quota of 0 answers %d", status)
	}
	page.CheckLooks("metrics-quota-refused", "360-light", "1280-dark")
	page.Look(Look{NoJS: true, Width: 360})
	page.fill("#amount", "5000")
	page.must200("a quota", ".go .btn.main")
	if got := page.Text(".log"); !strings.Contains(got, "Ann") || !strings.Contains(got, "by hand") {
		t.Errorf("the quota says %q", got)
	}
	page.CheckLooks("metrics-quota", "360-light", "1280-dark")
	page.Look(Look{NoJS: true, Width: 360})
	page.Go(base + "/settings/figures")
	page.CheckLooks("metrics-settings", looks...)
}

func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r == '-' {
		return r
	}
	return -1
}
