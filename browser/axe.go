package browser

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// axeFile is what .ci/setup fetches.
const axeFile = "node_modules/axe-core/axe.min.js"

// Violation is a rule of axe-core that the page breaks.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// String tells the rule and the first elements that break it.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for i, node := range v.Nodes {
		if i == 3 {
			fmt.Fprintf(&b, "\n    and %d more", len(v.Nodes)-i)
			break
		}
		fmt.Fprintf(&b, "\n    %s\n        %s", node.HTML, strings.ReplaceAll(node.FailureSummary, "\n", "\n        "))
	}
	return b.String()
}

// axeRun returns what the page breaks, best practices and the size of targets included.
const axeRun = `axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}})
	.then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help,
		Nodes: v.nodes.map(n => ({HTML: n.html.slice(0, 300), FailureSummary: n.failureSummary}))})))`

// Axe runs axe-core on the page as it looks now. It comes in through the debugger, so the
// page's content security policy neither hinders it nor has to be loosened. Needs scripts on.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	if !run(p, chromedp.Evaluate[bool]("typeof axe === 'object'")) {
		source, err := os.ReadFile(axeFile)
		if errors.Is(err, os.ErrNotExist) {
			p.t.Fatal("axe-core is not there: run .ci/setup, or npm ci in the folder browser")
		}
		p.must(err)
		// true: a script's last value is sent back, and that of axe-core is all of it.
		run(p, chromedp.Evaluate[bool](string(source)+"\n;true"))
	}
	return run(p, chromedp.Evaluate[[]Violation](axeRun, chromedp.EvalAwaitPromise))
}

// Overflow returns by how many CSS pixels the page is wider than the window, and what sticks out.
func (p *Page) Overflow() (pixels int, what string) {
	p.t.Helper()
	// Not window.innerWidth: a phone zooms out until what sticks out is in the window.
	pixels = run(p, chromedp.Evaluate[int]("document.documentElement.scrollWidth")) - int(p.width)
	if pixels <= 0 {
		return 0, ""
	}
	return pixels, run(p, chromedp.Evaluate[string](fmt.Sprintf(`[...document.body.querySelectorAll("*")]
		.filter(e => e.getBoundingClientRect().right > %d).slice(0, 3)
		.map(e => e.outerHTML.slice(0, 120)).join("\n")`, p.width)))
}

// Looks are those in which every page has to be right.
var Looks = []struct {
	Name string
	Look Look
}{
	{"1280-light", Look{Width: 1280}},
	{"1280-dark", Look{Width: 1280, Dark: true}},
	{"360-light", Look{Width: 360}},
	{"360-dark", Look{Width: 360, Dark: true}},
	{"320-light", Look{Width: 320}},
	{"320-dark", Look{Width: 320, Dark: true}},
}

// CheckLooks looks at the page that is open in every look, or only in those named: axe-core
// finds nothing and nothing sticks out to the side. If SURVEYD_SHOTS names a folder, a picture
// NAME-LOOK.png is kept there.
func (p *Page) CheckLooks(name string, only ...string) {
	p.t.Helper()
	for _, look := range Looks {
		if len(only) > 0 && !slices.Contains(only, look.Name) {
			continue
		}
		p.Look(look.Look)
		if os.Getenv("SURVEYD_SHOTS") != "" {
			p.Shot(name + "-" + look.Name)
		}
		for _, violation := range p.Axe() {
			p.t.Errorf("%s at %s: %s", name, look.Name, violation)
		}
		if pixels, what := p.Overflow(); pixels > 0 {
			p.t.Errorf("%s at %s: %d px wider than the window:\n%s", name, look.Name, pixels, what)
		}
	}
}
