package scoring

// Points of the Customer Loyalty Index: 20*(6-answer), so 1 (definitely yes) is 100 and 6
// is 0. A respondent's figure is the mean of three questions: below 40 worst, from 80 best.
const (
	cliQuestions     = 3
	cliPointsPerStep = 20
	cliWorstBelow    = 40
	cliBestFrom      = 80
)

// CLIClass sorts a respondent by the mean points (0..100) of the three answers.
func CLIClass(points float64) Class {
	switch {
	case points >= 0 && points < cliWorstBelow:
		return ClassWorst
	case points >= cliWorstBelow && points < cliBestFrom:
		return ClassMiddle
	case points >= cliBestFrom && points <= 100:
		return ClassBest
	default:
		return ClassNone
	}
}

// CLITally adds up respondents of a loyalty index. The zero value is empty.
type CLITally struct {
	N          int64               // respondents with all three answers
	Incomplete int64               // respondents left out because an answer is missing
	Sum, SumSq int64               // of respondents' totals over the three questions, 0..300 each
	Questions  [cliQuestions]int64 // points per question: recommend, buy again, try others
	Classes    Classes
}

// Count counts one respondent: answers to recommend, buy again, try others, each 1..6.
// Any other number is a missing answer, and the respondent is only counted as incomplete.
func (t *CLITally) Count(answers [cliQuestions]int) {
	def, _ := CLI6.Def()
	total := 0
	for _, a := range answers {
		if !def.Contains(a) {
			t.Incomplete++
			return
		}
		total += def.Value(a)
	}
	for i, a := range answers {
		t.Questions[i] += int64(def.Value(a))
	}
	t.N++
	t.Sum += int64(total)
	t.SumSq += int64(total) * int64(total)
	t.Classes.add(CLIClass(float64(total)/cliQuestions), 1)
}

// Add adds the other tally.
func (t *CLITally) Add(other CLITally) { t.combine(other, 1) }

// Sub takes the other tally away.
func (t *CLITally) Sub(other CLITally) { t.combine(other, -1) }

func (t *CLITally) combine(other CLITally, sign int64) {
	t.N += sign * other.N
	t.Incomplete += sign * other.Incomplete
	t.Sum += sign * other.Sum
	t.SumSq += sign * other.SumSq
	for i, points := range other.Questions {
		t.Questions[i] += sign * points
	}
	t.Classes.add(ClassBest, sign*other.Classes.Best)
	t.Classes.add(ClassMiddle, sign*other.Classes.Middle)
	t.Classes.add(ClassWorst, sign*other.Classes.Worst)
}

// Score is the index over the complete respondents, with classes.
func (t CLITally) Score() Score {
	s := CLIOf(t.N, t.Sum, t.SumSq)
	s.Invalid = t.Incomplete
	s.setClasses(t.Classes)
	return s
}

// Question is the mean points (0..100) of one question, 0 recommend, 1 buy again, 2 try
// others, over the complete respondents.
func (t CLITally) Question(i int) Ratio {
	if i < 0 || i >= cliQuestions || t.N <= 0 {
		return Ratio{}
	}
	return Ratio{t.Questions[i], t.N}
}

// CLIOf is the index from stored sums: n complete respondents, the sum and the sum of
// squares of their totals over the three questions (0..300 each). Mean with a t interval,
// one value per respondent, clipped to 0..100. The classes are not in these sums; set
// Best, Middle and Worst from their own counts (CLIClass).
func CLIOf(n, sum, sumsq int64) Score {
	def, _ := CLI6.Def()
	s := Score{Scheme: CLI6, Unit: def.Unit}
	if n <= 0 {
		return s
	}
	s.N, s.Defined = n, true
	s.Exact = Ratio{sum, cliQuestions * n}
	s.Value = s.Exact.Float()
	s.Mean = s.Value
	s.setMean(sampleSD(n, sum, sumsq)/cliQuestions, 0, 100)
	return s
}
