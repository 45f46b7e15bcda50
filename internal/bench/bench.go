package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// bench is one run: where it works, and what came out.
type bench struct {
	out     io.Writer
	dir     string
	rounds  int
	large   int // answers in the large file
	missed  int
	verbose bool
	profile string
}

// bound is what a figure must keep to.
type bound struct {
	limit float64
	most  bool // the limit is the most; else it is the least
}

func atLeast(x float64) bound { return bound{limit: x} }
func atMost(x float64) bound  { return bound{limit: x, most: true} }

func (b bound) kept(x float64) bool {
	if b.most {
		return x <= b.limit
	}
	return x >= b.limit
}

func (b bound) String() string {
	if b.most {
		return fmt.Sprintf("<= %g", b.limit)
	}
	return fmt.Sprintf(">= %g", b.limit)
}

// report prints a figure beside its bound.
func (b *bench) report(what string, x float64, unit string, want bound, detail string) {
	verdict := "kept"
	if !want.kept(x) {
		verdict = "MISSED"
		b.missed++
	}
	fmt.Fprintf(b.out, "%-58s %10.4g %-9s %-10s %-7s %s\n", what, x, unit, want, verdict, detail)
}

// measure does something once and gives its figure.
type measure func(context.Context) (float64, error)

// compare runs first and second in turn, which one goes first changing from round to round, and reports the median of first/second over the rounds.
func (b *bench) compare(ctx context.Context, what string, want bound, unit string, first, second measure) error {
	return b.compareIn(ctx, b.rounds, what, want, unit, first, second)
}

// compareIn does it in that many rounds.
func (b *bench) compareIn(ctx context.Context, rounds int, what string, want bound, unit string, first, second measure) error {
	var ratios, firsts, seconds []float64
	for round := range rounds + 1 {
		order := []measure{first, second}
		figures := make([]float64, 2)
		for i := range order {
			k := (i + round) % 2
			x, err := order[k](ctx)
			if err != nil {
				return err
			}
			figures[k] = x
			if b.verbose {
				fmt.Fprintf(b.out, "  round %d: %s %.4g %s\n", round, []string{"first", "second"}[k], x, unit)
			}
		}
		if round == 0 {
			continue // it warmed caches and files
		}
		ratios = append(ratios, figures[0]/figures[1])
		firsts, seconds = append(firsts, figures[0]), append(seconds, figures[1])
	}
	slices.Sort(ratios)
	b.report(what, median(ratios), "times", want, fmt.Sprintf("%.4g against %.4g %s; rounds %.3g to %.3g", median(firsts), median(seconds), unit, ratios[0], ratios[len(ratios)-1]))
	return ctx.Err()
}

func median(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	n := len(xs)
	if n%2 == 1 {
		return xs[n/2]
	}
	return (xs[n/2-1] + xs[n/2]) / 2
}

// rate is n things since start, in things a second.
func rate(n int, start time.Time) float64 { return float64(n) / time.Since(start).Seconds() }

// scratch is a folder for one experiment.
func (b *bench) scratch() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp(b.dir, "run-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

func fileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

type latency struct{ median, p90 time.Duration }

// fsyncLatency is how long the disk takes to keep 4 KiB.
func fsyncLatency(dir string) (l latency, err error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return l, err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	var took []time.Duration
	page := make([]byte, 4096)
	for i := range 200 {
		page[0] = byte(i)
		start := time.Now()
		if _, err := f.WriteAt(page, int64(i)*4096); err != nil {
			return l, err
		}
		if err := f.Sync(); err != nil {
			return l, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return latency{took[100].Round(time.Microsecond), took[180].Round(time.Microsecond)}, nil
}
