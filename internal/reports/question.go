package reports

import (
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Aspect is the score of one of a survey's other questions, or of one of the three of a loyalty index.
type Aspect struct {
	Question survey.Question
	Change   Compared
	CantSay  int64 // people who said so
}

// Choice is how often the options of a question were chosen.
type Choice struct {
	Question survey.Question
	N        int64 // people who chose
	CantSay  int64
	Options  []Option
}

// Option is one option of a choice.
type Option struct {
	Count    int64
	Share    scoring.Ratio    // percent of the people who chose
	Interval scoring.Interval // 95 %, in percent; zero without answers
}

// readQuestions computes the version's other questions.
func (r *report) readQuestions() {
	for _, q := range r.Version.Definition.Questions {
		t := r.tally(r.now, r.Version.ID, q.No)
		switch q.Kind {
		case survey.Rating:
			// The headline itself stands among the aspects when it is one of them.
			if q.No == r.Question && q.Aspect == "" || t.N == 0 {
				continue
			}
			was := r.tally(r.was, r.Version.ID, q.No)
			r.Aspects = append(r.Aspects, Aspect{q, compare(ScoreOf(q.Scheme, q.No, was), ScoreOf(q.Scheme, q.No, t)), t.NA})
		case survey.Single, survey.Multiple:
			if t.N > 0 {
				r.Choices = append(r.Choices, choice(q, t))
			}
		case survey.Open:
		}
	}
}

func choice(q survey.Question, t survey.Tally) Choice {
	c := Choice{Question: q, N: t.N, CantSay: t.NA}
	for k := range q.Options {
		o := Option{Count: t.R[k], Share: scoring.Ratio{Num: 100 * t.R[k], Den: t.N}}
		o.Interval, _ = scoring.Wilson(t.R[k], t.N)
		c.Options = append(c.Options, o)
	}
	return c
}
