package ui

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// Tick is one place on an axis, in data units. A tick without a label is minor.
type Tick struct {
	At    float64
	Label string
}

// Ticks makes ticks from lo to hi every step, each labelled by write; every
// so many of them get the label (1 is all).
func Ticks(lo, hi, step float64, every int, write func(float64) string) []Tick {
	var ticks []Tick
	if step <= 0 || every <= 0 {
		return nil
	}
	for i := 0; ; i++ {
		at := lo + float64(i)*step
		if at > hi+step/1000 {
			return ticks
		}
		t := Tick{At: at}
		if i%every == 0 {
			t.Label = write(at)
		}
		ticks = append(ticks, t)
	}
}

// Class says what a bar or part stands for; it is the CSS class that fills it.
type Class string

// The classes differ in fill and texture: solid, hollow, hatched.
const (
	Best   Class = "pro"
	Middle Class = "pas"
	Worst  Class = "det"
)

// share places v between lo and hi, from 0 to 1, and keeps it inside.
func share(v, lo, hi float64) float64 {
	if hi <= lo || math.IsNaN(v) {
		return 0
	}
	return min(max((v-lo)/(hi-lo), 0), 1)
}

// px writes a length or coordinate with at most two decimals.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64)
}

// pct writes a share from 0 to 1 in percent of the width.
func pct(v float64) string { return px(v*100) + "%" }

// room is the part of a chart that a label may take, from 0 to 1. Nobody here
// knows how wide the chart will be, so it is that of a phone: 280 pixels.
func room(label string) float64 {
	const letter, chart = 7.2, 280
	return min((float64(utf8.RuneCountInString(label))*letter+8)/chart, 1)
}

// anchor gives the text-anchor and the shift of a label beside x (0 to 1) that
// would rather stand to the left, or to the right, of its mark: the other side
// when there is no room, unless that one has less.
func anchor(x float64, left bool, label string) (string, string) {
	need := room(label)
	switch {
	case left && x < need && 1-x > x:
		left = false
	case !left && 1-x < need && x > 1-x:
		left = true
	}
	if left {
		return "end", "-5"
	}
	return "start", "6"
}

// edge gives the text-anchor of a label centred under x, except at the ends,
// where it stays inside.
func edge(x float64) string {
	switch {
	case x < 0.04:
		return "start"
	case x > 0.96:
		return "end"
	default:
		return "middle"
	}
}
