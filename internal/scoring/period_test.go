package scoring_test

import (
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestLocalPeriodStartsWithItsDay walks through every day of zones that change their clocks
// at midnight, back to midnight, by half an hour, or skip a day altogether: the moment
// before the start is another date, and no later part of the day comes first.
func TestLocalPeriodStartsWithItsDay(t *testing.T) {
	zones := []string{
		"UTC", "Europe/Warsaw", "Europe/Sofia", "America/Sao_Paulo", "America/Havana",
		"Asia/Beirut", "Asia/Amman", "Asia/Tehran", "Atlantic/Azores", "Australia/Lord_Howe",
		"Asia/Kolkata", "America/Santiago", "Africa/Cairo", "America/Asuncion",
	}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		first := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
		for date := first; date.Year() < 2028; date = date.AddDate(0, 0, 1) {
			next := date.AddDate(0, 0, 1)
			p := scoring.LocalPeriod(date, next, zone)
			last := p.To.Add(-time.Nanosecond).In(zone)
			start := p.From.In(zone)
			want := date.Format(time.DateOnly)
			if start.Format(time.DateOnly) != want || last.Format(time.DateOnly) != want {
				t.Fatalf("%s %s: from %v to before %v", name, want, start, last)
			}
			if before := start.Add(-time.Nanosecond); before.Format(time.DateOnly) == want {
				t.Fatalf("%s %s: %v is the same day before its start", name, want, before)
			}
		}
	}
}

func TestLocalPeriodOfASkippedDay(t *testing.T) {
	zone, err := time.LoadLocation("Pacific/Apia")
	if err != nil {
		t.Fatal(err)
	}
	skipped := time.Date(2011, 12, 30, 0, 0, 0, 0, time.UTC)
	p := scoring.LocalPeriod(skipped, skipped.AddDate(0, 0, 1), zone)
	if !p.From.Equal(p.To) {
		t.Errorf("a day that never was lasts from %v to %v", p.From, p.To)
	}
}

func TestPeriodIsHalfOpen(t *testing.T) {
	p := periodOf(t, "2026-03-01", "2026-04-01", "Europe/Warsaw")
	start := time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC)
	end := time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC)
	if !p.From.Equal(start) || !p.To.Equal(end) {
		t.Errorf("from %v to %v", p.From, p.To)
	}
	if !p.Contains(start) || p.Contains(start.Add(-1)) || p.Contains(end) || !p.Contains(end.Add(-1)) {
		t.Error("not half-open")
	}
}
