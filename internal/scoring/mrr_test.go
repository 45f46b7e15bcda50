package scoring_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"pgregory.net/rapid"
)

// anySubscriptions draws those of one customer around the period of January 2026, often exactly at its ends, some with prices that need many digits.
func anySubscriptions() *rapid.Generator[[]scoring.Subscription] {
	hour := rapid.OneOf(rapid.SampledFrom([]int{0, 744}), rapid.IntRange(-2000, 2000))
	at := func(h int) time.Time { return time.Date(2026, 1, 1, h, 0, 0, 0, time.UTC) }
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) scoring.Subscription {
		s := scoring.Subscription{
			Started: at(hour.Draw(t, "started")), Span: rapid.SampledFrom([]scoring.Span{scoring.Week, scoring.Month, scoring.Quarter, scoring.Year}).Draw(t, "span"),
			Spans:  rapid.OneOf(rapid.Int64Range(1, 12), rapid.SampledFrom([]int64{13, 17, 1000003})).Draw(t, "spans"),
			Amount: rapid.OneOf(rapid.Int64Range(0, 5000), rapid.SampledFrom([]int64{1e12, 1e12 + 1, 9e18})).Draw(t, "amount"),
		}
		if rapid.Bool().Draw(t, "ended") {
			s.Ended = at(hour.Draw(t, "at"))
		}
		return s
	}), 0, 4)
}

// monthly is the definition, without a thought for speed.
func monthly(s scoring.Subscription) *big.Rat {
	times := map[scoring.Span]*big.Rat{scoring.Month: big.NewRat(1, 1), scoring.Quarter: big.NewRat(1, 3), scoring.Year: big.NewRat(1, 12), scoring.Week: big.NewRat(52, 12)}
	price := new(big.Rat).Mul(big.NewRat(s.Amount, 1), times[s.Span])
	return price.Quo(price, big.NewRat(s.Spans, 1))
}

func TestRecurringRevenueBalances(t *testing.T) {
	period := scoring.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	rapid.Check(t, func(t *rapid.T) {
		tally := scoring.Recurring{Period: period}
		start, end := new(big.Rat), new(big.Rat)
		for _, subscriptions := range rapid.SliceOfN(anySubscriptions(), 0, 6).Draw(t, "customers") {
			tally.Add(subscriptions)
			for _, s := range subscriptions {
				if s.ActiveAt(period.From) {
					start.Add(start, monthly(s))
				}
				if s.ActiveAt(period.To) {
					end.Add(end, monthly(s))
				}
				if s.Monthly().Cmp(monthly(s)) != 0 {
					t.Fatalf("%+v brings %v a month, want %v", s, s.Monthly(), monthly(s))
				}
			}
		}
		m := tally.Movements()
		if m.Start.Money.Cmp(start) != 0 || m.End.Money.Cmp(end) != 0 {
			t.Fatalf("from %v to %v, want %v to %v", m.Start.Money, m.End.Money, start, end)
		}
		sum := new(big.Rat).Add(m.Start.Money, m.New.Money)
		sum.Add(sum, m.Reactivation.Money).Add(sum, m.Expansion.Money).Sub(sum, m.Contraction.Money).Sub(sum, m.Churned.Money)
		if sum.Cmp(m.End.Money) != 0 {
			t.Fatalf("%v and the movements make %v, not %v", m.Start.Money, sum, m.End.Money)
		}
		for _, f := range []scoring.Flow{m.New, m.Reactivation, m.Expansion, m.Contraction, m.Churned} {
			if f.Money.Sign() < 0 || f.Customers == 0 && f.Money.Sign() != 0 {
				t.Fatalf("a movement of %d customers and %v", f.Customers, f.Money)
			}
		}
		if m.Start.Customers+m.New.Customers+m.Reactivation.Customers-m.Churned.Customers != m.End.Customers {
			t.Fatalf("the customers do not add up: %+v", m)
		}
	})
}

func TestASubscriptionOfNoKnownSpanBringsNothing(t *testing.T) {
	for _, s := range []scoring.Subscription{{Amount: 100, Span: "day", Spans: 1}, {Amount: 100, Span: scoring.Month}} {
		if s.Monthly().Sign() != 0 {
			t.Errorf("%+v brings %v", s, s.Monthly())
		}
	}
}

func TestWholeMonths(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Sofia")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to string
		months   int64
		exact    bool
	}{
		{"2026-01-01", "2026-04-01", 3, true},
		{"2026-01-01", "2026-01-31", 0, false},
		{"2026-01-15", "2026-03-20", 2, false},
		{"2026-01-31", "2026-02-28", 1, true},
		{"2024-02-29", "2025-02-28", 12, true},
		{"2026-03-29", "2026-04-28", 0, false},
		{"2026-05-05", "2026-05-05", 0, true},
		{"2026-05-05", "2026-04-01", 0, false},
	} {
		period := scoring.LocalPeriod(mustDate(t, c.from), mustDate(t, c.to), zone)
		if months, exact := scoring.WholeMonths(period, zone); months != c.months || exact != c.exact {
			t.Errorf("%s to %s: %d, %v; want %d, %v", c.from, c.to, months, exact, c.months, c.exact)
		}
	}
}
