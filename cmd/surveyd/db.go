package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/store"
)

func dbCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "db", Usage: "look into the database",
		Commands: []*cli.Command{{
			Name: "shell", Usage: "run SQL, read only unless --write is given", ArgsUsage: "[STATEMENT]",
			Description: `Reads statements from the input, one a line, or runs the one that is given. Use this in place of
another SQLite shell: an old one can damage a database that is being served.`,
			Flags: append(databaseFlags(), &cli.BoolFlag{Name: "write", Usage: "allow statements that change something"}),
			Action: func(ctx context.Context, c *cli.Command) error {
				return withExisting(ctx, c, func(st *store.Store) error {
					if c.NArg() > 0 {
						return st.Shell(ctx, s.out, strings.Join(c.Args().Slice(), " "), c.Bool("write"))
					}
					lines := bufio.NewScanner(s.in)
					lines.Buffer(nil, 64<<20)
					for lines.Scan() {
						if strings.TrimSpace(lines.Text()) == "" {
							continue
						}
						if err := st.Shell(ctx, s.out, lines.Text(), c.Bool("write")); err != nil {
							fmt.Fprintln(s.err, "surveyd:", err)
						}
					}
					return lines.Err()
				})
			},
		}},
	}
}
