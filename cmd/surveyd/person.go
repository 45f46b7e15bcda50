package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

func personCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "person", Usage: "what the law lets a person ask for: a copy of everything, and to be erased", Flags: databaseFlags(),
		Description: `Works beside a running serve.`,
		Commands: []*cli.Command{
			{
				Name: "export", Usage: "print everything that is stored about a person, as JSON", ArgsUsage: "[ADDRESS]",
				Flags: append(databaseFlags(), secretsFlag(), customerFlag()),
				Action: func(ctx context.Context, c *cli.Command) error {
					return withPerson(ctx, c, func(st *store.Store, p *people.Privacy, users *account.Service, who personName) error {
						return exportPerson(ctx, s, who, p, users)
					})
				},
			},
			{
				Name: "erase", Usage: "erase a person for good; their ratings go on counting, as nobody's", ArgsUsage: "[ADDRESS]",
				Description: `Removes the person and what they wrote from every table, from the search index and from the files that imports keep.
Of the address and the customer number only keyed hashes stay, so that no import brings the person back. An SQLite file is
then written anew, so that nothing of it can be read from its free parts; copies made before (surveyd backup) keep what they
have until you delete them, and surveyd restore erases the person again.`,
				Flags: append(databaseFlags(), secretsFlag(), customerFlag(), &cli.BoolFlag{Name: "yes", Usage: "do it; without this nothing is changed"}),
				Action: func(ctx context.Context, c *cli.Command) error {
					return withPerson(ctx, c, func(st *store.Store, p *people.Privacy, users *account.Service, who personName) error {
						return erasePerson(ctx, s, who, c.Bool("yes"), st, p, users)
					})
				},
			},
		},
	}
}

func customerFlag() cli.Flag {
	return &cli.StringFlag{Name: "customer", Usage: "the shop's `NUMBER` of the person, instead of an address"}
}

// personName is how a command names a person: one of the two.
type personName struct{ address, number string }

// nameOf reads it from a command's arguments.
func nameOf(c *cli.Command) (personName, error) {
	number := survey.Line(c.String("customer"))
	switch {
	case c.NArg() == 0 && number != "" && utf8.RuneCountInString(number) <= people.MaxExternalID:
		return personName{number: number}, nil
	case c.NArg() == 1 && !c.IsSet("customer") && survey.PlainAddress(c.Args().First()):
		return personName{address: c.Args().First()}, nil
	}
	return personName{}, usage("%s takes one ADDRESS, such as ann@shop.example, or --customer NUMBER", c.FullName())
}

func (n personName) find(ctx context.Context, p *people.Privacy) (survey.Contact, error) {
	if n.number != "" {
		return p.FindNumber(ctx, n.number)
	}
	return p.Find(ctx, n.address)
}

func (n personName) erase(ctx context.Context, p *people.Privacy) (people.Erasure, error) {
	if n.number != "" {
		return p.EraseNumber(ctx, n.number)
	}
	return p.EraseAddress(ctx, n.address)
}

// object names the person in the audit log.
func (n personName) object(p *people.Privacy) string {
	if n.number != "" {
		return people.NumberObject(p.Key, n.number)
	}
	return people.AddressObject(p.Key, n.address)
}

// say tells the name, and arg is what a command takes for it.
func (n personName) say() string {
	if n.number != "" {
		return "customer number " + n.number
	}
	return "address " + n.address
}

func (n personName) arg() string {
	if n.number != "" {
		return "--customer " + strconv.Quote(n.number)
	}
	return n.address
}

// withPerson opens what the commands about a person work with.
func withPerson(ctx context.Context, c *cli.Command, do func(*store.Store, *people.Privacy, *account.Service, personName) error) error {
	who, err := nameOf(c)
	if err != nil {
		return err
	}
	return withExisting(ctx, c, func(st *store.Store) error {
		secrets, err := secretsOf(ctx, c, st)
		if err != nil {
			return err
		}
		p, err := newPrivacy(st, secrets, func() *time.Location { return time.UTC }, time.Now)
		if err != nil {
			return err
		}
		users, err := newAccounts(st, nil, secrets, time.Now)
		if err != nil {
			return err
		}
		return do(st, p, users, who)
	})
}

// newPrivacy makes what copies and erases people.
func newPrivacy(st *store.Store, s secrets, zone func() *time.Location, now func() time.Time) (*people.Privacy, error) {
	addresses, err := s.derived("addresses")
	if err != nil {
		return nil, err
	}
	return &people.Privacy{Store: st, Key: addresses, Now: now, Zone: zone}, nil
}

func exportPerson(ctx context.Context, s streams, who personName, p *people.Privacy, users *account.Service) error {
	found, err := who.find(ctx, p)
	if errors.Is(err, survey.ErrNotFound) {
		return fmt.Errorf("nobody has the %s", who.say())
	}
	if err != nil {
		return err
	}
	all, err := p.Copy(ctx, found)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := users.Record(ctx, account.Entry{Action: "contact.export", Object: who.object(p)}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s\n", text)
	return err
}

func erasePerson(ctx context.Context, s streams, who personName, yes bool, st *store.Store, p *people.Privacy, users *account.Service) error {
	if !yes {
		return usage("erasing can't be undone: give --yes to do it, and see first what there is with surveyd person export %s", who.arg())
	}
	var done people.Erasure
	err := st.InTx(ctx, func(ctx context.Context) (err error) {
		if done, err = who.erase(ctx, p); err != nil {
			return err
		}
		return users.Record(ctx, account.Entry{Action: "contact.erase", Object: who.object(p)})
	})
	if err != nil {
		return err
	}
	if !done.Known {
		fmt.Fprintf(s.out, "nobody had the %s; imports will not bring it in\n", who.say())
	}
	fmt.Fprintf(s.out, "answers    %d count on as nobody's, %d had words\nremoved    %d other rows\n", done.Responses, done.Comments, done.Rows)
	if err := p.Store.Scrub(ctx); err != nil {
		return fmt.Errorf("the person is erased, and the file will be written anew tonight: %w", err)
	}
	if st.Engine() == store.SQLite {
		fmt.Fprintln(s.out, "file       written anew, the log emptied")
	}
	return nil
}
