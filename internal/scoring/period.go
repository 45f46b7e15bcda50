package scoring

import "time"

// Period is half-open: an event exactly at From is in it, one at To is not.
type Period struct{ From, To time.Time }

// Contains reports whether the time is in the period.
func (p Period) Contains(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// LocalPeriod runs from the start of the first date to the start of the second one, as
// calendar dates of the zone. Only year, month and day of the arguments count.
func LocalPeriod(from, to time.Time, zone *time.Location) Period {
	return Period{startOfDay(from, zone), startOfDay(to, zone)}
}

// startOfDay is the first moment of the date in the zone. That is not always 00:00: where
// clocks go forward at midnight the day starts at 01:00, and where they go back to it, 00:00
// comes twice.
func startOfDay(date time.Time, zone *time.Location) time.Time {
	year, month, day := date.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	start := time.Date(year, month, day, 0, 0, 0, 0, zone)
	changed, changes := start.ZoneBounds()
	switch clock := civil(start); {
	case clock.Before(midnight): // midnight was skipped, and start is before the gap
		return changes
	case clock.After(midnight): // and start is after it
		return changed
	}
	if changed.IsZero() {
		return start
	}
	_, offset := changed.Add(-time.Nanosecond).Zone()
	first := midnight.Add(-time.Duration(offset) * time.Second).In(zone)
	if first.Before(changed) {
		return first
	}
	return start
}

// civil is the wall clock of t, as if it were UTC.
func civil(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
