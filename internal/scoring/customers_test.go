package scoring_test

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// ordersAt are a customer's orders of 1, 2, 3 ... minor units at the times.
func ordersAt(t *testing.T, times ...string) []scoring.Order {
	t.Helper()
	orders := make([]scoring.Order, len(times))
	for i, text := range times {
		orders[i] = scoring.Order{ID: int64(i + 1), At: mustTime(t, text), Net: int64(i + 1)}
	}
	return orders
}

func mustTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func utcPeriod(t *testing.T, from, to string) scoring.Period {
	t.Helper()
	return scoring.LocalPeriod(mustDate(t, from), mustDate(t, to), time.UTC)
}

func warsaw(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestOrdersOfADayAreOneWhereTheyShouldBe(t *testing.T) {
	period := utcPeriod(t, "2026-06-01", "2026-07-01")
	for _, c := range []struct {
		name     string
		zone     *time.Location
		lifetime bool
		orders   []string
		repeat   int64
	}{
		{"two orders", nil, false, []string{"2026-06-10T10:00", "2026-06-10T22:30"}, 1},
		{"one day", time.UTC, false, []string{"2026-06-10T10:00", "2026-06-10T22:30"}, 0},
		{"two days there", warsaw(t), false, []string{"2026-06-10T10:00", "2026-06-10T22:30"}, 1},
		{"one order in the period", nil, false, []string{"2026-05-10T10:00", "2026-06-10T10:00"}, 0},
		{"and one before it", time.UTC, true, []string{"2026-05-10T10:00", "2026-06-10T10:00"}, 1},
		{"not after it", nil, true, []string{"2026-06-10T10:00", "2026-07-01T00:00"}, 0},
	} {
		tally := scoring.RepeatTally{Period: period, Lifetime: c.lifetime, Daily: c.zone}
		tally.Add(ordersAt(t, c.orders...))
		if tally.Customers() != 1 || tally.Repeat != c.repeat {
			t.Errorf("%s: %+v, want %d repeat", c.name, tally.Repeats, c.repeat)
		}
	}
}

func TestActivityWindowIsOpenAtItsStartAndClosedAtItsEnd(t *testing.T) {
	period := utcPeriod(t, "2026-03-01", "2026-04-01")
	for _, c := range []struct {
		name   string
		orders []string
		want   scoring.Retention
	}{
		{"no order", nil, scoring.Retention{}},
		{"kept", []string{"2026-02-10T00:00", "2026-03-30T00:00"}, scoring.Retention{Base: 1, ActiveEnd: 1, Retained: 1}},
		{"lost", []string{"2026-02-10T00:00"}, scoring.Retention{Base: 1, Lost: 1}},
		{"too long ago", []string{"2026-01-30T00:00"}, scoring.Retention{}},
		{"just within", []string{"2026-01-30T00:01"}, scoring.Retention{Base: 1, Lost: 1}},
		{"new", []string{"2026-03-05T00:00"}, scoring.Retention{Acquired: 1, ActiveEnd: 1}},
		{"new at the very start", []string{"2026-03-01T00:00"}, scoring.Retention{Acquired: 1}},
		{"back at the very start", []string{"2026-01-01T00:00", "2026-03-01T00:00"}, scoring.Retention{Base: 1, Lost: 1}},
		{"back later", []string{"2026-01-01T00:00", "2026-03-20T00:00"}, scoring.Retention{Reactivated: 1, ActiveEnd: 1}},
		{"back at the very end", []string{"2026-02-15T00:00", "2026-04-01T00:00"}, scoring.Retention{Base: 1, ActiveEnd: 1, Retained: 1}},
		{"new at the very end", []string{"2026-04-01T00:00"}, scoring.Retention{}},
		{"after it", []string{"2026-04-01T00:01"}, scoring.Retention{}},
	} {
		tally := scoring.NewActivityTally(period, 30, time.UTC)
		tally.Add(ordersAt(t, c.orders...))
		if tally.Retention != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, tally.Retention, c.want)
		}
	}
	if got := scoring.NewActivityTally(period, 30, time.UTC).BaseSince(); !got.Equal(mustTime(t, "2026-01-30T00:00")) {
		t.Errorf("the base begins at %v", got)
	}
}

func TestCohorts(t *testing.T) {
	tally := scoring.NewCohortTally(utcPeriod(t, "2026-01-01", "2026-03-01"), mustTime(t, "2026-04-15T00:00"), time.UTC)
	for _, orders := range [][]string{
		{"2025-12-31T23:59", "2026-01-05T00:00"}, // of an older cohort
		{"2026-01-01T00:00", "2026-01-20T00:00", "2026-03-10T00:00"},
		{"2026-01-31T23:59", "2026-02-01T00:00"},
		{"2026-02-28T23:00", "2026-04-14T00:00", "2026-04-15T00:00"}, // the last one is not known yet
		{"2026-03-01T00:00"},
	} {
		tally.Add(ordersAt(t, orders...))
	}
	if n := len(tally.Cohorts); n != 2 {
		t.Fatalf("%d cohorts, want 2", n)
	}
	january, february := tally.Cohorts[0], tally.Cohorts[1]
	if january.Size != 2 || !slices.Equal(january.Active, []int64{2, 1, 1, 0}) || january.Share(1).Text(1) != "50.0" {
		t.Errorf("January: %+v", january)
	}
	if february.Size != 1 || !slices.Equal(february.Active, []int64{1, 0, 1}) {
		t.Errorf("February: %+v", february)
	}
	if !tally.Partial() {
		t.Error("half of April is a whole month")
	}
	if scoring.NewCohortTally(utcPeriod(t, "2026-01-01", "2026-03-01"), mustTime(t, "2026-04-01T00:00"), time.UTC).Partial() {
		t.Error("March is not over at its end")
	}
}

