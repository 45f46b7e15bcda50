package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
)

func restoreCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "restore", Usage: "put a copy in the place of the database; serve must be stopped", ArgsUsage: "FILE",
		Description: `What was there before is kept beside it under the name surveyd.db.before-restore, or with a number behind
that if the name is taken; delete it when all is well. People who were erased since the copy was made are erased from it again, before anybody can see them. On
another machine, copy the secrets file (surveyd.db.secrets) beside it too: restore makes none.`,
		Flags: append(databaseFlags(), secretsFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return usage("restore takes the FILE of a copy")
			}
			path := c.String(databaseFlag)
			if isPostgres(path) {
				return usage("on PostgreSQL use its own tool:\n  pg_restore --clean --if-exists --dbname=DATABASE %s", c.Args().First())
			}
			if err := mayRestore(c.Args().First(), path); err != nil {
				return err
			}
			unlock, err := lockServe(path)
			if err != nil {
				return err
			}
			defer unlock()
			return restore(ctx, s, c.Args().First(), path, secretsPath(c))
		},
	}
}

// mayRestore looks whether there is a copy, and one that restoring does not destroy.
func mayRestore(from, path string) error {
	copied, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("read the copy: %w", err)
	}
	for _, own := range []string{path, path + ".restoring"} {
		if info, err := os.Stat(own); err == nil && os.SameFile(copied, info) {
			return usage("%s is no copy to restore %s from: give it another name first", from, path)
		}
	}
	return nil
}

func restore(ctx context.Context, s streams, from, path, keys string) error {
	fresh := path + ".restoring"
	if err := removeDatabase(fresh); err != nil { // of a restore that was cut off
		return err
	}
	if err := copyDatabase(from, fresh); err != nil {
		return errors.Join(err, removeDatabase(fresh))
	}
	state, err := lookAtCopy(ctx, fresh)
	if err != nil {
		return errors.Join(err, removeDatabase(fresh))
	}
	if err := eraseAgain(ctx, s, path, fresh, keys); err != nil {
		return errors.Join(err, removeDatabase(fresh))
	}
	if _, err := os.Stat(path); err == nil {
		before, err := freeName(path + ".before-restore")
		if err != nil {
			return err
		}
		if err := moveDatabase(path, before); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s: what was there before\n", before)
	}
	if err := moveDatabase(fresh, path); err != nil {
		return err
	}
	// It is restored all the same: it may be the only copy that there is.
	if problem := state.problem(); problem != nil {
		fmt.Fprintf(s.err, "surveyd: %v\n", problem)
	}
	fmt.Fprintf(s.out, "%s: restored from %s, %d responses\n", path, from, state.responses)
	return tellOfSecrets(ctx, s, path, keys)
}

// eraseAgain erases from a copy whoever was erased from the database that it replaces, and keeps mail from whoever stopped it there.
func eraseAgain(ctx context.Context, s streams, path, fresh, keys string) error {
	var stopped []people.Suppression
	if _, err := os.Stat(path); err == nil {
		if stopped, err = stoppedIn(ctx, path); err != nil {
			fmt.Fprintf(s.err, "surveyd: %s can't be read (%v): whoever was erased from it or unsubscribed since the copy was made must be so again by hand\n", path, err)
		}
	}
	if len(stopped) == 0 {
		return nil
	}
	own, err := keysOf(ctx, path, keys)
	if err != nil {
		return err
	}
	st, err := store.OpenExisting(ctx, fresh)
	return during(st, err, func(st *store.Store) error {
		p, err := newPrivacy(st, own, func() *time.Location { return time.UTC }, time.Now)
		if err != nil {
			return err
		}
		n, err := p.Replay(ctx, stopped)
		if err == nil && n > 0 {
			err = st.Scrub(ctx)
		}
		if err != nil {
			return fmt.Errorf("erase again: %w", err)
		}
		if n > 0 {
			fmt.Fprintf(s.out, "%d people who were erased since the copy was made were erased from it again\n", n)
		}
		return nil
	})
}

// keysOf reads the secrets of the database that is replaced: no others find whoever was erased from it.
func keysOf(ctx context.Context, path, keys string) (own secrets, err error) {
	if own, err = readSecrets(keys); err == nil {
		var st *store.Store
		st, err = store.OpenExisting(ctx, path)
		err = during(st, err, func(st *store.Store) error {
			own, err = ownSecrets(ctx, st, keys, false)
			return err
		})
	}
	if err != nil {
		return own, fmt.Errorf("whoever was erased from %s can't be found in the copy without its secrets file: %w", path, err)
	}
	return own, nil
}

// tellOfSecrets says so where the secrets that a restored database was set up with are not there.
func tellOfSecrets(ctx context.Context, s streams, path, keys string) error {
	st, err := store.OpenExisting(ctx, path)
	return during(st, err, func(st *store.Store) error {
		all, err := st.Settings(ctx)
		if err != nil || all[markSetting] == "" {
			return err
		}
		own, err := readSecrets(keys)
		if err == nil {
			mark, err := own.mark()
			if err != nil || mark == all[markSetting] {
				return err
			}
		}
		fmt.Fprintf(s.err, "surveyd: %s is not the secrets file that this copy was set up with: put that in its place before surveyd serve; it stood beside the database that was copied\n", keys)
		return nil
	})
}

// stoppedIn reads which addresses get no mail by a database.
func stoppedIn(ctx context.Context, path string) (stopped []people.Suppression, err error) {
	st, err := store.OpenExisting(ctx, path)
	err = during(st, err, func(st *store.Store) error {
		stopped, err = st.Suppressions(ctx, people.SuppressionFilter{}, math.MaxInt32)
		return err
	})
	return stopped, err
}

// freeName is the name, or the name with the first number behind it that no database has.
func freeName(name string) (string, error) {
	free := name
	for n := 2; ; n++ {
		taken := false
		for _, f := range databaseFiles(free) {
			_, err := os.Lstat(f)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("restore: %w", err)
			}
			taken = taken || err == nil
		}
		if !taken {
			return free, nil
		}
		free = fmt.Sprintf("%s.%d", name, n)
	}
}

// The files that make up an SQLite database.
func databaseFiles(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

func moveDatabase(from, to string) error {
	for i, f := range databaseFiles(from) {
		if err := os.Rename(f, databaseFiles(to)[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return nil
}

func removeDatabase(path string) error {
	for _, f := range databaseFiles(path) {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return nil
}

// copyDatabase copies a database that nobody has open, with what its last user did not move from the log into the file.
func copyDatabase(from, to string) error {
	if err := copyFile(from, to); err != nil {
		return err
	}
	if _, err := os.Stat(from + "-wal"); err != nil {
		return nil
	}
	return copyFile(from+"-wal", to+"-wal")
}
