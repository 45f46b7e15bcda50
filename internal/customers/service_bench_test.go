package customers_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// BenchmarkPage reads the page of the repeat purchase rate, and the overview of all figures, of a shop with 1,000,000 orders of 200,000 customers: once their figures
// are there, and while a job has still to make them.
func BenchmarkPage(b *testing.B) {
	st := storetest.SQLite(b)
	last := largeShop(b, st)
	if err := st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(b.Context()); err != nil {
		b.Fatal(err)
	}
	figures := customers.NewFigures(st, customers.Catalogue(), func() time.Time { return last.Add(time.Hour) }, func() *time.Location { return time.UTC })
	open := func(renewing bool) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				p, err := figures.Page(b.Context(), customers.Wanted{Metric: "rpr"})
				if err != nil || p.Renewing != renewing {
					b.Fatalf("renewing %v, %v", p.Renewing, err)
				}
			}
		}
	}
	b.Run("before", open(true))
	usual := figures.AtOnce
	figures.AtOnce = 1 << 40 // as the job does
	if _, err := figures.Overview(b.Context(), customers.Span{}); err != nil {
		b.Fatal(err)
	}
	figures.AtOnce = usual
	b.Run("page", open(false))
	b.Run("overview", func(b *testing.B) {
		for b.Loop() {
			if _, err := figures.Overview(b.Context(), customers.Span{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
