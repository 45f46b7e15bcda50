package main

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
)

func doctorCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "doctor", Usage: "check the database: is the file whole, is the audit log untouched, do the sums agree with the answers",
		Flags: append(databaseFlags(), &cli.BoolFlag{Name: "rebuild", Usage: "count all answers and index all words anew; serve must be stopped"}),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Bool("rebuild") && !isPostgres(c.String(databaseFlag)) {
				unlock, err := lockServe(c.String(databaseFlag))
				if err != nil {
					return err
				}
				defer unlock()
			}
			return withExisting(ctx, c, func(st *store.Store) error { return examine(ctx, s, st, c.Bool("rebuild")) })
		},
	}
}

// examine prints what it finds; an error means that something is wrong.
func examine(ctx context.Context, s streams, st *store.Store, rebuild bool) error {
	h, err := st.Check(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "file       %s\nresponses  %d\n", h.Integrity, h.Responses)
	if h.Integrity != "ok" {
		return fmt.Errorf("the file is damaged: restore the newest copy, and keep this file")
	}
	entries, err := account.VerifyAudit(ctx, st)
	if err != nil {
		return fmt.Errorf("%w: somebody wrote to the database behind surveyd's back, a copy from before shows what it said", err)
	}
	fmt.Fprintf(s.out, "audit log  untouched (entries: %d)\n", entries)
	return examineSums(ctx, s, st, rebuild)
}

// examineSums compares the sums that the dashboards read with the answers, counted anew before when rebuild says so.
func examineSums(ctx context.Context, s streams, st *store.Store, rebuild bool) error {
	if rebuild {
		zone, err := accountZone(ctx, st)
		if err != nil {
			return err
		}
		if err := st.RebuildRollups(ctx, zone); err != nil {
			return err
		}
		if err := st.RebuildFunnel(ctx, zone); err != nil {
			return err
		}
		if err := st.RebuildSearch(ctx); err != nil {
			return err
		}
		fmt.Fprintln(s.out, "sums       counted anew\nwords      indexed anew")
	}
	diffs, cohorts, err := differences(ctx, st)
	if err != nil {
		return err
	}
	if len(diffs)+len(cohorts) == 0 {
		fmt.Fprintln(s.out, "sums       agree with the answers")
		return nil
	}
	for _, d := range diffs[:min(len(diffs), 20)] {
		fmt.Fprintf(s.out, "sums       version %d question %d touchpoint %d language %q day %s: %d counted, %d answers\n",
			d.Cell.VersionID, d.Cell.Question, d.Cell.Touchpoint, d.Cell.Language, d.Cell.Day, d.Rollup.N, d.Answers.N)
	}
	for _, d := range cohorts[:min(len(cohorts), 20)] {
		fmt.Fprintf(s.out, "funnel     survey %d touchpoint %d language %q sent on %s: %+v counted, %+v invitations\n",
			d.Cell.SurveyID, d.Cell.Touchpoint, d.Cell.Language, d.Cell.Day, d.Funnel, d.Invitations)
	}
	return fmt.Errorf("%d sums differ from the answers: while surveyd serves, look again; if they stay, stop it and run surveyd doctor --rebuild", len(diffs)+len(cohorts))
}

// differences counts all answers and all invitations anew, and gives the sums that differ.
func differences(ctx context.Context, st *store.Store) ([]store.Difference, []store.FunnelDifference, error) {
	zone, err := accountZone(ctx, st)
	if err != nil {
		return nil, nil, err
	}
	diffs, err := st.CheckRollups(ctx, zone)
	if err != nil {
		return nil, nil, err
	}
	cohorts, err := st.CheckFunnel(ctx, zone)
	return diffs, cohorts, err
}

// accountZone is the account's time zone; before the set-up it is UTC.
func accountZone(ctx context.Context, st *store.Store) (*time.Location, error) {
	all, err := st.Settings(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(all["zone"])
	if err != nil {
		return nil, fmt.Errorf("the account's time zone: %w", err)
	}
	return zone, nil
}
