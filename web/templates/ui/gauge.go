package ui

import "strconv"

// Gauge shows where an answer stands on its scale, and where earlier ones stood.
type Gauge struct {
	ID     string // unique on the page
	Title  string // the same in words
	Lo, Hi int
	Now    Mark
	Past   []float64
	Before string // label of the earlier ones
}

// gaugeShape is a Gauge in coordinates.
type gaugeShape struct {
	height, line, long, short, below string
	ticks                            []gaugeTick
	past                             []string
	now                              string
	nowLabel, pastLabel              placed
}

type gaugeTick struct {
	x, label string // "": a short one
}

// The scale leaves room at its ends for half a label.
const gaugeEdge = 0.02

func (g Gauge) at(v float64) float64 {
	return gaugeEdge + (1-2*gaugeEdge)*share(v, float64(g.Lo), float64(g.Hi))
}

// shape puts the labels over their marks; in two rows where they would meet.
func (g Gauge) shape() gaugeShape {
	y := 26
	s := gaugeShape{now: pct(g.at(g.Now.At))}
	middle := 0.0
	for _, v := range g.Past {
		s.past = append(s.past, pct(g.at(v)))
		middle += g.at(v) / float64(len(g.Past))
	}
	now := g.at(g.Now.At)
	s.nowLabel = over(now, g.Now.Label)
	if len(g.Past) > 0 {
		s.pastLabel = over(middle, g.Before)
		if gap := now - middle; gap < 0.45 && gap > -0.45 {
			y += 16
			s.nowLabel.y = "28"
		}
	}
	for v := g.Lo; v <= g.Hi; v++ {
		t := gaugeTick{x: pct(g.at(float64(v)))}
		if v == g.Lo || v == g.Hi || g.Hi-g.Lo < 8 || v == 5 {
			t.label = strconv.Itoa(v)
		}
		s.ticks = append(s.ticks, t)
	}
	s.height, s.line, s.long, s.short, s.below = itoa(y+28), itoa(y), itoa(y+9), itoa(y+5), itoa(y+24)
	return s
}

// over puts a label above its mark, within the scale.
func over(x float64, label string) placed {
	p := placed{x: pct(x), anchor: "middle", y: "12", label: label}
	switch {
	case x < 0.25:
		p.x, p.anchor = pct(max(0, x-gaugeEdge)), "start"
	case x > 0.75:
		p.x, p.anchor = pct(min(1, x+gaugeEdge)), "end"
	}
	return p
}
