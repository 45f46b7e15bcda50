package reports_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// sql executes a statement.
func (s *shop) sql(format string, args ...any) {
	s.t.Helper()
	if err := s.st.Shell(context.Background(), &bytes.Buffer{}, fmt.Sprintf(format, args...), true); err != nil {
		s.t.Fatal(err)
	}
}

// TestTheDashboardOfASegmentIsThatOfAShopWithNobodyElse has one shop of fifty customers, and one where only those of a segment have answered.
func TestTheDashboardOfASegmentIsThatOfAShopWithNobodyElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		all, only := openShop(t), openShop(t)
		clock := func() time.Time { return today.Start(time.UTC).Add(20 * time.Hour) }
		utc := func() *time.Location { return time.UTC }
		all.st, all.reports = st, reports.New(st, clock, utc)
		v, w := all.publish(0, nps, csat), only.publish(0, nps, csat)
		rating := func(c survey.ID) int { return int(c*7) % 11 }
		all.sql(`INSERT INTO feed_currency (kind, currency) VALUES ('orders', 'EUR')`)
		for c := survey.ID(1); c <= 50; c++ {
			all.sql(`INSERT INTO contact (id, created_at) VALUES (%d, 1)`, c)
			// The first ten bought lately, and for much: they are the champions. Numbers 11 to 13 are all that bought once and lately.
			for n := range survey.ID(1 + 3*((60-c)/50)) {
				all.sql(`INSERT INTO customer_order (id, external_id, contact_id, at, currency, amount, refund_told, refunded, status, kind) VALUES (%d, '%d', %d, %d, 'EUR', %d, 0, 0, 0, '')`,
					100*c+n, 100*c+n, c, clock().Add(-time.Duration(24*c)*time.Hour).UnixMilli(), 1000*(60-c))
			}
			all.says(v, c, rating(c), survey.Day(c%20), survey.Day(90+c%20))
		}
		job := &worth.Service{Store: st, Now: clock, Zone: utc, Account: func() string { return "" }}
		if err := job.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		members, err := st.SegmentMembers(t.Context(), "EUR", scoring.Champions)
		if err != nil || len(members) < 10 || len(members) > 25 {
			t.Fatalf("champions: %v, %v", members, err)
		}
		for _, c := range members {
			only.says(w, c, rating(c), survey.Day(c%20), survey.Day(90+c%20))
		}
		of := func(f *reports.Filter) { f.Of = reports.Members{Currency: "EUR", Segment: scoring.Champions} }
		got, want := all.dashboard(of), only.dashboard(nil)
		if diff := cmp.Diff(want.Score, got.Score); diff != "" || got.Score.To.N != int64(len(members)) {
			t.Errorf("the score:\n%s", diff)
		}
		if diff := cmp.Diff(want.Counts, got.Counts); diff != "" {
			t.Errorf("the counts:\n%s", diff)
		}
		if len(got.Trend.Points) != len(want.Trend.Points) {
			t.Fatalf("%d points, want %d", len(got.Trend.Points), len(want.Trend.Points))
		}
		for i, p := range got.Trend.Points {
			full := want.Trend.Points[i].Score
			if full.N < 5 && p.Score.N > 0 || full.N >= 5 && cmp.Diff(full, p.Score) != "" {
				t.Errorf("point %d is %+v, in the other shop %+v", i, p.Score, full)
			}
		}
		if nobody := all.dashboard(func(f *reports.Filter) { f.Of = reports.Members{Currency: "PLN", Segment: scoring.Champions} }); !nobody.TooFew || nobody.Score.To.N != 0 {
			t.Errorf("a currency that nobody paid in: %+v", nobody.Score)
		}
		few := all.dashboard(func(f *reports.Filter) { of(f); f.Period = reports.Period{First: today - 1, Last: today} })
		if !few.TooFew || few.Score.To.N != 0 || few.Counts.N != 0 || !few.Answered {
			t.Errorf("two days: %+v of %d", few.Score, few.Counts.N)
		}
	})
}
