package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

func exportCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write answers to a file",
		Commands: []*cli.Command{exportResponsesCommand(s)},
	}
}

func exportResponsesCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "responses", Usage: "write the answers to a survey as CSV or JSON lines",
		Description: `Writes to standard output, or with --output to a file:

  surveyd export responses --survey Reviews > reviews.csv

A CSV can be imported as it is: the columns need no --map, and nothing is lost. Cells that a spreadsheet
would take for a formula begin with ', which an import takes away again. Answers that come in meanwhile
are not in the file. It may run beside surveyd serve.`,
		Flags: append(
			databaseFlags(),
			&cli.StringFlag{Name: "survey", Aliases: []string{"s"}, Usage: "number or `NAME` of the survey (default: the only one there is)"},
			&cli.StringFlag{Name: "format", Value: "csv", Usage: "`FORMAT`: csv or jsonl"},
			&cli.StringFlag{Name: "from", Usage: "first `DAY`, such as 2026-11-01 (default: the first answer's)"},
			&cli.StringFlag{Name: "to", Usage: "last `DAY` (default: the last answer's)"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "`FILE` to write, readable by you alone; it must not exist yet"},
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() > 0 {
				return usage("export responses takes no arguments; name the survey with --survey and the file with --output")
			}
			return withExisting(ctx, c, func(st *store.Store) error { return exportResponses(ctx, s, c, st) })
		},
	}
}

func exportResponses(ctx context.Context, s streams, c *cli.Command, st *store.Store) (err error) {
	e, err := prepareExport(ctx, c, st)
	if err != nil {
		return err
	}
	out := s.out
	if path := c.String("output"); path != "" {
		file, err := createFile(path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		out = file
	}
	bar := newProgress(s.err, "rows")
	e.OnPage = func(rows int64) error {
		bar.show(rows, 0, 0)
		return nil
	}
	n, err := writeExport(ctx, e, out)
	bar.end()
	if err != nil {
		return fmt.Errorf("after %d rows, the file is not whole: %w", n, err)
	}
	fmt.Fprintf(s.err, "%d rows\n", n)
	return nil
}

func writeExport(ctx context.Context, e *portage.Export, out io.Writer) (int64, error) {
	w := bufio.NewWriterSize(out, 1<<20)
	n, err := e.Run(ctx, w)
	return n, errors.Join(err, w.Flush())
}

func prepareExport(ctx context.Context, c *cli.Command, st *store.Store) (*portage.Export, error) {
	format := portage.ExportFormat(c.String("format"))
	if format != portage.CSV && format != portage.JSONL {
		return nil, usage("--format: %q is neither csv nor jsonl", format)
	}
	all, err := st.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	v, err := portage.FindSurvey(all, c.String("survey"))
	if c.String("survey") == "" && len(all) == 1 {
		v, err = all[0], nil
	}
	if errors.Is(err, portage.ErrSeveral) {
		return nil, usage("--survey: %w", err)
	}
	if err != nil {
		names := ""
		for _, v := range all {
			names += fmt.Sprintf("\n  %d  %s", v.ID, v.Name)
		}
		if names == "" {
			return nil, errors.New("the database has no survey yet")
		}
		return nil, usage("name a survey with --survey; there are:%s", names)
	}
	zone, err := accountZone(ctx, st)
	if err != nil {
		return nil, err
	}
	e := &portage.Export{Store: st, SurveyID: v.ID, Zone: zone, Format: format}
	for _, edge := range []struct {
		flag  string
		after survey.Day
		t     *time.Time
	}{{"from", 0, &e.From}, {"to", 1, &e.To}} {
		text := c.String(edge.flag)
		if text == "" {
			continue
		}
		day, err := survey.ParseDay(text)
		if err != nil {
			return nil, usage("--%s: %q is no day such as 2026-11-01", edge.flag, text)
		}
		*edge.t = (day + edge.after).Start(zone)
	}
	return e, nil
}
