package demo

import (
	"strings"
	"testing"
	"unicode"

	"github.com/surveyd/surveyd/internal/survey"
)

func readComments(t *testing.T, lang string) map[string]*cell {
	t.Helper()
	text, err := commentFiles.ReadFile("comments/" + lang + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	cells, err := parseComments(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// TestEveryLanguageHasMuchToSay holds the pool to what makes a feed look alive: enough sentences in each cell, each written once.
func TestEveryLanguageHasMuchToSay(t *testing.T) {
	for _, lang := range languages() {
		cells, seen := readComments(t, lang), map[string]string{}
		if len(cells) != len(cellNames()) {
			t.Errorf("%s has %d cells, want %d", lang, len(cells), len(cellNames()))
		}
		for _, name := range cellNames() {
			c := cells[name]
			if c == nil || len(c.first) < 4 || len(c.second) < 2 && !strings.HasPrefix(name, "release") {
				t.Fatalf("%s says too little about %q: %+v", lang, name, c)
			}
			for _, s := range append(c.first, c.second...) {
				if other, ok := seen[s]; ok {
					t.Errorf("%s: %q stands in %q and in %q", lang, s, other, name)
				}
				seen[s] = name
				if problem := fault(s); problem != "" {
					t.Errorf("%s, %s: %q %s", lang, name, s, problem)
				}
			}
		}
	}
}

// fault says what is wrong with a sentence.
func fault(s string) string {
	if survey.Clean(s) != s || strings.Contains(s, "  ") {
		return "has stray characters"
	}
	if !strings.ContainsAny(s[len(s)-1:], ".?!") {
		return "does not end"
	}
	if first := []rune(s)[0]; unicode.IsLower(first) {
		return "begins in lower case"
	}
	if strings.ContainsAny(s, `'"`) {
		return "has typewriter quotes"
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		if latin && strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			return "mixes alphabets in " + word
		}
	}
	return ""
}

func TestFaultFinds(t *testing.T) {
	for _, s := range []string{"no capital.", "No end", "Two  spaces.", "It's typed.", "Смешaно.", "Bell\a."} {
		if fault(s) == "" {
			t.Errorf("%q passes", s)
		}
	}
}

// TestDealsEveryPairOnce goes through a cell: all pairs and single sentences come before one comes again.
func TestDealsEveryPairOnce(t *testing.T) {
	for _, sizes := range [][2]int{{3, 2}, {5, 4}, {4, 0}, {7, 3}} {
		c := &cell{}
		for i := range sizes[0] {
			c.first = append(c.first, string(rune('A'+i)))
		}
		for i := range sizes[1] {
			c.second = append(c.second, string(rune('a'+i)))
		}
		seen, all := map[string]bool{}, sizes[0]*(sizes[1]+1)
		for range all {
			seen[c.next()] = true
		}
		if len(seen) != all {
			t.Errorf("%v: %d different comments of %d", sizes, len(seen), all)
		}
	}
}

// TestQuotesFindTheirPlace makes sure that the answers hold one for each quote.
func TestQuotesFindTheirPlace(t *testing.T) {
	visits := purchases(&survey.Version{ID: 1, Definition: survey.FromTemplate(survey.TemplateNPS, func(_, key string) string { return key }, languages(), "")})
	place(visits)
	for _, q := range quotes() {
		n := 0
		for _, p := range visits {
			if p.r.Comment == q.text && p.who == q.name && p.r.Rating == q.rating && p.act.touchpoint == q.touchpoint && p.ago.Hours() == q.hours {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d visits say %q", n, q.text)
		}
	}
}
