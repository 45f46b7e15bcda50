package demo

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Each file holds what people of one language say. A cell "[checkout best]" has sentences that stand alone, and after a + those that may follow any of them.
//
//go:embed comments
var commentFiles embed.FS

// cell is what may be said of one thing by one class of people.
type cell struct {
	first, second []string
	dealt         int
}

// next puts one or two sentences together. All pairs come before one comes again, and the same first sentence stays away as long as it can.
func (c *cell) next() string {
	round, i := c.dealt/len(c.first), c.dealt%len(c.first)
	c.dealt++
	k := (round + i) % (len(c.second) + 1)
	if k == len(c.second) {
		return c.first[i]
	}
	return c.first[i] + " " + c.second[k]
}

// talk is what can be said, by language and the name of the cell.
type talk struct {
	rng   *rand.Rand
	cells map[string]map[string]*cell
}

func newTalk() (*talk, error) {
	t := &talk{rng: chance(ofComments), cells: map[string]map[string]*cell{}}
	for _, lang := range languages() {
		text, err := commentFiles.ReadFile("comments/" + lang + ".txt")
		if err != nil {
			return nil, fmt.Errorf("read the demo's comments: %w", err)
		}
		if t.cells[lang], err = parseComments(string(text)); err != nil {
			return nil, fmt.Errorf("read the demo's comments in %s: %w", lang, err)
		}
		for _, name := range cellNames() {
			c := t.cells[lang][name]
			if c == nil || len(c.first) == 0 {
				return nil, fmt.Errorf("the demo says nothing about %q in %s", name, lang)
			}
			t.rng.Shuffle(len(c.first), func(i, j int) { c.first[i], c.first[j] = c.first[j], c.first[i] })
			t.rng.Shuffle(len(c.second), func(i, j int) { c.second[i], c.second[j] = c.second[j], c.second[i] })
		}
	}
	return t, nil
}

// cellNames lists the cells that every language has.
func cellNames() (names []string) {
	for _, of := range []string{checkout, product, delivery, support} {
		for _, class := range []string{"best", "middle", "worst"} {
			names = append(names, of+" "+class)
		}
	}
	return append(names, "release best", "trouble middle", "trouble worst")
}

func parseComments(text string) (map[string]*cell, error) {
	cells := map[string]*cell{}
	var c *cell
	for i, line := range strings.Split(text, "\n") {
		name, named := strings.CutPrefix(line, "[")
		second, follows := strings.CutPrefix(line, "+ ")
		switch {
		case line == "":
		case named:
			c = &cell{}
			cells[strings.TrimSuffix(name, "]")] = c
		case c == nil:
			return nil, fmt.Errorf("line %d stands in no cell", i+1)
		case follows:
			c.second = append(c.second, second)
		default:
			c.first = append(c.first, line)
		}
	}
	return cells, nil
}

// say gives a comment that fits the visit.
func (t *talk) say(p *visit) string {
	of := p.act.touchpoint
	if of == "" {
		of = []string{checkout, product, delivery}[t.rng.IntN(3)]
	}
	class := "best"
	switch p.r.Class {
	case scoring.ClassWorst:
		class = "worst"
	case scoring.ClassMiddle:
		class = "middle"
	case scoring.ClassBest, scoring.ClassNone:
	}
	switch {
	case of == delivery && class != "best" && p.week >= troubleWeek:
		of = "trouble"
	case of == checkout && class == "best" && p.week >= releaseWeek && t.rng.IntN(3) == 0:
		of = "release"
	}
	return t.cells[p.r.Language][of+" "+class].next()
}
