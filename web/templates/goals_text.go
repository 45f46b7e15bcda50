package templates

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// GoalsPath is where goals are listed.
const GoalsPath = "/goals"

// GoalPath is the page of a goal.
func GoalPath(id int64) string { return GoalsPath + "/" + strconv.FormatInt(id, 10) }

// GoalTexts writes goals down, for pages and mails.
type GoalTexts struct {
	Names
	Surveys map[int64]survey.Survey // by id
}

// Title is what is to be reached, or a word for a draft that does not say it yet.
func (t GoalTexts) Title(g customers.Goal) string {
	if g.Specific == "" {
		return t.W.T("goals.untitled")
	}
	return g.Specific
}

// scheme of the score that a goal is measured by; "": of none.
func (t GoalTexts) scheme(g customers.Goal) scoring.Scheme {
	if g.Measure.By != customers.MeasuredByScore {
		return ""
	}
	h, _ := reports.HeadlineOf(t.Surveys[g.Measure.SurveyID].Edited)
	return h.Scheme
}

// ScoreName is the short name of a survey's score: NPS.
func (t GoalTexts) ScoreName(v survey.Survey) string {
	h, _ := reports.HeadlineOf(v.Edited)
	return figuresOf(t.W, h.Scheme).name()
}

// ScoreRange is the lowest and the highest that a survey's score can be; false where it has none.
func (t GoalTexts) ScoreRange(v survey.Survey) (low, high int64, ok bool) {
	h, _ := reports.HeadlineOf(v.Edited)
	d, ok := h.Scheme.Def()
	switch d.Unit {
	case scoring.UnitPoints:
		return -100, 100, ok
	case scoring.UnitPercent:
		return 0, 100, ok
	case scoring.UnitScore:
	}
	lowest, highest := d.ValueRange()
	return int64(lowest), int64(highest), ok
}

// Value writes a value with its unit: 7 customers, 1,200.50 EUR, +42, done. "–" where there is none.
func (t GoalTexts) Value(g customers.Goal, v *big.Rat) string {
	number, unit := t.apart(g, v)
	return number + unit
}

// apart is Value in two parts, the second with the space that stands before it.
func (t GoalTexts) apart(g customers.Goal, v *big.Rat) (number, unit string) {
	switch {
	case v == nil:
		return "–", ""
	case g.Kind.Whole():
		return t.W.T("goals." + string(g.Kind) + "." + v.FloatString(0)), ""
	case g.Kind == customers.GoalMoney:
		digits := customers.MinorDigits(g.Measure.Currency)
		major := new(big.Rat).Quo(v, customers.MinorUnits(g.Measure.Currency))
		return t.W.Dec(float(major), digits), "\u00a0" + g.Measure.Currency
	case g.Measure.By == customers.MeasuredByMetric:
		return t.figureApart(g.Measure.Metric, v)
	}
	f := figuresOf(t.W, t.scheme(g))
	number, unit = f.number(trimmed(v), f.d.Unit == scoring.UnitPoints), f.unit()
	switch g.Unit {
	case "":
	case "%":
		unit = strings.TrimPrefix(t.W.Percent(0, 0), "0")
	default:
		unit = "\u00a0" + g.Unit
	}
	return number, unit
}

// figureApart writes a value of a metric that is no money: what was typed as it is, what was calculated as its page has it.
func (t GoalTexts) figureApart(key string, v *big.Rat) (number, unit string) {
	a, u := amounts{w: t.W}, customers.Plain
	for _, m := range customers.Catalogue() {
		if m.Key == key {
			u = m.Unit
		}
	}
	if number = a.bare(v, u); new(big.Rat).Mul(v, big.NewRat(10_000, 1)).IsInt() {
		number = t.W.Digits(trimmed(v))
	}
	return number, a.unit(u)
}

// Now writes where a goal stands.
func (t GoalTexts) Now(s customers.Standing) string {
	number, unit := t.nowApart(s)
	return number + unit
}

