package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/store/storetest"
)

// TestFiguresOfFollowUpReadTheirPeriodOnly holds the queries behind them to the indexes by time: their work does not grow with all cases ever.
func TestFiguresOfFollowUpReadTheirPeriodOnly(t *testing.T) {
	steps, err := storetest.SQLite(t).CarePlans(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, index := range []string{"case_round_opened", "case_round_resolved", "case_log_at"} {
		if !slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, "SEARCH ") && strings.Contains(s, index) }) {
			t.Errorf("nothing is sought by %s:\n%s", index, strings.Join(steps, "\n"))
		}
	}
	for _, s := range steps {
		if strings.HasPrefix(s, "SCAN case") {
			t.Errorf("all of a table is read: %s", s)
		}
	}
}
