package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestCasePages sets the rules of cases, and is asked for contact after an unhappy answer.
func TestCasePages(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=admin&next=/settings/cases")
	page.CheckLooks("cases-settings")
	page.Set("#hours", "0")
	page.Set("#holidays", "Christmas")
	if status := page.Follow("form[action='/settings/cases'] .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("wrong rules answer %d", status)
	}
	page.CheckLooks("cases-settings-wrong", "1280-light", "320-dark")
	page.Set("#hours", "16")
	page.Set("#holidays", "2026-12-25")
	if status := page.Follow("form[action='/settings/cases'] .btn.main"); status != http.StatusOK {
		t.Errorf("the rules answer %d", status)
	}

	page.Go(base + "/s/checkout-pl/2")
	if status := page.Follow("form .btn"); status != http.StatusOK {
		t.Fatalf("the answer gives %d", status)
	}
	page.CheckLooks("contact-question")
	if status := page.Follow("form.panel .btn"); status != http.StatusUnprocessableEntity {
		t.Errorf("no choice answers %d", status)
	}
	page.CheckLooks("contact-question-wrong", "360-light", "1280-dark")
	page.Click("form.panel [value=phone]")
	page.Set("#phone", "+48 22 123 45 67")
	page.CheckLooks("contact-question-phone", "320-light", "360-dark")
	if status := page.Follow("form.panel .btn"); status != http.StatusOK {
		t.Errorf("the number answers %d", status)
	}
	page.CheckLooks("contact-question-done", "360-light")
}
