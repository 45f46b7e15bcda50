package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/store"
)

func incomingCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "incoming", Usage: "read one mail that came in from the input, and put it into the log of its case", Flags: append(databaseFlags(), secretsFlag()),
		Description: `For a mail server that hands the mails of an address to a program. In /etc/aliases:

  answers: "|/usr/local/bin/surveyd incoming --database /var/lib/surveyd/surveyd.db"

Customers' answers to replies are found by their Message-ID or by the address that they went to.
Reports of mails that came back are noted, as surveyd bounce does. It runs beside surveyd serve.
What belongs to no case and what a program sent is left alone, with success: a mail server must not
return it to anybody. It ends with 75 when it should be tried again.`,
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() > 0 {
				return usage("incoming reads the message from its input: surveyd incoming < message")
			}
			var done string
			err := withExisting(ctx, c, func(st *store.Store) error {
				return withReturns(ctx, s, c, st, func(r *mail.Returns) (err error) {
					done, err = r.Take(ctx, s.in)
					return err
				})
			})
			switch {
			case err != nil && mail.LeftAlone(err):
				fmt.Fprintln(s.out, "left alone:", err)
			case err != nil:
				return exitError{exitTryAgain, err}
			default:
				fmt.Fprintln(s.out, done)
			}
			return nil
		},
	}
}
