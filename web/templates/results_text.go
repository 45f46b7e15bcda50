package templates

import (
	"math"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Names finds what staff call things.
type Names struct {
	W           *words.Words
	Touchpoints []survey.Touchpoint
	Brand       string // what stands for {brand} in questions
}

// fill puts the names into a text that customers read.
func (n Names) fill(text string) string { return n.W.Fill(text, "brand", n.Brand, "product", "…") }

// Touchpoint is the name of a touchpoint in the reader's language.
func (n Names) Touchpoint(id int64) string {
	for _, t := range n.Touchpoints {
		if t.ID == id {
			if name := t.Names.In(n.W.Lang(), "en"); name != "" {
				return name
			}
			return t.Key
		}
	}
	return n.W.T("results.no_touchpoint")
}

// TouchpointKey is what stands for a touchpoint in addresses and files.
func (n Names) TouchpointKey(id int64) string {
	for _, t := range n.Touchpoints {
		if t.ID == id {
			return t.Key
		}
	}
	return None
}

// Language is the name of a language in itself.
func (n Names) Language(code string) string {
	switch w := words.For(code); {
	case code == "":
		return n.W.T("results.no_language")
	case w.Lang() == code:
		return w.T("lang.name")
	}
	return strings.ToUpper(code)
}

// figures writes the figures of one scheme.
type figures struct {
	w *words.Words
	d scoring.Def
}

func figuresOf(w *words.Words, s scoring.Scheme) figures {
	d, _ := s.Def()
	return figures{w, d}
}

// name is the short name of the score: NPS, CSAT.
func (f figures) name() string {
	switch f.d.Kind {
	case scoring.KindNPS:
		return "NPS"
	case scoring.KindCSAT:
		if f.d.Scheme == scoring.CSS10 {
			return "CSS"
		}
		return "CSAT"
	case scoring.KindCES:
		return "CES"
	case scoring.KindCLI:
		return "CLI"
	case scoring.KindMean:
		return f.w.T("score.mean")
	case scoring.KindShare:
	}
	return f.w.T("score.share")
}

// about says in a few words what the score measures.
func (f figures) about() string {
	switch f.d.Kind {
	case scoring.KindNPS:
		return f.w.T("score.about.nps")
	case scoring.KindCSAT:
		if f.d.Scheme == scoring.CSS10 {
			return f.w.T("score.about.css")
		}
		return f.w.T("score.about.csat")
	case scoring.KindCES:
		return f.w.T("score.about.ces", "lo", f.d.Min, "hi", f.d.Max)
	case scoring.KindCLI:
		return f.w.T("score.about.cli")
	case scoring.KindMean:
		return f.w.T("score.about.mean", "lo", f.d.Min, "hi", f.d.Max)
	case scoring.KindShare:
	}
	return f.w.T("score.about.share")
}

// class is what answers of a class are called.
func (f figures) class(c scoring.Class) string {
	set := "csat"
	switch f.d.Kind {
	case scoring.KindNPS:
		return f.w.T(map[scoring.Class]string{scoring.ClassBest: "class.promoters", scoring.ClassMiddle: "class.passives", scoring.ClassWorst: "class.detractors"}[c])
	case scoring.KindCES:
		set = "ces"
	case scoring.KindCLI:
		set = "cli"
	case scoring.KindCSAT, scoring.KindShare, scoring.KindMean:
	}
	return f.w.T("class." + set + "." + classNames()[c])
}

func classNames() map[scoring.Class]string {
	return map[scoring.Class]string{scoring.ClassBest: "best", scoring.ClassMiddle: "middle", scoring.ClassWorst: "worst"}
}

// number localises a figure that scoring has rounded; it rounds nothing itself.
func (f figures) number(text string, signed bool) string {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return "–"
	}
	decimals := 0
	if _, fraction, ok := strings.Cut(text, "."); ok {
		decimals = len(fraction)
	}
	if signed {
		return f.w.Signed(v, decimals)
	}
	return f.w.Dec(v, decimals)
}

// bare is the value without a unit, "–" without answers.
func (f figures) bare(s scoring.Score) string {
	return f.number(s.Text(), f.d.Unit == scoring.UnitPoints)
}

// unit stands after the value.
func (f figures) unit() string {
	if f.d.Unit == scoring.UnitPercent {
		return strings.TrimPrefix(f.w.Percent(0, 0), "0")
	}
	return ""
}

// value is the score as people read it: +42, 86.5%, 5.70.
func (f figures) value(s scoring.Score) string {
	if !s.Defined {
		return "–"
	}
	return f.bare(s) + f.unit()
}

