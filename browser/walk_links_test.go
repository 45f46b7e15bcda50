package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestLinksOfPeople invites somebody, who joins, and gets a link for a new password later.
func TestLinksOfPeople(t *testing.T) {
	admin, base := emptyShop(t)
	admin.Go(base + "/users/new")
	admin.Type("#name", "Мира Колева")
	admin.Type("#email", "mira@shop.example")
	admin.Click("input[name=role][value=manager]")
	if status := admin.Follow("main form .btn.main"); status != http.StatusCreated {
		t.Fatalf("inviting answers %d:\n%s", status, admin.Text("main"))
	}
	admin.CheckLooks("link-invited", "1280-light", "360-dark", "320-light")
	usePasswordLink(t, admin.Text(".secret"), "join", "")

	admin.Go(base + "/users")
	admin.must200("the new user", "main tbody tr a:not([href='/profile'])[href$='"+lastUser(admin)+"']")
	if status := admin.Follow("form[action$='/link'] .btn"); status != http.StatusCreated {
		t.Fatalf("the link for a new password answers %d:\n%s", status, admin.Text("main"))
	}
	admin.CheckLooks("link-reset", "360-light")
	usePasswordLink(t, admin.Text(".secret"), "reset", "The new password is saved")
}

// lastUser is how the address of the newest user's page ends.
func lastUser(p *Page) string {
	p.t.Helper()
	var last string
	for i := 1; i <= p.Count("main tbody tr"); i++ {
		address := p.Attribute("main tbody tr:nth-child("+string(rune('0'+i))+") a", "href")
		last = max(last, address)
	}
	return last[strings.LastIndex(last, "/"):]
}

// usePasswordLink opens the link where nobody is signed in, gives a password that is too short and then a good one, and reads what it says then.
func usePasswordLink(t *testing.T, link, name, says string) {
	t.Helper()
	page := Open(t, Look{})
	if status := page.Go(link); status != http.StatusOK {
		t.Fatalf("%s answers %d", link, status)
	}
	page.CheckLooks("link-" + name)
	page.Type("#password", "short")
	if status := page.Follow("main form .btn"); status != http.StatusUnprocessableEntity {
		t.Errorf("a short password answers %d", status)
	}
	page.CheckLooks("link-"+name+"-short", "1280-light", "360-dark", "320-light")
	page.Type("#password", "correct horse battery "+name)
	page.must200("the dashboard", "main form .btn")
	if got := page.Text("body"); !strings.Contains(got, says) {
		t.Errorf("after the %s link the page reads %q, without %q", name, got, says)
	}
	if status := Open(t, Look{}).Go(link); status != http.StatusGone {
		t.Errorf("the second time %s answers %d", name, status)
	}
}
