package portage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

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
	seen     map[int64]bool     // keys of a dry run: nothing else remembers them
	OnReject func(Reject) error // called in the order of the file's batches
	OnBatch  func(Counts) error // after each transaction; an error stops the import between two
}

// A transaction takes about batchTime, so that answers given meanwhile wait no longer than that.
const (
	batchFirst = 2000 // rows
	batchMost  = 16000
	batchTime  = 150 * time.Millisecond
)

type batch struct {
	rows    []Row
	lines   []int64
	rejects []Reject
	read    int64
	offset  int64
	err     error
}

// Run reads the file and stores what is new in it. Bad rows never keep good ones out. It may be stopped at any point, and run again from the start.
func (im *Import) Run(ctx context.Context, file io.Reader) (Counts, error) {
	text, err := Decode(file, im.Format.Encoding)
	if err != nil {
		return Counts{}, err
	}
	tps, err := openTouchpoints(ctx, im.Store, im.Language, im.DryRun)
	if err != nil {
		return Counts{}, err
	}
	r := NewReader(text, im.Format.Comma[0])
	head, err := r.Next()
	if err != nil || head.Bad != "" {
		return Counts{}, ErrNoHeader
	}
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan batch)
	size := make(chan int, 1)
	size <- batchFirst
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(batches)
		read(ctx, r, newParser(im.Target, im.Options, append([]string(nil), head.Cells...), tps, im.IDs, im.Now()), size, batches)
	}()
	counts := Counts{Reasons: map[Reason]int64{}}
	err = im.write(ctx, batches, size, &counts)
	stop()
	<-ended
	counts.Made = tps.made
	return counts, err
}

// read makes batches of rows until the file ends. It runs beside the writing.
func read(ctx context.Context, r *Reader, p *parser, size <-chan int, out chan<- batch) {
	most := batchFirst
	for {
		select {
		case most = <-size:
		default:
		}
		b := batch{rows: make([]Row, 0, most), lines: make([]int64, 0, most)}
		for len(b.rows) < most && len(b.rejects) < batchFirst && b.err == nil {
			var rec Record
			if rec, b.err = r.Next(); b.err != nil {
				break
			}
			b.read++
			row, bad, err := p.row(rec)
			switch {
			case err != nil:
				b.err = err
			case bad != "":
				b.rejects = append(b.rejects, Reject{Line: rec.Line, Cells: append([]string(nil), rec.Cells...), Raw: rec.Raw, Reason: bad})
			default:
				b.rows, b.lines = append(b.rows, row), append(b.lines, rec.Line)
			}
		}
		b.offset = r.Offset()
		select {
		case out <- b:
		case <-ctx.Done():
			return
		}
		if b.err != nil {
			return
		}
	}
}

func (im *Import) write(ctx context.Context, batches <-chan batch, size chan int, c *Counts) error {
	rows := batchFirst
	store := im.Store.ImportBatch
	if im.DryRun {
		store = im.Store.KnownRows
	}
	for b := range batches {
		start := time.Now()
		outcomes, err := store(ctx, b.rows)
		if err != nil {
			return fmt.Errorf("after %d rows: %w", c.Read, err)
		}
		took := time.Since(start)
		if err := im.count(&b, outcomes, c); err != nil {
			return err
		}
		if im.OnBatch != nil {
			if err := im.OnBatch(*c); err != nil {
				return err
			}
		}
		if b.err != nil && !errors.Is(b.err, io.EOF) {
			return fmt.Errorf("after %d rows: %w", c.Read, b.err)
		}
		if next := suited(rows, took); next != rows {
			rows = next
			select {
			case size <- rows:
			default: // the last word was not heard yet
			}
		}
	}
	return ctx.Err()
}

// suited is how many rows the next transaction should take.
func suited(rows int, took time.Duration) int {
	switch {
	case took > 2*batchTime:
		return max(rows/2, 500)
	case took < batchTime/2:
		return min(rows*2, batchMost)
	}
	return rows
}

func (im *Import) count(b *batch, outcomes []Outcome, c *Counts) error {
	c.Read, c.Bytes = c.Read+b.read, b.offset
	for i, o := range outcomes {
		switch o {
		case Added:
			if im.DryRun && im.repeated(b.rows[i].Key) {
				c.Known++
				continue
			}
			c.Added++
			if b.rows[i].Record.Response.Comment != "" {
				c.Comments++
			}
		case Known:
			c.Known++
		case Clashed:
			b.rejects = append(b.rejects, Reject{Line: b.lines[i], Raw: b.rows[i].Raw, Cells: cut(b.rows[i].Raw, im.Format.Comma[0]), Reason: Clash})
		}
	}
	for _, r := range b.rejects {
		c.Bad++
		c.Reasons[r.Reason]++
		if im.OnReject != nil {
			if err := im.OnReject(r); err != nil {
				return fmt.Errorf("give a bad row back: %w", err)
			}
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
