package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// exitTryAgain tells a mail server to deliver the message again later (EX_TEMPFAIL).
const exitTryAgain = 75

func bounceCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "bounce", Usage: "read one mail that came back from the input, and note it", Flags: append(databaseFlags(), secretsFlag()),
		Description: `For a mail server that hands the mails of an address to a program. In /etc/aliases:

  bounces: "|/usr/local/bin/surveyd bounce --database /var/lib/surveyd/surveyd.db"

It runs beside surveyd serve. Automatic replies and other mails that report nothing are left alone, with
success: a mail server must not return them to anybody. It ends with 75 when it should be tried again.`,
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() > 0 {
				return usage("bounce reads the message from its input: surveyd bounce < message")
			}
			report, err := mail.ReadReturned(s.in)
			if err != nil {
				fmt.Fprintln(s.out, "left alone:", err)
				return nil
			}
			err = withExisting(ctx, c, func(st *store.Store) error { return noteBounce(ctx, s, c, st, report) })
			if errors.Is(err, survey.ErrNotFound) {
				fmt.Fprintln(s.out, "left alone: the mail that came back is none of ours")
				return nil
			}
			if err != nil {
				return exitError{exitTryAgain, err}
			}
			fmt.Fprintln(s.out, "noted:", report.Kind, report.Detail)
			return nil
		},
	}
}

func noteBounce(ctx context.Context, s streams, c *cli.Command, st *store.Store, report asking.Report) error {
	return withReturns(ctx, s, c, st, func(r *mail.Returns) error { return r.Bounces.Take(ctx, report) })
}

// withReturns gives a command what takes mails that came in. It sends none.
func withReturns(ctx context.Context, s streams, c *cli.Command, st *store.Store, do func(*mail.Returns) error) error {
	secrets, err := secretsOf(ctx, c, st)
	if err != nil {
		return err
	}
	addresses, err := secrets.derived("addresses")
	if err != nil {
		return err
	}
	tags, err := secrets.derived("answers")
	if err != nil {
		return err
	}
	ids, release, err := commandIDs(ctx, s, st)
	if err != nil {
		return err
	}
	defer release()
	users, err := newAccounts(st, ids, secrets, time.Now)
	if err != nil {
		return err
	}
	cases := followup.NewService(st, followup.NewOpener(st, ids, time.Now), ids, time.Now)
	replies := followup.NewReplies(st, cases, &mail.Composer{Settings: users}, users, addresses, tags)
	kinds := map[string]asking.Kind{asking.ReplyMail: replies}
	return do(&mail.Returns{Settings: users, Bounces: newBounces(st, ids, addresses, time.Now, kinds), Answers: replies})
}

func newBounces(st *store.Store, ids *survey.IDs, addresses []byte, now func() time.Time, kinds map[string]asking.Kind) *asking.Bounces {
	return &asking.Bounces{Store: st, IDs: ids, AddressKey: addresses, Now: now, Kinds: kinds}
}
