package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// feedUsages say what the command of each feed takes.
var feedUsages = map[customers.Feed]string{
	customers.Orders:        "take orders of customers from a CSV file",
	customers.Refunds:       "take refunds of orders that are known from a CSV file",
	customers.Since:         "take since when people are customers from a CSV file",
	customers.Subscriptions: "take subscriptions from a CSV file",
	customers.Contracts:     "take contracts, with their terms and renewals, from a CSV file",
	customers.Costs:         "take costs by category from a CSV file",
	customers.Opportunities: "take opportunities of sales from a CSV file",
	customers.Stages:        "take the stages that opportunities were in from a CSV file",
	customers.Quotas:        "take sales quotas from a CSV file",
	customers.Tickets:       "take tickets of the shop's own help desk from a CSV file",
	customers.Memberships:   "take members of the loyalty programme from a CSV file",
	customers.Rewards:       "take points and rewards of the loyalty programme from a CSV file",
}

func importFeedCommands(s streams) (all []*cli.Command) {
	for _, feed := range customers.Feeds() {
		all = append(all, importFeedCommand(s, portage.What(feed)))
	}
	return all
}

func importFeedCommand(s streams, what portage.What) *cli.Command {
	c := &cli.Command{
		Name: string(what), ArgsUsage: "FILE", Usage: feedUsages[what.Feed()],
		Description: `A record has a number of the shop's, or is named by what it is about: told again it is the same one, and
what is new in it is written over what is known. What the file has no column for stays as it is known; a
blank cell says that there is nothing. One file tells a record once: a row with the number of an earlier one
and other values is bad. Dates without a time are days of the account's zone; what ends on a day lasts
through it.

Fields: ` + fieldNames(what) + `. FIELD= leaves one out. Bad rows
never keep good ones out; --rejects gets them with a reason. It may run beside surveyd serve.`,
		Flags: append(slices.Concat(databaseFlags(), fileFlags()), secretsFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return usage("name one file: surveyd import %s FILE", what)
			}
			return takeIn(ctx, s, c, func(ctx context.Context, s streams, c *cli.Command, into place) error {
				return importFeed(ctx, s, c, into, what)
			})
		},
	}
	if slices.Contains(what.Fields(), portage.FieldCurrency) {
		c.Flags = append(c.Flags, &cli.StringFlag{Name: "currency", Usage: "`CODE` of the currency of rows that name none, such as EUR"})
		c.Description += `

Amounts are read as people write them, and are exact: what has more decimals than its currency is bad.
amount_minor and its like hold whole minor units, such as cents.`
	}
	return c
}

// importFeed imports the file of a feed that the command line names.
func importFeed(ctx context.Context, s streams, c *cli.Command, into place, what portage.What) error {
	file, err := os.Open(c.Args().First())
	if err != nil {
		return err
	}
	defer file.Close()
	sheet, err := openSheet(c, file)
	if err != nil {
		return err
	}
	o, zone, err := readOptions(ctx, c, into.st, sheet, what)
	if err != nil {
		return err
	}
	currency := strings.ToUpper(c.String("currency"))
	if err := what.CheckFeed(o.Mapping, currency); err != nil {
		return feedUsage(err, what, sheet)
	}
	if into.rehearsal {
		return nil
	}
	describe(s.out, sheet, o.Mapping)
	ids, release, err := commandIDs(ctx, s, into.st)
	if err != nil {
		return err
	}
	defer release()
	intake, err := into.intake(ctx, c, ids)
	if err != nil {
		return err
	}
	im := &portage.FeedImport{
		Taker: newFeeds(into.st, intake, ids, zone, time.Now), What: what, Options: o, Currency: currency, Zone: zone, Format: sheet.Format, DryRun: c.Bool("dry-run"),
	}
	counts, err := runImport(ctx, s, c, im, &im.Hooks, sheet, file)
	reportFeed(s.out, im.DryRun, counts)
	if im.DryRun || counts.Added+counts.Changed == 0 {
		return err
	}
	return errors.Join(err, askForWorth(ctx, into.st))
}

// askForWorth has a surveyd that serves the database, or the next one that does, count anew what customers are worth.
func askForWorth(ctx context.Context, st *store.Store) error {
	if err := st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(ctx); err != nil {
		return err
	}
	return st.Enqueue(ctx, worth.Kind, struct{}{})
}

// newFeeds makes what takes feeds in. intake takes their customers.
func newFeeds(st *store.Store, intake *people.Intake, ids *survey.IDs, zone *time.Location, now func() time.Time) *customers.Intake {
	return &customers.Intake{Store: st, People: intake, IDs: ids, Now: now, Zone: func() *time.Location { return zone }}
}

// feedUsage says what to do about a file that lacks something.
func feedUsage(err error, what portage.What, sheet portage.Sheet) error {
	field := map[error]string{
		portage.ErrNeedsNumber: "number", portage.ErrNeedsPerson: "customer", portage.ErrNeedsEnds: "ends", portage.ErrNeedsAmount: "amount", portage.ErrNeedsAgent: "agent",
		portage.ErrNeedsStage: "stage",
	}
	columns := strings.Join(sheet.Header, ", ")
	switch {
	case errors.Is(err, portage.ErrNeedsCurrency):
		return usage("no column holds the currency: say it with --currency EUR, or which column with --map currency=COLUMN; the columns are %s", columns)
	case errors.Is(err, portage.ErrUnits):
		return usage("some amounts are in minor units and some are not: leave one of the columns out with --map FIELD=")
	case errors.Is(err, portage.ErrNeedsNumber) && what.Feed() == customers.Refunds:
		return usage("a refund needs its own number and that of its order: say which with --map number=COLUMN,order=COLUMN; the columns are %s", columns)
	}
	return usage("no column holds the %s: say which with --map %s=COLUMN; the columns are %s", field[err], field[err], columns)
}

func reportFeed(w io.Writer, dry bool, n portage.Counts) {
	if dry {
		fmt.Fprintln(w, "dry run    nothing was changed")
	}
	fmt.Fprintf(w, "rows       %d\nnew        %d\nchanged    %d\nknown      %d\n", n.Read, n.Added, n.Changed, n.Known)
	reportBad(w, n)
}
