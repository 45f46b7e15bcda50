package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/web/templates"
)

// A shop of five years: every customer ordered five times, on average.
const (
	moneyOrders = 1_000_000
	moneyPeople = 200_000
	moneyDays   = 5 * 365
)

// benchMoney measures how long a file with a million orders of new customers takes, how long answers wait meanwhile, and how fast the pages are that are made from them.
func benchMoney(ctx context.Context, b *bench) error {
	dir, remove, err := b.scratch()
	if err != nil {
		return err
	}
	defer remove()
	s, err := openShop(ctx, filepath.Join(dir, "money.db"))
	if err != nil {
		return err
	}
	defer s.close()
	took, waits, err := s.takeMoney(ctx)
	if err != nil {
		return err
	}
	b.report("1,000,000 orders of 200,000 new customers imported", took, "s", atMost(60), "random numbers, dates and customers, each with an address")
	b.report("answers beside it, 99 of 100 wait at most", percentile(waits, 0.99), "ms", atMost(2000), fmt.Sprintf("%d answers, one after the other; median %.3g, longest %.4g", len(waits), median(waits), slices.Max(waits)))
	return s.moneyPages(ctx, b)
}

// takeMoney imports the file, while somebody answers all the time. It gives the seconds of the one and the milliseconds of each of the others.
func (s *shop) takeMoney(ctx context.Context) (took float64, waits []float64, err error) {
	im := &portage.FeedImport{
		Taker: s.feeds(), What: portage.What(customers.Orders), Zone: time.UTC, Format: portage.Format{Encoding: "UTF-8", Comma: ","},
		Options: portage.Options{Zone: time.UTC, Mapping: portage.Mapping{
			portage.FieldNumber: 0, portage.FieldCustomer: 1, portage.FieldEmail: 2, portage.FieldTime: 3, portage.FieldAmount: 4, portage.FieldCurrency: 5,
		}},
		Hooks: portage.Hooks{OnReject: func(r portage.Reject) error { return errors.New(string(r.Reason)) }},
	}
	w, err := s.st.NewWriter(ctx, func(error) {})
	if err != nil {
		return 0, nil, err
	}
	defer w.Close()
	over := make(chan error, 1)
	start := time.Now()
	go func() {
		counts, err := im.Run(ctx, moneyFile())
		took = time.Since(start).Seconds()
		if err == nil && counts.Added != moneyOrders {
			err = fmt.Errorf("%d orders are new, want %d", counts.Added, moneyOrders)
		}
		over <- err
	}()
	people := s.answers(7, s.first, time.Second)
	for {
		select {
		case err := <-over:
			return took, waits, err
		case <-time.After(20 * time.Millisecond):
		}
		asked := time.Now()
		if err := w.Record(ctx, people.next()); err != nil {
			return 0, nil, errors.Join(err, <-over)
		}
		waits = append(waits, float64(time.Since(asked).Microseconds())/1000)
	}
}

func (s *shop) feeds() *customers.Intake {
	key := []byte("0123456789abcdef0123456789abcdef")
	return &customers.Intake{
		Store: s.st, People: people.NewIntake(s.st, s.ids, key, time.Now, nil), IDs: s.ids, Now: time.Now, Zone: func() *time.Location { return time.UTC },
	}
}

// moneyFile is the file, which is written while it is read.
func moneyFile() io.Reader {
	r, w := io.Pipe()
	go func() {
		random := mrand.New(mrand.NewPCG(5, 5))
		numbers := random.Perm(moneyOrders)
		last := time.Now().UTC().Truncate(24 * time.Hour)
		_, err := io.WriteString(w, "number,customer,email,time,amount,currency\n")
		for i := 0; i < moneyOrders && err == nil; i++ {
			who := random.IntN(moneyPeople)
			day := last.AddDate(0, 0, -1-random.IntN(moneyDays))
			_, err = fmt.Fprintf(w, "%08x-%07d,C%06d,customer.%d@shop%d.example,%s,%d.%02d,EUR\n",
				random.Uint32(), numbers[i], who, who, who%50, day.Format(time.DateOnly), 5+random.IntN(400), random.IntN(100))
		}
		_ = w.CloseWithError(err)
	}()
	return r
}

