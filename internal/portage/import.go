package portage

import (
	"context"
	"io"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Outcome tells what became of a row.
type Outcome uint8

// The outcomes.
const (
	Added   Outcome = iota
	Known           // it is there already, from an earlier import or earlier in the file
	Clashed         // its key is taken by a row with another id
)

// Store is what an import reads and writes.
type Store interface {
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	CreateTouchpoint(ctx context.Context, t *survey.Touchpoint) error // sets ID
	// ImportBatch stores the rows that are not there yet, with their rollup and search rows, in one short transaction.
	ImportBatch(ctx context.Context, rows []Row) ([]Outcome, error)
	// KnownRows tells what ImportBatch would make of the rows, and changes nothing.
	KnownRows(ctx context.Context, rows []Row) ([]Outcome, error)
}

// Counts is how far an import is, or how it ended.
type Counts struct {
	Read     int64            `json:"read"` // rows
	Added    int64            `json:"added"`
	Known    int64            `json:"known"`
	Bad      int64            `json:"bad"`
	Reasons  map[Reason]int64 `json:"reasons,omitempty"`
	Comments int64            `json:"comments"` // among those added
	Bytes    int64            `json:"bytes"`    // of UTF-8 read
	Made     []string         `json:"made,omitempty"`
	People   int64            `json:"people,omitempty"`  // contacts that a file of purchases added
	Changed  int64            `json:"changed,omitempty"` // contacts of which something is new
	Merged   int64            `json:"merged,omitempty"`  // contacts that turned out to be one with another
	Unasked  []Field          `json:"unasked,omitempty"` // of columns left out: the survey has no such question
	Unrated  bool             `json:"unrated,omitempty"` // no column holds a rating: answers come in as words alone

	Warnings map[people.Warning]int64 `json:"warnings,omitempty"`
}

func (c *Counts) warn(w people.Warning) {
	if c.Warnings == nil {
		c.Warnings = map[people.Warning]int64{}
	}
	c.Warnings[w]++
}

// Reject is a row that was not imported.
type Reject struct {
	Line   int64
	Cells  []string // the file's own; nil when the row could not be taken apart
	Raw    string
	Reason Reason
}

// Import is one file on its way in.
type Import struct {
	Store    Store
	IDs      *survey.IDs
	Now      func() time.Time
	Target   Target
	Options  Options
	Format   Format
	Language string // of the names of new touchpoints
	DryRun   bool
	Erased   Erased         // nil: nobody was ever erased
	seen     map[int64]bool // keys of a dry run: nothing else remembers them
	Hooks
}

// Run reads the file and stores what is new in it. Bad rows never keep good ones out. It may be stopped at any point, and run again from the start.
func (im *Import) Run(ctx context.Context, file io.Reader) (Counts, error) {
	tps, err := openTouchpoints(ctx, im.Store, im.Language, im.DryRun)
	if err != nil {
		return Counts{}, err
	}
	f := flow[Row]{
		format: im.Format, hooks: im.Hooks, take: im.take, raw: func(r Row) string { return r.Raw },
		open: func(header []string) func(Record) (Row, Reason, error) {
			return newParser(im.Target, im.Options, header, tps, im.IDs, im.Now()).row
		},
	}
	counts, err := f.run(ctx, file)
	counts.Made = tps.made
	_, counts.Unasked = im.Options.Mapping.For(im.Target.Version.Definition)
	counts.Unrated = !im.Options.Mapping.rates(im.Target.Version.Definition)
	return counts, err
}

// take stores rows, or tells in a dry run what would become of them.
func (im *Import) take(ctx context.Context, rows []Row, c *Counts) ([]Reason, error) {
	store := im.Store.ImportBatch
	if im.DryRun {
		store = im.Store.KnownRows
	}
	if err := im.forget(ctx, rows, c); err != nil {
		return nil, err
	}
	outcomes, err := store(ctx, rows)
	if err != nil {
		return nil, err
	}
	var refused []Reason
	for i, o := range outcomes {
		switch o {
		case Added:
			if im.DryRun && im.repeated(rows[i].Key) {
				c.Known++
				continue
			}
			c.Added++
			if rows[i].NoMail {
				c.warn(people.BadAddress)
			}
			if rows[i].Record.Response.Comment != "" {
				c.Comments++
			}
		case Known:
			c.Known++
		case Clashed:
			if refused == nil {
				refused = make([]Reason, len(rows))
			}
			refused[i] = Clash
		}
	}
	return refused, nil
}

// Erased tells which addresses belong to people who asked to be forgotten, by people.FoldAddress.
type Erased func(ctx context.Context, addresses []string) (map[string]bool, error)

// forget takes people who were erased out of the rows.
func (im *Import) forget(ctx context.Context, rows []Row, c *Counts) error {
	if im.Erased == nil {
		return nil
	}
	var addresses []string
	for i := range rows {
		if email := rows[i].Contact.Email; email != "" {
			addresses = append(addresses, email)
		}
	}
	if len(addresses) == 0 {
		return nil
	}
	erased, err := im.Erased(ctx, addresses)
	if err != nil || len(erased) == 0 {
		return err
	}
	for i := range rows {
		if email := rows[i].Contact.Email; email != "" && erased[people.FoldAddress(email)] {
			rows[i].Contact = survey.Contact{}
			c.warn(people.WithoutErased)
		}
	}
	return nil
}

func (im *Import) repeated(key int64) bool {
	if im.seen == nil {
		im.seen = map[int64]bool{}
	}
	again := im.seen[key]
	im.seen[key] = true
	return again
}
