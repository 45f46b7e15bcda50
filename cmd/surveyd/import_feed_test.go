package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/store"
)

// TestAFileOfAFeedHasWorthCountedAnew imports a file by command, and then works as a surveyd does that serves the database.
func TestAFileOfAFeedHasWorthCountedAnew(t *testing.T) {
	folder := t.TempDir()
	file, database := filepath.Join(folder, "orders.csv"), filepath.Join(folder, "surveyd.db")
	if err := os.WriteFile(file, []byte("number,customer,time,amount,currency\n1,C1,2026-05-05,12.50,EUR\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		more []string
		want string
	}{{[]string{"--dry-run"}, "new        1"}, {nil, "new        1"}, {nil, "known      1"}} {
		var out, errs strings.Builder
		args := append([]string{"surveyd", "import", "orders", "--database", database}, c.more...)
		if code := run(t.Context(), append(args, file), strings.NewReader(""), &out, &errs); code != 0 || !strings.Contains(out.String(), c.want) {
			t.Fatalf("%q: exit code %d\n%s%s", args, code, &out, &errs)
		}
	}
	st, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	jobs, asked := st.NewJobs(slog.New(slog.DiscardHandler)), make(chan string, 10)
	for _, kind := range []string{worth.Kind, "the.last"} {
		jobs.Handle(kind, func(context.Context, []byte) error { asked <- kind; return nil })
	}
	if err := st.Enqueue(t.Context(), "the.last", struct{}{}); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := jobs.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	got := []string{<-asked, <-asked}
	if strings.Count(strings.Join(got, " "), worth.Kind) != 1 {
		t.Errorf("jobs: %q, want one of %s", got, worth.Kind)
	}
	select {
	case kind := <-asked:
		t.Errorf("another job: %s", kind)
	default:
	}
}
