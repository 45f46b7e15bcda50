package scoring_test

import (
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

type countsInput struct {
	Scheme scoring.Scheme   `json:"scheme"`
	Counts map[string]int64 `json:"counts"`
}

// score computes the score of a case's counts; ratings that Counts cannot hold are invalid.
func (c countsInput) score(v vector) scoring.Score {
	var counts scoring.Counts
	var invalid int64
	for text, n := range c.Counts {
		rating, err := strconv.Atoi(text)
		if err != nil {
			v.t.Fatal(err)
		}
		if rating < 0 || rating >= len(counts) {
			invalid += n
			continue
		}
		counts[rating] += n
	}
	return scoring.Of(c.Scheme, counts, invalid)
}

func npsVector(v vector) map[string]any {
	s := in[countsInput](v).score(v)
	c := s.Classes()
	centre, adjustedSE := c.Adjusted()
	wald, _ := c.Wald()
	adjusted, _ := c.AdjustedWald()
	tango, _ := c.ScoreInterval()
	student, hasT := c.TInterval()
	ok := s.Defined
	if ok && (s.Lo != min(adjusted.Lo, s.Value) || s.Hi != max(adjusted.Hi, s.Value)) {
		v.t.Errorf("score has %v..%v, want the adjusted interval %v with the value", s.Lo, s.Hi, adjusted)
	}
	return map[string]any{
		"n": s.N, "promoters": s.Best, "passives": s.Middle, "detractors": s.Worst,
		"invalid": s.Invalid, "nps": ratioOrNull(s.Exact),
		"nps_rounded": integerOrNull(v.t, s.Text()), "nps_1dp": textOrNull(s.TextAt(1)),
		"promoter_pct":  ratioOrNull(s.Share(scoring.ClassBest)),
		"passive_pct":   ratioOrNull(s.Share(scoring.ClassMiddle)),
		"detractor_pct": ratioOrNull(s.Share(scoring.ClassWorst)),
		"se":            orNull(c.SE(), ok), "moe95_wald": orNull(z95*c.SE(), ok),
		"wald_lo": orNull(wald.Lo, ok), "wald_hi": orNull(wald.Hi, ok),
		"adj_center": orNull(centre, ok), "adj_se": orNull(adjustedSE, ok),
		"adj_moe95": orNull(z95*adjustedSE, ok),
		"adj_lo":    orNull(adjusted.Lo, ok), "adj_hi": orNull(adjusted.Hi, ok),
		"score_lo": orNull(tango.Lo, ok), "score_hi": orNull(tango.Hi, ok),
		"t_lo": orNull(student.Lo, hasT), "t_hi": orNull(student.Hi, hasT),
	}
}

// z95 is given by the specification (metrics 5).
const z95 = 1.959963984540054

func csatVector(v vector) map[string]any {
	s := in[countsInput](v).score(v)
	return map[string]any{
		"n": s.N, "positive": s.Best, "invalid": s.Invalid, "csat_pct": ratioOrNull(s.Exact),
		"csat_rounded": integerOrNull(v.t, s.TextAt(0)), "csat_1dp": textOrNull(s.Text()),
		"mean":      orNull(scoring.Ratio{Num: s.RateSum, Den: s.N}, s.Defined),
		"wilson_lo": orNull(s.Lo, s.HasInterval), "wilson_hi": orNull(s.Hi, s.HasInterval),
		"meets_70": orNull(s.Exact.AtLeast(70), s.Defined),
	}
}

func cesVector(v vector) map[string]any {
	s := in[countsInput](v).score(v)
	def, _ := s.Scheme.Def()
	se := scoring.MeanChange(scoring.Sample{N: s.N, SD: s.SD}, scoring.Sample{N: 2}).SE
	return map[string]any{
		"n": s.N, "invalid": s.Invalid, "ces": ratioOrNull(s.Exact), "ces_2dp": textOrNull(s.Text()),
		"sd": orNull(s.SD, s.N > 1), "se": orNull(se, s.N > 1),
		"t_lo": orNull(s.Lo, s.HasInterval), "t_hi": orNull(s.Hi, s.HasInterval),
		"agree_pct":        ratioOrNull(s.Share(scoring.ClassBest)),
		"higher_is_better": def.HigherIsBetter,
	}
}

func cliVector(v vector) map[string]any {
	input := in[struct {
		Answers [][]*int `json:"answers"`
	}](v)
	var tally scoring.CLITally
	each := []any{}
	for _, answers := range input.Answers {
		var one scoring.CLITally
		var given [3]int
		for i, a := range answers {
			if a != nil {
				given[i] = *a
			}
		}
		one.Count(given)
		tally.Add(one)
		if one.N == 1 {
			each = append(each, one.Score().Exact)
		}
	}
	s := tally.Score()
	if again := scoring.CLIOf(tally.N, tally.Sum, tally.SumSq); again.Exact != s.Exact || again.SD != s.SD {
		v.t.Errorf("from sums %v, from the tally %v", again, s)
	}
	questions := []any{tally.Question(0), tally.Question(1), tally.Question(2)}
	return map[string]any{
		"respondents": s.N, "incomplete": tally.Incomplete, "per_respondent": each,
		"cli": ratioOrNull(s.Exact), "cli_1dp": textOrNull(s.Text()),
		"by_question": orNull(questions, s.Defined), "sd": orNull(s.SD, s.N > 1),
		"t_lo": orNull(s.Lo, s.HasInterval), "t_hi": orNull(s.Hi, s.HasInterval),
	}
}

func npsEventsVector(v vector) map[string]any {
	input := in[struct {
		Period struct {
			Start, End string
			TZ         string `json:"tz"`
		} `json:"period"`
		Scheme    scoring.Scheme `json:"scheme"`
		Responses []struct {
			ID         int64     `json:"id"`
			Invitation *int64    `json:"invitation_id"`
			Touchpoint string    `json:"touchpoint"`
			At         time.Time `json:"responded_at"`
			Score      *int      `json:"score"`
			Status     string    `json:"status"`
		} `json:"responses"`
	}](v)
	responses := make([]scoring.Response, 0, len(input.Responses))
	for _, r := range input.Responses {
		response := scoring.Response{ID: r.ID, Touchpoint: r.Touchpoint, At: r.At, Test: r.Status == "test"}
		if r.Invitation != nil {
			response.Invitation = *r.Invitation
		}
		if r.Score != nil {
			response.Rating, response.Rated = *r.Score, true
		}
		responses = append(responses, response)
	}
	period := periodOf(v.t, input.Period.Start, input.Period.End, input.Period.TZ)
	result := scoring.FromResponses(input.Scheme, period, responses)
	touchpoints := map[string]any{}
	for name, group := range result.ByTouchpoint {
		touchpoints[name] = groupFields(group)
	}
	found := groupFields(result.All)
	found["by_touchpoint"] = touchpoints
	return found
}

func groupFields(g scoring.Group) map[string]any {
	s := g.Score
	return map[string]any{
		"n": s.N, "promoters": s.Best, "passives": s.Middle, "detractors": s.Worst,
		"invalid": s.Invalid, "unanswered": g.Unanswered, "nps": ratioOrNull(s.Exact),
	}
}
