package browser

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// refusedLooks are those of pages that are alike in all but their words.
var refusedLooks = []string{"1280-light", "1280-dark", "360-light", "360-dark", "320-light"}

// refused checks the status of a page that says why an answer was not taken, that it gives back what was typed, and how it looks.
func (p *Page) refused(name string, got, want int, kept string) {
	p.t.Helper()
	if got != want {
		p.t.Fatalf("%s answers %d, want %d:\n%s", name, got, want, p.Text("main"))
	}
	if kept != "" && p.Value("#kept") != kept {
		p.t.Errorf("%s does not give back what was typed: %s", name, p.Text("main"))
	}
	p.CheckLooks("refused-"+name, refusedLooks...)
}

// fill puts a text into a field at once, longer than the field lets a person type.
func (p *Page) fill(selector, text string) {
	p.t.Helper()
	run(p, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q).value = %q", selector, text)))
}

// TestRefusedAnswers walks the pages that a customer sees when an answer can't be taken.
func TestRefusedAnswers(t *testing.T) {
	staff, app := Open(t, Look{}), Serve(t, "serve")
	setup := app.Find(t, `(?m)^setup\s+(http\S+)`)
	base, _, _ := strings.Cut(setup, "/setup")
	staff.Go(setup)
	setUp(t, staff)
	publishSurvey(t, staff)
	survey := staff.Address()
	link := publicLink(t, staff) + "?lang=en"
	personal := personalLink(staff, survey)

	customer := Open(t, Look{Width: 360})
	answer := func(address, rating, comment string) int {
		t.Helper()
		customer.Look(Look{Width: 360})
		customer.Go(address)
		customer.Click("input[name=q1][value='" + rating + "']")
		customer.fill("#comment", comment)
		return customer.Follow("form .btn")
	}
	const comment = "The lamp flickers."
	customer.refused("too-large", answer(link, "4", strings.Repeat("Too long. ", 50_000)), http.StatusRequestEntityTooLarge, "")
	customer.must200("back to the survey", ".aside a")

	if status := answer(personal, "9", ""); status != http.StatusOK {
		t.Fatalf("the personal link's answer: %d", status)
	}
	askMore(staff, survey)
	customer.refused("conflict", answer(personal, "3", comment), http.StatusConflict, comment)

	status := http.StatusNotFound
	for tries := 0; status == http.StatusNotFound && tries < 100; tries++ { // 30 are let through in a minute, and a new minute may begin
		status = customer.Go(base + "/s/nonesuch")
	}
	customer.refused("too-many", status, http.StatusTooManyRequests, "")

	app.limitFiles(t, "1")
	customer = Open(t, Look{Width: 360}) // somebody else
	customer.refused("disk-full", answer(link, "4", comment), http.StatusServiceUnavailable, comment)
	staff.Go(base + "/touchpoints")
	staff.Type("#key", "delivery")
	staff.Type("input[id^='name']", "Delivery")
	staff.refused("disk-full-staff", staff.Follow("main form .btn.main"), http.StatusServiceUnavailable, "")
	app.limitFiles(t, "unlimited")
	if status := customer.Follow("form .btn"); status != http.StatusOK {
		t.Errorf("with room on the disk, sending the same again answers %d", status)
	}
}

// limitFiles sets how large files that surveyd writes may become, in bytes: a disk that is full for this process alone. The hard limit stays.
func (a *App) limitFiles(t *testing.T, most string) {
	t.Helper()
	if out, err := exec.Command("prlimit", "--pid", fmt.Sprint(a.cmd.Process.Pid), "--fsize="+most+":").CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v\n%s", err, out)
	}
}

// personalLink makes one for an order.
func personalLink(p *Page, survey string) string {
	p.t.Helper()
	p.Go(survey + "/invitations")
	p.Type("#order", "10482")
	p.Follow("form[action$='/invitations'] .btn.main")
	return p.Text(".flash .secret") + "?lang=en"
}

// askMore publishes a new version of the survey, with a question that was not asked before.
func askMore(p *Page, survey string) {
	p.t.Helper()
	p.Go(survey + "/edit")
	p.Set("#kind", "open")
	p.Follow("button[value='add']")
	p.Type("fieldset:last-of-type textarea", "Anything else?")
	p.Follow("button[value='publish']")
	p.must200("the new version", "form[action$='/publish'] .btn.main")
}
