// Command surveyd asks a shop's customers how it went, and shows the scores.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones work where the system has none

	"github.com/urfave/cli/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes that scripts may rely on.
const (
	exitFailed = 1 // it did not work
	exitUsage  = 2 // the command line can't be carried out as it is
	exitLocked = 3 // another surveyd serves this database
)

// exitError is an error that chooses the exit code.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }
func (e exitError) Unwrap() error { return e.err }

// usage is an error of the command line.
func usage(format string, args ...any) error {
	return exitError{exitUsage, fmt.Errorf(format, args...)}
}

// run is the whole program: it ends when the command is done or ctx is.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	cmd := root(in, out, errOut)
	err := cmd.Run(ctx, args)
	if err == nil {
		return 0
	}
	fmt.Fprintln(errOut, "surveyd:", err)
	var e exitError
	if errors.As(err, &e) {
		return e.code
	}
	return exitFailed
}

// root is the command line.
func root(in io.Reader, out, errOut io.Writer) *cli.Command {
	streams := streams{in, out, errOut}
	cmd := &cli.Command{
		Name:  "surveyd",
		Usage: "ask customers how it went, and see the scores",
		Description: `One program and one file: surveyd serve keeps everything in ./surveyd.db, or on
PostgreSQL with --database postgres://...

  surveyd demo     look around in an example shop; nothing is kept
  surveyd serve    start for real; it prints where to go next`,
		Version:               version(),
		HideVersion:           true,
		EnableShellCompletion: true,
		Reader:                in,
		Writer:                out,
		ErrWriter:             errOut,
		ExitErrHandler:        func(context.Context, *cli.Command, error) {}, // run prints it, once
		Action: func(_ context.Context, c *cli.Command) error {
			if c.NArg() > 0 {
				return usage("there is no command %q; surveyd --help lists them", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: []*cli.Command{
			serveCommand(streams), demoCommand(streams), importCommand(streams), exportCommand(streams), personCommand(streams), userCommand(streams), backupCommand(streams), restoreCommand(streams),
			dbCommand(streams), bounceCommand(streams), incomingCommand(streams), doctorCommand(streams), versionCommand(streams),
		},
	}
	strict(cmd)
	return cmd
}

// strict makes every command end with exitUsage and one sentence when its flags are wrong.
func strict(c *cli.Command) {
	c.OnUsageError = func(_ context.Context, c *cli.Command, err error, _ bool) error {
		return usage("%w; %s --help lists what it takes", err, c.FullName())
	}
	for _, sub := range c.Commands {
		strict(sub)
	}
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}
