package portage

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// FeedTaker takes records of feeds in; see customers.Intake.
type FeedTaker interface {
	Take(ctx context.Context, feed customers.Feed, rows []customers.Row) ([]customers.Result, error)
	Look(ctx context.Context, feed customers.Feed, rows []customers.Row) ([]customers.Result, error) // changes nothing
	InBulk(ctx context.Context, do func() error) error                                               // do takes very much in by many calls
}

// FeedImport is a file of a feed on its way in.
type FeedImport struct {
	Taker    FeedTaker
	What     What
	Options  Options
	Currency string         // of rows that name none
	Zone     *time.Location // the account's, for days
	Format   Format
	DryRun   bool
	Hooks
	telling *telling // which records earlier rows told
}

// Errors of feeds' columns; the texts are keys of the words.
var (
	ErrNeedsNumber   = errors.New("import.problem.number")
	ErrNeedsCurrency = errors.New("import.problem.currency")
	ErrUnits         = errors.New("import.problem.units")
	ErrNeedsEnds     = errors.New("import.problem.ends")
	ErrNeedsAmount   = errors.New("import.problem.amount")
	ErrNeedsAgent    = errors.New("import.problem.agent")
	ErrNeedsStage    = errors.New("import.problem.stage")
)

// CheckFeed tells what a file of a feed lacks: a column, or the currency of its amounts. Times are looked at elsewhere.
func (w What) CheckFeed(m Mapping, currency string) error {
	has := func(fields ...Field) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { i, ok := m[f]; return ok && i >= 0 })
	}
	fields := w.Fields()
	lacks := func(needed ...Field) bool { return slices.Contains(fields, needed[0]) && !has(needed...) }
	feed := w.Feed()
	money := has(FieldAmount, FieldRefunded, FieldTotal, FieldAmountMinor, FieldRefundedMinor, FieldTotalMinor)
	_, known := customers.Exponent(currency)
	switch {
	case lacks(FieldNumber):
		return ErrNeedsNumber
	case feed == customers.Refunds && !has(FieldOrder):
		return ErrNeedsNumber
	case lacks(FieldOpportunity), lacks(FieldStage):
		return ErrNeedsStage
	case lacks(FieldCustomer, FieldEmail) && feed != customers.Opportunities && feed != customers.Tickets:
		return ErrNeedsPerson
	case (feed == customers.Contracts || feed == customers.Quotas) && !has(FieldEnds):
		return ErrNeedsEnds
	case feed == customers.Quotas && !has(FieldAgent):
		return ErrNeedsAgent
	case lacks(FieldAmount, FieldAmountMinor, FieldTotal, FieldTotalMinor) && feed != customers.Opportunities:
		return ErrNeedsAmount
	case has(FieldAmount, FieldRefunded, FieldTotal) && has(FieldAmountMinor, FieldRefundedMinor, FieldTotalMinor):
		return ErrUnits
	case money && feed != customers.Refunds && !has(FieldCurrency) && !known: // a refund is in the currency of its order
		return ErrNeedsCurrency
	case currency != "" && !known:
		return ErrNeedsCurrency
	}
	return nil
}

// feedBatch is how many rows a transaction takes at least: they go to random places of indexes, and the more there are, the fewer pages each of them costs.
const feedBatch = 8000

// feedRow is a row of such a file.
type feedRow struct {
	customers.Row
	raw string
}

// Run reads the file and takes it in. Bad rows never keep good ones out. It may be stopped at any point, and run again from the start.
func (im *FeedImport) Run(ctx context.Context, file io.Reader) (Counts, error) {
	im.telling = newTelling(im.What.Feed())
	f := flow[feedRow]{
		least: feedBatch, format: im.Format, hooks: im.Hooks, take: im.take, raw: func(r feedRow) string { return r.raw },
		open: func(header []string) func(Record) (feedRow, Reason, error) {
			return newFeedParser(im, header).row
		},
	}
	var counts Counts
	err := im.Taker.InBulk(ctx, func() (err error) {
		counts, err = f.run(ctx, file)
		return err
	})
	return counts, err
}

// take takes rows in. Of rows that tell one record with other values the first good one is taken.
func (im *FeedImport) take(ctx context.Context, rows []feedRow, c *Counts) ([]Reason, error) {
	refused, wait := make([]Reason, len(rows)), make([]named, len(rows))
	for i := range rows {
		wait[i] = im.telling.of(i, &rows[i].Row)
	}
	for range mostTries {
		now, later := im.telling.round(wait)
		if err := im.takeRound(ctx, rows, now, refused, c); err != nil {
			return nil, err
		}
		wait = later[:0]
		for _, r := range later {
			if refused[r.at] = Reason(customers.Contradicts); !im.telling.contradicts(r) {
				wait = append(wait, r)
			}
		}
		if len(wait) == 0 {
			break
		}
	}
	return refused, nil
}

