package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/server"
)

// config is what serve and demo are told.
type config struct {
	database string
	addr     string
	secrets  string
	renew    bool // go on with other secrets than the database was set up with
	baseURL  string
	metrics  string
	proxies  []netip.Prefix
	demo     bool
	log      *slog.Logger
	upload   int64 // greatest file for an import, in bytes
	now      func() time.Time
}

// settleTime is how long after the start what only the start needed is given back to the machine: the schema, the words and the first page leave as much behind as
// an idle shop uses.
const settleTime = 2 * time.Second

// drainTime is how long requests that are under way may take after a SIGTERM.
const drainTime = 20 * time.Second

func serveCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "serve", Usage: "serve surveys and staff pages",
		Description: `With no configuration it keeps everything in ./surveyd.db, listens on localhost:8080 and prints
the address where the first administrator signs up. SIGTERM ends it: no new requests, those
under way are finished, every answer taken is on disk.

Behind a proxy that ends TLS: --base-url https://survey.example --trusted-proxies 10.0.0.0/8.
For a shop that outgrows one machine: --database postgres://..., any number of instances, one
secrets file for all of them.`,
		Flags: append(
			databaseFlags(), addrFlag("localhost:8080"),
			secretsFlag(),
			&cli.BoolFlag{Name: "renew-secrets", Usage: "once, when the secrets file is lost: go on with new keys, or with those of the file that is there"},
			&cli.StringFlag{Name: "base-url", Sources: cli.EnvVars("SURVEYD_BASE_URL"), Usage: "`URL` that people reach surveyd at (default: what their browser asked for)"},
			&cli.StringSliceFlag{Name: "trusted-proxies", Sources: cli.EnvVars("SURVEYD_TRUSTED_PROXIES"), Usage: "`NETWORKS` whose X-Forwarded-For and X-Forwarded-Proto are believed"},
			&cli.StringFlag{Name: "metrics", Sources: cli.EnvVars("SURVEYD_METRICS"), Usage: "`HOST:PORT` for Prometheus metrics, apart from the pages (default: none)"},
			&cli.IntFlag{Name: "max-upload", Value: 256, Sources: cli.EnvVars("SURVEYD_MAX_UPLOAD"), Usage: "greatest file that can be imported in the browser, in `MB`"},
			&cli.DurationFlag{Name: "clock-ahead", Hidden: true, Usage: "go by a clock that is ahead by `TIME`, to rehearse what will be sent and when"},
			&cli.StringFlag{Name: "log", Value: "text", Sources: cli.EnvVars("SURVEYD_LOG"), Usage: "`FORMAT` of the log on standard error: text or json"},
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, err := readConfig(s, c)
			if err != nil {
				return err
			}
			return untilTold(ctx, cfg.log, serve(ctx, s, cfg))
		},
	}
}

func readConfig(s streams, c *cli.Command) (config, error) {
	cfg := config{
		database: c.String(databaseFlag), addr: c.String("addr"), secrets: c.String("secrets"), baseURL: c.String("base-url"), metrics: c.String("metrics"),
		renew: c.Bool("renew-secrets"),
	}
	if cfg.upload = int64(c.Int("max-upload")) << 20; cfg.upload <= 0 {
		return cfg, usage("--max-upload: a file has at least 1 MB")
	}
	if c.NArg() > 0 {
		return cfg, usage("serve takes no arguments; did you mean --database %s?", c.Args().First())
	}
	if cfg.secrets == "" {
		cfg.secrets = secretsFile(cfg.database)
	}
	for _, p := range c.StringSlice("trusted-proxies") {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			return cfg, usage("--trusted-proxies: %q is no network such as 10.0.0.0/8", p)
		}
		cfg.proxies = append(cfg.proxies, prefix)
	}
	ahead := c.Duration("clock-ahead")
	cfg.now = func() time.Time { return time.Now().Add(ahead) }
	var err error
	cfg.log, err = newLog(s.err, c.String("log"))
	return cfg, err
}

// secretsFile is where the secrets of a database stand unless they are told to be elsewhere.
func secretsFile(database string) string {
	if isPostgres(database) {
		return "surveyd.secrets"
	}
	return database + ".secrets"
}

func newLog(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	}
	return nil, usage("--log: %q is neither text nor json", format)
}

// serve runs until ctx ends, and then lets what is under way come to its end.
func serve(ctx context.Context, s streams, cfg config) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	listener, err := listen(cfg) // first: an address that can't be had leaves no files behind
	if err != nil {
		return err
	}
	app, err := open(ctx, cfg, fail)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer app.close()
	if err := app.greet(ctx, s.out, address(cfg, listener.Addr())); err != nil {
		return errors.Join(err, listener.Close())
	}
	return app.run(ctx, listener, fail)
}

// untilTold is no error where ctx has ended: who stops a program that is still starting has got what they asked for, whatever that cut short.
func untilTold(ctx context.Context, log *slog.Logger, err error) error {
	if err != nil && ctx.Err() != nil {
		log.Info("told to end before it had started", "cut short", err)
		return nil
	}
	return err
}

// listen takes the address of the pages. Where another surveyd has it that serves the same database, that is what the error says.
func listen(cfg config) (net.Listener, error) {
	listener, err := net.Listen("tcp", cfg.addr)
	if err == nil {
		return listener, nil
	}
	if _, missing := os.Stat(cfg.database + ".lock"); missing == nil && !isPostgres(cfg.database) {
		unlock, locked := lockServe(cfg.database)
		if locked != nil {
			return nil, locked
		}
		unlock()
	}
	return nil, fmt.Errorf("listen on %s: %w", cfg.addr, err)
}

// address is where a person on this machine finds the pages.
func address(cfg config, a net.Addr) string {
	if cfg.baseURL != "" {
		return cfg.baseURL
	}
	host, _, err := net.SplitHostPort(cfg.addr)
	_, port, err2 := net.SplitHostPort(a.String())
	if err != nil || err2 != nil || host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// run answers requests until ctx ends.
func (a *app) run(ctx context.Context, listener net.Listener, fail context.CancelCauseFunc) error {
	settle := time.AfterFunc(settleTime, debug.FreeOSMemory)
	defer settle.Stop()
	pages := server.HTTPServer(a.server.Handler(), a.cfg.log)
	servers := []*http.Server{pages}
	base := address(a.cfg, listener.Addr())
	listener = server.Listener(listener, a.cfg.proxies, a.cfg.log, time.Now)
	go func() { fail(pages.Serve(listener)) }()
	defer a.startJobs(ctx)()
	defer a.startMail(ctx, base)()
	if a.cfg.metrics != "" {
		ml, err := net.Listen("tcp", a.cfg.metrics)
		if err != nil {
			return fmt.Errorf("listen on %s for metrics: %w", a.cfg.metrics, err)
		}
		m := server.HTTPServer(a.server.Metrics(), a.cfg.log)
		servers = append(servers, m)
		go func() { fail(m.Serve(ml)) }()
	}
	<-ctx.Done()
	cause := context.Cause(ctx)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	for _, srv := range servers {
		if err := srv.Shutdown(drain); err != nil {
			a.cfg.log.Warn("requests were cut off", "error", err)
		}
	}
	if cause == nil || errors.Is(cause, context.Canceled) || errors.Is(cause, http.ErrServerClosed) {
		return nil
	}
	return cause
}
