package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
)

func backupCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "backup", Usage: "write a copy of the database, while it is served", ArgsUsage: "FILE", Flags: databaseFlags(),
		Description: `The copy is whole and consistent, and is checked before the command ends. A plain cp of a
live database is neither. Keep a copy of the secrets file (surveyd.db.secrets) too, elsewhere: without it the links in sent
mails to stop them do not open, whoever was erased or unsubscribed is not known again, and
surveyd serve does not start on the copy.`,
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return usage("backup takes one FILE to write to")
			}
			if isPostgres(c.String(databaseFlag)) {
				return usage("on PostgreSQL use its own tool:\n  pg_dump --format=custom --file=%s DATABASE", c.Args().First())
			}
			file, err := filepath.Abs(c.Args().First())
			if err != nil {
				return err
			}
			return withExisting(ctx, c, func(st *store.Store) error {
				if err := st.Backup(ctx, file); err != nil {
					return err
				}
				return verifyCopy(ctx, s.out, file)
			})
		},
		Commands: []*cli.Command{{
			Name: "verify", Usage: "restore a copy into a temporary file and check it", ArgsUsage: "FILE",
			Action: func(ctx context.Context, c *cli.Command) error {
				if c.NArg() != 1 {
					return usage("backup verify takes the FILE of a copy")
				}
				dir, err := os.MkdirTemp("", "surveyd-verify-")
				if err != nil {
					return err
				}
				defer os.RemoveAll(dir)
				restored := filepath.Join(dir, "surveyd.db")
				if err := copyDatabase(c.Args().First(), restored); err != nil {
					return err
				}
				return verifyCopy(ctx, s.out, restored)
			},
		}},
	}
}

// copyState is what doctor would find in a copy that is whole.
type copyState struct {
	responses int64
	differing int   // sums that differ from the answers
	audit     error // nil: the audit log is untouched
}

// lookAtCopy opens a copy and checks it as doctor does. An error means that it is no database, or a damaged one.
func lookAtCopy(ctx context.Context, file string) (state copyState, err error) {
	st, err := store.OpenExisting(ctx, file)
	if err != nil {
		return state, fmt.Errorf("the copy can't be opened: %w", err)
	}
	defer st.Close()
	h, err := st.Check(ctx)
	if err != nil {
		return state, err
	}
	if h.Integrity != "ok" {
		return state, fmt.Errorf("the copy is damaged: %s", h.Integrity)
	}
	state.responses = h.Responses
	_, state.audit = account.VerifyAudit(ctx, st)
	diffs, cohorts, err := differences(ctx, st)
	state.differing = len(diffs) + len(cohorts)
	return state, err
}

// problem says what is wrong with a copy that is whole; nil: nothing is.
func (c copyState) problem() error {
	switch {
	case c.audit != nil:
		return fmt.Errorf("the copy is whole, but not its audit log: %w: somebody wrote to the database behind surveyd's back", c.audit)
	case c.differing > 0:
		return fmt.Errorf("the copy is whole, but %d of its sums differ from its answers: surveyd doctor --rebuild counts a database anew", c.differing)
	}
	return nil
}

// verifyCopy says what a copy is like; an error means that something is wrong with it.
func verifyCopy(ctx context.Context, out io.Writer, file string) error {
	state, err := lookAtCopy(ctx, file)
	if err == nil {
		err = state.problem()
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: whole, %d responses, audit log untouched, sums agree\n", file, state.responses)
	return err
}

// copyFile copies a closed database file; the copy is on disk when it returns.
func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	_, err = io.Copy(dst, src)
	if err = errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	return nil
}
