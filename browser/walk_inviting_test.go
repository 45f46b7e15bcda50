package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestInvitingForms looks at what the pages about who is asked say beside what links lead to: a rule that can't be, one that was made, filters that find nothing.
func TestInvitingForms(t *testing.T) {
	app := Demo(t)
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=manager&next=/invitations/rules/new")
	page.Type("#sample", "0")
	if status := page.Follow("main .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("a rule without name and survey answers %d", status)
	}
	page.CheckLooks("inviting-rule-refused")
	page.Go(base + "/invitations/rules")
	page.Type("#days", "x")
	if status := page.Follow("section.narrow .btn"); status != http.StatusUnprocessableEntity {
		t.Errorf("a throttle of x days answers %d", status)
	}
	page.CheckLooks("inviting-throttle-refused")
	for name, path := range map[string]string{
		"nobody": "/invitations?who=nobody@example.com", "none": "/invitations?decision=bounced&survey=1", "failed": "/invitations/uncertain?state=failed",
	} {
		if status := page.Go(base + path); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
		page.CheckLooks("inviting-"+name, "1280-light", "360-light")
	}
}
