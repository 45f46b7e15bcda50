package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

func importCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "take answers, contacts, purchases, orders and more from files of other systems",
		Commands: append([]*cli.Command{importResponsesCommand(s), importPeopleCommand(s, portage.Contacts), importPeopleCommand(s, portage.Purchases)}, importFeedCommands(s)...),
	}
}

func importResponsesCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: "responses", Usage: "take answers from a CSV file", ArgsUsage: "FILE",
		Description: `Encoding, separator and columns are found out and printed; say them where the guess is wrong:

  surveyd import responses reviews.csv --survey Reviews --scheme csat5 --dry-run
  surveyd import responses reviews.csv --survey Reviews --scheme csat5 \
      --map rating=stars,touchpoint=delivery,time=answered,external_id=id --zone America/Sao_Paulo

Fields: rating, comment, touchpoint, time, external_id, language, order, contact (an e-mail address, or the
shop's number of the customer), status, own_id (the number in an export from here), and q1, q2 ... for
the survey's questions. FIELD= leaves one out. Bad rows never keep good ones out; --rejects gets them
with a reason, and can be imported once it is mended. The same file a second time changes nothing, nor
does an export that comes back to its survey, so an import that was broken off is just run
again. An export of a survey whose scale was changed has ratings on both scales: those on another
scale than the survey's present one are bad rows. It may run beside surveyd serve.`,
		Flags: append(slices.Concat(databaseFlags(), answerFlags(), fileFlags()), secretsFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return usage("name one file: surveyd import responses FILE")
			}
			return takeIn(ctx, s, c, importFile)
		},
	}
}

// answerFlags are the flags of files of answers.
func answerFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "survey", Aliases: []string{"s"}, Usage: "number or `NAME` of the survey; one that is missing is made, and needs --scheme", Required: true},
		&cli.StringFlag{Name: "scheme", Usage: "`SCHEME` of the ratings: " + schemeNames()},
		&cli.StringFlag{Name: "cli-direction", Value: "yes", Usage: "what 1 means in a cli6 file: yes (definitely yes, as published) or no"},
	}
}

// fileFlags are the flags of every file.
func fileFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "map", Usage: "`FIELD=COLUMN,...` where the guess from the column's names is wrong"},
		&cli.StringFlag{Name: "zone", Usage: "time `ZONE` of times that name none, such as Europe/Sofia (default: the account's)"},
		&cli.StringFlag{Name: "at", Usage: "`DAY` of rows without a time, such as 2026-11-01"},
		&cli.StringFlag{Name: "dates", Usage: "`ORDER` of dates like 03/04/2026: dmy or mdy (default: found out where a date tells)"},
		&cli.StringFlag{Name: "encoding", Usage: "`NAME` of the encoding: " + strings.Join(portage.Encodings(), ", ")},
		&cli.StringFlag{Name: "separator", Usage: "`CHARACTER` between the cells: , ; | or tab"},
		&cli.StringFlag{Name: "rejects", Usage: "`FILE` for the rows that were not imported, with the reason; it must not exist yet"},
		&cli.BoolFlag{Name: "dry-run", Usage: "count what would happen, change nothing"},
	}
}

