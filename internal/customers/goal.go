package customers

import (
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// GoalKind is what a goal's target is.
type GoalKind string

// Kinds of targets (metrics 4.15).
const (
	GoalNumber GoalKind = "number"
	GoalMoney  GoalKind = "money"
	GoalYesNo  GoalKind = "yes_no"
	GoalTask   GoalKind = "task"
)

// GoalKinds lists them in the order of the form.
func GoalKinds() []GoalKind { return []GoalKind{GoalNumber, GoalMoney, GoalYesNo, GoalTask} }

// Whole tells whether the target can only be reached as a whole: it is 1, and the way to it begins at 0.
func (k GoalKind) Whole() bool { return k == GoalYesNo || k == GoalTask }

// MeasuredBy says where a goal's value comes from.
type MeasuredBy string

// Where values come from.
const (
	MeasuredByHand   MeasuredBy = "hand"
	MeasuredByScore  MeasuredBy = "score"  // of a survey
	MeasuredByMetric MeasuredBy = "metric" // of Catalogue
)

// Measure is what a goal is measured by.
type Measure struct {
	By         MeasuredBy
	SurveyID   int64  // of a score
	Touchpoint int64  // of a score; survey.AllTouchpoints: all
	Metric     string // key of Catalogue
	Variant    string
	Currency   string // of money, ISO 4217
}

// Goal is a SMART goal (metrics 4.15). A draft may lack any of its five fields, a published one has them all.
type Goal struct {
	ID               int64
	Published        bool
	Specific         string // what is to be reached
	Kind             GoalKind
	Measure          Measure
	Baseline, Target *big.Rat   // in minor units of money; 0 and 1 of whole kinds; nil: not told
	Unit             string     // of numbers by hand: "customers"; "": none
	Achievable       string     // by which plan and means
	Relevant         string     // why
	Start, Deadline  survey.Day // the way is judged over the days from one to the other; 0: not told
	CreatedAt        time.Time
	ChangedAt        time.Time
	ArchivedAt       time.Time // zero: it is not
	Revision         int64
	Latest           *GoalValue // by hand, of the last day that counts; nil: none. Read by the store only
}

// GoalValue is what somebody wrote down of a goal.
type GoalValue struct {
	ID     int64
	GoalID int64
	Day    survey.Day
	Value  *big.Rat
	By     int64  // user
	ByName string // "" when they are gone
	At     time.Time
}

// Limits of a goal.
const (
	MostGoalTitle = 200  // characters
	MostGoalText  = 2000 // characters
	MostGoalUnit  = 30   // characters
	GoalDecimals  = 4    // of values
)

// MostGoalValue is the greatest size of a value, in its unit: with GoalDecimals it is still exact as a number of ten-thousandths.
func MostGoalValue() *big.Rat { return big.NewRat(100_000_000_000, 1) }

// Tidy cleans the texts and leaves out what has no meaning for the kind and the measure.
func (g *Goal) Tidy() {
	g.Specific, g.Unit = survey.Line(g.Specific), survey.Line(g.Unit)
	g.Achievable, g.Relevant = survey.Clean(g.Achievable), survey.Clean(g.Relevant)
	for _, text := range []*string{&g.Specific, &g.Achievable, &g.Relevant} {
		if survey.Blank(*text) {
			*text = ""
		}
	}
	m := &g.Measure
	if g.Kind.Whole() || g.Kind == GoalMoney && m.By == MeasuredByScore {
		m.By = MeasuredByHand
	}
	if m.By != MeasuredByScore {
		m.SurveyID, m.Touchpoint = 0, survey.AllTouchpoints
	}
	if m.By != MeasuredByMetric {
		m.Metric, m.Variant = "", ""
	}
	if g.Kind != GoalMoney && m.By != MeasuredByMetric {
		m.Currency = ""
	}
	if g.Kind != GoalNumber || m.By != MeasuredByHand {
		g.Unit = ""
	}
	if g.Kind.Whole() {
		g.Baseline, g.Target = new(big.Rat), big.NewRat(1, 1)
	}
}
