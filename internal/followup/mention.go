package followup

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
)

// MaxMentions is how many people one note can name.
const MaxMentions = 20

// Mentioned finds whom a note names with an @ before their name, or before the first word of it where only one has it. Who is disabled is not found.
func Mentioned(note string, users []account.User) []int64 {
	calls := callNames(users)
	var found []int64
	folded := []rune(strings.ToLower(note))
	for i, r := range folded {
		if r != '@' || i > 0 && isName(folded[i-1]) { // an e-mail address names nobody
			continue
		}
		rest := string(folded[i+1 : min(len(folded), i+1+maxCall)])
		for _, c := range calls {
			next, _ := utf8.DecodeRuneInString(strings.TrimPrefix(rest, c.name))
			if strings.HasPrefix(rest, c.name) && !(len(rest) > len(c.name) && isName(next)) {
				found = append(found, c.user)
				break
			}
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), MaxMentions)]
}

// maxCall is how long a name is at most that is looked for, in runes.
const maxCall = 200

// call is a way to call a user, in small letters.
type call struct {
	name string
	user int64
}

// callNames lists the ways to call users, the longest first: "@Dana Keller" is not Dana.
func callNames(users []account.User) []call {
	var calls []call
	first := map[string][]int64{}
	for _, u := range users {
		name := strings.ToLower(survey.Line(u.Name))
		if u.Disabled || name == "" {
			continue
		}
		calls = append(calls, call{name, u.ID})
		word, _, _ := strings.Cut(name, " ")
		first[word] = append(first[word], u.ID)
	}
	for word, ids := range first {
		if len(ids) == 1 {
			calls = append(calls, call{word, ids[0]})
		}
	}
	slices.SortFunc(calls, func(a, b call) int {
		return cmp.Or(cmp.Compare(len(b.name), len(a.name)), strings.Compare(a.name, b.name), cmp.Compare(a.user, b.user))
	})
	return calls
}

func isName(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
