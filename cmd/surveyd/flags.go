package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/store"
)

const databaseFlag = "database"

func databaseFlags() []cli.Flag {
	return []cli.Flag{&cli.StringFlag{
		Name: databaseFlag, Aliases: []string{"d"}, Value: "surveyd.db", Sources: cli.EnvVars("SURVEYD_DATABASE"),
		Usage: "SQLite `FILE`, or postgres://user@host/name", Validator: knownDatabase,
	}}
}

func secretsFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "secrets", Sources: cli.EnvVars("SURVEYD_SECRETS"),
		Usage: "`FILE` with the keys of this installation (default: the database's name with .secrets; surveyd.secrets on PostgreSQL)",
	}
}

func addrFlag(value string) cli.Flag {
	return &cli.StringFlag{Name: "addr", Value: value, Sources: cli.EnvVars("SURVEYD_ADDR"), Usage: "`HOST:PORT` to listen on; port 0 takes a free one"}
}

// knownDatabase refuses the address of a database that is none of ours: it would be taken for the name of a file.
func knownDatabase(dsn string) error {
	if strings.Contains(dsn, "://") && !isPostgres(dsn) {
		return fmt.Errorf("%q is no database that surveyd knows: give the name of an SQLite file, or postgres://user@host/name", dsn)
	}
	return nil
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// withExisting opens the database that the flag names, for as long as do runs. A mistyped name is an error, not a new empty file, which doctor would call
// healthy and backup would copy.
func withExisting(ctx context.Context, c *cli.Command, do func(*store.Store) error) error {
	st, err := store.OpenExisting(ctx, c.String(databaseFlag))
	if errors.Is(err, store.ErrNoDatabase) && !isPostgres(c.String(databaseFlag)) {
		return noDatabase{c.String(databaseFlag), err}
	}
	return during(st, err, do)
}

// noDatabase says that the file that a command needs is not there.
type noDatabase struct {
	path string
	err  error
}

func (e noDatabase) Unwrap() error { return e.err }

func (e noDatabase) Error() string {
	if _, err := os.Stat(e.path); err == nil {
		return fmt.Sprintf("%s is empty, it holds no database: name one with --%s, or put a copy in its place with surveyd restore", e.path, databaseFlag)
	}
	return fmt.Sprintf("there is no database %s: name one with --%s; surveyd serve makes a new one", e.path, databaseFlag)
}

// during runs do with a store that was opened, and closes it.
func during(st *store.Store, err error, do func(*store.Store) error) error {
	if err != nil {
		return err
	}
	if err := do(st); err != nil {
		_ = st.Close() // the command's own error says more
		return err
	}
	if err := st.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
