package scoring

// Score is a figure computed from answers.
type Score struct {
	Scheme  Scheme
	Defined bool    // false when there are no answers; then every figure below is 0
	Value   float64 // in Unit
	Exact   Ratio   // the value as the integers it came from; round from this
	N       int64   // answers on the scale (cli6: respondents with all three answers)
	Invalid int64   // answers out of the scale (cli6: incomplete respondents); not in N

	// Lo and Hi are the 95 % interval, containing Value, within the range of the measure.
	// There is none without answers and none for the mean of a single answer.
	Lo, Hi      float64
	HasInterval bool

	Best, Middle, Worst int64 // answers per class (all 0 from CLIOf: its sums do not tell)

	Mean    float64 // mean rating in scale units; for cli6 mean points
	RateSum int64   // sum of ratings, so that Mean can be rounded exactly (not for CLIOf)
	SD      float64 // sample standard deviation of what a mean kind averages; 0 below n = 2
	Unit    Unit
}

// Warning names something a reader of the figure should know.
type Warning string

// Warnings.
const (
	// WarnNoVariance: all answers are alike, so that the interval of the mean has no width.
	WarnNoVariance Warning = "no_variance"
	// WarnInvalid: some answers were out of the scale and left out.
	WarnInvalid Warning = "invalid"
)

// Of computes the score of a scheme from its counts. Counts out of the scheme's scale leave
// the denominator and are reported in Invalid, together with the given number of invalid
// answers that Counts cannot hold. Intervals: adjusted Wald for NPS, extended to contain the
// value (metrics 5.1), Wilson for shares (5.2), t clipped to the scale for means (5.3). For
// cli6 the counts are those of one question, and the score is that question's mean points.
// An unknown scheme has no score.
func Of(scheme Scheme, counts Counts, invalid int64) Score {
	def, ok := scheme.Def()
	if !ok {
		return Score{Scheme: scheme}
	}
	t := def.tally(counts)
	s := Score{Scheme: scheme, Unit: def.Unit, N: t.n, Invalid: t.invalid + max(invalid, 0)}
	if t.n == 0 {
		return s
	}
	s.Defined, s.RateSum = true, t.ratings
	s.setClasses(t.classes)
	s.Exact = def.exact(t)
	s.Value = s.Exact.Float()
	s.Mean = float64(t.ratings) / float64(t.n)
	switch def.Kind {
	case KindNPS:
		s.setInterval(t.classes.AdjustedWald())
	case KindCSAT, KindShare:
		s.setInterval(Wilson(t.classes.Best, t.n))
	case KindCES, KindMean, KindCLI:
		if def.Kind == KindCLI {
			s.Mean = s.Value
		}
		lo, hi := def.ValueRange()
		s.setMean(sampleSD(t.n, t.values, t.valsq), float64(lo), float64(hi))
	}
	return s
}

// exact is the headline ratio of a scheme, unreduced.
func (d Def) exact(t tally) Ratio {
	switch d.Kind {
	case KindNPS:
		return t.classes.NPS()
	case KindCSAT, KindShare:
		return Ratio{100 * t.classes.Best, t.n}
	case KindCES, KindMean, KindCLI:
		return Ratio{t.values, t.n}
	}
	return Ratio{}
}

// Classes returns the answers per class.
func (s Score) Classes() Classes { return Classes{s.Best, s.Middle, s.Worst} }

func (s *Score) setClasses(c Classes) { s.Best, s.Middle, s.Worst = c.Best, c.Middle, c.Worst }

// setInterval stores the interval, extended to contain the value: the adjusted Wald interval
// of a single promoter misses it.
func (s *Score) setInterval(iv Interval, ok bool) {
	if !ok {
		return
	}
	s.Lo, s.Hi, s.HasInterval = min(iv.Lo, s.Value), max(iv.Hi, s.Value), true
}

// setMean stores the standard deviation and the t interval of a mean, clipped to the scale.
func (s *Score) setMean(sd, lowest, highest float64) {
	s.SD = sd
	iv, ok := MeanInterval(s.N, s.Value, sd)
	s.setInterval(iv.clip(lowest, highest), ok)
}

// Text is the value rounded for display, "" when undefined: NPS to whole points, percents
// and CLI to one decimal, CES to two. The decimal sign is a point and the minus a hyphen.
func (s Score) Text() string {
	def, _ := s.Scheme.Def()
	return s.Exact.Text(def.Decimals)
}

// TextAt is Text with the given number of decimals.
func (s Score) TextAt(decimals int) string { return s.Exact.Text(decimals) }

// IntervalText is the rounded limits, both "" when there is no interval.
func (s Score) IntervalText() (lo, hi string) {
	if !s.HasInterval {
		return "", ""
	}
	def, _ := s.Scheme.Def()
	return RoundFloat(s.Lo, def.Decimals), RoundFloat(s.Hi, def.Decimals)
}

// MeanText is the mean rating rounded from the exact sum, "" when undefined.
func (s Score) MeanText(decimals int) string {
	if s.Scheme == CLI6 {
		return s.Exact.Text(decimals)
	}
	return RoundHalfAway(s.RateSum, s.N, decimals)
}

// Share is the exact percentage (0..100) of a class among the classified answers.
func (s Score) Share(class Class) Ratio {
	c := s.Classes()
	if n := c.N(); n > 0 {
		return Ratio{100 * c.Of(class), n}
	}
	return Ratio{}
}

// Warnings tells what to show beside the figure, in a stable order.
func (s Score) Warnings() []Warning {
	var w []Warning
	if def, _ := s.Scheme.Def(); s.N > 1 && s.SD == 0 && def.Unit == UnitScore {
		w = append(w, WarnNoVariance)
	}
	if s.Invalid > 0 {
		w = append(w, WarnInvalid)
	}
	return w
}
