package customers

import (
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Moment is when something happened, as somebody told it.
type Moment struct {
	time.Time      // zero: not told
	Day       bool // only the day was told: it is noon of the account's day
}

// Row is a record of a feed as somebody told it. A feed reads the parts that it has; texts are read as people write them.
type Row struct {
	Number    string         // the shop's number of the record: told twice, it is one
	Customer  survey.Contact // of it ExternalID and Email
	Of        string         // number of the order that a refund gives back, of the opportunity that was in a stage
	At        Moment         // ordered, refunded, acquired, started, spent, created, entered, joined, happened; the first day of a quota
	Ends      Moment         // a subscription, a term, a stay, a membership ended, an opportunity was closed, a ticket resolved; the last day of a quota
	Renewed   Moment
	Cancelled Moment // of an order: it was cancelled then, whatever its status says
	Currency  string
	Minor     bool   // amounts are whole numbers of minor units
	Amount    string // of an order before refunds
	Refunded  string // part of Amount
	Total     string // what is left of Amount after refunds
	Status    string // of an order; outcome of an opportunity
	Kind      string // of an order, a reward
	Category  string
	Agent     string
	Stage     string
	Position  string
	Span      string
	Spans     string
	Count     string
	Flag      string // a subscription is a trial, a ticket is not to be counted: yes or no
	Untold    Parts  // what the row says nothing of, not even that it is blank
}

// Parts are parts of records, a bit each, that a row may say nothing of: what is stored of them stays, and a new record has what a blank one means.
type Parts uint16

// Parts that need not be told. All others are told with every row.
const (
	PartCustomer Parts = 1 << iota // of an opportunity, a ticket
	PartCreated                    // of an opportunity
	PartEnds
	PartOutcome // of an opportunity, and when it was closed: a time alone may be the expected one
	PartRenewed
	PartMoney // of an opportunity: the amount and its currency
	PartRefunded
	PartStatus // of an order, and when it was cancelled
	PartKind   // of an order
	PartAgent
	PartPosition
	PartSpans
	PartCount
	PartFlag
)

// Unfit is the fate of a record that was not stored, since what the row says doesn't go with what is stored of the parts that it says nothing of.
const Unfit people.Fate = 255

// Result is what became of a row.
type Result struct {
	Refused   Reason // not "": nothing of the row was kept
	Blame     Blame  // what of the row was refused, where the reason leaves it open
	Notices   []Notice
	ContactID survey.ID // 0: the row names none
	Fate      people.Fate
}

// Reason is why a row was refused: one of those below, or one of people's.
type Reason string

// The reasons.
const (
	NoNumber       Reason = "feed_number"
	LongNumber     Reason = "feed_long"
	NoTime         Reason = "time_missing"
	TimeRange      Reason = "feed_time"      // before 1970, or more than a day in the future
	NoEnd          Reason = "feed_end"       // a term or a quota that doesn't say when it ends
	EndsBefore     Reason = "feed_ends"      // it ends before it starts
	NoCurrency     Reason = "feed_currency"  // none was told
	BadCurrency    Reason = "feed_no_iso"    // no code of ISO 4217
	OtherCurrency  Reason = "feed_other"     // a refund in another currency than its order
	AmountMissing  Reason = "feed_no_amount" // blank
	NoAmount       Reason = "feed_amount"    // it can't be read
	OtherMark      Reason = "feed_mark"      // beside the amount stands what is not its currency
	NotClear       Reason = "feed_thousands" // 1,234 may be one thousand or one
	Decimals       Reason = "feed_decimals"  // more than the currency has
	TooMuch        Reason = "feed_large"
	Negative       Reason = "feed_negative"
	Totals         Reason = "feed_totals" // they don't add up
	OverRefunded   Reason = "feed_refund" // more is given back than is left of the order
	NoOrder        Reason = "feed_order"  // the order of a refund is not known
	NoOpportunity  Reason = "feed_opportunity"
	BadStatus      Reason = "feed_status"
	NotRunning     Reason = "feed_stopped" // a subscription that is cancelled, paused or not paid, and doesn't say since when
	BadOutcome     Reason = "feed_outcome" // none of the words that are known
	ClosedMissing  Reason = "feed_closed"  // won or lost, but not when
	BadKind        Reason = "feed_kind"
	NoCategory     Reason = "feed_category"
	NoAgent        Reason = "feed_agent"
	NoStage        Reason = "feed_stage"
	Overlap        Reason = "feed_overlap" // an opportunity would be in two stages at once
	TwiceMember    Reason = "feed_member"  // a customer would be a member twice at once
	BadPosition    Reason = "feed_position"
	BadSpan        Reason = "feed_span"
	BadCount       Reason = "feed_count"
	BadFlag        Reason = "feed_flag"
	BelowRefunded  Reason = "feed_below" // an order told again is smaller than what was given back of it
	UnknownRefunds Reason = "feed_part"  // partially refunded, but not how much
	Contradicts    Reason = "feed_twice" // an earlier row of the same file told the record otherwise
)

// Reasons lists them.
func Reasons() []Reason {
	return []Reason{
		NoNumber, LongNumber, NoTime, TimeRange, NoEnd, EndsBefore, NoCurrency, BadCurrency, OtherCurrency, AmountMissing, NoAmount, OtherMark, NotClear, Decimals, TooMuch, Negative, Totals,
		OverRefunded, NoOrder, NoOpportunity, BadStatus, NotRunning, BadOutcome, ClosedMissing, BadKind, NoCategory, NoAgent, NoStage, Overlap, BadPosition, BadSpan, BadCount,
		BadFlag, BelowRefunded, UnknownRefunds, Contradicts, TwiceMember,
	}
}

// Notice is what is odd in a row that was kept.
type Notice string

// Notices.
const (
	QuotaZero     Notice = "quota_zero"     // there is no attainment of nothing
	NoPosition    Notice = "no_position"    // without places of stages there is no conversion
	ExpectedClose Notice = "expected_close" // an opportunity is open: the time of closing is the expected one, and is left out
	EarlyBack     Notice = "refund_before"  // a refund of an earlier day than its order
	OnlyDays      Notice = "only_days"      // of a ticket: how long it took is not known
	WentBack      Notice = "stage_back"     // an opportunity came from a stage with a higher place
)

// Notices lists them.
func Notices() []Notice {
	return []Notice{QuotaZero, NoPosition, ExpectedClose, EarlyBack, OnlyDays, WentBack}
}

// Bounds of rows.
const (
	maxText   = 200 // runes of a number, an agent, a stage, a category
	maxAhead  = 24 * time.Hour
	maxCount  = 1_000_000_000
	firstYear = 1970
)
