package templates

import (
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// reachedFacts say how many of those who were asked answered, how far the others might move the score, and how many clicks nobody has confirmed.
func (d Dashboard) reachedFacts() (all []ui.Fact) {
	w, f := d.W, d.fig()
	if rate := reports.Rate(d.Reached.Settled); rate.Defined() {
		fact := ui.Fact{Before: w.T("reached.rate"), Bold: w.Percent(rate.Float(), 0), After: w.T("reached.of", "n", w.Int(d.Reached.Settled.Delivered()))}
		if d.MayEdit {
			fact.Href = d.Form.Address(FunnelPath, "compare", usualCompare, "grain", "", "class", "")
		}
		all = append(all, fact)
		// Who answered by invitation is taken to have given the score of all who answered.
		if d.Score.To.Defined && d.Reached.Settled.Answered >= scoring.FewBelow {
			lo, hi := measure(f.d)
			from, to := scoring.WorstCase(d.Score.To.Value, rate.Float(), lo, hi)
			all = append(all, ui.Fact{Before: w.T("reached.worst"), Bold: f.span(from, to)})
		}
	}
	if n := d.Reached.All.Unconfirmed; n > 0 {
		before, after, _ := strings.Cut(w.N("funnel.unconfirmed_n", n), w.Int(n))
		fact := ui.Fact{Before: before, Bold: w.Int(n), After: after}
		if d.MayEdit {
			fact.Href = unconfirmedAddress(strconv.FormatInt(d.Survey.ID, 10))
		}
		all = append(all, fact)
	}
	return all
}

// span is two values of the score as "−40 to +62".
func (f figures) span(from, to float64) string {
	signed := f.d.Unit == scoring.UnitPoints
	text := func(v float64) string { return f.number(scoring.RoundFloat(v, f.d.Decimals), signed) }
	return f.w.T("date.range", "from", text(from), "to", text(to)+f.unit())
}
