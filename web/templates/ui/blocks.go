package ui

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// Column is the head of a table column.
type Column struct {
	Text string
	Num  bool // figures, set flush right

	Wraps bool // the heading of figures may take several lines
}

// Cell is one cell of a table.
type Cell struct {
	Text string
	Sub  string // a second line, smaller
	Href string
	Tag  string // a short word in a frame after the text
	Lang string // of words a customer wrote; sets them in serif
}

// Table is a plain table. The first cell of a row is its heading.
type Table struct {
	Caption string // says what the table shows; read aloud, not seen
	Columns []Column
	Rows    [][]Cell
	Close   bool // on a phone the columns come close together, so that a table of few fits
}

// Cells makes a row of plain texts.
func Cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

// head is the class of the i-th heading.
func (t Table) head(i int) string {
	if t.Columns[i].Wraps {
		return t.num(i) + " wraps"
	}
	return t.num(i)
}

// num is the class of the i-th cell of a row.
func (t Table) num(i int) string {
	if i < len(t.Columns) && t.Columns[i].Num {
		return "num"
	}
	return ""
}

// Pager leads through a list page by page; an empty address has no link.
type Pager struct {
	Newer, Older string
	Text         string // where we are: "51 to 100 of 1,000+"
}

// Confirm asks once more before something that cannot be undone.
type Confirm struct {
	Title, Body string
	Action      string // address of the POST
	Button      string
	Risk        bool // something is lost
	Hidden      []Hide
	Cancel      string // text of the way back
	Back        string // its address
}

// Hide is a hidden value of a form.
type Hide struct{ Name, Value string }
