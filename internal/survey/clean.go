package survey

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxComment is how long a comment may be, in runes.
const MaxComment = 10_000

// Clean makes a text that a person typed safe to store and to show, without white space around it.
func Clean(s string) string { return strings.TrimSpace(CleanText(s)) }

// Line is Clean for a text of one line: white space in it becomes single spaces.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Blank tells whether nothing in a text can be seen: it has white space, marks without a letter and letters without a shape, if any.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && r != '\u115F' && r != '\u1160' && r != '\u3164' && r != '\uFFA0' && r != '\u2800'
	})
}

// CleanText makes a text safe to store and to show and keeps the white space around it: valid UTF-8 in form NFC, lines ended by \n, without control characters
// and without the marks that turn the direction of the text around them. Cleaning twice changes nothing more.
func CleanText(s string) string {
	if plainASCII(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C, r == 0xFEFF:
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(s)
}

// plainASCII tells whether cleaning would change nothing, which is what most values are.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
