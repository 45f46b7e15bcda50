package browser

import (
	"strings"
	"testing"
)

// TestALinksRatingIsTakenAtTheFirstTouch opens a personal link that carries a rating: nothing is kept until the page is touched, then that rating is, and
// what is chosen after it.
func TestALinksRatingIsTakenAtTheFirstTouch(t *testing.T) {
	staff, _ := emptyShop(t)
	publishSurvey(t, staff)
	survey := staff.Address()
	link := strings.Replace(personalLink(staff, survey), "?", "/9?", 1)

	page := Open(t, Look{Width: 360})
	page.Go(link)
	if got := page.Value("input[name=q1]:checked"); got != "9" {
		t.Fatalf("the page shows %q as chosen", got)
	}
	if got := page.Text(".status") + page.Value("input[name=hand]"); got != "" {
		t.Errorf("untouched, the page says %q", got)
	}
	page.Click("h1")
	page.until("document.querySelector('.status').textContent === 'Score saved'")
	if got := page.Value("input[name=hand]"); got != "1" {
		t.Errorf("touched, the form's hand is %q", got)
	}
	page.until("!!(document.querySelector('.status').textContent = '-')")
	page.Click("input[name=q1][value='3']")
	page.until("document.querySelector('.status').textContent === 'Score saved'")
	scores := 0
	for _, request := range page.asked() {
		if strings.Contains(request, "/score") {
			scores++
		}
	}
	if scores != 2 {
		t.Errorf("%d ratings were sent, not the link's and the chosen one", scores)
	}
}