func TestLifespanIsTheMeanFromFirstToLastOrder(t *testing.T) {
	tally := scoring.LifetimeTally{Period: utcPeriod(t, "2026-01-01", "2027-01-01")}
	tally.Add(ordersAt(t, "2025-01-01T00:00", "2026-01-01T06:00", "2027-01-01T00:00")) // a year of 365.25 days, the last one is not in
	tally.Add(ordersAt(t, "2026-05-01T00:00"))
	if got := tally.Lifespan(); got.Cmp(big.NewRat(1, 2)) != 0 {
		t.Errorf("lifespan %v, want 1/2", got)
	}
	if want := (scoring.Purchases{Revenue: 3, Orders: 2, Customers: 2}); tally.In != want {
		t.Errorf("in the period %+v, want %+v", tally.In, want)
	}
	if want := (scoring.Purchases{Revenue: 4, Orders: 3, Customers: 2}); tally.Ever != want {
		t.Errorf("before its end %+v, want %+v", tally.Ever, want)
	}
}

func TestPredictiveCLV(t *testing.T) {
	monthly, margin := big.NewRat(5000, 1), big.NewRat(3, 10)
	if got := scoring.PredictiveCLV(monthly, margin, big.NewRat(1, 20)); got == nil || got.Cmp(big.NewRat(30000, 1)) != 0 {
		t.Errorf("50.00 at 30 %% and 5 %% churn: %v, want 300.00", got)
	}
	if got := scoring.PredictiveCLV(monthly, margin, new(big.Rat)); got != nil {
		t.Errorf("without churn: %v, want nothing", got)
	}
}

func TestClassesOfValue(t *testing.T) {
	for text, want := range map[string]scoring.ValueClass{
		"-1": scoring.Losing, "9999/10000": scoring.Losing, "1": scoring.BreakEven, "10001/10000": scoring.Marginal, "2": scoring.Marginal,
		"20001/10000": scoring.BelowTarget, "29999/10000": scoring.BelowTarget, "3": scoring.Healthy, "5": scoring.Healthy, "50001/10000": scoring.AboveBand,
	} {
		ratio, _ := new(big.Rat).SetString(text)
		if got := scoring.ClassOfValue(ratio); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestFirstMonthsOfSubscribers(t *testing.T) {
	start, end := mustTime(t, "2026-01-31T10:00"), mustTime(t, "2026-03-31T10:00")
	subscriptions := []scoring.Subscription{
		{Started: mustTime(t, "2026-02-28T10:00"), Amount: 5200, Span: scoring.Week, Spans: 2},
		{Started: start, Ended: end, Amount: 12000, Span: scoring.Year, Spans: 1},
	}
	for _, c := range []struct {
		from, to  string
		months    int64
		customers int64
		want      *big.Rat
	}{
		{"2026-01-01", "2026-02-01", 1, 1, big.NewRat(1000, 1)},
		{"2026-02-01", "2026-03-01", 1, 0, new(big.Rat)},
		{"2026-02-01", "2026-03-01", 2, 1, big.NewRat(1000*3+5200*52/2/4, 3)}, // the second month begins on February 28
		{"2026-01-01", "2026-04-01", 3, 1, big.NewRat(2*1000*3+2*5200*52/2/4, 3)},
	} {
		tally := scoring.NewSubscriberTally{Period: utcPeriod(t, c.from, c.to), Months: c.months, Zone: time.UTC}
		tally.Add(subscriptions)
		if got := tally.Revenue(); tally.Customers != c.customers || got.Cmp(c.want) != 0 {
			t.Errorf("%d months, %s to %s: %v of %d, want %v of %d", c.months, c.from, c.to, got, tally.Customers, c.want, c.customers)
		}
	}
}

func TestLengthOfPeriods(t *testing.T) {
	zone := warsaw(t)
	for _, c := range []struct {
		from, to, next string
		days           int64
		years          *big.Rat
	}{
		{"2026-01-01", "2027-01-01", "2028-01-01", 365, big.NewRat(1, 1)},
		{"2024-02-15", "2025-02-15", "2026-02-15", 366, big.NewRat(1, 1)},
		{"2026-03-01", "2026-04-01", "2026-05-01", 31, big.NewRat(1, 12)},
		{"2026-03-20", "2026-04-03", "2026-04-17", 14, big.NewRat(56, 1461)},
	} {
		p := scoring.LocalPeriod(mustDate(t, c.from), mustDate(t, c.to), zone)
		next := scoring.LocalPeriod(mustDate(t, c.to), mustDate(t, c.next), zone)
		if p.Days(zone) != c.days || p.Years(zone).Cmp(c.years) != 0 || p.Next(zone) != next {
			t.Errorf("%s to %s: %d days, %v years, next %v", c.from, c.to, p.Days(zone), p.Years(zone), p.Next(zone))
		}
	}
}

func TestMonthsOfAPeriod(t *testing.T) {
	zone := warsaw(t)
	got := scoring.LocalPeriod(mustDate(t, "2026-02-20"), mustDate(t, "2026-04-01"), zone).Months(zone)
	want := []scoring.Period{
		scoring.LocalPeriod(mustDate(t, "2026-02-01"), mustDate(t, "2026-03-01"), zone),
		scoring.LocalPeriod(mustDate(t, "2026-03-01"), mustDate(t, "2026-04-01"), zone),
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
