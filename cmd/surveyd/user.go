package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

func userCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "user", Usage: "list users, add one, or make a link for a new password", Flags: databaseFlags(),
		Description: `Works beside a running serve. The last administrator who forgot the password:

  surveyd user link mira@shop.example --base-url https://survey.example`,
		Commands: []*cli.Command{
			{
				Name: "list", Usage: "list users with their roles", Flags: append(databaseFlags(), secretsFlag()),
				Action: func(ctx context.Context, c *cli.Command) error {
					return withAccounts(ctx, c, func(users *account.Service) error {
						all, err := users.List(ctx)
						if err != nil {
							return err
						}
						for _, u := range all {
							state := ""
							if u.Disabled {
								state = "\tdisabled"
							}
							fmt.Fprintf(s.out, "%s\t%s\t%s%s\n", u.Email, u.Role, u.Name, state)
						}
						return nil
					})
				},
			},
			{
				Name: "add", Usage: "add a user; the password is read from the first line of the input", ArgsUsage: "EMAIL",
				Flags: append(databaseFlags(), secretsFlag(),
					&cli.StringFlag{Name: "name", Required: true, Usage: "`NAME` that colleagues see"},
					&cli.StringFlag{Name: "role", Value: string(account.Support), Usage: "`ROLE`: admin, manager or support"},
					&cli.StringFlag{Name: "language", Value: "en", Usage: "`LANGUAGE` of the pages: en, pl, ru or bg"}),
				Action: func(ctx context.Context, c *cli.Command) error {
					if c.NArg() != 1 {
						return usage("user add takes one EMAIL")
					}
					password, err := bufio.NewReader(s.in).ReadString('\n')
					if password == "" && err != nil {
						return usage("user add reads the password from its input: surveyd user add ... < password-file")
					}
					return withAccounts(ctx, c, func(users *account.Service) error {
						_, err := users.AddUser(ctx, account.NewUser{
							Email: c.Args().First(), Name: c.String("name"), Role: account.Role(c.String("role")), Language: c.String("language"),
						}, strings.TrimRight(password, "\r\n"))
						return err
					})
				},
			},
			{
				Name: "link", Usage: "make a link with which a user sets a password", ArgsUsage: "EMAIL",
				Flags: append(databaseFlags(), secretsFlag(), &cli.StringFlag{Name: "base-url", Value: "http://localhost:8080", Sources: cli.EnvVars("SURVEYD_BASE_URL"), Usage: "`URL` that people reach surveyd at"}),
				Action: func(ctx context.Context, c *cli.Command) error {
					if c.NArg() != 1 {
						return usage("user link takes one EMAIL")
					}
					return withAccounts(ctx, c, func(users *account.Service) error {
						token, kind, err := users.LinkFor(ctx, c.Args().First())
						if errors.Is(err, account.ErrNotFound) {
							return fmt.Errorf("there is no user %s", c.Args().First())
						}
						if err != nil {
							return err
						}
						_, err = fmt.Fprintf(s.out, "%s/%s/%s\n", strings.TrimRight(c.String("base-url"), "/"), kind, token)
						return err
					})
				},
			},
		},
	}
}

// withAccounts opens the accounts for one command, beside a running serve.
func withAccounts(ctx context.Context, c *cli.Command, do func(*account.Service) error) error {
	return withExisting(ctx, c, func(st *store.Store) error {
		log, err := newLog(c.Root().ErrWriter, "text")
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		bucket, release, err := leaseWriter(ctx, st, log, cancel)
		if err != nil {
			return err
		}
		defer release()
		ids, err := survey.NewIDs(bucket, time.Now)
		if err != nil {
			return err
		}
		secrets, err := secretsOf(ctx, c, st)
		if err != nil {
			return err
		}
		users, err := newAccounts(st, ids, secrets, time.Now)
		if err != nil {
			return err
		}
		return do(users)
	})
}
