package templates

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/web"
)

// This is the one file that writes style and script into a page: those of the
// survey pages, which must arrive in one response. All of it is our own text,
// or colours that NewLook has parsed; a content security policy allows it by
// hash.

var (
	surveyCSS    = sync.OnceValue(func() string { return squeezeCSS(web.Content("survey.css")) })
	surveyScript = sync.OnceValue(func() string { return squeezeScript(web.Content("survey.js")) })
)

// SurveyStyleSources are the style-src sources of survey pages of that look,
// each as 'sha256-…' with its quotes.
func SurveyStyleSources(look Look) []string {
	sources := []string{SurveyCSSHash()}
	if css := look.css(); css != "" {
		sources = append(sources, source(css))
	}
	return sources
}

// SurveyCSSHash is the style-src source of the survey's style sheet.
func SurveyCSSHash() string { return source(surveyCSS()) }

// SurveyScriptHash is the script-src source of the survey's script.
func SurveyScriptHash() string { return source(surveyScript()) }

func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func inlineStyle(look Look) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		markup := "<style>" + surveyCSS() + "</style>"
		if css := look.css(); css != "" {
			markup += "<style>" + css + "</style>"
		}
		_, err := io.WriteString(w, markup)
		return err
	})
}

func inlineScript() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<script>"+surveyScript()+"</script>")
		return err
	})
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	jsComment  = regexp.MustCompile(`(?m)^\s*//.*$`)
)

// squeezeCSS leaves out comments and line ends. No rule of ours needs a line
// end as a space.
func squeezeCSS(css string) string { return squeeze(cssComment.ReplaceAllString(css, ""), "") }

// squeezeScript leaves out comment lines and indentation.
func squeezeScript(js string) string { return squeeze(jsComment.ReplaceAllString(js, ""), "\n") }

func squeeze(text, join string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, join)
}
