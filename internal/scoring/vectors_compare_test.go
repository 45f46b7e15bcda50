package scoring_test

import (
	"math"

	"github.com/surveyd/surveyd/internal/scoring"
)

type classesInput struct {
	Promoters, Passives, Detractors int64
}

func (c classesInput) classes() scoring.Classes {
	return scoring.Classes{Best: c.Promoters, Middle: c.Passives, Worst: c.Detractors}
}

// npsOf is the nps11 score of class counts.
func npsOf(c scoring.Classes) scoring.Score {
	return scoring.Of(scoring.NPS11, scoring.Counts{10: c.Best, 8: c.Middle, 0: c.Worst}, 0)
}

// requireConf fails a case with another confidence than the only one we compute.
func requireConf(v vector, conf float64) {
	v.t.Helper()
	if conf != 0.95 {
		v.t.Fatalf("confidence %v is not supported", conf)
	}
}

func npsCompareVector(v vector) map[string]any {
	input := in[struct {
		A, B classesInput
		Conf float64
	}](v)
	requireConf(v, input.Conf)
	a, b := input.A.classes(), input.B.classes()
	adjusted, wald := scoring.NPSChange(a, b), scoring.NPSChangeWald(a, b)
	c := scoring.Compare(npsOf(a), npsOf(b))
	if c.P != adjusted.P || !c.Tested || math.Abs(c.Diff-wald.Diff) > 1e-9 {
		v.t.Errorf("Compare gives %+v, want p %v of %v", c, adjusted.P, wald.Diff)
	}
	return map[string]any{
		"nps_a": c.From.Exact, "nps_b": c.To.Exact,
		"adj_diff": adjusted.Diff, "adj_se": adjusted.SE,
		"adj_z": orNull(adjusted.Z, adjusted.HasZ), "adj_p": orNull(adjusted.P, adjusted.HasZ),
		"adj_lo": adjusted.Interval.Lo, "adj_hi": adjusted.Interval.Hi,
		"significant_05": adjusted.HasZ && adjusted.P < scoring.Alpha,
		"wald_diff":      wald.Diff, "wald_se": wald.SE,
		"wald_z": orNull(wald.Z, wald.HasZ), "wald_p": orNull(wald.P, wald.HasZ),
	}
}

func propCompareVector(v vector) map[string]any {
	input := in[struct {
		A, B struct{ K, N int64 }
		Conf float64
	}](v)
	requireConf(v, input.Conf)
	a, b := input.A, input.B
	t := scoring.ShareChange(a.K, a.N, b.K, b.N)
	return map[string]any{
		"diff": t.Diff, "newcombe_lo": t.Newcombe.Lo, "newcombe_hi": t.Newcombe.Hi,
		"z_pooled": orNull(t.Z, t.HasZ), "p_pooled": orNull(t.P, t.HasZ),
		"z_nminus1": orNull(t.ZN1, t.HasZ), "p_nminus1": orNull(t.PN1, t.HasZ),
		"p_fisher": scoring.Fisher(a.K, a.N, b.K, b.N),
	}
}

func meanCompareVector(v vector) map[string]any {
	input := in[struct {
		A, B []int
		Conf float64
	}](v)
	requireConf(v, input.Conf)
	t := scoring.MeanChange(sampleOf(input.A), sampleOf(input.B))
	return map[string]any{
		"diff": t.Diff, "se": orNull(t.SE, t.HasSE), "t": orNull(t.T, t.Tested),
		"df": orNull(t.DF, t.Tested), "p": orNull(t.P, t.Tested),
		"lo": orNull(t.Interval.Lo, t.Tested), "hi": orNull(t.Interval.Hi, t.Tested),
	}
}

// sampleOf takes mean and deviation from the ease score of the ratings.
func sampleOf(ratings []int) scoring.Sample {
	s := scoring.Of(scoring.CES7, countsOf(ratings), 0)
	return scoring.Sample{N: s.N, Mean: s.Value, SD: s.SD}
}

func countsOf(ratings []int) scoring.Counts {
	var c scoring.Counts
	for _, r := range ratings {
		c[r]++
	}
	return c
}

func multipleVector(v vector) map[string]any {
	p := in[struct{ P []float64 }](v).P
	return map[string]any{
		"holm": anySlice(scoring.Holm(p)), "bh": anySlice(scoring.BenjaminiHochberg(p)),
	}
}

func anySlice[T any](values []T) []any {
	out := make([]any, len(values))
	for i, value := range values {
		out[i] = value
	}
	return out
}

func sampleSizeVector(v vector) map[string]any {
	input := in[struct {
		Moe      float64 `json:"moe_points"`
		Diff     float64 `json:"diff_points"`
		Variance float64
		VarA     float64 `json:"var_a"`
		VarB     float64 `json:"var_b"`
		P        float64
		Conf     float64
		Power    float64
	}](v)
	requireConf(v, input.Conf)
	var n int64
	var ok bool
	name := "n"
	switch v.Metric {
	case "nps_n_for_moe":
		n, ok = scoring.NPSSampleSize(input.Moe, input.Variance)
	case "proportion_n_for_moe":
		n, ok = scoring.ShareSampleSize(input.Moe, input.P)
	case "nps_n_per_group_for_difference":
		if input.Power != 0.8 {
			v.t.Fatalf("power %v is not supported", input.Power)
		}
		name = "n_per_group"
		n, ok = scoring.NPSGroupSize(input.Diff, input.VarA, input.VarB)
	}
	return map[string]any{name: orNull(n, ok)}
}
