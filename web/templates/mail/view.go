package mail

import (
	"strconv"
	"strings"
)

// View is a mail about a survey, with every text written.
type View struct {
	Lang      string
	Subject   string
	Preheader string // what lists of mails show behind the subject
	Notice    string // of a test
	Shop      string
	Brand     string // colour of the line on top, as #rrggbb
	Greeting  string
	Intro     string // why we write
	Lead      string // before the question
	Question  string
	Cells     []Cell // from low to high; none: only the link to the survey
	InWords   bool   // the cells are words under one another
	Low, High string // what the ends of the scale mean
	Help      string
	Choose    string // the same in the plain text
	Signature string
	Why       string
	Expires   string
	Stop      Link // unsubscribing
	Open      Link // the survey, with nothing chosen
	Postal    string
}

// Cell is a rating to choose.
type Cell struct {
	Text string // the number, or the words
	Says string // what it means, where that is not its text; "": nothing more
	Href string
}

// Link is an address with what it is for.
type Link struct{ Text, Href string }

// label is what a screen reader says.
func (c Cell) label() string {
	if c.Says == "" {
		return c.Text
	}
	return c.Text + ", " + c.Says
}

// perRow is how many cells stand beside one another on a phone of 320 px.
const perRow = 6

// rows cuts the scale into two halves where one row is too long, the first no shorter than the second.
func (v View) rows() [][]Cell {
	if len(v.Cells) <= perRow {
		return [][]Cell{v.Cells}
	}
	half := (len(v.Cells) + 1) / 2
	return [][]Cell{v.Cells[:half], v.Cells[half:]}
}

func (v View) first() Cell { return v.Cells[0] }
func (v View) last() Cell  { return v.Cells[len(v.Cells)-1] }

// Text is the plain text. Lines end with \n.
func (v View) Text() string {
	var b strings.Builder
	for _, s := range []string{v.Notice, v.Greeting, v.Intro, v.Lead, v.Question} {
		if s != "" {
			b.WriteString(s + "\n\n")
		}
	}
	if len(v.Cells) > 0 {
		b.WriteString(v.Choose + "\n\n")
	}
	for _, c := range v.Cells {
		text := c.Text
		if _, err := strconv.Atoi(text); err == nil && len(v.last().Text) > 1 {
			text = strings.Repeat(" ", len(v.last().Text)-len(text)) + text
		}
		if c.Says != "" {
			text += " = " + c.Says
		}
		b.WriteString(text + "\n   " + c.Href + "\n")
	}
	if len(v.Cells) > 0 {
		b.WriteString("\n")
	}
	b.WriteString(v.Open.Text + ":\n" + v.Open.Href + "\n\n" + v.Signature + "\n\n-- \n")
	for _, s := range []string{v.Why, v.Expires, v.Stop.Text + ": " + v.Stop.Href, v.Postal} {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	return b.String()
}
