package survey_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

func questionnaire() survey.Definition {
	return survey.Definition{AskComment: true, Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11},
		{No: 2, Kind: survey.Rating, Scheme: scoring.CSAT5, CantSay: true},
		{No: 3, Kind: survey.Rating, Scheme: scoring.CSAT5},
		{No: 4, Kind: survey.Multiple, Options: make([]survey.Text, 4)},
		{No: 5, Kind: survey.Open},
	}}
}

func TestTakingBackWhatWasAddedLeavesNothing(t *testing.T) {
	d := questionnaire()
	rapid.Check(t, func(t *rapid.T) {
		r := survey.Response{
			VersionID: 1, Touchpoint: rapid.Int64Range(0, 3).Draw(t, "touchpoint"), Language: rapid.SampledFrom([]string{"", "en", "bg"}).Draw(t, "language"),
			Rating: rapid.IntRange(-1, 10).Draw(t, "rating"), Status: survey.Status(rapid.IntRange(0, 3).Draw(t, "status")),
		}
		r.Put(survey.Answer{Question: 2, Rating: rapid.IntRange(-1, 5).Draw(t, "q2"), CantSay: rapid.Bool().Draw(t, "cant say")})
		r.Put(survey.Answer{Question: 4, Rating: survey.NoRating, Options: uint16(rapid.IntRange(0, 15).Draw(t, "q4"))})
		r.Classify(d)
		sum := map[survey.Cell]survey.Tally{}
		added := r.Deltas(d, 20000, 1)
		for _, delta := range append(added, r.Deltas(d, 20000, -1)...) {
			s := sum[delta.Cell]
			s.Add(delta.Tally, 1)
			sum[delta.Cell] = s
		}
		for c, s := range sum {
			if !s.Zero() {
				t.Fatalf("%+v is left with %+v", c, s)
			}
		}
		if r.Status != survey.Counted && len(added) > 0 {
			t.Fatal("a response that does not count was counted")
		}
	})
}

func TestALoyaltyIndexCountsWholeRespondents(t *testing.T) {
	d := survey.Definition{Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.CLI6}, {No: 2, Kind: survey.Rating, Scheme: scoring.CLI6}, {No: 3, Kind: survey.Rating, Scheme: scoring.CLI6},
	}}
	r := survey.Response{VersionID: 1, Rating: survey.NoRating}
	respondent := func() (n, sum int64) {
		r.Classify(d)
		for _, delta := range r.Deltas(d, 1, 1) {
			if delta.Cell.Question == survey.Respondent && delta.Cell.Touchpoint == survey.AllTouchpoints {
				return delta.Tally.N, delta.Tally.Sum
			}
		}
		return 0, 0
	}
	r.Put(survey.Answer{Question: 1, Rating: 1})
	r.Put(survey.Answer{Question: 2, Rating: 2})
	if n, _ := respondent(); n != 0 || r.Class != scoring.ClassNone {
		t.Errorf("two of three answers count as %d respondents of class %d", n, r.Class)
	}
	r.Put(survey.Answer{Question: 3, Rating: 3})
	if n, sum := respondent(); n != 1 || sum != 240 || r.Class != scoring.ClassBest {
		t.Errorf("[1 2 3] counts %d respondents with %d points of class %d, want 1 with 240 (an index of 80) of the best", n, sum, r.Class)
	}
}

func TestScreensNeverMixScales(t *testing.T) {
	var shape [][]int
	for _, screen := range questionnaire().Screens() {
		var nos []int
		for _, q := range screen {
			nos = append(nos, q.No)
		}
		shape = append(shape, nos)
	}
	want := [][]int{{1}, {2, 3}, {4, 5}}
	for i, w := range want {
		if len(shape) != len(want) || len(shape[i]) != len(w) || shape[i][0] != w[0] {
			t.Fatalf("screens %v, want %v", shape, want)
		}
	}
}