func (t GoalTexts) nowApart(s customers.Standing) (number, unit string) {
	if score := s.Reading.Score; score != nil {
		f := figuresOf(t.W, score.Scheme)
		if !score.Defined {
			return "–", ""
		}
		return f.bare(*score), f.unit()
	}
	return t.apart(s.Goal, s.Reading.Value)
}

// Sure says how sure the score is that a goal stands at: its interval, and of how many answers. Nothing where there is no score.
func (t GoalTexts) Sure(s customers.Standing) (notes []string) {
	score := s.Reading.Score
	if score == nil {
		return nil
	}
	if in := figuresOf(t.W, score.Scheme).interval(*score); in != "" {
		notes = append(notes, t.W.T("results.interval")+" "+in)
	}
	return append(notes, t.W.T("goals.of_days", "answers", answers(t.W, score.N)))
}

// care marks a score of few answers.
func (t GoalTexts) care(s customers.Standing) string {
	if s.Reading.Score == nil {
		return ""
	}
	return care(t.W, *s.Reading.Score)
}

// Status says how a goal stands, in a word or two.
func (t GoalTexts) Status(s customers.Standing) string {
	switch {
	case !s.ArchivedAt.IsZero():
		return t.W.T("goals.status.archived")
	case !s.Published:
		return t.W.T("goals.status.draft")
	}
	return t.W.T("goals.status." + string(s.GoalProgress.Status))
}

// Left says how many days there are, or when the last one was.
func (t GoalTexts) Left(s customers.Standing) string {
	switch {
	case s.DaysLeft < 0:
		return t.W.T("goals.over", "date", t.W.DateYear(s.Deadline.Date()))
	case s.DaysLeft == 0:
		return t.W.T("goals.left_today")
	}
	return t.W.N("goals.left", s.DaysLeft)
}

// Line is all of it in one line, for a mail: On track: 7 customers, target 12 customers, 91 days left.
func (t GoalTexts) Line(s customers.Standing) string {
	parts := append([]string{t.W.T("goals.now_of", "value", t.Now(s), "target", t.Value(s.Goal, s.Target))}, t.Sure(s)...)
	return t.Status(s) + ": " + strings.Join(append(parts, t.Left(s)), " · ")
}

// missing names what a draft lacks; "" when that is nothing.
func (t GoalTexts) missing(g customers.Goal) string {
	var fields []string
	for _, f := range g.Missing() {
		fields = append(fields, t.W.T("goals.miss."+string(f)))
	}
	if fields == nil {
		return ""
	}
	return t.W.T("goals.missing", "fields", strings.Join(fields, ", "))
}

// measured says what a goal is measured by.
func (t GoalTexts) measured(g customers.Goal) string {
	switch g.Measure.By {
	case customers.MeasuredByScore:
		v := t.Surveys[g.Measure.SurveyID]
		place := t.W.T("goals.all_touchpoints")
		if g.Measure.Touchpoint != survey.AllTouchpoints {
			place = t.Touchpoint(g.Measure.Touchpoint)
		}
		return t.W.T("goals.measured.score", "score", t.ScoreName(v), "survey", v.Name, "touchpoint", place)
	case customers.MeasuredByMetric:
		key := "goals.measured.metric"
		if customers.SumsUp(g.Measure.Metric) {
			key = "goals.measured.sum"
		}
		return t.W.T(key, "figure", MetricTitle(t.W, g.Measure.Metric, g.Measure.Variant))
	case customers.MeasuredByHand:
	}
	return t.W.T("goals.measured.hand")
}

// share writes a share of the whole as percent, with one decimal where there is a fraction.
func (t GoalTexts) share(v *big.Rat) string {
	if v == nil {
		return "–"
	}
	percent := new(big.Rat).Mul(v, big.NewRat(100, 1))
	if percent.IsInt() {
		return t.W.Percent(float(percent), 0)
	}
	return t.W.Percent(float(percent), 1)
}

// trimmed writes a value with as many decimals as it has, up to four.
func trimmed(v *big.Rat) string {
	text := v.FloatString(customers.GoalDecimals)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

func float(v *big.Rat) float64 {
	f, _ := v.Float64()
	return f
}
