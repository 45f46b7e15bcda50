package ui

import "strings"

// Point is one week or day of a line.
type Point struct {
	OK       bool // false: no answers, the line has a gap
	Value    float64
	From, To float64 // interval
	Break    bool    // a new version starts here: not joined to what was before
}

// Event is a dated note at a place among the points; 0 is the first.
type Event struct {
	At    float64
	Label string
}

// Trend is a line over time with its interval as a band.
type Trend struct {
	ID       string
	Title    string
	Lo, Hi   float64
	Ticks    []Tick  // of the value
	Times    []Tick  // of the time, At counts points from 0
	Points   []Point // evenly spaced
	Previous []Point // the period before, drawn dashed; Point i lies under point i
	Events   []Event
	Last     string // label of the last value
	Height   int    // of the plot in pixels; 0 is 224
}

// Spacing of the plot inside the svg, in pixels.
const (
	plotTop   = 22
	rowHeight = 16
	mostDots  = 60 // above that many points only the ends of lines get a dot
)

type dotShape struct{ x, y, r, class string }

type lineShape struct{ x, y, y2, label, anchor, dx, labelY string }

// trendShape is a Trend in coordinates: those of the stretched inner plot from
// 0 to 100, those of the outer one in percent across and pixels down.
type trendShape struct {
	top, plot, height, bottom string
	grid, times, events       []lineShape
	bands, lines, previous    []string
	dots                      []dotShape
	whiskers                  []lineShape // intervals of points that stand alone
	last                      placed
}

func (t Trend) shape() trendShape {
	plot := float64(t.Height)
	if plot <= 0 {
		plot = 224
	}
	events, rows := t.eventLines()
	top := float64(plotTop + rowHeight*max(rows-1, 0))
	s := trendShape{top: px(top), plot: px(plot), bottom: px(top + plot), height: px(top + plot + 22), events: events}
	for i := range s.events {
		s.events[i].y2 = s.bottom
	}
	y := func(v float64) float64 { return top + plot*(1-share(v, t.Lo, t.Hi)) }
	for _, tick := range t.Ticks {
		s.grid = append(s.grid, lineShape{y: px(y(tick.At)), labelY: px(y(tick.At) + 4), label: tick.Label, x: gridClass(tick.At)})
	}
	s.times = t.timeLabels(px(top + plot + 18))
	t.draw(&s, y)
	for _, run := range runs(t.Previous) {
		if len(run) > 1 {
			s.previous = append(s.previous, t.path(t.Previous, run, func(p Point) float64 { return p.Value }))
		}
	}
	return s
}

// draw adds the lines, bands and dots of the points.
func (t Trend) draw(s *trendShape, y func(float64) float64) {
	all := runs(t.Points)
	for n, run := range all {
		first, last := run[0], run[len(run)-1]
		if len(run) > 1 {
			s.lines = append(s.lines, t.path(t.Points, run, func(p Point) float64 { return p.Value }))
			s.bands = append(s.bands, t.band(run))
		} else if p := t.Points[first]; p.To > p.From {
			s.whiskers = append(s.whiskers, lineShape{x: pct(t.x(first)), y: px(y(p.To)), y2: px(y(p.From))})
		}
		for _, i := range run {
			newest := n == len(all)-1 && i == last
			if len(t.Points) > mostDots && !newest && len(run) > 1 {
				continue
			}
			d := dotShape{x: pct(t.x(i)), y: px(y(t.Points[i].Value)), r: "3", class: "dot"}
			if newest {
				d.r, d.class = "4.5", "dot now"
				s.last = t.lastLabel(i, y(t.Points[i].Value))
			}
			s.dots = append(s.dots, d)
		}
	}
}

// lastLabel stands above the newest dot, or under it where the top is near.
func (t Trend) lastLabel(i int, y float64) placed {
	x := t.x(i)
	at := y - 12
	if y < plotTop+14 {
		at = y + 22
	}
	p := placed{x: pct(x), anchor: edge(x), y: px(at), label: t.Last}
	if p.anchor == "end" {
		p.x = "100%"
	}
	return p
}

// x places point i from 0 to 1; a single point stands in the middle.
func (t Trend) x(i int) float64 { return t.at(float64(i)) }

func (t Trend) at(i float64) float64 {
	const inset = 0.008
	n := max(len(t.Points), len(t.Previous))
	if n < 2 {
		return 0.5
	}
	return inset + share(i, 0, float64(n-1))*(1-2*inset)
}

// path writes the points of a run for the stretched plot.
func (t Trend) path(points []Point, run []int, value func(Point) float64) string {
	var b strings.Builder
	for n, i := range run {
		if n > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(px(t.x(i) * 100))
		b.WriteByte(',')
		b.WriteString(px(100 * (1 - share(value(points[i]), t.Lo, t.Hi))))
	}
	return b.String()
}

// band runs along the upper ends of the intervals and back along the lower.
func (t Trend) band(run []int) string {
	back := make([]int, len(run))
	for n, i := range run {
		back[len(run)-1-n] = i
	}
	return t.path(t.Points, run, func(p Point) float64 { return p.To }) + " " +
		t.path(t.Points, back, func(p Point) float64 { return p.From })
}

// runs cuts points into pieces that are joined: at gaps and at breaks.
func runs(points []Point) [][]int {
	var all [][]int
	joined := false
	for i, p := range points {
		switch {
		case !p.OK:
			joined = false
			continue
		case joined && !p.Break:
			all[len(all)-1] = append(all[len(all)-1], i)
		default:
			all = append(all, []int{i})
		}
		joined = true
	}
	return all
}

// timeLabels keeps the labels of the time axis apart and inside.
func (t Trend) timeLabels(y string) []lineShape {
	var kept []lineShape
	free := 0.0
	for _, tick := range t.Times {
		x, need := t.at(tick.At), room(tick.Label)
		l := lineShape{x: pct(x), y: y, label: tick.Label, anchor: "start"}
		from := x
		switch {
		case x+need/2 > 1:
			l.anchor, from = "end", x-need
		case x+need > 1:
			l.anchor, from = "middle", x-need/2
		}
		if from < free {
			continue
		}
		free = from + need
		kept = append(kept, l)
	}
	return kept
}

// eventLines places the notes above the plot, in a second and third row where
// they would run into each other.
func (t Trend) eventLines() ([]lineShape, int) {
	var lines []lineShape
	var taken []float64 // how far each row is taken, 0 to 1
	for _, e := range t.Events {
		x := t.at(e.At)
		a, dx := anchor(x, true, e.Label)
		from, to := x, x+room(e.Label)
		if a == "end" {
			from, to = x-room(e.Label), x
		}
		row := 0
		for row < len(taken) && taken[row] > from {
			row++
		}
		if row == len(taken) {
			taken = append(taken, 0)
		}
		taken[row] = to
		y := 13 + rowHeight*row
		lines = append(lines, lineShape{x: pct(x), y: itoa(y + 1), labelY: itoa(y), label: e.Label, anchor: a, dx: dx})
	}
	return lines, len(taken)
}

func gridClass(at float64) string {
	if at == 0 {
		return "zero"
	}
	return "grid"
}
