package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
				Name: "export", Usage: "print everything that is stored about a person, as JSON", ArgsUsage: "ADDRESS", Flags: databaseFlags(),
				Action: func(ctx context.Context, c *cli.Command) error {
					return withPerson(ctx, c, func(st *store.Store, p *people.Privacy, users *account.Service) error {
						return exportPerson(ctx, s, c.Args().First(), p, users)
					})
				},
			},
			{
				Name: "erase", Usage: "erase a person for good; their ratings go on counting, as nobody's", ArgsUsage: "ADDRESS",
				Description: `Removes the person and what they wrote from every table, from the search index and from the files that imports keep.
Of the address only a keyed hash stays, so that no import brings it back. An SQLite file is then written anew, so that
nothing of it can be read from its free parts; copies made before (surveyd backup) keep what they have until you delete
them, and surveyd restore erases the person again.`,
				Flags: append(databaseFlags(), &cli.BoolFlag{Name: "yes", Usage: "do it; without this nothing is changed"}),
				Action: func(ctx context.Context, c *cli.Command) error {
					return withPerson(ctx, c, func(st *store.Store, p *people.Privacy, users *account.Service) error {
						return erasePerson(ctx, s, c.Args().First(), c.Bool("yes"), st, p, users)
					})
				},
			},
		},
	}
}

// withPerson opens what the commands about a person work with; they take one ADDRESS.
func withPerson(ctx context.Context, c *cli.Command, do func(*store.Store, *people.Privacy, *account.Service) error) error {
	if c.NArg() != 1 || !survey.PlainAddress(c.Args().First()) {
		return usage("%s takes one ADDRESS, such as ann@shop.example", c.FullName())
	}
	return withExisting(ctx, c, func(st *store.Store) error {
		secrets, err := secretsOf(c)
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
		return do(st, p, users)
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

func exportPerson(ctx context.Context, s streams, address string, p *people.Privacy, users *account.Service) error {
	found, err := p.Find(ctx, address)
	if errors.Is(err, survey.ErrNotFound) {
		return fmt.Errorf("nobody has the address %s", address)
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
	if err := users.Record(ctx, account.Entry{Action: "contact.export", Object: people.AddressObject(p.Key, address)}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s\n", text)
	return err
}

func erasePerson(ctx context.Context, s streams, address string, yes bool, st *store.Store, p *people.Privacy, users *account.Service) error {
	if !yes {
		return usage("erasing can't be undone: give --yes to do it, and see first what there is with surveyd person export %s", address)
	}
	var done people.Erasure
	err := st.InTx(ctx, func(ctx context.Context) (err error) {
		if done, err = p.EraseAddress(ctx, address); err != nil {
			return err
		}
		return users.Record(ctx, account.Entry{Action: "contact.erase", Object: people.AddressObject(p.Key, address)})
	})
	if err != nil {
		return err
	}
	if !done.Known {
		fmt.Fprintln(s.out, "nobody had the address; imports will not bring it in")
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
