package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// place is where an import goes.
type place struct {
	st        *store.Store
	passing   bool // the database is a temporary one, in the place of one that is not there yet
	rehearsal bool // only look whether the file can come in: what is asked of it, not its rows
}

// takeIn runs an import into the database that the flag names, and makes that where there is none: not before the file was found to be one that can come in,
// and not for a dry run, which goes by an empty database then.
func takeIn(ctx context.Context, s streams, c *cli.Command, take func(context.Context, streams, *cli.Command, place) error) error {
	if path := c.String("rejects"); path != "" {
		if err := mayCreate(path); err != nil {
			return fmt.Errorf("--rejects: %w", err)
		}
	}
	err := withExisting(ctx, c, func(st *store.Store) error { return take(ctx, s, c, place{st: st}) })
	if !errors.Is(err, store.ErrNoDatabase) {
		return err
	}
	if _, stat := os.Stat(c.String(databaseFlag)); stat == nil {
		return err // an empty file is one that lost its content
	}
	dry := c.Bool("dry-run")
	if err := withPassing(ctx, func(st *store.Store) error { return take(ctx, s, c, place{st: st, passing: true, rehearsal: !dry}) }); err != nil || dry {
		return err
	}
	st, err := store.Open(ctx, c.String(databaseFlag))
	return during(st, err, func(st *store.Store) error { return take(ctx, s, c, place{st: st}) })
}

// withPassing runs do with an empty database that is gone afterwards.
func withPassing(ctx context.Context, do func(*store.Store) error) error {
	folder, err := os.MkdirTemp("", "surveyd-dry-run-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	st, err := store.Open(ctx, filepath.Join(folder, "surveyd.db"))
	return during(st, err, do)
}

// intake makes what takes people in, with the keys of this installation.
func (p place) intake(ctx context.Context, c *cli.Command, ids *survey.IDs) (*people.Intake, error) {
	secrets, err := newSecrets(), error(nil)
	if !p.passing {
		secrets, err = secretsOf(ctx, c, p.st)
	}
	if err != nil {
		return nil, err
	}
	keys, err := secrets.keys()
	if err != nil {
		return nil, err
	}
	addresses, err := secrets.derived("addresses")
	if err != nil {
		return nil, err
	}
	return newIntake(p.st, ids, keys, addresses, time.Now), nil
}
