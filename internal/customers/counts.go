package customers

import (
	"math/big"

	"github.com/surveyd/surveyd/internal/scoring"
)

// contractCounts gives the forms of the metrics of subscriptions, contracts, the pipeline and the loyalty programme for shops that have only counts; nil: there is none.
func contractCounts(key string) []Counts {
	switch key {
	case "renewal":
		return partCounts("renewed", "due", ByContract)
	case "upsell":
		return partCounts("upsold", "customers", Subscribed, SubscribedAny, Window, WindowAny)
	case "close_rate":
		return partCounts("won", "leads", funnel, closed, cohort)
	case "loyalty_participation":
		return partCounts("members", "customers", AtEnd)
	case "loyalty_engagement":
		return partCounts("active_members", "members", ByProgramme)
	case "loyalty_redemption": // of older rewards too, so that more than all of them is right
		return counts([]CountsField{countField("redeemed"), countField("issued")}, func(in map[string]int64) Figure { return percentTyped(in, "redeemed", "issued") }, ByProgramme)
	case "quota":
		return counts([]CountsField{moneyField("actual"), moneyField("quota")}, func(in map[string]int64) Figure {
			f := percentTyped(in, "actual", "quota")
			f.N, f.Inputs = 0, []Input{money("actual", in["actual"]), money("quota", in["quota"])}
			return f
		}, WonDeals)
	case "mrr":
		return counts([]CountsField{countField("active_end"), moneyField("arpc")}, recurringTyped, Subscribed)
	}
	return nil
}

// partCounts is the form of a share: more than the whole contradicts itself.
func partCounts(part, whole string, variants ...string) []Counts {
	return counts([]CountsField{countField(part), countField(whole)}, func(in map[string]int64) Figure {
		f := percentTyped(in, part, whole)
		if in[part] > in[whole] {
			f.warn(Inconsistent)
		}
		return f
	}, variants...)
}

// percentTyped is a share in percent, without an interval: nobody knows how wrong the counts are.
func percentTyped(in map[string]int64, part, whole string) Figure {
	return Figure{
		Value: scoring.PercentOf(in[part], in[whole]), Num: in[part], Den: in[whole], N: in[whole],
		Inputs: []Input{count(part, in[part]), count(whole, in[whole])},
	}
}

// recurringTyped is the estimate of MRR: active customers x what one of them pays a month (metrics 4.7).
func recurringTyped(in map[string]int64) Figure {
	f := Figure{
		Value: scoring.RecurringOfCounts(in["active_end"], big.NewRat(in["arpc"], 1)), N: in["active_end"],
		Inputs: []Input{count("active_end", in["active_end"]), money("arpc", in["arpc"])},
	}
	f.fraction()
	return f
}
