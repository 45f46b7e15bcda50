package reports_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestThePeriodBeforeHasTheSameLengthAndWeekdays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := survey.Day(rapid.Int64Range(-5000, 30000).Draw(t, "first"))
		p := reports.Period{First: first, Last: first + survey.Day(rapid.Int64Range(0, 2000).Draw(t, "days"))}
		for _, c := range []reports.Comparison{reports.Previous, reports.LastYear} {
			b, ok := p.Before(c)
			if !ok || b.Days() != p.Days() || b.First.Weekday() != p.First.Weekday() || b.Last >= p.First {
				t.Fatalf("%s: %v to %v before %v to %v", c, b.First, b.Last, p.First, p.Last)
			}
			if c == reports.Previous && p.First-b.Last > 7 {
				t.Fatalf("a week is left out between %v and %v", b.Last, p.First)
			}
		}
	})
	for name, p := range map[string]reports.Period{"all time": {All: true, Last: 9}, "empty": {First: 9, Last: 8}} {
		if _, ok := p.Before(reports.Previous); ok {
			t.Errorf("%s: there is a period before", name)
		}
	}
}

func TestPointsBeginOnMondaysAndHoldTheirDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := survey.Day(rapid.Int64Range(-9000, 30000).Draw(t, "day"))
		if reports.Weekly.Bucket(d) != d.Week() {
			t.Fatalf("the week of %v begins on %v, not on %v", d, d.Week(), reports.Weekly.Bucket(d))
		}
		for _, g := range []reports.Grain{reports.Daily, reports.Weekly, reports.FourWeeks} {
			b := g.Bucket(d)
			if b > d || b+g.Step() <= d || g != reports.Daily && b.Weekday() != time.Monday || g.Bucket(b) != b {
				t.Fatalf("%s: %v lies in the point of %v", g, d, b)
			}
		}
	})
}

func TestPeriodsUpToToday(t *testing.T) {
	today := survey.Date(2026, time.November, 22) // a Sunday
	for name, c := range map[string]struct {
		got   reports.Period
		first string
	}{
		"12 weeks": {reports.LastWeeks(12, today), "2026-08-31"},
		"1 week":   {reports.LastWeeks(1, today), "2026-11-16"},
		"quarter":  {reports.ThisQuarter(today), "2026-10-01"},
		"year":     {reports.ThisYear(today), "2026-01-01"},
	} {
		if c.got.First.String() != c.first || c.got.Last != today {
			t.Errorf("%s: %v to %v, want it from %s", name, c.got.First, c.got.Last, c.first)
		}
	}
}
