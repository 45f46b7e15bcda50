package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/store"
)

const databaseFlag = "database"

func databaseFlags() []cli.Flag {
	return []cli.Flag{&cli.StringFlag{
		Name: databaseFlag, Aliases: []string{"d"}, Value: "surveyd.db", Sources: cli.EnvVars("SURVEYD_DATABASE"),
		Usage: "SQLite `FILE`, or postgres://user@host/name",
	}}
}

func secretsFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "secrets", Sources: cli.EnvVars("SURVEYD_SECRETS"),
		Usage: "`FILE` with the keys of this installation (default: the database's name with .secrets; surveyd.secrets on PostgreSQL)",
	}
}

// secretsOf reads the keys that the flags name.
func secretsOf(c *cli.Command) (secrets, error) {
	path := c.String("secrets")
	if path == "" {
		path = secretsFile(c.String(databaseFlag))
	}
	return loadSecrets(path)
}

func addrFlag(value string) cli.Flag {
	return &cli.StringFlag{Name: "addr", Value: value, Sources: cli.EnvVars("SURVEYD_ADDR"), Usage: "`HOST:PORT` to listen on; port 0 takes a free one"}
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// storeOpener opens the database that the flag names, for as long as do runs.
type storeOpener func(ctx context.Context, c *cli.Command, do func(*store.Store) error) error

// withExisting is withStore for commands that look at or change what is there: a mistyped name is an error, not a
// new empty file, which doctor would call healthy and backup would copy.
func withExisting(ctx context.Context, c *cli.Command, do func(*store.Store) error) error {
	name := c.String(databaseFlag)
	if _, err := os.Stat(name); !isPostgres(name) && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database %s: name one with --%s", name, databaseFlag)
	}
	return withStore(ctx, c, do)
}

// withStore opens the database that the flag names for one command, and makes it where there is none.
func withStore(ctx context.Context, c *cli.Command, do func(*store.Store) error) error {
	st, err := store.Open(ctx, c.String(databaseFlag))
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
