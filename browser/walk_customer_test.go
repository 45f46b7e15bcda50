package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestCustomerPages walks everything that a customer can see, in the shop's four languages.
func TestCustomerPages(t *testing.T) {
	app := Demo(t)
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	for _, c := range []struct {
		name, path string
		status     int
		looks      []string
	}{
		{"nps-en", "/s/checkout-en", http.StatusOK, nil},
		{"nps-bg", "/s/checkout-bg", http.StatusOK, []string{"320-light", "360-dark"}},
		{"nps-ru", "/s/checkout-ru", http.StatusOK, []string{"1280-light", "320-light"}},
		{"nps-pl", "/s/checkout-pl", http.StatusOK, []string{"320-light"}},
		{"nps-order", "/s/checkout-en/9?order=10482", http.StatusOK, []string{"1280-light", "320-dark"}},
		{"csat-en", "/s/delivery?lang=en", http.StatusOK, nil},
		{"csat-bg", "/s/delivery?lang=bg", http.StatusOK, []string{"320-light"}},
		{"ces-en", "/s/support?lang=en", http.StatusOK, nil},
		{"ces-ru", "/s/support?lang=ru", http.StatusOK, []string{"320-light"}},
		{"cli-en", "/s/loyalty?lang=en", http.StatusOK, nil},
		{"cli-pl", "/s/loyalty?lang=pl", http.StatusOK, []string{"1280-light", "320-light"}},
		{"unknown", "/s/nonesuch", http.StatusNotFound, nil},
		{"answer-unknown", "/s/a/nonesuch", http.StatusNotFound, []string{"320-light"}},
	} {
		if status := page.Go(base + c.path); status != c.status {
			t.Errorf("%s answers %d, want %d", c.path, status, c.status)
		}
		page.CheckLooks("customer-"+c.name, c.looks...)
	}
}

// TestCustomerAnswers walks the pages that follow an answer, or the try of one.
func TestCustomerAnswers(t *testing.T) {
	base := strings.TrimSuffix(Demo(t).Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	follow := func(name, button string, status int, looks ...string) {
		t.Helper()
		if got := page.Follow(button); got != status {
			t.Errorf("%s answers %d, want %d", name, got, status)
		}
		page.CheckLooks("customer-"+name, looks...)
	}
	page.Go(base + "/s/delivery?lang=en")
	page.Type("#comment", "Two of the chairs were scratched.")
	follow("nothing-chosen", "form .btn", http.StatusUnprocessableEntity)
	if got := page.Value("#comment"); got != "Two of the chairs were scratched." {
		t.Errorf("after the error the comment is %q", got)
	}
	page.Click("input[name=q1][value='2']")
	follow("aspects", "form .btn", http.StatusOK)
	page.Click("input[name=q2][value='4']")
	follow("thanks-worst", "form .btn", http.StatusOK)
	page.Go(base + "/s/delivery?lang=en")
	page.CheckLooks("customer-answered-before", "1280-light", "320-dark")

	page.Go(base + "/s/loyalty?lang=en")
	follow("cli-nothing-chosen", "form .btn", http.StatusUnprocessableEntity, "1280-light", "320-dark")

	page.Go(base + "/s/checkout-bg")
	page.Click("input[name=q1][value='10']")
	page.Look(Look{Width: 360})
	page.Type("#comment", "Плащането отне минута.")
	page.CheckLooks("customer-chosen-bg", "1280-dark", "320-light")
	follow("thanks-best-bg", "form .btn", http.StatusOK, "1280-light", "320-dark")
	follow("change-bg", ".aside a[href$='/1']", http.StatusOK, "1280-light", "320-light")
	if got := page.Value("#comment"); got != "Плащането отне минута." {
		t.Errorf("when it is changed the comment is %q", got)
	}
}