// interval is "+37 to +46", "" when there is none.
func (f figures) interval(s scoring.Score) string {
	lo, hi := reports.IntervalText(s)
	if lo == "" {
		return ""
	}
	signed := f.d.Unit == scoring.UnitPoints
	return f.w.T("date.range", "from", f.number(lo, signed), "to", f.number(hi, signed)+f.unit())
}

// points is the size of a change: "6 points", "1.5 points".
func (f figures) points(c scoring.Change) string {
	text := strings.TrimPrefix(c.Text(), "-")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && f.d.Decimals == 0 {
		return f.w.N("count.points", n)
	}
	return f.w.T("results.points", "n", f.number(text, false))
}

// signed is a change as +6 or −1.5.
func (f figures) signed(c scoring.Change) string { return f.number(c.Text(), true) }

// changeInterval is the interval of a change, "" when there is none.
func (f figures) changeInterval(c scoring.Change) string {
	if !c.HasInterval {
		return ""
	}
	return f.w.T("date.range", "from", f.number(scoring.RoundFloat(c.Lo, f.d.Decimals), true), "to", f.number(scoring.RoundFloat(c.Hi, f.d.Decimals), true))
}

// level tells whether a change is rounded away.
func level(c scoring.Change) bool { return strings.Trim(c.Text(), "-0.") == "" }

// arrow stands before a change; a level one has none.
func arrow(c scoring.Change) string {
	switch {
	case level(c):
		return ""
	case c.Diff > 0:
		return "▲ "
	}
	return "▼ "
}

// direction colours a change that is more than chance.
func direction(c reports.Compared) ui.Direction {
	switch {
	case !c.Real:
		return ui.Level
	case c.Up():
		return ui.Better
	}
	return ui.Worse
}

// answers is "1,363 answers".
func answers(w *words.Words, n int64) string { return w.N("count.answers", n) }

// care is the badge of a figure that rests on few answers, "" when it does not.
func care(w *words.Words, s scoring.Score) string {
	if s.Gate() == scoring.GateOK || s.N == 0 {
		return ""
	}
	return w.N("dash.small_sample", s.N)
}

// dayShort is "18 Nov", or with the year where it is not the reader's.
func dayShort(w *words.Words, d, today survey.Day) string {
	y, m, day := d.Date()
	if now, _, _ := today.Date(); now != y {
		return w.DateYear(y, m, day)
	}
	return w.DateShort(y, m, day)
}

// span is "31 August to 22 November 2026".
func span(w *words.Words, p reports.Period) string {
	fy, fm, fd := p.First.Date()
	ly, lm, ld := p.Last.Date()
	from := w.Date(fy, fm, fd)
	if fy != ly {
		from = w.DateYear(fy, fm, fd)
	}
	return w.T("date.range", "from", from, "to", w.DateYear(ly, lm, ld))
}

// scaleOf is a round range that holds all values, and its step, within what the measure can be.
func scaleOf(d scoring.Def, values []float64) (lo, hi, step float64) {
	least, most := measure(d)
	lo, hi = most, least
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	if lo >= hi {
		lo, hi = least, most
	}
	step = math.Pow(10, math.Floor(math.Log10((hi-lo)/4)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (hi-lo)/(step*m) <= 5 {
			step *= m
			break
		}
	}
	lo, hi = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	if lo < least {
		lo = least
	}
	return lo, min(hi, most), step
}

// measure is the range of a score.
func measure(d scoring.Def) (lo, hi float64) {
	switch d.Unit {
	case scoring.UnitPoints:
		return -100, 100
	case scoring.UnitPercent:
		return 0, 100
	case scoring.UnitScore:
	}
	if d.Kind == scoring.KindCLI {
		return 0, 100
	}
	return float64(d.Min), float64(d.Max)
}

// ticks label a scale of the measure.
func (f figures) ticks(lo, hi, step float64, every int) []ui.Tick {
	decimals := 0
	if step < 1 {
		decimals = 1
	}
	// From a multiple of the step on, so that 0 is a line where it is in range.
	return ui.Ticks(math.Ceil(lo/step-1e-9)*step, hi, step, every, func(v float64) string {
		switch f.d.Unit {
		case scoring.UnitPoints:
			return f.w.Signed(v, decimals)
		case scoring.UnitPercent:
			return f.w.Percent(v, decimals)
		case scoring.UnitScore:
		}
		return f.w.Dec(v, decimals)
	})
}
