package followup

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// LeastDrop is the smallest drop that administrators can set: one point is chance.
const LeastDrop = 2

// Rules tell when a case opens, when its first reply is due and whose it is.
type Rules struct {
	Class    bool // the worst class of the scheme
	Request  bool // the person asks to be contacted
	Drop     int  // points or more below the person's last answer on the same scheme; 0: never
	Keywords []Keyword
	Assign   []Assignment
	Calendar Calendar
	Lead     int64 // a user who hears of what is late; 0: every manager
}

// DefaultRules are those of a new installation, without keywords.
func DefaultRules() Rules { return Rules{Class: true, Request: true, Drop: 4} }

// Keyword is a folded word, or a few in a row, of which the last may be a beginning.
type Keyword struct {
	Typed  string // by an administrator
	words  string // " word word", as in folded text that begins with a space
	prefix bool
	glued  bool // of a script that does not part its words
}

// NewKeyword reads what an administrator typed: words, and a star at the end where more letters may follow. It is false when there is no letter in it.
func NewKeyword(typed string) (Keyword, bool) {
	typed = strings.TrimSpace(typed)
	folded := survey.Fold(typed)
	if folded == "" {
		return Keyword{}, false
	}
	return Keyword{Typed: typed, words: " " + folded, prefix: strings.HasSuffix(typed, "*"), glued: strings.ContainsFunc(folded, unparted)}, true
}

// unparted tells whether a letter is of a script that writes its words without spaces.
func unparted(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// In tells whether folded text holds the keyword.
func (k Keyword) In(folded string) bool {
	if folded == "" || k.words == "" {
		return false
	}
	if k.glued {
		return strings.Contains(folded, k.words[1:])
	}
	text := " " + folded + " "
	if k.prefix {
		return strings.Contains(text, k.words)
	}
	return strings.Contains(text, k.words+" ")
}

// Said is an answer as the rules see it.
type Said struct {
	Class  scoring.Class
	Rating int    // of the primary question, or survey.NoRating
	Words  string // folded, of all that was written
	Last   int    // the same person's last rating on the same scheme, or survey.NoRating
}

// Cause tells why the answer opens a case, by the first rule that it meets; "" when it opens none.
func (r Rules) Cause(s Said) Cause {
	switch {
	case r.Class && s.Class == scoring.ClassWorst:
		return ByClass
	case r.hasKeyword(s.Words):
		return ByKeyword
	case r.Drop > 0 && s.Rating != survey.NoRating && s.Last != survey.NoRating && s.Last-s.Rating >= r.Drop:
		return ByDrop
	}
	return ""
}

func (r Rules) hasKeyword(words string) bool {
	for _, k := range r.Keywords {
		if k.In(words) {
			return true
		}
	}
	return false
}

// Assignment gives cases to people: one after the other, where there are several.
type Assignment struct {
	ID         int64   `json:"-"`
	Touchpoint int64   `json:"touchpoint,omitempty"` // 0: any
	Language   string  `json:"language,omitempty"`   // "": any
	Users      []int64 `json:"users"`
}

// fits tells whether the assignment is for an answer.
func (a Assignment) fits(r survey.Response) bool {
	return (a.Touchpoint == 0 || a.Touchpoint == r.Touchpoint) && (a.Language == "" || a.Language == r.Language)
}

// Person names whose case an answer belongs to: its contact's, or its own where nobody is known.
func Person(r survey.Response) string {
	if r.ContactID != 0 {
		return "c" + r.ContactID.String()
	}
	return "r" + r.ID.String()
}

// plan is what a stored rule of opening holds.
type plan struct {
	Words  []string `json:"words,omitempty"`
	Points int      `json:"points,omitempty"`
}

// Add takes a stored rule in. Kinds that this program does not know are left out.
func (r *Rules) Add(id int64, kind string, text []byte) error {
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("rule %d: %w", id, err)
	}
	switch kind {
	case string(ByClass):
		r.Class = true
	case string(ByRequest):
		r.Request = true
	case string(ByDrop):
		r.Drop = max(p.Points, LeastDrop)
	case string(ByKeyword):
		for _, w := range p.Words {
			if k, ok := NewKeyword(w); ok {
				r.Keywords = append(r.Keywords, k)
			}
		}
	case assignKind:
		a := Assignment{ID: id}
		if err := json.Unmarshal(text, &a); err != nil {
			return fmt.Errorf("rule %d: %w", id, err)
		}
		r.Assign = append(r.Assign, a)
	}
	return nil
}

// Stored is a rule as the store keeps it.
type Stored struct {
	Kind   string
	Active bool
	Plan   []byte // JSON
}

// Stored gives all rules as they are kept, in their order.
func (r Rules) Stored() []Stored {
	words := plan{Words: make([]string, 0, len(r.Keywords))}
	for _, k := range r.Keywords {
		words.Words = append(words.Words, k.Typed)
	}
	all := []Stored{
		{string(ByClass), r.Class, text(plan{})},
		{string(ByKeyword), len(r.Keywords) > 0, text(words)},
		{string(ByRequest), r.Request, text(plan{})},
		{string(ByDrop), r.Drop > 0, text(plan{Points: max(r.Drop, LeastDrop)})},
	}
	for _, a := range r.Assign {
		all = append(all, Stored{assignKind, true, text(a)})
	}
	return all
}

func text(v any) []byte {
	b, _ := json.Marshal(v) // plain fields always have a form
	return b
}

// assignKind is the stored kind of an assignment.
const assignKind = "assign"
