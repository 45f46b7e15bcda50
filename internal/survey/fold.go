package survey

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plainLetters holds letters that Unicode does not take apart into a base letter and an accent.
var plainLetters = map[rune]string{'ł': "l", 'ø': "o", 'đ': "d", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ı': "i"}

// maxWord is where longer words are cut: an index takes no lexeme over 2 kB.
const maxWord = 100

// Fold makes the words of s comparable: lower case, without accents, letters and digits only, words parted by single spaces. Both engines
// index these words, so both find the same rows.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap, length := false, 0
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKD.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
				length = 0
			}
			gap = false
			plain := plainLetters[r]
			if plain == "" {
				plain = string(r)
			}
			if length += utf8.RuneCountInString(plain); length <= maxWord {
				b.WriteString(plain)
			}
		default:
			gap = true
		}
	}
	return b.String()
}

// SearchText is what the index holds of a response: the words of its comment and of its answers to open questions.
func (r Response) SearchText() string {
	text := r.Comment
	for _, a := range r.Answers {
		if a.Text != "" {
			text += " " + a.Text
		}
	}
	if text == "" {
		return ""
	}
	return Fold(text)
}
