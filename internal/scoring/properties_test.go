package scoring_test

import (
	"math"
	"math/big"
	"reflect"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
	"pgregory.net/rapid"
)

// anyCount draws mostly small counts, zeros among them, and sometimes huge ones.
func anyCount() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 500), rapid.Int64Range(0, 4e11))
}

func anyCounts() *rapid.Generator[scoring.Counts] {
	return rapid.Custom(func(t *rapid.T) scoring.Counts {
		var c scoring.Counts
		for i := range c {
			if rapid.Bool().Draw(t, "rated") {
				c[i] = anyCount().Draw(t, "count")
			}
		}
		return c
	})
}

func anyScheme() *rapid.Generator[scoring.Scheme] {
	return rapid.SampledFrom(append(scoring.Schemes(), scoring.ImportSchemes()...))
}

func anyClasses() *rapid.Generator[scoring.Classes] {
	return rapid.Custom(func(t *rapid.T) scoring.Classes {
		return scoring.Classes{
			Best:   anyCount().Draw(t, "best"),
			Middle: anyCount().Draw(t, "middle"),
			Worst:  anyCount().Draw(t, "worst"),
		}
	})
}

// requireFinite fails on a NaN or an infinity anywhere in the value.
func requireFinite(t *rapid.T, value any) {
	v := reflect.ValueOf(value)
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Float64:
			if math.IsNaN(f.Float()) || math.IsInf(f.Float(), 0) {
				t.Fatalf("%s is %v in %+v", v.Type().Field(i).Name, f.Float(), value)
			}
		case reflect.Struct:
			requireFinite(t, f.Interface())
		default:
		}
	}
}

func TestScoreProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme, counts := anyScheme().Draw(t, "scheme"), anyCounts().Draw(t, "counts")
		def, _ := scheme.Def()
		s := scoring.Of(scheme, counts, 0)
		requireFinite(t, s)
		total := int64(0)
		for _, n := range counts {
			total += n
		}
		if s.N+s.Invalid != total || s.Classes().N() != s.N {
			t.Fatalf("%d answers came to %+v", total, s)
		}
		if s.Defined != (s.N > 0) || (s.Text() == "") == s.Defined {
			t.Fatalf("undefined if and only if there are no answers: %+v", s)
		}
		if !s.Defined {
			return
		}
		lo, hi := def.ValueRange()
		lowest, highest := float64(lo), float64(hi)
		switch def.Unit {
		case scoring.UnitPoints:
			lowest, highest = -100, 100
		case scoring.UnitPercent:
			lowest, highest = 0, 100
		case scoring.UnitScore:
		}
		if s.HasInterval && !(lowest <= s.Lo && s.Lo <= s.Value && s.Value <= s.Hi && s.Hi <= highest) {
			t.Fatalf("interval without its value or out of %v..%v: %+v", lowest, highest, s)
		}
		if s.HasInterval != (s.N > 1 || def.Unit != scoring.UnitScore) {
			t.Fatalf("interval: %+v", s)
		}
	})
}

// TestMirroredNPS: turning promoters into detractors turns every figure round.
func TestMirroredNPS(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyClasses().Draw(t, "classes")
		m := scoring.Classes{Best: c.Worst, Middle: c.Middle, Worst: c.Best}
		if a, b := c.NPS(), m.NPS(); a.Num != -b.Num || a.Den != b.Den {
			t.Fatalf("%v and %v", a, b)
		}
		type method func(scoring.Classes) (scoring.Interval, bool)
		for i, f := range []method{
			scoring.Classes.Wald, scoring.Classes.AdjustedWald,
			scoring.Classes.ScoreInterval, scoring.Classes.TInterval,
		} {
			a, okA := f(c)
			b, okB := f(m)
			requireFinite(t, a)
			if okA != okB || math.Abs(a.Lo+b.Hi) > 1e-8 || math.Abs(a.Hi+b.Lo) > 1e-8 {
				t.Fatalf("method %d: %v and %v", i, a, b)
			}
		}
	})
}

func TestScoreIntervalContainsTheNPS(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyClasses().Filter(func(c scoring.Classes) bool { return c.N() > 0 }).Draw(t, "classes")
		iv, _ := c.ScoreInterval()
		if v := c.NPS().Float(); iv.Lo > v+1e-9 || iv.Hi < v-1e-9 || iv.Lo < -100 || iv.Hi > 100 {
			t.Fatalf("%v misses %v", iv, v)
		}
	})
}

func TestChangeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := anyScheme().Draw(t, "scheme")
		a := scoring.Of(scheme, anyCounts().Draw(t, "a"), 0)
		b := scoring.Of(scheme, anyCounts().Draw(t, "b"), 0)
		c, back := scoring.Compare(a, b), scoring.Compare(b, a)
		requireFinite(t, c)
		if c.Defined != (a.Defined && b.Defined) || (c.Text() == "") == c.Defined {
			t.Fatalf("%+v", c)
		}
		if c.P < 0 || c.P > 1 || c.HasInterval && !(c.Lo <= c.Diff && c.Diff <= c.Hi) {
			t.Fatalf("%+v", c)
		}
		if c.Tested != back.Tested || math.Abs(c.P-back.P) > 1e-9 || math.Abs(c.Diff+back.Diff) > 1e-9 ||
			math.Abs(c.Lo+back.Hi) > 1e-6 {
			t.Fatalf("forth %+v, back %+v", c, back)
		}
		if same := scoring.Compare(a, a); same.Defined && (same.Diff != 0 || same.Tested && same.P < 0.999999) {
			t.Fatalf("against itself: %+v", same)
		}
	})
}

func TestAdjustedPValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 30).Draw(t, "p")
		holm, bh := scoring.Holm(p), scoring.BenjaminiHochberg(p)
		for i := range p {
			if !(p[i] <= bh[i]+1e-15 && bh[i] <= holm[i]+1e-15 && holm[i] <= 1) {
				t.Fatalf("raw %v, BH %v, Holm %v", p[i], bh[i], holm[i])
			}
			for j := range p {
				if p[i] < p[j] && (holm[i] > holm[j] || bh[i] > bh[j]) {
					t.Fatalf("order of %v and %v is lost", p[i], p[j])
				}
			}
		}
	})
}

func TestWithinAndMixMakeTheChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := anyScheme().Draw(t, "scheme")
		var parts []scoring.Part
		var a, b scoring.Counts
		for range rapid.IntRange(1, 5).Draw(t, "parts") {
			ca, cb := anyCounts().Draw(t, "a"), anyCounts().Draw(t, "b")
			a.Add(ca)
			b.Add(cb)
			parts = append(parts, scoring.Part{A: scoring.Of(scheme, ca, 0), B: scoring.Of(scheme, cb, 0)})
		}
		m := scoring.Decompose(parts)
		pooledA, pooledB := scoring.Of(scheme, a, 0), scoring.Of(scheme, b, 0)
		if m.Defined != (pooledA.Defined && pooledB.Defined) {
			t.Fatalf("defined %v", m.Defined)
		}
		if !m.Defined {
			return
		}
		if m.PooledA.Cmp(pooledA.Exact.Rat()) != 0 || m.PooledB.Cmp(pooledB.Exact.Rat()) != 0 {
			t.Fatalf("pooled %v and %v", m.PooledA, m.PooledB)
		}
		if new(big.Rat).Add(m.Within, m.Mix).Cmp(m.Change) != 0 || math.IsNaN(m.SE) {
			t.Fatalf("%+v", m)
		}
	})
}

// TestFisherAgainstFactorials checks small tables against sums of exact binomials.
func TestFisherAgainstFactorials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		na, nb := rapid.Int64Range(1, 30).Draw(t, "na"), rapid.Int64Range(1, 30).Draw(t, "nb")
		ka, kb := rapid.Int64Range(0, na).Draw(t, "ka"), rapid.Int64Range(0, nb).Draw(t, "kb")
		ways := func(x int64) *big.Int {
			return new(big.Int).Mul(new(big.Int).Binomial(na, x), new(big.Int).Binomial(nb, ka+kb-x))
		}
		tail := new(big.Int)
		for x := max(0, ka+kb-nb); x <= min(na, ka+kb); x++ {
			if w := ways(x); w.Cmp(ways(ka)) <= 0 {
				tail.Add(tail, w)
			}
		}
		want, _ := new(big.Rat).SetFrac(tail, new(big.Int).Binomial(na+nb, ka+kb)).Float64()
		if got := scoring.Fisher(ka, na, kb, nb); math.Abs(got-want) > 1e-9 {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestEventsProperties(t *testing.T) {
	period := periodOf(t, "2026-03-01", "2026-04-01", "Europe/Warsaw")
	rapid.Check(t, func(t *rapid.T) {
		responses := rapid.SliceOf(rapid.Custom(func(t *rapid.T) scoring.Response {
			return scoring.Response{
				ID:         rapid.Int64Range(1, 1e6).Draw(t, "id"),
				Invitation: rapid.Int64Range(0, 4).Draw(t, "invitation"),
				Touchpoint: rapid.SampledFrom([]string{"shop", "support"}).Draw(t, "touchpoint"),
				At:         period.From.Add(1e9*3600*24*5*-1).AddDate(0, 0, rapid.IntRange(0, 45).Draw(t, "day")),
				Rating:     rapid.IntRange(-1, 12).Draw(t, "rating"),
				Rated:      rapid.Bool().Draw(t, "rated"),
				Test:       rapid.Bool().Draw(t, "test"),
			}
		})).Draw(t, "responses")
		r := scoring.FromResponses(scoring.NPS11, period, responses)
		n, counted := int64(0), int64(0)
		for _, g := range r.ByTouchpoint {
			n += g.Score.N
			counted += g.Score.N + g.Score.Invalid + g.Unanswered
		}
		if n != r.All.Score.N || counted != r.All.Score.N+r.All.Score.Invalid+r.All.Unanswered {
			t.Fatalf("touchpoints do not add up: %+v", r)
		}
		// Nothing changes when each response to an invitation is listed twice.
		doubled := responses
		for _, response := range responses {
			if response.Invitation != 0 {
				doubled = append(doubled, response)
			}
		}
		if again := scoring.FromResponses(scoring.NPS11, period, doubled); again.All != r.All {
			t.Fatalf("%+v, doubled %+v", r.All, again.All)
		}
	})
}
