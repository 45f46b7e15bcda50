package scoring

// Change is the difference of two scores of one scheme from independent samples, to minus
// from (metrics 5.4).
type Change struct {
	From, To Score
	Defined  bool    // false when the schemes differ or a side has no answers
	Diff     float64 // raw difference of the exact values, in Unit (percent: points)

	Lo, Hi      float64 // 95 % interval of the difference, containing Diff
	HasInterval bool

	// P is the two-sided p-value. There is none (Tested false) when nothing varies on
	// either side ("no difference") or a mean stands on a single answer.
	P      float64
	Tested bool
}

// Compare gives the change from a to b. Tests: NPS adjusted Wald; shares N-1 chi-square, or
// Fisher's exact test when an expected count is below 5, with a Newcombe interval; means
// Welch. Scores of different schemes are not comparable.
func Compare(a, b Score) Change {
	c := Change{From: a, To: b}
	def, ok := a.Scheme.Def()
	if !ok || a.Scheme != b.Scheme || !a.Defined || !b.Defined {
		return c
	}
	c.Defined, c.Diff = true, b.Value-a.Value
	var iv Interval
	switch def.Kind {
	case KindNPS:
		t := NPSChange(a.Classes(), b.Classes())
		iv, c.HasInterval = t.Interval.clip(-200, 200), t.Defined
		c.P, c.Tested = t.P, t.Defined
	case KindCSAT, KindShare:
		t := ShareChange(a.Best, a.N, b.Best, b.N)
		iv, c.HasInterval = t.Newcombe, t.Defined
		c.P, c.Tested = shareP(t, a, b)
	case KindCES, KindMean, KindCLI:
		lo, hi := def.ValueRange()
		span := float64(hi - lo)
		t := MeanChange(a.sample(), b.sample())
		iv, c.HasInterval = t.Interval.clip(-span, span), t.Tested
		c.P, c.Tested = t.P, t.Tested
	}
	if c.HasInterval {
		c.Lo, c.Hi = min(iv.Lo, c.Diff), max(iv.Hi, c.Diff)
	}
	return c
}

func (s Score) sample() Sample { return Sample{N: s.N, Mean: s.Value, SD: s.SD} }

// Text is the difference rounded once from the exact values, never from rounded ones, with
// the decimals of the scheme; "" when undefined. No plus sign.
func (c Change) Text() string {
	def, _ := c.To.Scheme.Def()
	return c.TextAt(def.Decimals)
}

// TextAt is Text with the given number of decimals.
func (c Change) TextAt(decimals int) string {
	if !c.Defined {
		return ""
	}
	b := c.To.Exact.Rat()
	return RoundRat(b.Sub(b, c.From.Exact.Rat()), decimals)
}

// Alpha is the level below which an adjusted p-value counts as more than chance.
const Alpha = 0.05

// Significant decides whether a change may have an arrow or a colour: its p-value, adjusted
// for the other tests of the view (Holm or BenjaminiHochberg; P itself for a single test),
// is below 0.05 and both sides have at least 30 answers.
func (c Change) Significant(adjustedP float64) bool {
	return c.Defined && c.Tested && adjustedP < Alpha &&
		c.From.Gate() == GateOK && c.To.Gate() == GateOK
}
