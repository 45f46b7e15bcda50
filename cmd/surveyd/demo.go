package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/demo"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/web/words"
)

func demoCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "demo", Usage: "serve an example shop from a temporary database",
		Description: `Linden Home is made up: 24 weeks of answers at four touchpoints in four languages, a new checkout
that customers like, and two bad weeks of deliveries. The printed addresses lead to its
dashboard and to its survey in each language. The sign-in address works on this machine only.`,
		Flags: []cli.Flag{
			addrFlag("localhost:8080"),
			&cli.StringFlag{Name: "keep", Usage: "`FILE` to make the database in, instead of a temporary one; it must not exist yet"},
			&cli.StringFlag{Name: "log", Value: "text", Sources: cli.EnvVars("SURVEYD_LOG"), Usage: "`FORMAT` of the log on standard error: text or json"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			log, err := newLog(s.err, c.String("log"))
			if err != nil {
				return err
			}
			cfg := config{database: c.String("keep"), addr: c.String("addr"), demo: true, log: log, now: time.Now}
			if cfg.database == "" {
				dir, err := os.MkdirTemp("", "surveyd-demo-")
				if err != nil {
					return fmt.Errorf("make a folder for the demo: %w", err)
				}
				defer os.RemoveAll(dir)
				cfg.database = filepath.Join(dir, "demo.db")
			} else if _, err := os.Stat(cfg.database); err == nil {
				return usage("--keep: %s exists already; serve it with surveyd serve --database %s", cfg.database, cfg.database)
			}
			cfg.secrets = secretsFile(cfg.database)
			return untilTold(ctx, cfg.log, serveDemo(ctx, s, cfg))
		},
	}
}

// serveDemo fills the database and serves it until ctx ends.
func serveDemo(ctx context.Context, s streams, cfg config) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	app, err := open(ctx, cfg, fail)
	if err != nil {
		return err
	}
	defer app.close()
	shop, err := app.fill(ctx)
	if err != nil {
		return err
	}
	if err := app.worth.Refresh(ctx); err != nil { // whoever looks around finds it done
		return err
	}
	listener, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", cfg.addr, err)
	}
	if err := app.guide(s.out, address(cfg, listener.Addr()), shop); err != nil {
		return errors.Join(err, listener.Close())
	}
	return app.run(ctx, listener, fail)
}

// fill writes the example shop with its users. Nobody signs in to it with a password.
func (a *app) fill(ctx context.Context) (demo.Shop, error) {
	zone, err := time.LoadLocation(demo.Zone)
	if err != nil {
		return demo.Shop{}, err
	}
	return demo.Fill(ctx, a.store, demo.Setup{
		Now: time.Now(), Zone: zone, Keys: a.keys, Say: func(lang, key string) string { return words.For(lang).T(key) },
		AddUser: func(ctx context.Context, u account.User) (int64, error) {
			added, err := a.users.AddUser(ctx, account.NewUser{Email: u.Email, Name: u.Name, Role: u.Role, Language: u.Language}, rand.Text())
			return added.ID, err
		},
	})
}

// guide prints where to look.
func (a *app) guide(out io.Writer, address string, shop demo.Shop) error {
	fmt.Fprintf(out, "dashboard %s/dashboard\n", address)
	if slices.ContainsFunc(a.server.Routes(), func(r server.Route) bool { return r.Path == "/inbox" }) {
		fmt.Fprintf(out, "inbox %s/inbox\n", address)
	}
	for _, lang := range []string{"en", "ru", "pl", "bg"} {
		fmt.Fprintf(out, "survey %s %s/s/%s\n", lang, address, shop.Links[lang])
	}
	_, err := fmt.Fprintf(out, "sign-in %s/demo/sign-in\n", address)
	return err
}
