package worth_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestWhatIsHiddenCannotBeSubtracted(t *testing.T) {
	for _, c := range []struct {
		sizes  []int64
		hidden string // x: not shown
	}{
		{[]int64{20, 10, 5}, "..."},
		{[]int64{20, 10, 4}, ".xx"},       // the next smallest goes with the only one
		{[]int64{20, 3, 4}, ".xx"},        // two hide each other
		{[]int64{20, 1, 2, 9}, ".xxx"},    // but not when they are fewer than five together
		{[]int64{20, 0, 4, 10}, "..xx"},   // nobody is nothing to hide
		{[]int64{7, 7, 2}, "x.x"},         // of equals, the first
		{[]int64{3}, "x"},                 // there is no other
		{[]int64{0, 2, 0}, ".x."},         // nor here
		{[]int64{0, 0}, ".."},             // an empty split
		{nil, ""},                         // no split
		{[]int64{1, 1, 1, 1, 9}, "xxxxx"}, // four together are too few as well
	} {
		got := ""
		for _, is := range worth.Hidden(c.sizes) {
			got += map[bool]string{true: "x", false: "."}[is]
		}
		if got != c.hidden {
			t.Errorf("%v: %s, want %s", c.sizes, got, c.hidden)
		}
	}
}

func TestNoSplitGivesASmallGroupAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(0, 12), 1, 8).Draw(t, "sizes")
		hidden := worth.Hidden(sizes)
		groups, people, others := 0, int64(0), 0
		for i, n := range sizes {
			switch {
			case hidden[i]:
				groups, people = groups+1, people+n
			case n > 0 && n < worth.FewestShown:
				t.Fatalf("%v shows %d", sizes, n)
			case n > 0:
				others++
			}
			if n == 0 && hidden[i] {
				t.Fatalf("%v hides nobody", sizes)
			}
		}
		if others > 0 && groups > 0 && (groups < 2 || people < worth.FewestShown) {
			t.Fatalf("%v: %v leaves %d in %d groups to be worked out", sizes, hidden, people, groups)
		}
	})
}

// places makes a picture of the classes of a survey at touchpoints, the first of which is anywhere.
func places(sizes ...[3]int64) (p worth.Picture) {
	for i, row := range sizes {
		g := worth.Group{GroupKey: worth.GroupKey{SurveyID: 1, Scheme: "nps11", Touchpoint: int64(i)}}
		if i == 0 {
			g.Touchpoint = survey.AllTouchpoints
		}
		for k, n := range row {
			g.Classes = append(g.Classes, worth.Class{Class: scoring.Class(k + 1), Buyers: worth.Buyers{Customers: n}})
		}
		p.Groups = append(p.Groups, g)
	}
	return p
}

func TestClassesAreHiddenAlongTouchpointsToo(t *testing.T) {
	for name, c := range map[string]struct {
		p    worth.Picture
		want string // touchpoint after touchpoint
	}{
		"enough":                       {places([3]int64{30, 30, 30}, [3]int64{10, 10, 10}, [3]int64{20, 20, 20}), "... ... ..."},
		"one class, one place":         {places([3]int64{30, 40, 50}, [3]int64{4, 12, 20}), "... xx."},
		"one class, and other places":  {places([3]int64{60, 70, 90}, [3]int64{4, 12, 20}, [3]int64{20, 9, 20}, [3]int64{30, 50, 50}), "... xx. xx. ..."},
		"a class of nobody is no part": {places([3]int64{30, 40, 0}, [3]int64{4, 12, 0}), "... xx."},
	} {
		hidden, got := c.p.HiddenClasses(worth.CustomersOf), ""
		for i, g := range c.p.Groups {
			if i > 0 {
				got += " "
			}
			for _, is := range hidden[g.GroupKey] {
				got += map[bool]string{true: "x", false: "."}[is]
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSegmentsBandsVoicesAndCasesAreHiddenWithAnother(t *testing.T) {
	p := worth.Picture{
		Segments: []worth.SegmentSize{{Segment: scoring.Champions, Customers: 30}, {Segment: scoring.LostCustomers, Customers: 3}, {Segment: scoring.NeedsAttention, Customers: 8}},
		Risk:     worth.Risk{Bands: []worth.BandSize{{Band: worth.LowRisk, Customers: 40}, {Band: worth.HighRisk, Customers: 2}, {Band: worth.Gone, Customers: 6}}},
		Heard:    []worth.Heard{{Voice: worth.Answered, Buyers: worth.Buyers{Customers: 4}}, {Voice: worth.Silent, Buyers: worth.Buyers{Customers: 40}}},
	}
	var shown []string
	for _, s := range p.Segments {
		if p.Shows(s) {
			shown = append(shown, string(s.Segment))
		}
	}
	for _, b := range p.ShownBands() {
		shown = append(shown, string(b.Band))
	}
	if want := []string{string(scoring.Champions), string(worth.LowRisk)}; !slices.Equal(shown, want) {
		t.Errorf("shown are %v, want %v", shown, want)
	}
	if got := fmt.Sprint(p.HiddenVoices()); got != "[true true]" {
		t.Errorf("voices: %s", got)
	}
	c := worth.Class{Back: []worth.Back{
		{Days: 30, Case: worth.AnyCase, Customer: 30},
		{Days: 30, Case: worth.NoCase, Customer: 20},
		{Days: 30, Case: worth.CaseResolved, Customer: 8},
		{Days: 30, Case: worth.CaseUnresolved, Customer: 2},
		{Days: 90, Case: worth.AnyCase, Customer: 4},
		{Days: 90, Case: worth.NoCase, Customer: 4},
	}}
	got := ""
	for _, b := range c.Back {
		got += fmt.Sprint(c.ShowsBack(b), " ")
	}
	if want := "true true false false false false "; got != want {
		t.Errorf("cases: %s, want %s", got, want)
	}
}
