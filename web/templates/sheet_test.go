package templates

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/web"
)

// passing is what a person does to an element, and what no element of a
// document is.
var passing = regexp.MustCompile(`::?(before|hover|focus-visible|focus|active|checked)`)

// Whatever a page has an element for is in its style: leaving rules out never
// changes how it looks.
func TestAPageHasEveryRuleItUses(t *testing.T) {
	for name, c := range gallery() {
		doc := parse(t, render(t, c))
		style := doc.Find("style").Text()
		for _, r := range surveySheet() {
			selectors, _, _ := strings.Cut(r.text, "{")
			selectors = strings.ReplaceAll(passing.ReplaceAllString(selectors, ""), ":has()", "")
			if doc.Find(selectors).Length() > 0 && !strings.Contains(style, r.text) {
				t.Errorf("%s: %s is left out", name, r.text)
			}
		}
	}
}

func TestAPageLeavesOutWhatItDoesNotUse(t *testing.T) {
	page := render(t, Survey(sampleNPS("en")))
	for _, other := range []string{".words", ".errs", "--err", ".lede", ".n7", ".n10 "} {
		if style, _, _ := strings.Cut(page, "</style>"); strings.Contains(style, other) {
			t.Errorf("the style has %s, the page nothing for it", other)
		}
	}
	for _, own := range []string{".n11", "@media print{", "form:has(.d:checked) .d-"} {
		if !strings.Contains(page, own) {
			t.Errorf("%s is left out", own)
		}
	}
}

// Read into rules and put together again, the style sheet is the same.
func TestSheetKeepsEveryRuleInOrder(t *testing.T) {
	css := squeezeCSS(web.Content("survey.css"))
	all := map[string]bool{}
	for _, r := range surveySheet() {
		for _, classes := range r.selectors {
			for _, class := range classes {
				all[class] = true
			}
		}
	}
	if got := surveySheet().usedBy(all); got != css {
		t.Errorf("the style sheet became\n%s\nof\n%s", got, css)
	}
}

func TestSheetOfFewClasses(t *testing.T) {
	s := parseSheet(`p{a:b}.x .y,.z{c:d}@media print{.x{e:f}p:not(.q){g:h}}.y{i:j}`, "")
	for classes, want := range map[string]string{
		"":      `p{a:b}@media print{p:not(.q){g:h}}`,
		"x":     `p{a:b}@media print{.x{e:f}p:not(.q){g:h}}`,
		"z":     `p{a:b}.x .y,.z{c:d}@media print{p:not(.q){g:h}}`,
		"x y":   `p{a:b}.x .y,.z{c:d}@media print{.x{e:f}p:not(.q){g:h}}.y{i:j}`,
		"y xyz": `p{a:b}@media print{p:not(.q){g:h}}.y{i:j}`,
	} {
		if got := s.usedBy(classesOfPage([]byte(`<b class="` + classes + `">`))); got != want {
			t.Errorf("with %q it is %s, want %s", classes, got, want)
		}
	}
}

func TestDressNeedsAPlaceForTheStyle(t *testing.T) {
	if _, err := Dress(context.Background(), templ.NopComponent, Look{}); err == nil {
		t.Error("a page without a place for its style was dressed")
	}
}
