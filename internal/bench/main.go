// Command bench measures what surveyd promises about speed and size, as ratios of two things done in turn on the same machine in the same minutes, and
// says which promises it keeps. It ends with 1 when one is missed.
//
//	go run ./internal/bench                       everything; the large file takes minutes to build once
//	go run ./internal/bench -only write,page      some of it
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
)

// experiment is one promise, or several that share their preparation.
type experiment struct {
	name string
	run  func(context.Context, *bench) error
}

func experiments() []experiment {
	return []experiment{
		{"write", benchWrite},
		{"post", benchPost},
		{"page", benchPage},
		{"large", benchLarge},
		{"start", benchStart},
		{"port", benchPort},
		{"purchases", benchPurchases},
		{"size", benchSize},
		{"mail", benchMail},
		{"due", benchDue},
		{"cases", benchCases},
		{"money", benchMoney},
	}
}

func main() {
	b := &bench{out: os.Stdout}
	only := flag.String("only", "", "names of experiments, parted by commas (default: all)")
	flag.StringVar(&b.dir, "dir", filepath.Join(os.TempDir(), "surveyd-bench"), "`FOLDER` on a real disk; the large file stays there for the next run")
	flag.IntVar(&b.rounds, "rounds", 5, "interleaved rounds of each comparison")
	flag.IntVar(&b.large, "large", 10_000_000, "answers in the large file")
	flag.BoolVar(&b.verbose, "v", false, "print every round")
	flag.StringVar(&b.profile, "profile", "", "write a CPU profile to `FILE`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := b.all(ctx, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if b.missed > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d promises missed\n", b.missed)
		os.Exit(1)
	}
}

// all runs the experiments that are named, or every one.
func (b *bench) all(ctx context.Context, only string) error {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	sync, err := fsyncLatency(b.dir)
	if err != nil {
		return fmt.Errorf("measure the disk: %w", err)
	}
	fmt.Fprintf(b.out, "%d cores, %s, fsync of 4 KiB: median %v, p90 %v\n\n", runtime.NumCPU(), runtime.Version(), sync.median, sync.p90)
	wanted := map[string]bool{}
	for name := range strings.FieldsFuncSeq(only, func(r rune) bool { return r == ',' }) {
		wanted[name] = true
	}
	if b.profile != "" {
		f, err := os.Create(b.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	ran := 0
	for _, e := range experiments() {
		if len(wanted) > 0 && !wanted[e.name] {
			continue
		}
		ran++
		if err := e.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if ran == 0 {
		return fmt.Errorf("there is no experiment %q", only)
	}
	return nil
}
