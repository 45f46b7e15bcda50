package portage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/surveyd/surveyd/internal/people"
)

// A transaction takes about batchTime, so that answers given meanwhile wait no longer than that.
const (
	batchFirst = 2000 // rows
	batchMost  = 16000
	batchTime  = 150 * time.Millisecond
)

// Hooks are called while a file comes in.
type Hooks struct {
	OnReject func(Reject) error // in the order of the file's batches
	OnBatch  func(Counts) error // after each transaction; an error stops the import between two
}

// flow carries rows of a file into the store: it reads beside the writing.
type flow[T any] struct {
	format Format
	least  int // rows of a transaction that is not the last one; 0: 500
	hooks  Hooks
	open   func(header []string) func(Record) (T, Reason, error)
	// take stores rows and counts them. It gives a reason for each, "" where it is kept, or nil when all are kept.
	take func(ctx context.Context, rows []T, c *Counts) ([]Reason, error)
	raw  func(T) string
}

type batch[T any] struct {
	rows    []T
	lines   []int64
	rejects []Reject
	read    int64
	offset  int64
	err     error
}

func (f *flow[T]) run(ctx context.Context, file io.Reader) (Counts, error) {
	text, err := Decode(file, f.format.Encoding)
	if err != nil {
		return Counts{}, err
	}
	r := NewReader(text, f.format.Comma[0])
	head, err := r.Header()
	if err != nil || head.Bad != "" {
		return Counts{}, ErrNoHeader
	}
	parse := f.open(append([]string(nil), head.Cells...))
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan batch[T])
	size := make(chan int, 1)
	size <- max(batchFirst, f.least)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(batches)
		read(ctx, r, parse, size, batches)
	}()
	counts := Counts{Reasons: map[Reason]int64{}}
	err = f.write(ctx, batches, size, &counts)
	stop()
	<-ended
	return counts, err
}

// read makes batches of rows until the file ends. It runs beside the writing.
func read[T any](ctx context.Context, r *Reader, parse func(Record) (T, Reason, error), size <-chan int, out chan<- batch[T]) {
	most := batchFirst
	for {
		select {
		case most = <-size:
		default:
		}
		b := batch[T]{rows: make([]T, 0, most), lines: make([]int64, 0, most)}
		for len(b.rows) < most && len(b.rejects) < batchFirst && b.err == nil {
			var rec Record
			if rec, b.err = r.Next(); b.err != nil {
				break
			}
			b.read++
			row, bad, err := parse(rec)
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

func (f *flow[T]) write(ctx context.Context, batches <-chan batch[T], size chan int, c *Counts) error {
	rows := max(batchFirst, f.least)
	for b := range batches {
		start := time.Now()
		refused, err := f.take(ctx, b.rows, c)
		if err != nil {
			return fmt.Errorf("after %d rows: %w", c.Read, err)
		}
		took := time.Since(start)
		if err := f.reject(&b, refused, c); err != nil {
			return err
		}
		if f.hooks.OnBatch != nil {
			if err := f.hooks.OnBatch(*c); err != nil {
				return err
			}
		}
		if b.err != nil && !errors.Is(b.err, io.EOF) {
			return fmt.Errorf("after %d rows: %w", c.Read, b.err)
		}
		if next := max(suited(rows, took), f.least); next != rows {
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

// reject gives bad rows back: those that could not be read, and those that the store refused.
func (f *flow[T]) reject(b *batch[T], refused []Reason, c *Counts) error {
	c.Read, c.Bytes = c.Read+b.read, b.offset
	for i, reason := range refused {
		switch {
		case reason == "":
		case people.Reason(reason) == people.WasErased:
			// Who was erased is not to be kept again, not even as a row that was refused: its line says which one it was.
			b.rejects = append(b.rejects, Reject{Line: b.lines[i], Cells: []string{}, Reason: reason})
		default:
			raw := f.raw(b.rows[i])
			b.rejects = append(b.rejects, Reject{Line: b.lines[i], Raw: raw, Cells: cut(raw, f.format.Comma[0]), Reason: reason})
		}
	}
	for _, r := range b.rejects {
		c.Bad++
		c.Reasons[r.Reason]++
		if f.hooks.OnReject != nil {
			if err := f.hooks.OnReject(r); err != nil {
				return fmt.Errorf("give a bad row back: %w", err)
			}
		}
	}
	return nil
}
