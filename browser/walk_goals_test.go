package browser

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestGoals has a manager set a goal, bring it forward and put it away, without scripts.
func TestGoals(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	looks := []string{"1280-light", "1280-dark", "360-light", "360-dark"}
	page := Open(t, Look{NoJS: true})
	page.Go(app.Link(t, "sign-in") + "?role=manager")
	page.Go(base + "/dashboard")
	if got := page.Count("#goals li"); got != 4 {
		t.Errorf("the dashboard has %d running goals, want 4", got)
	}
	page.CheckLooks("goals-dashboard", looks...)
	page.Look(Look{NoJS: true})
	page.must200("the list", "#goals .how a")
	page.CheckLooks("goals", looks...)
	page.Go(base + "/goals/1") // of a score
	page.CheckLooks("goals-score", looks...)
	page.Go(base + "/goals/6") // a draft
	page.CheckLooks("goals-draft", looks...)

	page.Look(Look{NoJS: true})
	page.Go(base + "/goals")
	page.must200("a new goal", ".title .btn.main")
	page.CheckLooks("goals-new", looks...)
	page.Look(Look{NoJS: true, Width: 360})
	page.Go(base + "/goals/new")
	page.Type("#specific", "Win 20 new shops")
	page.Type("#target", "twenty")
	if status := page.Follow(".go .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("a goal that lacks most answers %d", status)
	}
	page.CheckLooks("goals-refused", looks...)
	page.Look(Look{NoJS: true, Width: 360})
	page.Type("#unit", "shops")
	page.Type("#baseline", "0")
	page.fill("#target", "20")
	page.must200("a draft", ".go .btn:not(.main)")
	if got := page.Text(".banner"); !strings.Contains(got, "how it can be done, why it matters, from when until when") {
		t.Errorf("the draft says %q", got)
	}
	page.must200("the draft's form", ".banner a")
	page.Type("#achievable", "Two calls a day")
	page.Type("#relevant", "Shops order more")
	page.Set("#deadline", time.Now().AddDate(0, 2, 0).Format(time.DateOnly))
	page.must200("the goal", ".go .btn.main")
	page.Type("#value", "5")
	page.must200("a value", "main form .go .btn")
	if got := page.Text(".score strong"); !strings.HasPrefix(got, "5") {
		t.Errorf("it stands at %q", got)
	}
	page.CheckLooks("goals-by-hand", looks...)
	page.Look(Look{NoJS: true})
	page.must200("the archive", "button[value=archive]")
	page.CheckLooks("goals-archived", looks...)
	page.must200("bringing it back", "button[value=restore]")
	if page.Count(".banner") != 0 {
		t.Error("the goal is still in the archive")
	}
	page.Go(base + "/goals?show=archived")
	page.CheckLooks("goals-none", "360-light")
}
