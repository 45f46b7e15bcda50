package customers

import (
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Feed is a kind of records that a shop sends.
type Feed string

// Feeds.
const (
	Orders        Feed = "orders"
	Refunds       Feed = "refunds"
	Since         Feed = "customers"
	Subscriptions Feed = "subscriptions"
	Contracts     Feed = "contracts"
	Costs         Feed = "costs"
	Opportunities Feed = "opportunities"
	Stages        Feed = "stages"
	Quotas        Feed = "quotas"
	Tickets       Feed = "tickets"
	Memberships   Feed = "memberships"
	Rewards       Feed = "rewards"
)

// Feeds lists them in the order in which a shop would send them: what others refer to comes first.
func Feeds() []Feed {
	return []Feed{Since, Orders, Refunds, Subscriptions, Contracts, Costs, Opportunities, Stages, Quotas, Tickets, Memberships, Rewards}
}

// FeedState is what is known of a feed.
type FeedState struct {
	Feed      Feed
	Revision  int64 // how often it was changed; 0: it has nothing
	Records   int64
	ChangedAt time.Time
}

// OrderStatus says whether an order counts.
type OrderStatus int

// Statuses of orders. A fully refunded one is Paid, and counts no more since nothing is left of it.
const (
	Paid OrderStatus = iota
	Cancelled
	Test
)

// Order is a purchase of a customer.
type Order struct {
	ID               survey.ID
	ExternalID       string // the shop's number of it
	ContactID        survey.ID
	At               time.Time
	Currency         string // ISO 4217
	Amount, Refunded int64  // minor units; Refunded is part of Amount. Stored: what the order told, or its refunds add up to, whichever is more
	Status           OrderStatus
	Kind             string // see scoring.Order
	Untold           Parts  // what stays as it is stored
}

// Refund gives a part of an order back.
type Refund struct {
	ID         survey.ID
	ExternalID string
	OrderID    survey.ID
	At         time.Time
	Amount     int64 // minor units, more than 0
}

// Acquired is since when a contact is a customer, where the shop says so.
type Acquired struct {
	ContactID survey.ID
	At        time.Time
}

// Subscription of a customer. Trials bring no money.
type Subscription struct {
	ID             survey.ID
	ExternalID     string
	ContactID      survey.ID
	Started, Ended time.Time // Ended is zero while it goes on
	Currency       string
	Amount         int64 // minor units, of one payment without tax
	Span           scoring.Span
	Spans          int64
	Trial          bool
	Untold         Parts // what stays as it is stored
}

// Contract of a customer.
type Contract struct {
	ID                survey.ID
	ExternalID        string
	ContactID         survey.ID
	TermEnds, Renewed time.Time // Renewed is zero when it was not
	Untold            Parts     // what stays as it is stored
}

// Cost is money that was spent.
type Cost struct {
	ID         survey.ID
	ExternalID string
	At         time.Time
	Category   string // Marketing and Sales win customers
	Currency   string
	Amount     int64 // minor units, 0 or more
}

// Categories of costs that count as winning customers (metrics 4.4).
const (
	Marketing = "marketing"
	Sales     = "sales"
)

// Opportunity is a chance of a sale, with the person who works on it.
type Opportunity struct {
	ID              survey.ID
	ExternalID      string
	ContactID       survey.ID // 0: not a customer yet
	Agent           string
	Created, Closed time.Time // zero: not told, and still open
	Outcome         scoring.Outcome
	Currency        string
	Amount          int64 // minor units
	Untold          Parts // what stays as it is stored
}

// Stay is a visit of an opportunity to a stage.
type Stay struct {
	OpportunityID survey.ID
	Stage         string
	Position      int64     // of the stage in the pipeline
	Entered, Left time.Time // Left is zero when it was not told
	Untold        Parts     // what stays as it is stored
}

// Quota is what a person is to sell in a period.
type Quota struct {
	Agent    string
	Period   scoring.Period
	Currency string
	Amount   int64 // minor units
	ByHand   bool  // typed in, and told by no feed
}

// Ticket is a question to the shop's own help desk.
type Ticket struct {
	ID                survey.ID
	ExternalID        string
	ContactID         survey.ID // 0: not told
	Agent             string
	Created, Resolved time.Time // Resolved is the last time, zero: never
	Excluded          bool      // spam, merged, a test
	Untimed           bool      // only days are known: how long it took counts in no figure
	Untold            Parts     // what stays as it is stored
}

// Membership of the loyalty programme.
type Membership struct {
	ContactID    survey.ID
	Joined, Left time.Time // Left is zero while it goes on
	Untold       Parts     // what stays as it is stored
}

// Reward is something that happened in the loyalty programme.
type Reward struct {
	ID         survey.ID
	ExternalID string
	ContactID  survey.ID
	At         time.Time
	Kind       RewardKind
	Count      int64 // rewards, or points of Earned; more than 0
	Untold     Parts // what stays as it is stored
}

// RewardKind is what happened.
type RewardKind string

// Kinds of rewards.
const (
	Earned   RewardKind = "earned" // points: activity, but no reward yet
	Issued   RewardKind = "issued"
	Redeemed RewardKind = "redeemed"
)
