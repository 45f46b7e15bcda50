package scoring_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/scoring"
)

func TestQuintileScores(t *testing.T) {
	for _, c := range []struct {
		values []int64
		want   []int
	}{
		{nil, []int{}},
		{[]int64{7}, []int{1}},
		{[]int64{50, 10, 40, 20, 30}, []int{5, 1, 4, 2, 3}},
		{[]int64{3, 3, 3, 3}, []int{2, 2, 2, 2}},                                     // the middle of four ranks is 1.5 of 4
		{[]int64{1, 1, 1, 1, 1, 1, 2, 2, 3, 9}, []int{2, 2, 2, 2, 2, 2, 4, 4, 5, 5}}, // six share rank 2.5
	} {
		if got := scoring.QuintileScores(c.values); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

// TestQuintileScoresKeepOrder holds the scores to what fifths must be: in order, shared by equals, and no matter how the customers stand.
func TestQuintileScoresKeepOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-20, 20), 1, 60).Draw(t, "values")
		scores := scoring.QuintileScores(values)
		for i, a := range values {
			if scores[i] < 1 || scores[i] > 5 {
				t.Fatalf("score %d", scores[i])
			}
			below, equal := 0, 0
			for j, b := range values {
				if a < b && scores[i] > scores[j] || a == b && scores[i] != scores[j] {
					t.Fatalf("%d has %d, %d has %d", a, scores[i], b, scores[j])
				}
				if b < a {
					below++
				}
				if b == a {
					equal++
				}
			}
			if want := 1 + int(5*(float64(below)+float64(equal-1)/2)/float64(len(values))); scores[i] != want {
				t.Fatalf("%d of %v has %d, want %d", a, values, scores[i], want)
			}
		}
		turned := slices.Clone(values)
		slices.Reverse(turned)
		again := scoring.QuintileScores(turned)
		slices.Reverse(again)
		if !slices.Equal(scores, again) {
			t.Fatalf("%v, and turned round %v", scores, again)
		}
		for i := range turned {
			turned[i] = 3*values[i] + 1000 // another currency unit changes nothing
		}
		if got := scoring.QuintileScores(turned); !slices.Equal(scores, got) {
			t.Fatalf("%v, and scaled %v", scores, got)
		}
	})
}

func TestSegments(t *testing.T) {
	for _, c := range []struct {
		s      scoring.RFM
		orders int64
		want   scoring.Segment
	}{
		{scoring.RFM{R: 5, F: 5, M: 5}, 9, scoring.Champions},
		{scoring.RFM{R: 4, F: 4, M: 4}, 9, scoring.Champions},
		{scoring.RFM{R: 5, F: 3, M: 5}, 1, scoring.Champions},
		{scoring.RFM{R: 5, F: 2, M: 5}, 1, scoring.NewCustomers},
		{scoring.RFM{R: 5, F: 3, M: 4}, 2, scoring.Loyal},
		{scoring.RFM{R: 3, F: 5, M: 5}, 9, scoring.Loyal},
		{scoring.RFM{R: 4, F: 3, M: 3}, 2, scoring.Promising},
		{scoring.RFM{R: 3, F: 3, M: 3}, 2, scoring.NeedsAttention},
		{scoring.RFM{R: 3, F: 2, M: 3}, 1, scoring.NeedsAttention},
		{scoring.RFM{R: 2, F: 3, M: 3}, 2, scoring.AtRisk},
		{scoring.RFM{R: 1, F: 5, M: 5}, 7, scoring.AtRisk},
		{scoring.RFM{R: 2, F: 2, M: 3}, 1, scoring.Hibernating},
		{scoring.RFM{R: 1, F: 2, M: 1}, 1, scoring.LostCustomers},
	} {
		if got := c.s.Segment(c.orders); got != c.want {
			t.Errorf("%+v with %d orders: %s, want %s", c.s, c.orders, got, c.want)
		}
	}
	all := scoring.Segments()
	for r := range 5 {
		for f := range 5 {
			for m := range 5 {
				for orders := range int64(3) {
					if s := (scoring.RFM{R: r + 1, F: f + 1, M: m + 1}).Segment(orders + 1); !slices.Contains(all, s) {
						t.Errorf("%d %d %d is in segment %q", r+1, f+1, m+1, s)
					}
				}
			}
		}
	}
}

func TestRFMOf(t *testing.T) {
	got := scoring.RFMOf([]scoring.Buying{{Last: 500, Orders: 1, Net: 10}, {Last: 100, Orders: 5, Net: 900}, {Last: 200, Orders: 2, Net: 30}, {Last: 300, Orders: 3, Net: 20}, {Last: 400, Orders: 4, Net: 40}})
	want := []scoring.RFM{{R: 5, F: 1, M: 1}, {R: 1, F: 5, M: 5}, {R: 2, F: 2, M: 3}, {R: 3, F: 3, M: 2}, {R: 4, F: 4, M: 4}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