func schemeNames() string {
	var names []string
	for _, s := range append(scoring.Schemes(), scoring.ImportSchemes()...) {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// importFile imports the file that the command line names.
func importFile(ctx context.Context, s streams, c *cli.Command, into place) error {
	file, err := os.Open(c.Args().First())
	if err != nil {
		return err
	}
	defer file.Close()
	sheet, err := openSheet(c, file)
	if err != nil {
		return err
	}
	im, err := prepareImport(ctx, c, into.st, sheet, into.rehearsal || c.Bool("dry-run"))
	if err != nil || into.rehearsal {
		return err
	}
	asked, _ := im.Options.Mapping.For(im.Target.Version.Definition)
	describe(s.out, sheet, asked)
	fmt.Fprintf(s.out, "survey     %s (%s)\n", im.Target.Survey.Name, im.Target.Version.Definition.Scheme())
	ids, release, err := commandIDs(ctx, s, into.st)
	if err != nil {
		return err
	}
	defer release()
	intake, err := into.intake(ctx, c, ids)
	if err != nil {
		return err
	}
	im.IDs, im.Erased = ids, intake.Erased
	counts, err := runImport(ctx, s, c, im, &im.Hooks, sheet, file)
	report(s.out, im.DryRun, counts)
	return err
}

// commandIDs makes ids for a command that may run beside serve.
func commandIDs(ctx context.Context, s streams, st *store.Store) (ids *survey.IDs, release func(), err error) {
	bucket, release, err := leaseWriter(ctx, st, slog.New(slog.NewTextHandler(s.err, nil)), func(err error) { fmt.Fprintln(s.err, "surveyd:", err) })
	if err != nil {
		return nil, nil, err
	}
	st.SetShard(bucket)
	if ids, err = survey.NewIDs(bucket, time.Now); err != nil {
		release()
		return nil, nil, err
	}
	return ids, release, nil
}

// openSheet looks at the file: how it is written, and what its columns are.
func openSheet(c *cli.Command, file *os.File) (portage.Sheet, error) {
	f := portage.Format{Encoding: c.String("encoding"), Comma: c.String("separator")}
	if f.Comma == "tab" || f.Comma == `\t` {
		f.Comma = "\t"
	}
	if f.Comma != "" && !slices.Contains(portage.Separators(), f.Comma) {
		return portage.Sheet{}, usage("--separator: %q is none of , ; | and tab", f.Comma)
	}
	if f.Encoding == "" {
		guess, err := portage.DetectEncoding(file)
		if err != nil {
			return portage.Sheet{}, fmt.Errorf("read %s: %w", file.Name(), err)
		}
		if !guess.Sure {
			return portage.Sheet{}, usage("the letters of %s may be %s, %s: say which with --encoding", file.Name(), guess.Encoding, strings.Join(guess.Others, ", "))
		}
		f.Encoding = guess.Encoding
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return portage.Sheet{}, err
		}
	}
	sheet, err := portage.ReadSheet(file, f)
	if err != nil {
		return sheet, fmt.Errorf("%s: %w", file.Name(), err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return sheet, err
}

// readOptions reads the flags that files of every kind have.
func readOptions(ctx context.Context, c *cli.Command, st *store.Store, sheet portage.Sheet, what portage.What) (o portage.Options, zone *time.Location, err error) {
	given, err := what.ParseMapping(c.String("map"), sheet.Header)
	if err != nil {
		return o, nil, usage("--map: %w", err)
	}
	o.Mapping = what.Guess(sheet.Header, given)
	o.Order = sheet.OrderIn(o.Mapping)
	if d := portage.DateOrder(c.String("dates")); d != "" {
		if o.Order = d; d != portage.DayFirst && d != portage.MonthFirst {
			return o, nil, usage("--dates: %q is neither dmy nor mdy", d)
		}
	}
	if sheet.CheckOrder(o.Mapping, o.Order) != nil {
		return o, nil, usage("some dates have the day first and some the month, such as 13/04/2026 and 04/14/2026: say with --dates dmy or --dates mdy which is meant; rows with the other are bad")
	}
	if zone, err = accountZone(ctx, st); err != nil {
		return o, nil, err
	}
	o.Zone = zone
	if name := c.String("zone"); name != "" {
		if o.Zone, err = time.LoadLocation(name); err != nil {
			return o, nil, usage("--zone: no time zone is called %q", name)
		}
	}
	if at := c.String("at"); at != "" {
		if o.At, err = time.ParseInLocation(time.DateOnly, at, zone); err != nil {
			return o, nil, usage("--at: %q is no day such as 2026-11-01", at)
		}
		o.At = o.At.Add(12 * time.Hour)
	}
	if _, ok := o.Mapping[portage.FieldTime]; !ok && o.At.IsZero() && what.NeedsTime() {
		return o, nil, usage("no column holds the time: say which with --map time=COLUMN, or give all rows a day with --at; the columns are %s", strings.Join(sheet.Header, ", "))
	}
	return o, zone, nil
}

// prepareImport reads the flags into an import.
func prepareImport(ctx context.Context, c *cli.Command, st *store.Store, sheet portage.Sheet, dry bool) (*portage.Import, error) {
	o, zone, err := readOptions(ctx, c, st, sheet, portage.Answers)
	if err != nil {
		return nil, err
	}
	o.CLIReversed = c.String("cli-direction") == "no"
	open := func(name string) (target portage.Target, err error) {
		var scheme scoring.Scheme
		if name != "" {
			if scheme, err = portage.SchemeOf(name); err != nil {
				return target, usage("--scheme: %w", err)
			}
		}
		return portage.OpenTarget(ctx, st, c.String("survey"), scheme, func(s scoring.Scheme) survey.Definition {
			return portage.Define(func(lang, key string) string { return words.For(lang).T(key) }, []string{"en"}, s)
		}, time.Now(), dry)
	}
	target, err := open(c.String("scheme"))
	// What the file's own column says makes a new survey. A survey that is there looks at each row: an export may be from before and after a change of the scale.
	if name := sheet.SchemeIn(o.Mapping); errors.Is(err, portage.ErrNoScheme) && name != "" {
		target, err = open(name)
	}
	if errors.Is(err, portage.ErrNoScheme) {
		return nil, usage("there is no survey %q: say with --scheme what to make; there are %s", c.String("survey"), schemeNames())
	}
	if errors.Is(err, portage.ErrSeveral) || errors.Is(err, portage.ErrNoSurvey) {
		return nil, usage("--survey: %w", err)
	}
	target.Zone = zone
	return &portage.Import{
		Store: st, Now: time.Now, Target: target, Options: o, Format: sheet.Format, Language: "en", DryRun: dry,
	}, err
}

// describe prints how the file is understood.
func describe(w io.Writer, sheet portage.Sheet, m portage.Mapping) {
	comma := sheet.Format.Comma
	if comma == "\t" {
		comma = "tab"
	}
	for _, name := range sheet.Repeated {
		fmt.Fprintf(w, "repeated   several columns are called %q: the second is \"%s (2)\" here and in --map\n", name, name)
	}
	var pairs []string
	for _, p := range m.Names(sheet.Header) {
		pairs = append(pairs, p[0]+"="+p[1])
	}
	fmt.Fprintf(w, "file       %s, separator %s\ncolumns    %s\n", sheet.Format.Encoding, comma, strings.Join(pairs, ", "))
}

// importer is a file that is ready to come in.
type importer interface {
	Run(ctx context.Context, file io.Reader) (portage.Counts, error)
}

// runImport imports the file and shows how far it is.
func runImport(ctx context.Context, s streams, c *cli.Command, im importer, hooks *portage.Hooks, sheet portage.Sheet, file *os.File) (counts portage.Counts, err error) {
	info, err := file.Stat()
	if err != nil {
		return counts, err
	}
	if path := c.String("rejects"); path != "" {
		out := &lateFile{path: path}
		defer func() { err = errors.Join(err, out.Close()) }()
		hooks.OnReject = portage.NewRejectWriter(out, sheet.Header, portage.Sentence).Write
	}
	bar := newProgress(s.err, "rows")
	hooks.OnBatch = func(n portage.Counts) error {
		bar.show(n.Read, n.Bytes, info.Size())
		return nil
	}
	counts, err = im.Run(ctx, file)
	bar.end()
	if err != nil {
		return counts, fmt.Errorf("%w; what is stored stays, run it again to go on", err)
	}
	return counts, nil
}

func report(w io.Writer, dry bool, n portage.Counts) {
	if dry {
		fmt.Fprintln(w, "dry run    nothing was changed")
	}
	fmt.Fprintf(w, "rows       %d\nnew        %d (%d with a comment)\nknown      %d\n", n.Read, n.Added, n.Comments, n.Known)
	if n.Known > 0 {
		fmt.Fprintln(w, "           those stay as they are, even where the file says more")
	}
	reportBad(w, n)
	reportColumns(w, n)
}

// reportColumns prints what the columns of a file of answers leave open.
func reportColumns(w io.Writer, n portage.Counts) {
	if len(n.Unasked) > 0 {
		fmt.Fprintf(w, "left out   %s: the survey has no such question beside its rating\n", portage.FieldList(n.Unasked))
	}
	if n.Unrated {
		fmt.Fprintln(w, "no rating  no column holds the rating, so these answers have none and count in no score: name it with --map rating=COLUMN")
	}
}

// reportBad prints what was refused and why, and what was made on the way.
func reportBad(w io.Writer, n portage.Counts) {
	fmt.Fprintf(w, "bad        %d\n", n.Bad)
	var reasons []portage.Reason
	for r := range n.Reasons {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b portage.Reason) int { return int(n.Reasons[b] - n.Reasons[a]) })
	for _, r := range reasons {
		fmt.Fprintf(w, "           %d: %s\n", n.Reasons[r], portage.Sentence(r))
	}
	for _, warning := range slices.SortedFunc(maps.Keys(n.Warnings), func(a, b people.Warning) int { return cmp.Compare(n.Warnings[b], n.Warnings[a]) }) {
		fmt.Fprintf(w, "note       %d: %s\n", n.Warnings[warning], portage.WarningSentence(warning))
	}
	if len(n.Made) > 0 {
		fmt.Fprintf(w, "touchpoints made: %s\n", strings.Join(n.Made, ", "))
	}
}
