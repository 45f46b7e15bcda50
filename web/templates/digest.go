package templates

import (
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Digest writes the figures of a week as the dashboard writes them, for mails.
type Digest struct {
	reports.Week
	Names
}

// DigestFigure is one of the figures, with its uncertainty.
type DigestFigure struct {
	Name, Value string
	Change      string   // "": there is nothing to compare with
	Notes       []string // the interval, and of how many
}

// Lead is the sentence that says it all.
func (d Digest) Lead() string {
	if d.Score.To.N == 0 {
		return d.W.T("digest.none")
	}
	return d.page().lead()
}

// Remarks stand under it: how sure the change is, and what is more than chance.
func (d Digest) Remarks() []string {
	if d.Score.To.N == 0 {
		return nil
	}
	all := d.page().remarks()
	for _, f := range d.page().found() {
		all = append(all, f.Before+f.Name+f.After)
	}
	return all
}

// page is the dashboard of the week.
func (d Digest) page() Dashboard {
	return Dashboard{Dashboard: d.Dashboard, Names: d.Names, Form: ResultsForm{Period: "custom"}}
}

// Figures are the five of them.
func (d Digest) Figures() []DigestFigure {
	w := d.W
	return []DigestFigure{
		d.score(),
		d.turn("digest.sent", d.Sent),
		d.turn("digest.answers", d.Answers),
		d.share("funnel.rate", part{d.Rate.Answered, max(d.Rate.Delivered(), 0)}, part{d.RateBefore.Answered, max(d.RateBefore.Delivered(), 0)},
			w.T("reached.of", "n", w.Int(max(d.Rate.Delivered(), 0))), w.T("digest.settled", "period", span(w, d.Settled))),
		d.share("digest.comments", part{d.Comments.Now, d.Answers.Now}, part{d.Comments.Before, d.Answers.Before}, answers(w, d.Answers.Now)),
	}
}

func (d Digest) score() DigestFigure {
	t := d.page().tile()
	f := DigestFigure{Name: d.page().title(), Value: t.Value + t.Unit, Notes: []string{answers(d.W, d.Score.To.N)}}
	if t.Delta != "" {
		f.Change = t.Delta + ", " + t.DeltaNote
	}
	if in := d.page().fig().interval(d.Score.To); in != "" {
		f.Notes = append([]string{d.W.T("results.interval") + " " + in}, f.Notes...)
	}
	return f
}

func (d Digest) turn(key string, t reports.Turn) DigestFigure {
	f := DigestFigure{Name: d.W.T(key), Value: d.W.Int(t.Now)}
	if t.Before > 0 {
		f.Change = pointer(t.Now-t.Before) + d.W.T("results.from_value", "value", d.W.Int(t.Before))
	}
	return f
}

// pointer stands before what something was.
func pointer(diff int64) string {
	switch {
	case diff > 0:
		return "▲ "
	case diff < 0:
		return "▼ "
	}
	return ""
}

// part is k of n.
type part struct{ k, n int64 }

func (d Digest) share(key string, now, before part, notes ...string) DigestFigure {
	f := DigestFigure{Name: d.W.T(key), Value: "–"}
	in, ok := scoring.Wilson(now.k, now.n)
	if !ok {
		return f
	}
	text := func(v float64) string { return d.W.Percent(v, 0) }
	percent := func(p part) float64 { return 100 * float64(p.k) / float64(p.n) }
	f.Value = text(percent(now))
	if before.n > 0 && before.k <= before.n {
		f.Change = pointer(now.k*before.n-before.k*now.n) + d.W.T("results.from_value", "value", text(percent(before)))
	}
	f.Notes = append([]string{d.W.T("results.interval") + " " + d.W.T("date.range", "from", text(in.Lo), "to", text(in.Hi))}, notes...)
	return f
}

// Rated is what a response gave, on the scale of its questions; "" without a rating.
func (d Digest) Rated(r survey.Response) string { return rated(d.W, r, d.Definitions[r.VersionID]) }

// Span is the days of the week.
func (d Digest) Span() string { return span(d.W, d.Filter.Period) }