func (im *FeedImport) takeRound(ctx context.Context, rows []feedRow, now []named, refused []Reason, c *Counts) error {
	plain := make([]customers.Row, len(now))
	for k, r := range now {
		plain[k] = rows[r.at].Row
	}
	take := im.Taker.Take
	if im.DryRun {
		take = im.Taker.Look
	}
	results, err := take(ctx, im.What.Feed(), plain)
	if err != nil {
		return err
	}
	for k, r := range results {
		if refused[now[k].at] = Reason(r.Refused); r.Refused != "" {
			im.telling.forget(now[k])
			continue
		}
		for _, w := range r.Notices {
			c.warn(people.Warning(w))
		}
		if im.DryRun {
			r.Fate = now[k].fate(r.Fate)
		}
		switch r.Fate {
		case people.Added:
			c.Added++
		case people.Changed:
			c.Changed++
		default:
			c.Known++
		}
	}
	return nil
}

// feedParser makes rows of records.
type feedParser struct {
	im      *FeedImport
	columns []column
	width   int
	clock   clock
	inUTC   []bool // by column: its name says so
	minor   bool
	untold  customers.Parts
}

func newFeedParser(im *FeedImport, header []string) *feedParser {
	p := &feedParser{im: im, columns: columnsOf(im.Options.Mapping, len(header)), width: len(header), inUTC: make([]bool, len(header))}
	p.clock = clock{zone: im.Options.Zone, days: im.Zone, order: im.Options.Order, months: im.What.Feed() == customers.Costs}
	for i, h := range header {
		p.inUTC[i] = strings.HasSuffix(survey.Fold(Plain(h)), utcSuffix)
	}
	p.minor = slices.ContainsFunc(p.columns, func(c column) bool {
		return c.field == FieldAmountMinor || c.field == FieldRefundedMinor || c.field == FieldTotalMinor
	})
	p.untold = im.untold(p.columns)
	return p
}

func (p *feedParser) row(rec Record) (feedRow, Reason, error) {
	if rec.Bad != "" {
		return feedRow{}, rec.Bad, nil
	}
	if len(rec.Cells) != p.width {
		return feedRow{}, WrongColumns, nil
	}
	row := feedRow{raw: rec.Raw}
	row.At, row.Minor, row.Untold = customers.Moment{Time: p.im.Options.At, Day: true}, p.minor, p.untold
	if p.im.Options.At.IsZero() {
		row.At.Day = false
	}
	for i := range p.columns {
		c := &p.columns[i]
		cell := strings.TrimSpace(Plain(rec.Cells[c.index]))
		if cell == "" {
			continue
		}
		if bad := p.set(&row.Row, c, cell); bad != "" {
			return feedRow{}, bad, nil
		}
	}
	if row.Currency == "" && p.im.What.Feed() != customers.Refunds {
		row.Currency = p.im.Currency
	}
	return row, "", nil
}

// set puts one cell, which is not blank, into the row.
func (p *feedParser) set(r *customers.Row, c *column, cell string) (bad Reason) {
	moment := func(m *customers.Moment) {
		zone := p.clock.zone
		if p.inUTC[c.index] {
			zone = time.UTC
		}
		m.Time, m.Day, bad = p.clock.readIn(zone, cell)
	}
	switch c.field {
	case FieldTime:
		moment(&r.At)
	case FieldEnds:
		moment(&r.Ends)
	case FieldRenewed:
		moment(&r.Renewed)
	case FieldCancelled:
		moment(&r.Cancelled)
	default:
		if into := textOf(r, c.field); into != nil {
			*into = cell
		}
	}
	return bad
}

// textOf is the text of a row that a field holds.
func textOf(r *customers.Row, f Field) *string {
	switch f {
	case FieldNumber:
		return &r.Number
	case FieldCustomer:
		return &r.Customer.ExternalID
	case FieldEmail:
		return &r.Customer.Email
	case FieldOrder, FieldOpportunity:
		return &r.Of
	case FieldCurrency:
		return &r.Currency
	case FieldAmount, FieldAmountMinor:
		return &r.Amount
	case FieldRefunded, FieldRefundedMinor:
		return &r.Refunded
	case FieldTotal, FieldTotalMinor:
		return &r.Total
	case FieldStatus, FieldOutcome:
		return &r.Status
	case FieldKind:
		return &r.Kind
	case FieldCategory:
		return &r.Category
	case FieldAgent:
		return &r.Agent
	case FieldStage:
		return &r.Stage
	case FieldPosition:
		return &r.Position
	case FieldSpan:
		return &r.Span
	case FieldSpans:
		return &r.Spans
	case FieldCount:
		return &r.Count
	case FieldTrial, FieldExcluded:
		return &r.Flag
	}
	return nil
}
