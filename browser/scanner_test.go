package browser

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// clinic is a shop whose personal links are tried by scanners and by people.
type clinic struct {
	t      *testing.T
	base   string
	staff  *Page
	survey string // id of the demo's survey from 0 to 10
}

// outcome is what the funnel counts.
type outcome struct{ Unconfirmed, Answered, Commented int }

func openClinic(t *testing.T) *clinic {
	t.Helper()
	app := Serve(t, "demo")
	c := &clinic{t: t, base: strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard"), staff: Open(t, Look{})}
	c.staff.Go(app.Link(t, "sign-in") + "?role=manager&next=/surveys")
	c.survey = run(c.staff, chromedp.Evaluate[string](`[...document.querySelectorAll("main a[href^='/surveys/']")].find(a => a.textContent.trim() === "Post-purchase").pathname.split("/")[2]`))
	return c
}

// link makes a personal link.
func (c *clinic) link() string {
	c.t.Helper()
	c.staff.Go(c.base + "/surveys/" + c.survey + "/invitations")
	c.staff.must200("a personal link", "main form .btn.main")
	return c.staff.Text(".flash .secret")
}

// funnel reads what the funnel counts now.
func (c *clinic) funnel() (o outcome) {
	c.t.Helper()
	text := run(c.staff, chromedp.Evaluate[string](`fetch("/invitations/funnel.csv?survey=`+c.survey+`&period=all").then(r => r.text())`, chromedp.EvalAwaitPromise))
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		c.t.Fatalf("the funnel's file is %q, %v", text, err)
	}
	for name, into := range map[string]*int{"unconfirmed": &o.Unconfirmed, "answered": &o.Answered, "commented": &o.Commented} {
		for i, head := range rows[0] {
			if head == name {
				if *into, err = strconv.Atoi(rows[1][i]); err != nil {
					c.t.Fatal(err)
				}
			}
		}
	}
	return o
}

// settles waits until the funnel has moved by that much: clicks are noted after their pages have gone out.
func (c *clinic) settles(what string, before, by outcome) {
	c.t.Helper()
	want := outcome{before.Unconfirmed + by.Unconfirmed, before.Answered + by.Answered, before.Commented + by.Commented}
	var got outcome
	for range 200 {
		if got = c.funnel(); got == want {
			return
		}
	}
	c.t.Errorf("%s: the funnel went from %+v to %+v, want %+v", what, before, got, want)
}

// as opens a window whose browser calls itself so: what comes from one machine with one name is one visitor.
func as(t *testing.T, agent string, look Look) *Page {
	p := Open(t, look)
	p.call(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent})
		return err
	})
	return p
}

// wait lets time pass on the page.
func (p *Page) wait(seconds int) { p.until(fmt.Sprintf("performance.now() > %d", seconds*1000)) }

// robots are the scanners that were measured, each as one visit to all that a mail links to.
func robots() map[string]func(t *testing.T, link string) {
	return map[string]func(t *testing.T, link string){
		"a fetcher of all links": func(t *testing.T, link string) {
			for rating := range 11 {
				for _, method := range []string{http.MethodHead, http.MethodGet} {
					req, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("%s/%d", link, rating), nil)
					if err != nil {
						t.Fatal(err)
					}
					res, err := http.DefaultClient.Do(req)
					if err != nil {
						t.Fatal(err)
					}
					res.Body.Close()
					if res.StatusCode != http.StatusOK {
						t.Errorf("%s of %d answers %d", method, rating, res.StatusCode)
					}
				}
			}
		},
		"a sandbox that runs scripts for 8 seconds": func(t *testing.T, link string) {
			p := as(t, "Mozilla/5.0 sandbox", Look{})
			p.Go(link + "/9")
			p.wait(8)
		},
		"one that stays for 5 seconds on each of three": func(t *testing.T, link string) {
			p := as(t, "Mozilla/5.0 sandbox", Look{})
			for _, rating := range []string{"/0", "/5", "/9"} {
				p.Go(link + rating)
				p.wait(5)
			}
		},
		"one whose script clicks and sends": func(t *testing.T, link string) {
			p := as(t, "Mozilla/5.0 sandbox", Look{})
			p.Go(link + "/9")
			p.until(`(() => { const r = document.querySelector("input[name=q1][value='2']"); r.click();
				r.dispatchEvent(new Event("change", {bubbles: true})); setTimeout(() => document.querySelector("form .btn").click()); return true })()`) // the answer comes before the page goes
			p.until(`location.pathname.startsWith("/s/a/")`)
		},
		"one with true input on all links": func(t *testing.T, link string) {
			p := as(t, "Mozilla/5.0 sandbox", Look{})
			for rating := range 11 {
				p.Go(fmt.Sprintf("%s/%d", link, rating))
				p.Click("h1")
				p.until("document.querySelector('.status').textContent !== ''")
			}
		},
		"one that follows every link of the page": func(t *testing.T, link string) {
			p := as(t, "Mozilla/5.0 sandbox", Look{})
			p.Go(link + "/9")
			for _, address := range run(p, chromedp.Evaluate[[]string](`[...document.querySelectorAll("a[href^='/s/']")].map(a => a.href)`)) {
				p.Go(address)
			}
			p.Go(link + "/9")
			p.Click("h1")
			p.until("document.querySelector('.status').textContent !== ''")
		},
	}
}

