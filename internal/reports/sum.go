package reports

import (
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Slice says which rollup rows are summed, and what is told apart in the sums besides version and question.
type Slice struct {
	Versions   []int64
	Questions  []int // none: all
	Period     Period
	Touchpoint int64  // survey.AllTouchpoints: all
	Language   string // survey.AllLanguages: all
	By         Dimension
	Every      Grain // Whole: a single sum
	Of         Members
}

// Dimension is what answers are told apart by.
type Dimension string

// The dimensions.
const (
	ByNothing    Dimension = ""
	ByTouchpoint Dimension = "touchpoint"
	ByLanguage   Dimension = "language"
)

// Sum is the answers of one group. In its cell, Touchpoint and Language are those of the slice unless it tells them apart, and Day is the first day of the
// point (0 without points).
type Sum struct {
	Cell  survey.Cell
	Tally survey.Tally
}

// ScoreOf computes the score of a question from what a rollup counted. Question survey.Respondent is the loyalty index.
func ScoreOf(scheme scoring.Scheme, question int, t survey.Tally) scoring.Score {
	if question == survey.Respondent {
		s := scoring.CLIOf(t.N, t.Sum, t.SumSq)
		s.Worst, s.Middle, s.Best = t.R[scoring.ClassWorst], t.R[scoring.ClassMiddle], t.R[scoring.ClassBest]
		return s
	}
	return scoring.Of(scheme, scoring.Counts(t.R), 0)
}

// Headline is the question whose score stands for the survey.
type Headline struct {
	Question int // survey.Respondent: the loyalty index
	Scheme   scoring.Scheme
}

// HeadlineOf finds the headline of a definition; false when nothing in it is on a scale.
func HeadlineOf(d survey.Definition) (Headline, bool) {
	if q, ok := d.Primary(); ok {
		return Headline{q.No, q.Scheme}, true
	}
	if len(d.CLI()) == 3 {
		return Headline{survey.Respondent, scoring.CLI6}, true
	}
	return Headline{}, false
}

func (h Headline) score(t survey.Tally) scoring.Score { return ScoreOf(h.Scheme, h.Question, t) }

// total adds up the sums that fit.
func total(sums []Sum, fits func(survey.Cell) bool) (t survey.Tally) {
	for _, s := range sums {
		if fits(s.Cell) {
			t.Add(s.Tally, 1)
		}
	}
	return t
}

// narrow is the width of an interval, in points, below which whole numbers would say too little about it.
const narrow = 5

// IntervalText is the rounded interval as every page and file shows it: with the decimals of the score, and with one where a whole-numbered score has a
// narrow interval. Both are "" when there is none.
func IntervalText(s scoring.Score) (lo, hi string) {
	if d, _ := s.Scheme.Def(); s.HasInterval && d.Decimals == 0 && s.Hi-s.Lo < narrow {
		return scoring.RoundFloat(s.Lo, 1), scoring.RoundFloat(s.Hi, 1)
	}
	return s.IntervalText()
}
