package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

const postClients = 256

// discarding acknowledges at once and stores nothing.
type discarding struct{}

func (discarding) Record(context.Context, survey.Record) error { return nil }

// oneByOne stores each answer in a transaction of its own.
type oneByOne struct {
	mu sync.Mutex
	st *store.Store
}

func (o *oneByOne) Record(ctx context.Context, rec survey.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	refused, err := o.st.Apply(context.WithoutCancel(ctx), []survey.Record{rec})
	return errors.Join(err, errors.Join(refused...))
}

// benchPost compares whole POSTs of answers: grouped, one transaction each, and stored nowhere.
func benchPost(ctx context.Context, b *bench) error {
	dir, remove, err := b.scratch()
	if err != nil {
		return err
	}
	defer remove()
	post := func(name string, n int, recorder func(*store.Store, *store.Writer) survey.Recorder) (measure, func(), error) {
		return newPost(ctx, filepath.Join(dir, name), n, recorder)
	}
	grouped, closeGrouped, err := post("grouped.db", 20_000, func(_ *store.Store, w *store.Writer) survey.Recorder { return w })
	if err != nil {
		return err
	}
	defer closeGrouped()
	single, closeSingle, err := post("single.db", 2_000, func(st *store.Store, _ *store.Writer) survey.Recorder { return &oneByOne{st: st} })
	if err != nil {
		return err
	}
	defer closeSingle()
	nowhere, closeNowhere, err := post("nowhere.db", 20_000, func(*store.Store, *store.Writer) survey.Recorder { return discarding{} })
	if err != nil {
		return err
	}
	defer closeNowhere()
	if err := b.compare(ctx, "POST of answers grouped / one transaction each, 256 clients", atLeast(3), "POST/s", grouped, single); err != nil {
		return err
	}
	return b.compare(ctx, "durable POST / the same that stores nothing, 256 clients", atLeast(0.4), "POST/s", grouped, nowhere)
}

// newPost serves a shop of its own, and gives the measure that posts n answers to it.
func newPost(ctx context.Context, path string, n int, recorder func(*store.Store, *store.Writer) survey.Recorder) (measure, func(), error) {
	s, err := openShop(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	w, err := s.st.NewWriter(ctx, func(error) {})
	if err != nil {
		return nil, nil, err
	}
	srv, err := s.handler(recorder(s.st, w))
	if err != nil {
		return nil, nil, err
	}
	h, err := newHost(srv.Handler())
	if err != nil {
		return nil, nil, err
	}
	people := s.answers(7, s.first, 0)
	return func(context.Context) (float64, error) {
			requests := make([][]byte, n)
			for i := range requests {
				requests[i] = s.form(people.next().Response)
			}
			p, err := load(h.addr, postClients, n, "303", func(i int) []byte { return requests[i] })
			return p.wall, err
		}, func() {
			h.close()
			w.Close()
			s.close()
		}, nil
}

// form is the request of a browser that has seen the page and sends the answer.
func (s *shop) form(r survey.Response) []byte {
	body := url.Values{"q1": {strconv.Itoa(r.Rating)}, "comment": {r.Comment}, "layout": {"row"}}.Encode()
	return fmt.Appendf(nil, "POST /s/%s HTTP/1.1\r\nHost: survey.example\r\nContent-Type: application/x-www-form-urlencoded\r\nAccept-Language: en\r\nCookie: k=%s\r\nContent-Length: %d\r\n\r\n%s",
		slug, s.keys.FormKey(s.ids.Next()), len(body), body)
}
