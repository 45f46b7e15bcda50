package templates

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
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
	surveySheet  = sync.OnceValue(func() sheet { return parseSheet(squeezeCSS(web.Content("survey.css")), "") })
	surveyScript = sync.OnceValue(func() script { return newScript("survey.js") })
	linkScript   = sync.OnceValue(func() script { return newScript("survey-link.js") })
)

// script is one of ours: as it stands in a page, and the source that allows it.
type script struct{ text, markup, source string }

func newScript(name string) script {
	text := squeezeScript(web.Content(name))
	return script{text, "<script>" + text + "</script>", source(text)}
}

// Dressed is a customer's page as it goes out.
type Dressed struct {
	HTML []byte
	// Style and Script are what style-src and script-src must list for its style
	// and its scripts: 'sha256-…' with the quotes, or 'none'.
	Style, Script string
}

// Dress renders a customer's page (a Survey, Thanks or Message) with the rules
// of the style sheet that it uses, in the look of the shop.
func Dress(ctx context.Context, page templ.Component, look Look) (Dressed, error) {
	var b bytes.Buffer
	if err := page.Render(ctx, &b); err != nil {
		return Dressed{}, err
	}
	head, body, found := bytes.Cut(b.Bytes(), []byte(styleSlot))
	if !found {
		return Dressed{}, errors.New("the page has no place for its style")
	}
	style := surveySheet().usedBy(classesOfPage(body)) + look.css()
	return Dressed{
		HTML:  bytes.Join([][]byte{head, body}, []byte("<style>"+style+"</style>")),
		Style: source(style), Script: sourcesOfScripts(body),
	}, nil
}

// sourcesOfScripts allows those of our own scripts that stand in the page.
func sourcesOfScripts(html []byte) string {
	var sources []string
	for _, s := range []script{surveyScript(), linkScript()} {
		if bytes.Contains(html, []byte(s.markup)) {
			sources = append(sources, s.source)
		}
	}
	if sources == nil {
		return "'none'"
	}
	return strings.Join(sources, " ")
}

// styleSlot stands in a page until Dress knows its style. No text of people can
// come out like this: theirs is escaped.
const styleSlot = "<style></style>"

func styleGoesHere() templ.Component { return literal(styleSlot) }

// inlineScript is the script of a page with questions; of a personal link, with
// what that adds.
func inlineScript(personal bool) templ.Component {
	if personal {
		return literal(surveyScript().markup + linkScript().markup)
	}
	return literal(surveyScript().markup)
}

func literal(markup string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, markup)
		return err
	})
}

func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	jsComment  = regexp.MustCompile(`(?m)^\s*//.*$`)
	// What the script quotes stays as it is; around its other marks no space is needed, since every statement ends with one.
	jsSpace = regexp.MustCompile(`'[^']*'|\s*([-=(){}\[\],;:?&|+<>!.])\s*`)
)

// squeezeCSS leaves out comments, line ends and last semicolons. No rule of
// ours needs a line end as a space.
func squeezeCSS(css string) string {
	return strings.ReplaceAll(lines(cssComment.ReplaceAllString(css, "")), ";}", "}")
}

// squeezeScript leaves out comment lines, and spaces and semicolons where they
// mean nothing.
func squeezeScript(js string) string {
	tight := jsSpace.ReplaceAllStringFunc(lines(jsComment.ReplaceAllString(js, "")), func(s string) string {
		if s[0] == '\'' {
			return s
		}
		return strings.TrimSpace(s)
	})
	return strings.ReplaceAll(tight, ";}", "}")
}

// lines joins the lines of a text, without their indentation.
func lines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String()
}
