// Package worth joins what customers say with what they buy: segments by recency, frequency and money, the risk that a customer buys no more, and what a score is worth.
//
// All of it looks at every order and every answer of a known customer, so a job computes it and pages read what it kept, with "as of" beside it. One run is one picture: the
// pages change from one run to the next at once.
package worth

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Times that the figures look back. A month has no fixed length, so everything but the year is in days of 24 hours.
const (
	// RiskDays is how long a customer buys nothing before that counts as the event whose risk is computed.
	RiskDays = 180
	// ActiveDays is how long an order keeps a customer active (metrics 4.2). It does not follow the setting of figures: a short window would leave the model too little
	// to learn from, and runs could not be compared. The page says so.
	ActiveDays = 365
	// ChurnDays is the length of the period that churn is counted in.
	ChurnDays = 90
	// WaitDays is how long an answer is waited for before silence counts (metrics 5.8).
	WaitDays = 14
	// FewestShown is how many customers a group must have: what fewer spent is nobody's business.
	FewestShown = 5
)

const day = 24 * time.Hour

// BackDays are the times after an answer by when a customer may have come back.
func BackDays() []int { return []int{30, 90, 180} }

// Answer of a known customer that counts.
type Answer struct {
	ID         survey.ID
	SurveyID   int64
	VersionID  int64
	Touchpoint int64
	At         time.Time
	Class      scoring.Class // ClassNone: without a rating
	Case       bool          // it opened or joined one
	Resolved   time.Time     // of the case's ticket, its last; zero: not resolved
}

// Round is a case of a customer from an opening to its resolution.
type Round struct {
	Opened, Resolved time.Time // Resolved is zero while it is open
}

// openAt tells whether the round goes on at the time.
func (r Round) openAt(t time.Time) bool {
	return !r.Opened.After(t) && (r.Resolved.IsZero() || r.Resolved.After(t))
}

// About is what is known of a contact besides the orders.
type About struct {
	Answers []Answer    // by (At, ID)
	Rounds  []Round     // whose answers stand
	Asked   []time.Time // when invitations went out that did not bounce
}

// Standing is where a customer stands among the others, in one currency.
type Standing struct {
	Contact  survey.ID
	Currency string
	scoring.Buying
	scoring.RFM
	Segment scoring.Segment
	Risk    float64 // 0..1; -1: not known
	Band    Band
}

// Band sorts customers by their risk.
type Band string

// Bands.
const (
	LowRisk    Band = "low"    // below 1/3
	MediumRisk Band = "medium" // 1/3 and more
	HighRisk   Band = "high"   // 2/3 and more
	Gone       Band = "gone"   // no order in ActiveDays
	NoBand     Band = ""       // nothing is known: see Risk.Refused
)

// Bands lists the bands in the order of pages.
func Bands() []Band { return []Band{LowRisk, MediumRisk, HighRisk, Gone} }

// bandOf sorts a probability.
func bandOf(p float64) Band {
	switch {
	case p < 1.0/3:
		return LowRisk
	case p < 2.0/3:
		return MediumRisk
	}
	return HighRisk
}

// Picture is all that a run found about one currency.
type Picture struct {
	Currency string         `json:"currency"`
	AsOf     time.Time      `json:"as_of"`
	Year     scoring.Period `json:"year"`  // the last twelve months
	Since    time.Time      `json:"since"` // the first order
	Segments []SegmentSize  `json:"segments"`
	Risk     Risk           `json:"risk"`
	Groups   []Group        `json:"groups"`
	Heard    []Heard        `json:"heard"`
}

// SegmentSize is one segment in figures.
type SegmentSize struct {
	Segment   scoring.Segment `json:"segment"`
	Customers int64           `json:"customers"`
	Revenue   int64           `json:"revenue"` // of the last twelve months, minor units
	Lifetime  int64           `json:"lifetime"`
	Known     int64           `json:"known"` // of the customers, those whose risk is known
	High      int64           `json:"high"`  // of them, those at high risk
}

// Store keeps runs, and is what they are made from.
type Store interface {
	// EachBuyer streams the orders that count, made before the time, of each customer who has any, by (At, ID).
	EachBuyer(ctx context.Context, currency string, before time.Time, do func(customer survey.ID, orders []scoring.Order) error) error
	// Currencies lists those that a feed has.
	Currencies(ctx context.Context, feed customers.Feed) ([]string, error)
	AllVersions(ctx context.Context) ([]survey.Version, error)
	// About reads what else is known of contacts; of those not in the map, nothing is.
	About(ctx context.Context, contacts []survey.ID) (map[survey.ID]About, error)
	// EachKnownResponse gives all responses of known contacts, with all their answers, each contact's together.
	EachKnownResponse(ctx context.Context, do func(survey.Response) error) error
	// Basis says in a text what a run would be made from: it changes with orders, answers, cases and invitations.
	Basis(ctx context.Context) (string, error)
	// NewestRun reads when the newest complete run was made, and from what; zero: there is none.
	NewestRun(ctx context.Context) (asOf time.Time, basis string, err error)
	// BeginRun begins a run that nobody sees yet, and drops what is left of others that nobody sees.
	BeginRun(ctx context.Context, asOf time.Time) (run int64, err error)
	AddStandings(ctx context.Context, run int64, all []Standing) error
	AddSegmentTallies(ctx context.Context, run int64, tallies []SegmentTally) error
	// EndRun shows a run instead of the one before it.
	EndRun(ctx context.Context, run int64, basis string, pictures []Picture) error

	// Pictures reads the pictures of the newest run, by currency.
	Pictures(ctx context.Context) ([]Picture, error)
}

// SegmentTally is a cell of the rollups, counted for the customers of one segment only.
type SegmentTally struct {
	Currency string
	Segment  scoring.Segment
	Cell     survey.Cell
	Tally    survey.Tally
}
