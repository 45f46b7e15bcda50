package portage

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// ExportFormat is how an export is written.
type ExportFormat string

// The formats.
const (
	CSV   ExportFormat = "csv"
	JSONL ExportFormat = "jsonl" // an object a line
)

// PageRows is how many responses a page of an export spans: reads stay short, and memory flat.
const PageRows = 5000

// Page is a part of a survey's responses, by their ids.
type Page struct {
	SurveyID    int64
	After, UpTo survey.ID // excluded, included
	From, To    time.Time // answered from From on and before To; zero: open
	Answers     bool      // with the parts of other questions
}

// ExportStore is what an export reads.
type ExportStore interface {
	Versions(ctx context.Context, surveyID int64) ([]survey.Version, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	LastResponse(ctx context.Context) (survey.ID, error)
	ExportBound(ctx context.Context, after survey.ID, n int) (survey.ID, bool, error)
	ExportPage(ctx context.Context, p Page) ([]survey.Response, error)
	ContactNames(ctx context.Context, ids []survey.ID) (map[survey.ID]string, error)
}

// Export writes the responses of one survey, as they are when it starts: what comes in later is not in it. No read lasts longer than a page.
type Export struct {
	Store    ExportStore
	SurveyID int64
	From, To time.Time // answered from From on and before To; zero: open
	Zone     *time.Location
	Format   ExportFormat
	OnPage   func(rows int64) error // before each part is written
}

// exportReaders is how many pages are read and written out at a time.
const exportReaders = 2

// part is one page on its way: done gives its text.
type part struct {
	page Page
	done chan written
}

type written struct {
	text []byte
	rows int
	err  error
}

// Run writes to w and tells how many responses it wrote.
func (e *Export) Run(ctx context.Context, w io.Writer) (rows int64, err error) {
	enc, err := e.encoder(ctx)
	if err != nil {
		return 0, err
	}
	last, err := e.Store.LastResponse(ctx)
	if err != nil {
		return 0, fmt.Errorf("find the last response: %w", err)
	}
	if _, err := w.Write(enc.header()); err != nil {
		return 0, fmt.Errorf("write the export: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	parts := e.parts(ctx, &running, last, enc)
	for p := range parts {
		var out written
		select {
		case out = <-p.done:
		case <-ctx.Done():
			return rows, ctx.Err()
		}
		if out.err != nil {
			return rows, out.err
		}
		rows += int64(out.rows)
		if e.OnPage != nil {
			if err := e.OnPage(rows); err != nil {
				return rows, err
			}
		}
		if _, err := w.Write(out.text); err != nil {
			return rows, fmt.Errorf("write the export: %w", err)
		}
	}
	return rows, ctx.Err()
}

// parts gives the pages in the order of ids, and has a few of them read ahead.
func (e *Export) parts(ctx context.Context, running *sync.WaitGroup, last survey.ID, enc *encoder) <-chan part {
	todo, ordered := make(chan part), make(chan part, exportReaders)
	for range exportReaders {
		running.Go(func() {
			for p := range todo {
				p.done <- e.write(ctx, p.page, enc)
			}
		})
	}
	running.Go(func() {
		defer close(ordered)
		defer close(todo)
		for after := survey.ID(-1); after < last; {
			bound, ok, err := e.Store.ExportBound(ctx, after, PageRows)
			if !ok || bound > last {
				bound = last
			}
			p := part{Page{e.SurveyID, after, bound, e.From, e.To, enc.answers}, make(chan written, 1)}
			if err != nil {
				p.done <- written{err: err}
			}
			select {
			case ordered <- p:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
			select {
			case todo <- p:
			case <-ctx.Done():
				return
			}
			after = bound
		}
	})
	return ordered
}

// write reads a page and writes it out.
func (e *Export) write(ctx context.Context, p Page, enc *encoder) written {
	rs, err := e.Store.ExportPage(ctx, p)
	if err != nil {
		return written{err: err}
	}
	var contacts []survey.ID
	for i := range rs {
		if rs[i].ContactID != 0 {
			contacts = append(contacts, rs[i].ContactID)
		}
	}
	slices.Sort(contacts)
	names, err := e.Store.ContactNames(ctx, slices.Compact(contacts))
	if err != nil {
		return written{err: err}
	}
	text := make([]byte, 0, 128*len(rs))
	for i := range rs {
		text = enc.append(text, &rs[i], names[rs[i].ContactID])
	}
	return written{text: text, rows: len(rs)}
}
