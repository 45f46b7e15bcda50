package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// newCaller makes what asks chosen customers.
func (a *app) newCaller(ids *survey.IDs, keys survey.Keys, addresses []byte) *asking.Caller {
	return &asking.Caller{Store: a.store, Scheduler: &asking.Scheduler{Store: a.store, Keys: keys, IDs: ids, AddressKey: addresses, Now: a.cfg.now}}
}

// newIntake makes what takes people and purchases in. addresses is the key of people.AddressKey.
func newIntake(st *store.Store, ids *survey.IDs, keys survey.Keys, addresses []byte, now func() time.Time) *people.Intake {
	return people.NewIntake(st, ids, addresses, now, &asking.Scheduler{Store: st, Keys: keys, IDs: ids, AddressKey: addresses, Now: now})
}

func importPeopleCommand(s streams, what portage.What) *cli.Command {
	c := &cli.Command{
		Name: string(what), ArgsUsage: "FILE",
		Flags: append(slices.Concat(databaseFlags(), fileFlags()), secretsFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return usage("name one file: surveyd import %s FILE", what)
			}
			return takeIn(ctx, s, c, func(ctx context.Context, s streams, c *cli.Command, into place) error {
				return importPeople(ctx, s, c, into, what)
			})
		},
	}
	if what == portage.Contacts {
		c.Usage = "take contacts from a CSV file"
		c.Description = `A contact is named by an e-mail address, by the shop's number of the customer, or by both. The same
address in other letters, or the same number, is the same contact: what a row says is written over
what is known, and what it leaves blank stays.

Fields: ` + fieldNames(what) + `, and property.NAME for anything else. FIELD= leaves one
out. Bad rows never keep good ones out; --rejects gets them with a reason.`
		return c
	}
	c.Usage = "take purchases, or other events, from a CSV file, and have surveys asked"
	c.Description = `A row is something that happened to a contact, who is made where they are new. The same number of a
purchase told again is the same purchase; without one it is the order, or else who and when. What the
rules of the surveys say about new purchases is decided at once.

Fields: ` + fieldNames(what) + `,
and property.NAME for anything else. FIELD= leaves one out. Bad rows never keep good ones out;
--rejects gets them with a reason. It may run beside surveyd serve.`
	c.Flags = append(c.Flags, &cli.StringFlag{Name: "event", Usage: "`NAME` of what happened where it is no purchase, such as delivery"})
	return c
}

func fieldNames(what portage.What) string {
	var names []string
	for _, f := range what.Fields() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// importPeople imports the file of contacts or purchases that the command line names.
func importPeople(ctx context.Context, s streams, c *cli.Command, into place, what portage.What) error {
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
	_, email := o.Mapping[portage.FieldEmail]
	if _, number := o.Mapping[portage.FieldCustomer]; !email && !number {
		return usage("no column names the customer: say which with --map email=COLUMN or --map customer=COLUMN; the columns are %s", strings.Join(sheet.Header, ", "))
	}
	event := c.String("event")
	if event != "" && !people.ValidKind(event) {
		return usage("--event: %q is no name: small letters, digits and . _ - are", event)
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
	im := &portage.PeopleImport{
		Taker: intake, Touchpoints: into.st, What: what, Event: event, Options: o, Zone: zone, Format: sheet.Format, Language: "en", DryRun: c.Bool("dry-run"),
	}
	counts, err := runImport(ctx, s, c, im, &im.Hooks, sheet, file)
	reportPeople(s.out, what, im.DryRun, counts)
	return err
}

func reportPeople(w io.Writer, what portage.What, dry bool, n portage.Counts) {
	if dry {
		fmt.Fprintln(w, "dry run    nothing was changed")
	}
	fmt.Fprintf(w, "rows       %d\nnew        %d\n", n.Read, n.Added)
	if what == portage.Purchases {
		fmt.Fprintf(w, "contacts   %d new\n", n.People)
	}
	fmt.Fprintf(w, "changed    %d contacts\nmerged     %d contacts\nknown      %d\n", n.Changed, n.Merged, n.Known)
	reportBad(w, n)
}
