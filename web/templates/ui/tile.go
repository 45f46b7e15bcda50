package ui

import "github.com/surveyd/surveyd/web/words"

// Fact is a figure inside a few words: "95% interval +37 to +46".
type Fact struct {
	Before, Bold, After string
	Href                string // what it leads to; "": nothing
}

// Score is the large figure of a dashboard with everything that must travel
// with it: change, interval and number of answers.
type Score struct {
	Value     string
	Unit      string // after the value, smaller: %
	Delta     string // empty when there is nothing to compare with
	Direction Direction
	DeltaNote string
	Facts     []Fact
	Care      string // few answers: read with care
}

// Direction colours a change that is more than chance. Within chance and with
// few answers it is Level, and has no colour.
type Direction string

// A change is better, worse, or not known to be either.
const (
	Level  Direction = ""
	Better Direction = "up"
	Worse  Direction = "down"
)

// LedgerRow is one score in a list of them.
type LedgerRow struct {
	Name, Sub string
	N         string
	Care      string
	Spark     []Point
	Value     string
	Unit      string
	Delta     string
	Direction Direction
	Margin    string
	Href      string
}

// Ledger lists scores with their change.
type Ledger struct {
	Caption string
	Columns [4]string // heads, read aloud: name, course, value, change
	Rows    []LedgerRow
}

// Small is one of several trends drawn on the same scale.
type Small struct {
	Name      string
	Href      string // shows this one alone
	Value     string
	Delta     string
	Direction Direction
	N         string
	Care      string
	Trend     Trend // with a single point where there are too few answers for a line
}

// Figure frames a chart: heading above, table and download below.
type Figure struct {
	W       *words.Words
	Heading string
	Sub     string
	Table   Table
	CSV     string // address of the download; empty is none
}
