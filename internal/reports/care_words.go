package reports

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of what is said about in cases.
const (
	MostSaid    = 2000 // comments, the newest of a period, in which words are counted
	mostTerms   = 12   // of each touchpoint
	leastSaid   = 2    // comments that a word is in
	leastLetter = 4    // letters of a word
	longestWord = 40   // letters: what is longer is no word
)

// Said is a comment of an answer that opened a case or joined it.
type Said struct {
	CaseID     survey.ID
	ResponseID survey.ID
	Touchpoint int64
	Language   string
	Rating     int
	At         time.Time
	Comment    string
}

// SaidStore is what Terms reads.
type SaidStore interface {
	// Said reads the comments in cases that opened from from on and before to, the newest first, of most cases.
	Said(ctx context.Context, from, to time.Time, touchpoint int64, most int) ([]Said, error)
}

// Term is a tag, or a word in comments.
type Term struct {
	Text string // of a word its most usual form
	Key  string // finds it again
	N    int64  // cases with the tag, comments with the word
}

// Terms are what cases of a touchpoint are about, the most frequent first.
type Terms struct {
	Touchpoint int64
	Tags       []Term
	Words      []Term
}

// Terms tells what the cases that opened in the filter's period are about, by touchpoint.
func (s *Service) Terms(ctx context.Context, f CareFilter) ([]Terms, error) {
	from, to := s.span(f.Period.Bound(s.Today()))
	spells, err := s.store.Spells(ctx, from, to, f.Touchpoint)
	if err != nil {
		return nil, fmt.Errorf("read the rounds of cases: %w", err)
	}
	tags, err := s.store.SpellTags(ctx, from, to, f.Touchpoint)
	if err != nil {
		return nil, fmt.Errorf("read the tags of cases: %w", err)
	}
	said, err := s.store.Said(ctx, from, to, f.Touchpoint, MostSaid)
	if err != nil {
		return nil, fmt.Errorf("read the comments of cases: %w", err)
	}
	by := map[int64]*counter{}
	at := func(touchpoint int64) *counter {
		if by[touchpoint] == nil {
			by[touchpoint] = &counter{tags: map[string]map[survey.ID]bool{}, words: map[string]*wordCount{}}
		}
		return by[touchpoint]
	}
	for _, v := range spells {
		if !v.Opened.Before(from) && v.Opened.Before(to) {
			at(v.Touchpoint).tag(v.CaseID, tags[v.CaseID])
		}
	}
	for _, v := range said {
		at(v.Touchpoint).hear(v)
	}
	var out []Terms
	for _, id := range slices.Sorted(maps.Keys(by)) {
		if t := by[id].terms(id); len(t.Tags)+len(t.Words) > 0 {
			out = append(out, t)
		}
	}
	return out, nil
}

// Behind gives the newest comments behind a word (its Key) or a tag, up to most; the other one is "".
func (s *Service) Behind(ctx context.Context, f CareFilter, word, tag string, most int) ([]Said, error) {
	from, to := s.span(f.Period.Bound(s.Today()))
	said, err := s.store.Said(ctx, from, to, f.Touchpoint, MostSaid)
	if err != nil {
		return nil, fmt.Errorf("read the comments of cases: %w", err)
	}
	var tags map[survey.ID][]string
	if tag != "" {
		if tags, err = s.store.SpellTags(ctx, from, to, f.Touchpoint); err != nil {
			return nil, fmt.Errorf("read the tags of cases: %w", err)
		}
	}
	var out []Said
	for _, v := range said {
		if len(out) == most {
			break
		}
		if tag != "" && slices.Contains(tags[v.CaseID], tag) || word != "" && holds(v, word) {
			out = append(out, v)
		}
	}
	return out, nil
}

// Written is how comments mostly write the word with a key, which is the key itself where none has it.
func Written(said []Said, key string) string {
	c := counter{words: map[string]*wordCount{}}
	for _, v := range said {
		c.hear(v)
	}
	if c.words[key] == nil {
		return key
	}
	return c.words[key].usual()
}

func holds(v Said, key string) bool {
	for _, w := range wordsIn(v.Comment) {
		if stem(w) == key {
			return true
		}
	}
	return false
}

type wordCount struct {
	n     int64
	forms map[string]int64
}

// counter counts at one touchpoint.
type counter struct {
	tags  map[string]map[survey.ID]bool
	words map[string]*wordCount
}

func (c *counter) tag(id survey.ID, tags []string) {
	for _, t := range tags {
		if c.tags[t] == nil {
			c.tags[t] = map[survey.ID]bool{}
		}
		c.tags[t][id] = true
	}
}

func (c *counter) hear(v Said) {
	seen := map[string]bool{}
	for _, w := range wordsIn(v.Comment) {
		key := stem(w)
		if seen[key] {
			continue
		}
		seen[key] = true
		if c.words[key] == nil {
			c.words[key] = &wordCount{forms: map[string]int64{}}
		}
		c.words[key].n++
		c.words[key].forms[w]++
	}
}

func (c *counter) terms(touchpoint int64) Terms {
	t := Terms{Touchpoint: touchpoint}
	for tag, ids := range c.tags {
		t.Tags = append(t.Tags, Term{tag, tag, int64(len(ids))})
	}
	for key, w := range c.words {
		if w.n >= leastSaid {
			t.Words = append(t.Words, Term{w.usual(), key, w.n})
		}
	}
	t.Tags, t.Words = top(t.Tags), top(t.Words)
	return t
}

// usual is the form that was written most.
func (w *wordCount) usual() (form string) {
	for f, n := range w.forms {
		if m := w.forms[form]; n > m || n == m && f < form {
			form = f
		}
	}
	return form
}

func top(all []Term) []Term {
	slices.SortFunc(all, func(a, b Term) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Text, b.Text)) })
	return all[:min(len(all), mostTerms)]
}

// wordsIn gives the words of a comment that may say what it is about, in lower case.
func wordsIn(comment string) (out []string) {
	for w := range strings.FieldsFuncSeq(strings.ToLower(comment), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if n := utf8.RuneCountInString(w); n >= leastLetter && n <= longestWord && !empty[w] {
			out = append(out, w)
		}
	}
	return out
}

// Letters that stem keeps.
const (
	keptLetters = 5
	droppedEnds = 2
)

// stem takes off the last letters of longer words, in which their forms differ in our languages, and accents.
func stem(word string) string {
	runes := []rune(survey.Fold(word))
	return string(runes[:max(len(runes)-droppedEnds, min(len(runes), keptLetters))])
}
