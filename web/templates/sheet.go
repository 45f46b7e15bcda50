package templates

import (
	"regexp"
	"strings"
)

// sheet is a style sheet as rules, so that a page can carry those it uses and
// leave out the others.
type sheet []styleRule

// styleRule is one rule of a style sheet. It matters to a page that has all the
// classes of one of its selectors.
type styleRule struct {
	condition string // of the block around it: "@media print"; empty is none
	text      string
	selectors [][]string // the classes of each selector
}

var (
	parenthesis = regexp.MustCompile(`\([^()]*\)`)
	classInRule = regexp.MustCompile(`\.([A-Za-z][\w-]*)`)
	classInPage = regexp.MustCompile(`class="([^"]*)"`)
)

// parseSheet reads a squeezed style sheet whose conditions do not nest. Inside
// of a condition it is the condition of every rule.
func parseSheet(css, condition string) sheet {
	var rules sheet
	for css != "" {
		head, rest, _ := strings.Cut(css, "{")
		if strings.HasPrefix(head, "@") {
			inner, after, _ := strings.Cut(rest, "}}")
			rules, css = append(rules, parseSheet(inner+"}", head)...), after
			continue
		}
		body, after, _ := strings.Cut(rest, "}")
		rules, css = append(rules, styleRule{condition, head + "{" + body + "}", classesOfSelectors(head)}), after
	}
	return rules
}

// classesOfSelectors are the classes that an element and those around it must
// have. What stands in parentheses may say "or" and "not": it demands nothing.
func classesOfSelectors(list string) [][]string {
	var all [][]string
	for selector := range strings.SplitSeq(parenthesis.ReplaceAllString(list, ""), ",") {
		var classes []string
		for _, m := range classInRule.FindAllStringSubmatch(selector, -1) {
			classes = append(classes, m[1])
		}
		all = append(all, classes)
	}
	return all
}

// classesOfPage are the classes that stand in the markup. No script of ours
// adds one.
func classesOfPage(html []byte) map[string]bool {
	classes := map[string]bool{}
	for _, m := range classInPage.FindAllSubmatch(html, -1) {
		for _, class := range strings.Fields(string(m[1])) {
			classes[class] = true
		}
	}
	return classes
}

func (r styleRule) used(classes map[string]bool) bool {
	for _, selector := range r.selectors {
		missing := false
		for _, class := range selector {
			missing = missing || !classes[class]
		}
		if !missing {
			return true
		}
	}
	return false
}

// usedBy is the style sheet of a page with these classes. The order of its
// rules stays.
func (s sheet) usedBy(classes map[string]bool) string {
	var b strings.Builder
	condition := ""
	turn := func(to string) {
		if condition == to {
			return
		}
		if condition != "" {
			b.WriteString("}")
		}
		if condition = to; to != "" {
			b.WriteString(to + "{")
		}
	}
	for _, r := range s {
		if r.used(classes) {
			turn(r.condition)
			b.WriteString(r.text)
		}
	}
	turn("")
	return b.String()
}
