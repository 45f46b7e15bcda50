package ui

// StepRow is how many got as far as one step.
type StepRow struct {
	Label string
	Count float64
	Text  string // the count as text
}

// StepChart shows how many of all got how far.
type StepChart struct {
	ID   string
	Rows []StepRow
}

const stepHeight = 44 // of a row, in pixels

type stepShape struct {
	textY, y, width string
	label, text     string
}

// shape gives the fullest row the whole width.
func (c StepChart) shape() []stepShape {
	most := 0.0
	for _, r := range c.Rows {
		most = max(most, r.Count)
	}
	shapes := make([]stepShape, len(c.Rows))
	for i, r := range c.Rows {
		top := float64(i * stepHeight)
		shapes[i] = stepShape{textY: px(top + 14), y: px(top + 20), width: pct(share(r.Count, 0, most)), label: r.Label, text: r.Text}
	}
	return shapes
}

// title says all of it.
func (c StepChart) title() (text string) {
	for i, r := range c.Rows {
		if i > 0 {
			text += ", "
		}
		text += r.Label + " " + r.Text
	}
	return text
}
