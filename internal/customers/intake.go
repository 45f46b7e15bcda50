package customers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// People takes the customers of records in; see people.Intake.
type People interface {
	Take(ctx context.Context, rows []people.Row) ([]people.Result, error)
}

// IntakeStore is what an Intake reads and writes. What is put and has a number that is there already is changed, if anything of it is new.
type IntakeStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	InBulk(ctx context.Context, do func() error) error
	// LockIntake lets one intake at a time go on, until the transaction ends.
	LockIntake(ctx context.Context) error
	// ContactsByNumber reads those contacts that have one of the shop's numbers now: their ID, ExternalID and Email.
	ContactsByNumber(ctx context.Context, numbers []string) ([]survey.Contact, error)
	PutOrders(ctx context.Context, records []Order, at time.Time) ([]people.Fate, error)
	PutRefunds(ctx context.Context, records []Refund, at time.Time) ([]people.Fate, error)
	PutCustomers(ctx context.Context, records []Acquired, at time.Time) ([]people.Fate, error)
	PutSubscriptions(ctx context.Context, records []Subscription, at time.Time) ([]people.Fate, error)
	PutContracts(ctx context.Context, records []Contract, at time.Time) ([]people.Fate, error)
	PutCosts(ctx context.Context, records []Cost, at time.Time) ([]people.Fate, error)
	PutOpportunities(ctx context.Context, records []Opportunity, at time.Time) ([]people.Fate, error)
	PutStays(ctx context.Context, records []Stay, at time.Time) ([]people.Fate, error)
	PutQuotas(ctx context.Context, records []Quota, at time.Time) ([]people.Fate, error)
	PutTickets(ctx context.Context, records []Ticket, at time.Time) ([]people.Fate, error)
	PutMemberships(ctx context.Context, records []Membership, at time.Time) ([]people.Fate, error)
	PutRewards(ctx context.Context, records []Reward, at time.Time) ([]people.Fate, error)

	FeedStates(ctx context.Context) (map[Feed]FeedState, error)
	OrdersByNumber(ctx context.Context, numbers []string) (map[string]Order, error)
	// Refunds reads those with the numbers and those of the orders, each once.
	Refunds(ctx context.Context, numbers []string, orders []survey.ID) ([]Refund, error)
	OpportunitiesByNumber(ctx context.Context, numbers []string) (map[string]Opportunity, error)
	Stays(ctx context.Context, opportunities []survey.ID) ([]Stay, error)        // by (OpportunityID, Entered)
	Memberships(ctx context.Context, contacts []survey.ID) ([]Membership, error) // by (ContactID, Joined)
}

// Intake takes in what shops tell about their customers' money: rows of files, calls of the API. The same row again changes nothing; a number told with something else
// is changed. A customer who is not known yet is made. What can't be right is refused with a reason, and nothing of it is kept.
type Intake struct {
	Store  IntakeStore
	People People
	IDs    *survey.IDs
	Now    func() time.Time
	Zone   func() *time.Location // the account's, for days
}

// InBulk runs do, which takes very much in by many calls.
func (in *Intake) InBulk(ctx context.Context, do func() error) error { return in.Store.InBulk(ctx, do) }

// errOnlyLook ends a transaction whose work is not to be kept.
var errOnlyLook = errors.New("only looked")

// Take takes rows of a feed in, all in one transaction, or in that of ctx. It gives a result for each, in the same order. A few thousand rows at a time are fastest.
func (in *Intake) Take(ctx context.Context, feed Feed, rows []Row) ([]Result, error) {
	return in.take(ctx, feed, rows, nil)
}

// Look tells what Take would make of the rows now, and changes nothing. It may not be called inside a transaction.
func (in *Intake) Look(ctx context.Context, feed Feed, rows []Row) ([]Result, error) {
	return in.take(ctx, feed, rows, errOnlyLook)
}

func (in *Intake) take(ctx context.Context, feed Feed, rows []Row, end error) ([]Result, error) {
	rules, ok := feedRules[feed]
	if !ok {
		return nil, fmt.Errorf("there is no feed %q", feed)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	b := &batch{in: in, rules: rules, now: in.Now(), zone: in.Zone(), rows: slices.Clone(rows), results: make([]Result, len(rows)), read: make([]rowRead, len(rows))}
	b.check()
	err := in.Store.InTx(ctx, func(ctx context.Context) error {
		if err := b.store(ctx); err != nil {
			return err
		}
		return end
	})
	if err != nil && (end == nil || !errors.Is(err, end)) {
		return nil, fmt.Errorf("take %s in: %w", feed, err)
	}
	return b.results, nil
}

// naming says whether the rows of a feed name a customer.
type naming int

const (
	nobody naming = iota
	maybe
	somebody
)

// feedRule is how rows of a feed are judged and stored.
type feedRule struct {
	names  naming
	unfit  Reason                              // of a row that doesn't go with what is stored of what it leaves out
	number bool                                // rows must have one
	check  func(b *batch, i int) Reason        // what can be told from the row alone
	refer  func(context.Context, *batch) error // refuses rows for what others say; nil: none
	put    func(context.Context, *batch, []int) ([]people.Fate, error)
}

// batch is one call of Take.
type batch struct {
	in      *Intake
	rules   feedRule
	now     time.Time
	zone    *time.Location
	rows    []Row
	read    []rowRead
	results []Result
}

// rowRead is what was read of a row's texts.
type rowRead struct {
	amount, refunded, count, position int64
	status                            int64
	of                                survey.ID // of the order or the opportunity
}

// check judges rows by themselves.
func (b *batch) check() {
	for i := range b.rows {
		r := &b.rows[i]
		bad := b.clean(r)
		if bad == "" {
			bad = b.rules.check(b, i)
		}
		if b.results[i].Refused = bad; bad != "" {
			b.results[i].Blame = b.blame(r, bad)
		}
	}
}

// store finds the customers, judges rows by what is known, and puts those that are good.
func (b *batch) store(ctx context.Context) error {
	if b.rules.names != nobody {
		if err := b.meet(ctx); err != nil {
			return err
		}
	}
	if b.rules.refer != nil {
		if err := b.rules.refer(ctx, b); err != nil {
			return err
		}
	}
	good := make([]int, 0, len(b.rows))
	for i := range b.results {
		if b.results[i].Refused == "" {
			good = append(good, i)
		}
	}
	fates, err := b.rules.put(ctx, b, good)
	if err != nil {
		return err
	}
	for k, i := range good {
		if b.results[i].Fate = fates[k]; fates[k] == Unfit {
			b.results[i] = Result{Refused: b.rules.unfit}
			if b.rules.unfit == EndsBefore {
				b.results[i].Blame = BlameAt // the end is the one that is known
			}
		}
	}
	return nil
}

// puts stores the records that good rows make.
func puts[T any](put func(IntakeStore) putter[T], record func(b *batch, i int) T) func(context.Context, *batch, []int) ([]people.Fate, error) {
	return func(ctx context.Context, b *batch, good []int) ([]people.Fate, error) {
		records := make([]T, len(good))
		for k, i := range good {
			records[k] = record(b, i)
		}
		return put(b.in.Store)(ctx, records, b.now)
	}
}

// warn notes what is odd in a row.
func (b *batch) note(i int, n Notice) { b.results[i].Notices = append(b.results[i].Notices, n) }

// id is a new one of ours.
func (b *batch) id() survey.ID { return b.in.IDs.Next() }
