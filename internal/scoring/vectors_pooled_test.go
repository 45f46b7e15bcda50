package scoring_test

import (
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

func mixVector(v vector) map[string]any {
	input := in[struct {
		A map[string][3]int64 `json:"period_a"`
		B map[string][3]int64 `json:"period_b"`
	}](v)
	var parts []scoring.Part
	for name, a := range input.A {
		parts = append(parts, scoring.Part{A: classScore(a), B: classScore(input.B[name])})
	}
	m := scoring.Decompose(parts)
	return map[string]any{
		"pooled_a": m.PooledA, "pooled_b": m.PooledB, "change": m.Change,
		"within_effect": m.Within, "mix_effect": m.Mix,
		"standardized_b_to_mix_a": m.Standardised, "standardized_b_se": m.SE,
		"simpson_reversal": m.Reversal,
	}
}

// classScore is the nps11 score of promoters, passives and detractors.
func classScore(c [3]int64) scoring.Score {
	return npsOf(scoring.Classes{Best: c[0], Middle: c[1], Worst: c[2]})
}

func trendVector(v vector) map[string]any {
	input := in[struct {
		Days []struct {
			Date    string
			P, Q, D int64
		}
		Window   int     `json:"window_days"`
		HalfLife float64 `json:"half_life_days"`
	}](v)
	var counts []scoring.Day[scoring.Counts]
	var scores []scoring.Day[scoring.Score]
	for _, d := range input.Days {
		day := dayNumber(v.t, d.Date)
		c := scoring.Counts{10: d.P, 8: d.Q, 0: d.D}
		counts = append(counts, scoring.Day[scoring.Counts]{Day: day, Value: c})
		scores = append(scores, scoring.Day[scoring.Score]{Day: day, Value: scoring.Of(scoring.NPS11, c, 0)})
	}
	var rolling, ewma []any
	for _, d := range scoring.Rolling(counts, input.Window) {
		s := scoring.Of(scoring.NPS11, d.Value, 0)
		rolling = append(rolling, map[string]any{"date": dayText(d.Day), "n": s.N, "nps": ratioOrNull(s.Exact)})
	}
	for _, p := range scoring.EWMA(scores, input.HalfLife) {
		ewma = append(ewma, map[string]any{
			"date": dayText(p.Day), "weight": p.Weight, "nps": orNull(p.Value, p.Defined),
		})
	}
	return map[string]any{"rolling": rolling, "ewma": ewma}
}

const secondsPerDay = 24 * 60 * 60

func dayNumber(t *testing.T, date string) int {
	t.Helper()
	return int(mustDate(t, date).Unix() / secondsPerDay)
}

func dayText(day int) string {
	return time.Unix(int64(day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

func responseVector(v vector) map[string]any {
	input := in[struct {
		classesInput
		Sent, Bounced int64
	}](v)
	r := scoring.ResponseBounds(input.Sent, input.Bounced, input.classes())
	return map[string]any{
		"delivered": r.Delivered, "responses": r.Responses,
		"response_rate_pct": ratioOrNull(r.Rate), "nps": ratioOrNull(r.NPS),
		"worst_case_lo": ratioOrNull(r.Lo), "worst_case_hi": ratioOrNull(r.Hi),
	}
}

func weightedVector(v vector) map[string]any {
	input := in[struct {
		Classes []int
		Weights []float64
	}](v)
	var answers []scoring.WeightedAnswer
	for i, code := range input.Classes {
		class := map[int]scoring.Class{-1: scoring.ClassWorst, 0: scoring.ClassMiddle, 1: scoring.ClassBest}[code]
		answers = append(answers, scoring.WeightedAnswer{Class: class, Weight: input.Weights[i]})
	}
	w, ok := scoring.Weight(answers)
	return map[string]any{"nps": orNull(w.Value, ok), "se": orNull(w.SE, ok), "n_eff": orNull(w.NEff, ok)}
}

func roundingVector(v vector) map[string]any {
	input := in[struct {
		Num, Den int64
		Decimals int
	}](v)
	return map[string]any{"text": scoring.RoundHalfAway(input.Num, input.Den, input.Decimals)}
}

func periodOf(t *testing.T, start, end, zone string) scoring.Period {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return scoring.LocalPeriod(mustDate(t, start), mustDate(t, end), loc)
}

func mustDate(t *testing.T, date string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
