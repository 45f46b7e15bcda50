package survey_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/survey"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestADayStartsWhereItsMidnightExists(t *testing.T) {
	for _, c := range []struct{ zone, day, start string }{
		{"Europe/Warsaw", "2026-03-01", "2026-02-28T23:00:00Z"},
		{"Europe/Warsaw", "2026-04-01", "2026-03-31T22:00:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"}, // midnight is skipped: the day starts at 01:00
		{"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"},
		{"UTC", "1969-12-31", "1969-12-31T00:00:00Z"},
	} {
		d, err := survey.ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Start(zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.start {
			t.Errorf("%s in %s starts at %s, want %s", c.day, c.zone, got, c.start)
		}
	}
}

func TestEveryInstantIsInExactlyOneDay(t *testing.T) {
	zones := []string{"UTC", "Europe/Sofia", "Europe/Warsaw", "America/Sao_Paulo", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"}
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(1672531200, 1924992000).Draw(t, "at"), 0) // 2023 to 2030
		d := survey.DayOf(at, z)
		if at.Before(d.Start(z)) || !at.Before((d + 1).Start(z)) {
			t.Fatalf("%v is in day %v, which is %v to %v", at.In(z), d, d.Start(z), (d + 1).Start(z))
		}
		if w := d.Week(); w.Weekday() != time.Monday || w > d || d-w > 6 {
			t.Fatalf("the week of %v starts on %v", d, w)
		}
		if again, err := survey.ParseDay(d.String()); err != nil || again != d {
			t.Fatalf("%v reads back as %v, %v", d, again, err)
		}
	})
}
