package scoring

import "time"

// Order is one purchase that counts (metrics 2.5): paid, no test, not refunded in full.
type Order struct {
	ID, Customer int64
	At           time.Time
	Net          int64  // minor units of one currency, less refunds
	Kind         string // "": a plain sale; else what was sold on top: "upgrade", "addon", "cross_sell"
}

// Span is the length of what one payment of a subscription covers.
type Span string

// Spans of subscriptions.
const (
	Week    Span = "week"
	Month   Span = "month"
	Quarter Span = "quarter"
	Year    Span = "year"
)

// Subscription is paid again and again. It is active at a time when it started before it and had not ended before it.
type Subscription struct {
	ID, Customer   int64
	Started, Ended time.Time // Ended is zero while it goes on
	Amount         int64     // minor units of one currency, of one payment
	Span           Span
	Spans          int64 // how many spans one payment covers, at least 1
}

// Outcome of an opportunity.
type Outcome int

// Outcomes.
const (
	Open Outcome = iota
	Won
	Lost
)

// Opportunity is a chance of a sale.
type Opportunity struct {
	ID              int64
	Agent           string
	Created, Closed time.Time // zero: not told, and still open
	Outcome         Outcome
	Amount          int64 // minor units
}

// Stay is a visit of an opportunity to a stage of the pipeline; coming back is another one.
type Stay struct {
	Opportunity   int64
	Stage         string
	Position      int64     // of the stage in the pipeline; a move to a higher one is forward
	Entered, Left time.Time // Left is zero while it is there
}

// Contract has a term that ends.
type Contract struct {
	TermEnds, Renewed time.Time // Renewed is zero when it was not
}
