package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestStaffPages walks every page that each role can reach by a link. No link may lead to a page
// that the role may not see or that is not there.
func TestStaffPages(t *testing.T) {
	app := Demo(t)
	signIn := app.Link(t, "sign-in")
	importer := Open(t, Look{})
	importer.Go(signIn + "?role=admin")
	file := smallFile(t)
	file.looks = nil // TestImport looks at the steps
	file.bringIn(importer, strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard"))
	importer.Go(strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard") + "/contacts/suppressed")
	importer.Type("#email", "stop@customer.example")
	importer.must200("a stopped address", "main form[method=post] .btn")
	importer.Go(strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard") + "/settings/keys/new")
	importer.Type("#name", "The shop")
	importer.Click("#scopes")
	if status := importer.Follow("main form .btn.main"); status != http.StatusCreated {
		t.Errorf("a new key answers %d", status)
	}
	for _, role := range []struct {
		name     string
		policies []string
		looks    []string
	}{
		{"admin", []string{"Staff", "Managers", "Admins"}, nil},
		// Of the same templates, what differs is what is left out, and that support reads Bulgarian.
		{"manager", []string{"Staff", "Managers"}, []string{"360-light"}},
		{"support", []string{"Staff"}, []string{"1280-dark", "320-light"}},
	} {
		t.Run(role.name, func(t *testing.T) {
			as := signIn + "?next=/profile&role=" + role.name
			found := crawl(t, as)
			for _, path := range found.missed(role.policies...) {
				t.Errorf("no link leads the %s to %s", role.name, path)
			}
			page := Open(t, Look{})
			page.Go(as)
			for _, path := range found.sorted() {
				if status := page.Go(found.pages[path]); status != http.StatusOK {
					t.Errorf("%s answers %d", path, status)
				}
				page.CheckLooks(role.name+"-"+name(path), role.looks...)
			}
		})
	}
}

// TestStaffTrouble walks pages that say what went wrong.
func TestStaffTrouble(t *testing.T) {
	app := Demo(t)
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	for _, c := range []struct {
		name, path string
		status     int
	}{
		{"sign-in", "/sign-in", http.StatusOK},
		{"sign-in-next", "/users?x=1", http.StatusOK},
		{"link-gone", "/join/nonesuch", http.StatusGone},
		{"setup-over", "/setup", http.StatusNotFound},
		{"not-found-public", "/nonesuch", http.StatusNotFound},
		{"method", "/sign-out", http.StatusMethodNotAllowed},
	} {
		if status := page.Go(base + c.path); status != c.status {
			t.Errorf("%s answers %d, want %d", c.path, status, c.status)
		}
		page.CheckLooks("trouble-" + c.name)
	}
	page.Go(base + "/sign-in")
	page.Type("#email", "nobody@lindenhome.example")
	page.Type("#password", "wrong horse battery")
	if status := page.Follow("main .btn"); status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong password answers %d", status)
	}
	page.CheckLooks("trouble-sign-in-wrong")

	page.Go(app.Link(t, "sign-in") + "?role=support&next=" + url.QueryEscape("/users"))
	page.CheckLooks("trouble-forbidden", "1280-light", "320-dark")
	for _, c := range []struct {
		name, path string
		status     int
	}{
		{"filter-touchpoint", "/dashboard?touchpoint=chekout", http.StatusNotFound},
		{"filter-days", "/responses?period=custom&from=2026-02-31&to=2026-02-01", http.StatusUnprocessableEntity},
	} {
		if status := page.Go(base + c.path); status != c.status {
			t.Errorf("%s answers %d, want %d", c.path, status, c.status)
		}
		page.CheckLooks("trouble-" + c.name)
	}
}

// TestStaffForms sends forms that can't be taken and looks at what comes back.
func TestStaffForms(t *testing.T) {
	app := Demo(t)
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=admin&next=/profile")
	for _, c := range []struct{ name, path, field, value, button string }{
		{"new-user", "/users/new", "#email", "mira@lindenhome.example", ""},
		{"settings", "/settings", "#company", "", ""},
		{"profile", "/profile", "#name", "", ""},
		{"password", "/profile", "#password", "short", "form[action$=password] .btn"},
	} {
		page.Go(base + c.path)
		if page.Clear(c.field); c.value != "" {
			page.Set(c.field, c.value)
		}
		if c.button == "" {
			c.button = "main form .btn.main"
		}
		if status := page.Follow(c.button); status != http.StatusUnprocessableEntity {
			t.Errorf("%s with %s = %q answers %d, want 422", c.path, c.field, c.value, status)
		}
		page.CheckLooks("form-"+c.name, "1280-light", "320-dark")
	}
}