// moneyPages measures the pages of all metrics once their results are there.
func (s *shop) moneyPages(ctx context.Context, b *bench) error {
	utc := func() *time.Location { return time.UTC }
	figures := customers.NewFigures(s.st, customers.Catalogue(), time.Now, utc)
	usual := figures.AtOnce
	figures.AtOnce = 1 << 40 // as the job does
	start := time.Now()
	for _, m := range figures.Metrics() {
		if _, err := figures.Page(ctx, customers.Wanted{Metric: m.Key}); err != nil {
			return fmt.Errorf("make %s: %w", m.Key, err)
		}
	}
	if _, err := figures.Overview(ctx, customers.Span{}); err != nil {
		return err
	}
	b.report("figures of all metrics, 13 months, made by the job", time.Since(start).Seconds(), "s", atMost(120), "")
	figures.AtOnce = usual
	start = time.Now()
	if err := (&worth.Service{Store: s.st, Now: time.Now, Zone: utc, Account: func() string { return "" }}).Refresh(ctx); err != nil {
		return err
	}
	b.report("segments, risk and revenue at risk, made by the job", time.Since(start).Seconds(), "s", atMost(120), "")
	see, err := s.managed(ctx, &server.FiguresDeps{Figures: figures, IDs: s.ids, Zone: utc})
	if err != nil {
		return err
	}
	overview, err := see(templates.MetricsPath, b.rounds)
	if err != nil {
		return err
	}
	b.report("overview of all figures", overview, "ms", atMost(300), "")
	slowest, where := 0.0, ""
	for _, m := range figures.Metrics() {
		if p, err := figures.Page(ctx, customers.Wanted{Metric: m.Key}); err != nil || p.Renewing {
			return errors.Join(err, fmt.Errorf("the figures of %s are not there yet: %v", m.Key, p.Renewing))
		}
		took, err := see(templates.MetricsPath+"/"+templates.MetricSlug(m.Key), b.rounds)
		if err != nil {
			return err
		}
		if took > slowest {
			slowest, where = took, m.Key
		}
	}
	b.report("slowest page of a metric", slowest, "ms", atMost(300), where)
	return nil
}

// managed serves the pages of figures to a manager: see gives how long a page takes in ms, the median of so many times.
func (s *shop) managed(ctx context.Context, figures *server.FiguresDeps) (see func(path string, times int) (float64, error), err error) {
	users, err := s.accounts()
	if err != nil {
		return nil, err
	}
	u, err := users.AddUser(ctx, account.NewUser{Email: "manager@shop.example", Name: "Manager", Role: account.Manager}, rand.Text())
	if err != nil {
		return nil, err
	}
	session, err := users.OpenSession(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	srv, err := server.New(server.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now, Rand: rand.Reader, Accounts: users, Figures: figures})
	if err != nil {
		return nil, err
	}
	return func(path string, times int) (float64, error) {
		var took []float64
		for range times {
			r := httptest.NewRequest(http.MethodGet, path, http.NoBody).WithContext(ctx)
			r.AddCookie(&http.Cookie{Name: "session", Value: session})
			w := httptest.NewRecorder()
			start := time.Now()
			srv.Handler().ServeHTTP(w, r)
			took = append(took, float64(time.Since(start).Microseconds())/1000)
			if w.Code != http.StatusOK {
				return 0, fmt.Errorf("%s: status %d", path, w.Code)
			}
		}
		return median(took), nil
	}, nil
}

// percentile is the value that the share of the values is not over.
func percentile(xs []float64, share float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	xs = slices.Sorted(slices.Values(xs))
	return xs[min(len(xs)-1, int(share*float64(len(xs))))]
}
