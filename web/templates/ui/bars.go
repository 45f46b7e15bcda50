package ui

// Bar is how often one rating was given.
type Bar struct {
	Label string
	Count float64
	Text  string // the count as text
	Class Class
}

// Histogram shows how often each rating of a scale was given.
type Histogram struct {
	ID    string
	Title string
	Bars  []Bar
}

type barShape struct {
	x, width, y, height, middle, textY string
	class                              Class
	label, text                        string
}

// shape gives every bar the same width, and the highest one 130 pixels.
func (h Histogram) shape() []barShape {
	most := 0.0
	for _, b := range h.Bars {
		most = max(most, b.Count)
	}
	shapes := make([]barShape, len(h.Bars))
	slot := 1 / float64(max(len(h.Bars), 1))
	for i, b := range h.Bars {
		height := 130 * share(b.Count, 0, most)
		shapes[i] = barShape{
			x: pct(float64(i)*slot + 0.005), width: pct(slot - 0.01), middle: pct((float64(i) + 0.5) * slot),
			y: px(150 - height), height: px(height), textY: px(145 - height),
			class: b.Class, label: b.Label, text: b.Text,
		}
	}
	return shapes
}

// countClass makes long counts on many bars small, and hides them on phones,
// where they would run into each other; the table has them.
func (h Histogram) countClass() string {
	longest := 0
	for _, b := range h.Bars {
		longest = max(longest, len([]rune(b.Text)))
	}
	if longest*len(h.Bars) > 35 {
		return "tight"
	}
	return ""
}

// DotRow is one line of a DotInterval.
type DotRow struct {
	Name     string
	Label    string // the value as text
	Value    float64
	From, To float64
	Quiet    bool // few answers: drawn in grey
}

// DotInterval compares several values, each with its interval, on one scale.
type DotInterval struct {
	ID     string
	Title  string
	Lo, Hi float64
	Ticks  []Tick
	Rows   []DotRow
}

type dotRowShape struct {
	DotRow
	textY, y, x, from, to string
	ci, dot               string
}

func (d DotInterval) shape() []dotRowShape {
	rows := make([]dotRowShape, len(d.Rows))
	for i, r := range d.Rows {
		rows[i] = dotRowShape{
			DotRow: r, textY: itoa(16 + 38*i), y: itoa(28 + 38*i), x: pct(share(r.Value, d.Lo, d.Hi)),
			from: pct(share(r.From, d.Lo, d.Hi)), to: pct(share(r.To, d.Lo, d.Hi)), ci: "ci", dot: "dot now",
		}
		if r.Quiet {
			rows[i].ci, rows[i].dot = "ci low", "dot"
		}
	}
	return rows
}

func (d DotInterval) plot() int { return 38 * len(d.Rows) }

// sparkPath draws points in a square of 100, gaps closed: it shows a direction,
// not values.
func sparkPath(points []Point) string {
	t := Trend{}
	for _, p := range points {
		if p.OK {
			t.Points = append(t.Points, p)
		}
	}
	if len(t.Points) < 2 {
		return ""
	}
	t.Lo, t.Hi = t.Points[0].Value, t.Points[0].Value
	run := make([]int, len(t.Points))
	for i, p := range t.Points {
		run[i] = i
		t.Lo, t.Hi = min(t.Lo, p.Value), max(t.Hi, p.Value)
	}
	// A tenth of room above and below; a level line runs in the middle.
	room := max((t.Hi-t.Lo)/8, 0.5e-9)
	t.Lo, t.Hi = t.Lo-room, t.Hi+room
	return t.path(t.Points, run, func(p Point) float64 { return p.Value })
}
