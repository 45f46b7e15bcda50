package arch

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// maxLines is the length at which a file has become two things.
const maxLines = 500

// auditedFiles may hold the one inline style and the one inline script, those of the survey
// page, which the content security policy allows by hash. Nothing else may be inline.
var auditedFiles = map[string]bool{
	"web/templates/inline.go":    true,
	"web/templates/inline.templ": true,
}

// mailTemplates may have inline styles, and no other exception: mail programs know no other styles.
const mailTemplates = "web/templates/mail/"

// sourceRule keeps a construct out of the files with an ending. The expression is tried on each
// line, without what follows a // that starts a comment.
type sourceRule struct {
	name   string
	ending string
	bad    *regexp.Regexp
	why    string
}

const inlineStyle = "inline style"

var sourceRules = []sourceRule{
	{
		"FormValue", ".go", regexp.MustCompile(`\.(Post)?FormValue\(|\.FormParams\(`),
		"an oversized chunked body comes back as an empty string with 200: use the strict form decoder",
	},
	{"FormFile", ".go", regexp.MustCompile(`\.FormFile\b|\.MultipartForm\(`), "it buffers before any limit is seen: read the parts one by one"},
	{"Static", ".go", regexp.MustCompile(`\b[a-z]\w*\.Static\(`), "Echo serves whatever is in the folder: serve web.Asset by name"},
	{"raw Go", ".go", regexp.MustCompile(`\btempl\.(Raw|SafeURL|SafeCSS|SafeCSSProperty|JSUnsafeFuncCall)\b`), "it switches escaping off"},
	{"skipped test", "_test.go", regexp.MustCompile(`\.Skip(f|Now)?\(|testing\.Short\(`), "a test that may not run proves nothing: what is missing must fail"},
	{"raw templ", ".templ", regexp.MustCompile(`\btempl\.(Raw|SafeURL|SafeCSS|SafeCSSProperty|JSUnsafeFuncCall)\b`), "it switches escaping off"},
	{"spread attributes", ".templ", regexp.MustCompile(`\{[^{}]*\.\.\.\s*\}`), "their names are not escaped: write the attributes out"},
	{inlineStyle, ".templ", regexp.MustCompile(`(?i)\sstyle\??=|<style\b|^css\s+\w+\s*\(`), "the content security policy refuses it: use a class"},
	{"inline script", ".templ", regexp.MustCompile(`(?i)<script(>|\s+[^s\s]|\s*$)|^script\s+\w+\s*\(|JSFuncCall|javascript:`), "the content security policy refuses it: use a file in web/static"},
	{"event attribute", ".templ", regexp.MustCompile(`(?i)\s(hx-)?on[a-z:-]+\??=["{]`), "the content security policy refuses it: listen from a file in web/static"},
}

// CheckSource returns a sentence for every forbidden construct in the file, whose name is its
// path from the root of the repository. Generated files are not ours to judge.
func CheckSource(name, text string) (broken []string) {
	if strings.HasSuffix(name, "_templ.go") || auditedFiles[name] {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		line = strings.ReplaceAll(withoutComment(line), childrenSlot, "")
		for _, rule := range sourceRules {
			if rule.name == inlineStyle && strings.HasPrefix(name, mailTemplates) {
				continue
			}
			if strings.HasSuffix(name, rule.ending) && rule.bad.MatchString(line) {
				broken = append(broken, fmt.Sprintf("%s:%d: %s: %s", name, i+1, rule.name, rule.why))
			}
		}
	}
	if ext := path.Ext(name); (ext == ".go" || ext == ".templ") && len(lines) > maxLines {
		broken = append(broken, fmt.Sprintf("%s: %d lines, at most %d: split it by what it does", name, len(lines), maxLines))
	}
	return broken
}

// childrenSlot is where a templ component puts what it was given: three dots that spread nothing.
const childrenSlot = "{ children... }"

// comment is a // at the start of a line or after a space; the one in https:// is neither.
var comment = regexp.MustCompile(`(^|\s)//.*$`)

func withoutComment(line string) string { return comment.ReplaceAllString(line, "") }
