package customers

import (
	"context"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Unit of a figure.
type Unit string

// Units (metrics 2.1).
const (
	Percent Unit = "percent"
	Plain   Unit = "ratio"
	Money   Unit = "money_minor"
	Hours   Unit = "hours"
	Days    Unit = "days"
	Years   Unit = "years"
	Count   Unit = "count"
)

// Warning names a reason to read a figure with care. Pages have a sentence for each.
type Warning string

// Input is a number that the formula of a figure was fed with, by the name that its panel shows.
type Input struct {
	Name  string   `json:"name"`
	Value *big.Rat `json:"value"` // nil: no data
	Unit  Unit     `json:"unit"`
}

// Figure is a metric of one period with all that a reader needs to check it (metrics 2.1).
type Figure struct {
	Metric   string            `json:"metric"`
	Variant  string            `json:"variant"` // the mode; never left out where there are several
	Value    *big.Rat          `json:"value"`   // exact; nil: no data
	Unit     Unit              `json:"unit"`
	Currency string            `json:"currency,omitempty"` // of Money
	Num      int64             `json:"num"`                // the integers that the value came from
	Den      int64             `json:"den"`
	N        int64             `json:"n"` // customers, orders, contracts ... behind it
	Period   scoring.Period    `json:"period"`
	Interval *scoring.Interval `json:"interval,omitempty"` // nil on census figures
	Inputs   []Input           `json:"inputs"`             // in the order of the formula
	Groups   []Group           `json:"groups,omitempty"`
	Warnings []Warning         `json:"warnings,omitempty"`
	Class    string            `json:"class,omitempty"`    // what the value means, where metrics.md says so: scoring.ValueClass
	Estimate bool              `json:"estimate,omitempty"` // from counts that were typed in
	AsOf     time.Time         `json:"as_of"`
}

// Group is a part of a figure: an agent, a stage, a category, a cohort.
type Group struct {
	Name   string  `json:"name"` // as the feed has it
	Inputs []Input `json:"inputs"`
}

// Settings of the account that figures depend on. The zero value of a field has the meaning that metrics.md gives as the default.
type Settings struct {
	WindowDays   int64    `json:"window_days"`              // how long an order keeps a customer active; 0: 365 (4.2)
	GraceDays    int64    `json:"grace_days"`               // after a term's end (4.3)
	LagDays      int64    `json:"lag_days"`                 // from spending to the purchase (4.4)
	Margin       *big.Rat `json:"margin,omitempty"`         // gross, 0 to 1; nil: figures are revenue (4.5)
	Lifespan     *big.Rat `json:"lifespan,omitempty"`       // years of a customer's life; nil: measured (4.5)
	OncePerDay   bool     `json:"once_per_day"`             // orders of a customer on one day are one (4.1)
	FirstMonths  int64    `json:"first_months"`             // of subscriptions that are new revenue; 0: 1 (4.9)
	CostGroups   []string `json:"cost_groups,omitempty"`    // categories that win customers; empty: Marketing and Sales (4.4)
	DataStartsAt int64    `json:"data_starts_at,omitempty"` // unix ms of the first order that the shop's feeds have; 0: unknown
}

// Request asks for a metric of several periods at once, so that one pass over the feeds makes a page.
type Request struct {
	Metric, Variant string
	Currency        string // of Money metrics, and of those counted from orders: "" counts orders of all currencies
	Periods         []scoring.Period
	Zone            *time.Location
	AsOf            time.Time
	Settings        Settings
}

// Source reads what the feeds brought. What is streamed comes in one customer at a time and is only valid during the call.
type Source interface {
	// EachBuyer streams the orders that count, made before the time, of each customer who has any, by (At, ID). Currency "" is all of them.
	EachBuyer(ctx context.Context, currency string, before time.Time, do func(customer survey.ID, orders []scoring.Order) error) error
	// EachSubscriber streams the subscriptions, trials left out, of each customer who has any, by (Started, ID).
	EachSubscriber(ctx context.Context, currency string, do func(customer survey.ID, subscriptions []scoring.Subscription) error) error
	// FirstSeen streams when each customer was acquired (metrics 4.4): the first order that counts or the first subscription, or before them where the customers feed
	// says so. Who has neither is no customer, unless the shop has no record of either feed: then the customers feed's word is all there is.
	FirstSeen(ctx context.Context, before time.Time, do func(customer survey.ID, at time.Time) error) error
	// Currencies lists those that the records of a feed are in, by code.
	Currencies(ctx context.Context, feed Feed) ([]string, error)
	// CostsIn sums the costs of a period by category.
	CostsIn(ctx context.Context, currency string, p scoring.Period) (map[string]int64, error)
	ContractsEnding(ctx context.Context, p scoring.Period, do func(scoring.Contract) error) error
	// EachOpportunity streams opportunities; currency "" is all of them, since rates don't look at amounts.
	EachOpportunity(ctx context.Context, currency string, do func(scoring.Opportunity) error) error
	// EachStay streams stays by (Opportunity, Entered). One whose end the feed left out ends where the next one begins, or when the opportunity closed.
	EachStay(ctx context.Context, do func(scoring.Stay) error) error
	QuotasIn(ctx context.Context, currency string, p scoring.Period) ([]Quota, error) // wholly in the period
	EachTicket(ctx context.Context, do func(agent string, t scoring.Ticket) error) error
	EachMembership(ctx context.Context, do func(Membership) error) error
	EachReward(ctx context.Context, p scoring.Period, do func(Reward) error) error
}

// Metric is a line of the catalogue.
type Metric struct {
	Key       string
	Variants  []string // the first is the default
	Unit      Unit
	ByMoney   bool // computed for each currency on its own
	Needs     []Feed
	Instead   map[string][]Feed                                                  // what a variant needs, where that is not Needs
	AsGood    map[Feed][]Feed                                                    // feeds of which any will do in place of one that is needed
	Also      []Feed                                                             // read as well where they are there: what changes in them changes the figure
	Sums      bool                                                               // what happened in the period: of a longer one it is more. Else it is a rate, or how things stood at the end
	Ages      bool                                                               // the figure of a period that is over still changes with time: it looks at what came after
	Follows   bool                                                               // what came in the month after the period makes the figure: there is none before that month is over
	Calculate func(ctx context.Context, src Source, r Request) ([]Figure, error) // one for each period, in order
	Counts    []Counts                                                           // forms for shops that have only counts
}

// Catalogue has every metric, in the order in which pages list them.
func Catalogue() []Metric {
	return append(orderMetrics(), contractMetrics()...)
}
