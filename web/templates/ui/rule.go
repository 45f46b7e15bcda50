package ui

// Mark is a labelled value on a scale.
type Mark struct {
	At    float64
	Label string
}

// Rule shows one value on its whole scale, with its interval and the value of
// the period before.
type Rule struct {
	ID       string // unique on the page
	Title    string // the finding in words
	Lo, Hi   float64
	Ticks    []Tick
	Now      Mark
	From, To float64 // interval; none when both are equal
	Before   *Mark
}

// placed is a mark with its label put where there is room.
type placed struct {
	x, anchor, dx, y, label string
}

// ruleShape is a Rule in coordinates.
type ruleShape struct {
	height      string
	shift       string // moves everything but the labels down
	now, before placed
}

// shape finds room for the two labels: left and right of their marks, or in
// two rows where an end of the scale pushes them to the same side.
func (r Rule) shape() ruleShape {
	now := share(r.Now.At, r.Lo, r.Hi)
	s := ruleShape{height: "66", shift: "0"}
	nowLeft := false
	if r.Before != nil {
		before := share(r.Before.At, r.Lo, r.Hi)
		nowLeft = before > now
		s.before = place(before, !nowLeft, r.Before.Label)
	}
	s.now = place(now, nowLeft, r.Now.Label)
	if r.Before != nil && s.now.anchor == s.before.anchor {
		s.height, s.shift = "82", "16"
		s.now.y = "27"
	}
	return s
}

func place(x float64, left bool, label string) placed {
	a, dx := anchor(x, left, label)
	return placed{x: pct(x), anchor: a, dx: dx, y: "11", label: label}
}

// Part is one share of a whole.
type Part struct {
	Class Class
	Share float64 // 0 to 1
	Label string  // the share as text
	Name  string
}

// StackBar shows how a whole splits into classes.
type StackBar struct {
	ID    string
	Title string
	Parts []Part
}

// partShape is a part in coordinates.
type partShape struct {
	x, width string
	class    Class
}

// shape lays the parts side by side with a hair of space between them, and
// leaves out the empty ones.
func (b StackBar) shape() []partShape {
	const gap = 0.004
	var parts []partShape
	at := 0.0
	last := len(b.Parts) - 1
	for ; last > 0 && b.Parts[last].Share <= 0; last-- {
	}
	for i, p := range b.Parts {
		if p.Share <= 0 {
			continue
		}
		width := p.Share
		if i < last {
			width = max(width-gap, gap/2)
		}
		parts = append(parts, partShape{x: pct(at), width: pct(width), class: p.Class})
		at += p.Share
	}
	return parts
}

// keyClass colours the figures under a bar.
func keyClass(c Class) string {
	switch c {
	case Best:
		return "up"
	case Worst:
		return "down"
	default:
		return ""
	}
}
