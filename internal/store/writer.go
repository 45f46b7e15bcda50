package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

const (
	writerQueue = 8192 // answers that may wait
	writerBatch = 512  // answers in one transaction
	commitLimit = 5 * time.Second
)

// Writer writes the answers that wait, together, in one transaction after the other: no timer, a batch is what queued while the last one was committed. An
// answer is acknowledged when its transaction is on disk, and a batch that fails is tried again one by one, so that a bad answer can't sink its neighbours.
type Writer struct {
	st    *Store
	queue chan *pending

	mu     sync.RWMutex
	closed bool
	ended  chan struct{}
}

type pending struct {
	rec  survey.Record
	done chan error
}

// NewWriter starts the writer. fatal is called when the disk did not keep what was written: nothing more may be acknowledged, and the process should end.
func (s *Store) NewWriter(ctx context.Context, fatal func(error)) (*Writer, error) {
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	s.fatal = fatal
	w := &Writer{st: s, queue: make(chan *pending, writerQueue), ended: make(chan struct{})}
	go w.run()
	return w, nil
}

// Record implements survey.Recorder. When ctx ends first, the answer is written all the same.
func (w *Writer) Record(ctx context.Context, rec survey.Record) error {
	p := &pending{rec: rec, done: make(chan error, 1)}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return survey.ErrBusy
	}
	select {
	case w.queue <- p:
		w.mu.RUnlock()
	default:
		w.mu.RUnlock()
		return survey.ErrBusy
	}
	select {
	case err := <-p.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Waiting is how many answers are queued.
func (w *Writer) Waiting() int { return len(w.queue) }

// Close writes what is queued and stops.
func (w *Writer) Close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.ended
}

func (w *Writer) run() {
	defer close(w.ended)
	batch := make([]*pending, 0, writerBatch)
	for p := range w.queue {
		batch = append(batch[:0], p)
	fill:
		for len(batch) < writerBatch {
			select {
			case p, ok := <-w.queue:
				if !ok {
					break fill
				}
				batch = append(batch, p)
			default:
				break fill
			}
		}
		w.write(batch)
	}
}

// write stores a batch and tells each waiting caller how it went.
func (w *Writer) write(batch []*pending) {
	recs := make([]survey.Record, len(batch))
	for i, p := range batch {
		recs[i] = p.rec
	}
	refused, err := w.commit(recs)
	switch {
	case err == nil:
		w.st.full.Store(false)
		for i, p := range batch {
			p.done <- refused[i]
		}
	case len(batch) == 1 || IsDiskFull(err) || IsIOError(err) || errors.Is(err, errBroken) || IsAway(err):
		err = w.explain(err)
		for _, p := range batch {
			p.done <- err
		}
	default:
		for _, p := range batch {
			w.write([]*pending{p})
		}
	}
}

// commit runs apart from every request. SQLite waits at most its busy timeout; on PostgreSQL the network may hang, so there is a limit.
func (w *Writer) commit(recs []survey.Record) ([]error, error) {
	ctx := context.Background()
	if w.st.engine == Postgres {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, commitLimit)
		defer cancel()
	}
	return w.st.Apply(ctx, recs)
}

func (w *Writer) explain(err error) error {
	switch {
	case IsDiskFull(err):
		return errors.Join(survey.ErrFull, err)
	case IsIOError(err), errors.Is(err, errBroken), IsAway(err):
		return errors.Join(survey.ErrBusy, err) // the next process, or the database when it is back, takes it
	}
	return fmt.Errorf("store an answer: %w", err)
}
