package scoring

import "math"

// ShareTest compares two shares, b minus a, in percentage points.
type ShareTest struct {
	Defined  bool // false when a side has no answers or a count exceeds its total
	Diff     float64
	Newcombe Interval // 95 %, contains Diff
	HasZ     bool     // false when both shares are 0 % or both 100 %: "no difference"
	Z, P     float64  // pooled
	ZN1, PN1 float64  // N-1 chi-square
	// SmallExpected: an expected count is below 5, so that Fisher's test is the one to use.
	SmallExpected bool
}

// ShareChange compares ka of na with kb of nb: Newcombe's interval from Wilson limits, the
// pooled z test and the N-1 chi-square (Campbell 2007). See Fisher for the exact test.
func ShareChange(ka, na, kb, nb int64) ShareTest {
	wa, okA := Wilson(ka, na)
	wb, okB := Wilson(kb, nb)
	if !okA || !okB {
		return ShareTest{}
	}
	pa, pb := float64(ka)/float64(na), float64(kb)/float64(nb)
	a, b := 100*pa, 100*pb
	t := ShareTest{Defined: true, Diff: b - a}
	t.Newcombe = Interval{
		t.Diff - math.Hypot(b-wb.Lo, wa.Hi-a),
		t.Diff + math.Hypot(wb.Hi-b, a-wa.Lo),
	}
	n, k := float64(na)+float64(nb), float64(ka)+float64(kb)
	t.SmallExpected = min(float64(na), float64(nb))*min(k, n-k)/n < 5
	if k == 0 || k == n {
		return t
	}
	pooled := k / n
	t.HasZ = true
	t.Z = (pb - pa) / math.Sqrt(pooled*(1-pooled)*(1/float64(na)+1/float64(nb)))
	t.ZN1 = t.Z * math.Sqrt((n-1)/n)
	t.P, t.PN1 = twoSided(t.Z), twoSided(t.ZN1)
	return t
}

// shareP is the p-value to report for two shares (metrics 5.4).
func shareP(t ShareTest, a, b Score) (p float64, ok bool) {
	switch {
	case !t.HasZ:
		return 0, false
	case t.SmallExpected:
		return Fisher(a.Best, a.N, b.Best, b.N), true
	default:
		return t.PN1, true
	}
}

// fisherTies is how far (relatively) a table may be above the observed one and still count
// as no more likely; tables of equal probability differ in the last bits.
const fisherTies = 1 + 1e-7

// Fisher is the two-sided exact p-value of ka of na against kb of nb: the probability, given
// the margins, of all tables no more likely than this one. Its cost grows with the standard
// deviation of the count, about sqrt(n). 1 when a side is empty or a count exceeds its
// total.
func Fisher(ka, na, kb, nb int64) float64 {
	if ka < 0 || kb < 0 || ka > na || kb > nb || na == 0 || nb == 0 {
		return 1
	}
	h := hypergeometric{na: float64(na), nb: float64(nb), k: float64(ka) + float64(kb)}
	lo, hi := max(0, h.k-h.nb), min(h.k, h.na)
	mode := math.Floor((h.k + 1) * (h.na + 1) / (h.na + h.nb + 2))
	mode = min(max(mode, lo), hi)
	observed := h.weight(mode, float64(ka))
	all, tail := 0.0, 0.0
	add := func(w float64) {
		all += w
		if w <= observed*fisherTies {
			tail += w
		}
	}
	add(1)
	for x, w := mode, 1.0; x < hi && w > 0; x++ {
		w *= h.up(x)
		add(w)
	}
	for x, w := mode, 1.0; x > lo && w > 0; x-- {
		w /= h.up(x - 1)
		add(w)
	}
	return min(tail/all, 1)
}

// hypergeometric is the distribution of x successes among na, given k among na+nb.
type hypergeometric struct{ na, nb, k float64 }

// up is P(x+1)/P(x).
func (h hypergeometric) up(x float64) float64 {
	return (h.k - x) * (h.na - x) / ((x + 1) * (h.nb - h.k + x + 1))
}

// weight is P(x)/P(mode), walked from the mode so that no factorial is needed.
func (h hypergeometric) weight(mode, x float64) float64 {
	w := 1.0
	for at := mode; at < x && w > 0; at++ {
		w *= h.up(at)
	}
	for at := mode; at > x && w > 0; at-- {
		w /= h.up(at - 1)
	}
	return w
}
