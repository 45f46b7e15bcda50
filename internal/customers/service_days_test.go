package customers_test

import (
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestSpansAndThoseBefore(t *testing.T) {
	for _, c := range []struct{ name, first, last, before string }{
		{"2026-03", "2026-03-01", "2026-03-31", "2026-02"},
		{"2026-01", "2026-01-01", "2026-01-31", "2025-12"},
		{"2024-02", "2024-02-01", "2024-02-29", "2024-01"},
		{"2026-q1", "2026-01-01", "2026-03-31", "2025-q4"},
		{"2026-q4", "2026-10-01", "2026-12-31", "2026-q3"},
		{"2026", "2026-01-01", "2026-12-31", "2025"},
		{"2026-03-03_2026-03-09", "2026-03-03", "2026-03-09", "2026-02-24_2026-03-02"},
	} {
		s, ok := customers.ParseSpan(c.name)
		if !ok || s.Name() != c.name || s.First.String() != c.first || s.Last.String() != c.last || s.Before(1).Name() != c.before {
			t.Errorf("%s: %v %+v, before it %s", c.name, ok, s, s.Before(1).Name())
		}
	}
	for _, name := range []string{"", "26", "2026-", "2026-13", "2026-3", "2026-q5", "2026-q0", "2026-q01", "1969", "2101", "2026-03-09_2026-03-03", "2026-03-09_", "x-q1"} {
		if s, ok := customers.ParseSpan(name); ok {
			t.Errorf("%q is taken for %+v", name, s)
		}
	}
	if got := customers.MonthOf(survey.Date(2026, 12, 31)).Before(25).Name(); got != "2024-11" {
		t.Errorf("25 months before: %s", got)
	}
}

func TestSpansAreLocalDays(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	p := customers.MonthOf(survey.Date(2026, 3, 15)).Period(zone)
	if got := p.From.UTC().Format(time.RFC3339) + " " + p.To.UTC().Format(time.RFC3339); got != "2026-02-28T23:00:00Z 2026-03-31T22:00:00Z" {
		t.Errorf("March 2026 in Warsaw is %s", got)
	}
}
