package mail

import (
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
)

// transferred undoes how a part was made fit for its way.
func transferred(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}

// charset is one that European mail programs use; nil: UTF-8, or one that we do not know.
func charset(name string) *charmap.Charmap {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "iso-8859-1", "latin1", "windows-1252", "cp1252":
		return charmap.Windows1252
	case "iso-8859-2", "latin2":
		return charmap.ISO8859_2
	case "iso-8859-5":
		return charmap.ISO8859_5
	case "iso-8859-15":
		return charmap.ISO8859_15
	case "windows-1250", "cp1250":
		return charmap.Windows1250
	case "windows-1251", "cp1251":
		return charmap.Windows1251
	case "koi8-r":
		return charmap.KOI8R
	case "koi8-u":
		return charmap.KOI8U
	}
	return nil
}

func charsetReader(name string, r io.Reader) (io.Reader, error) {
	if c := charset(name); c != nil {
		return c.NewDecoder().Reader(r), nil
	}
	return r, nil
}

// decoded gives a text as valid UTF-8.
func decoded(name string, text []byte) string {
	if c := charset(name); c != nil {
		if b, err := c.NewDecoder().Bytes(text); err == nil {
			text = b
		}
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

// plainOf gives the text of HTML without what it quotes, unless that is all. Nothing of its markup stays, and nothing that no reader sees.
func plainOf(source string) string {
	if text := elements(source, quoting); text != "" {
		return text
	}
	return elements(source, unseen)
}

func elements(source string, without func(html.Token) bool) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(maxBody)
	skip, of := 0, "" // how deep in elements of what name nothing is taken
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return tidied(b.String())
		}
		t := z.Token()
		switch {
		case skip > 0 && t.Data == of && kind == html.StartTagToken:
			skip++
		case skip > 0 && t.Data == of && kind == html.EndTagToken:
			skip--
		case skip > 0:
		case kind == html.StartTagToken && without(t):
			skip, of = 1, t.Data
		case kind == html.TextToken:
			b.WriteString(spaces.ReplaceAllString(t.Data, " "))
		case breaks(t.DataAtom):
			b.WriteByte('\n')
		}
	}
}

var spaces = regexp.MustCompile(`[ \t\r\n]+`)

// unseen tells whether no reader sees what is in an element.
func unseen(t html.Token) bool {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Svg:
		return true
	}
	return false
}

// quoting tells whether what is in an element is no text of the writer's.
func quoting(t html.Token) bool {
	if t.DataAtom == atom.Blockquote {
		return true
	}
	for _, a := range t.Attr {
		if t.DataAtom == atom.Div && (a.Key == "class" && strings.Contains(a.Val, "gmail_quote") || a.Key == "id" && (a.Val == "appendonsend" || a.Val == "divRplyFwdMsg")) {
			return true
		}
	}
	return unseen(t)
}

func breaks(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.P, atom.Div, atom.Tr, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Table, atom.Ul, atom.Ol, atom.Hr, atom.Pre:
		return true
	}
	return false
}

var empties = regexp.MustCompile(`\n{3,}`)

// tidied takes out spaces at the ends of lines, and all but one of the empty lines in a row.
func tidied(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Trim(l, " ")
	}
	return empties.ReplaceAllString(strings.TrimSpace(strings.Join(lines, "\n")), "\n\n")
}