// TestScannersAreNotCounted sends every known kind of scanner to a personal link, and then its person: the scanner counts nothing, and the link works.
func TestScannersAreNotCounted(t *testing.T) {
	c := openClinic(t)
	for name, scan := range robots() {
		t.Run(name, func(t *testing.T) {
			c.t = t
			link, before := c.link(), c.funnel()
			scan(t, link)
			c.settles("after the scanner", before, outcome{Unconfirmed: 1})
			person := as(t, "Mozilla/5.0 person", Look{Width: 360})
			person.Go(link + "/8")
			person.Type("#comment", "The table is lovely.")
			person.must200("sending", "form .btn")
			if got := person.Text("main"); !strings.Contains(got, "Thank you") {
				t.Errorf("after the scanner the person reads %q", got)
			}
			c.settles("after the person", before, outcome{Answered: 1, Commented: 1})
		})
	}
}

// TestPeopleAreCounted answers personal links as people do.
func TestPeopleAreCounted(t *testing.T) {
	c := openClinic(t)
	for name, p := range map[string]struct {
		look Look
		do   func(p *Page)
		want outcome
	}{
		"taps and leaves": {Look{Width: 360}, func(p *Page) {
			p.Click("h1")
			p.until("document.querySelector('.status').textContent === 'Score saved'")
		}, outcome{Answered: 1}},
		"chooses another number and leaves": {Look{Width: 360}, func(p *Page) {
			p.Click("input[name=q1][value='3']")
			p.until("document.querySelector('.status').textContent === 'Score saved'")
		}, outcome{Answered: 1}},
		"sends": {Look{}, func(p *Page) {
			p.Type("#comment", "Came in a day.")
			p.must200("sending", "form .btn")
		}, outcome{Answered: 1, Commented: 1}},
		"sends with the keyboard": {Look{}, func(p *Page) {
			p.Focus("form .btn")
			p.press(" ")
			p.until(`location.pathname.startsWith("/s/a/")`)
		}, outcome{Answered: 1}},
		"sends without scripts": {Look{NoJS: true}, func(p *Page) {
			p.Type("#comment", "Came in a day.")
			p.must200("sending", "form .btn")
		}, outcome{Answered: 1, Commented: 1}},
		"only looks": {Look{}, func(p *Page) { p.wait(3) }, outcome{Unconfirmed: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			c.t = t
			link, before := c.link(), c.funnel()
			page := as(t, "Mozilla/5.0 person", p.look)
			page.Go(link + "/8")
			p.do(page)
			c.settles(name, before, p.want)
		})
	}
}

// TestUnconfirmedClicks looks at the pages of managers, and restores a click.
func TestUnconfirmedClicks(t *testing.T) {
	c := openClinic(t)
	link := c.link()
	for _, rating := range []string{"/1", "/5", "/9"} {
		as(t, "Mozilla/5.0 HeadlessChrome sandbox", Look{}).Go(link + rating)
	}
	before := c.funnel()
	c.staff.Go(c.base + "/invitations/unconfirmed?survey=" + c.survey)
	c.staff.CheckLooks("staff-unconfirmed")
	if got := c.staff.Text("main .places li:first-child"); !strings.Contains(got, "three different scores") {
		t.Errorf("the first click is %q, want its reason", got)
	}
	c.staff.must200("counting it", "main .places li:first-child .btn")
	c.settles("counted by staff", before, outcome{Unconfirmed: -1, Answered: 1})
	c.staff.Go(c.base + "/invitations/funnel?period=all&survey=" + c.survey)
	c.staff.CheckLooks("staff-funnel")
	c.staff.Go(c.base + "/invitations/funnel?survey=99999")
	c.staff.CheckLooks("staff-funnel-none", "1280-light", "320-light")
	c.staff.Go(c.base + "/dashboard")
	c.staff.CheckLooks("staff-dashboard-reached", "1280-light", "320-dark")
}
