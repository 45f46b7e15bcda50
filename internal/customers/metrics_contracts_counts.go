package customers

import (
	"math/big"

	"github.com/surveyd/surveyd/internal/scoring"
)

// shareCounts is the form of a share: how many of how many. More of them than there are cannot be.
func shareCounts(part, wholes string, variants ...string) []Counts {
	return counts([]CountsField{countField(part), countField(wholes)}, func(in map[string]int64) Figure {
		f := share(in[part], in[wholes], count(part, in[part]), count(wholes, in[wholes]))
		if in[part] > in[wholes] {
			f.warn(Inconsistent)
		}
		return f
	}, variants...)
}

// recurringCounts estimates revenue from customers and what each brings a month (metrics 4.7).
func recurringCounts() []Counts {
	return counts([]CountsField{countField("active_end"), moneyField("arpc")}, func(in map[string]int64) Figure {
		f := recurringOf(in)
		f.fraction()
		return f
	}, Subscribed)
}

func recurringOf(in map[string]int64) Figure {
	arpc := big.NewRat(in["arpc"], 1)
	return Figure{
		Value: scoring.RecurringOfCounts(in["active_end"], arpc), N: in["active_end"],
		Inputs: []Input{count("active_end", in["active_end"]), {"arpc", arpc, Money}},
	}
}

func oneOffCounts() []Counts {
	return counts([]CountsField{moneyField("one_off_revenue"), countField("months")}, func(in map[string]int64) Figure {
		f := Figure{Value: scoring.MonthlyAverage(in["one_off_revenue"], in["months"]), N: in["months"], Inputs: oneOffInputs(in)}
		f.fraction()
		return f
	}, AverageMonth)
}

func oneOffInputs(in map[string]int64) []Input {
	return []Input{money("one_off_revenue", in["one_off_revenue"]), count("months", in["months"])}
}

func runRateCounts() []Counts {
	fields := []CountsField{countField("active_end"), moneyField("arpc"), moneyField("one_off_revenue"), countField("months")}
	return counts(fields, func(in map[string]int64) Figure {
		f, average := recurringOf(in), scoring.MonthlyAverage(in["one_off_revenue"], in["months"])
		f.Inputs = append(f.Inputs, Input{"mrr", f.Value, Money})
		f.Inputs = append(append(f.Inputs, oneOffInputs(in)...), Input{"avg_monthly_one_off", average, Money})
		if average == nil {
			f.Value = nil
		} else {
			f.Value = new(big.Rat).Add(f.Value, average)
		}
		f.fraction()
		return f
	}, AverageMonth)
}

func quotaCounts() []Counts {
	return counts([]CountsField{moneyField("actual"), {Name: "quota", Unit: Money, Positive: true}}, func(in map[string]int64) Figure {
		a := scoring.Attainment{Actual: in["actual"], Quota: in["quota"]}
		f := Figure{Value: a.Percent(), Num: a.Actual, Den: a.Quota, Inputs: []Input{money("actual", a.Actual), money("quota", a.Quota)}}
		if a.Quota < 0 {
			f.warn(Inconsistent)
		}
		return f
	}, WonDeals)
}

// redemptionCounts may exceed 100 percent: rewards of earlier periods are redeemed too.
func redemptionCounts() []Counts {
	return counts([]CountsField{countField("redeemed"), countField("issued")}, func(in map[string]int64) Figure {
		return (&rewards{redeemed: in["redeemed"], issued: in["issued"]}).figure()
	}, ByProgramme)
}

func engagementRatioCounts() []Counts {
	return counts([]CountsField{countField("active_members"), countField("customers")}, func(in map[string]int64) Figure {
		f := engagementRatioOf(in["active_members"], in["customers"])
		if in["active_members"] > in["customers"] {
			f.warn(Inconsistent)
		}
		return f
	}, ByProgramme)
}
