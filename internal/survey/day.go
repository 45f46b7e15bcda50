package survey

import "time"

// Day is a calendar day of the account's zone, as days since 1970-01-01.
type Day int64

// DayOf is the day on which t falls in zone. The calendar decides, not 24 hours: days of 23 and 25 hours are days.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Date(y, m, d)
}

// Date is the day with this date.
func Date(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Date gives year, month and day of the month.
func (d Day) Date() (int, time.Month, int) { return d.utc().Date() }

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// String is the date as 2026-03-29.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// Week is the Monday of the ISO week that holds d.
func (d Day) Week() Day { return d - (Day(d.Weekday())+6)%7 }

// Month is the first day of the month that holds d.
func (d Day) Month() Day {
	y, m, _ := d.Date()
	return Date(y, m, 1)
}

// Start is the first instant of the day in zone. Where a clock change skips midnight, the day starts later than 00:00.
func (d Day) Start(zone *time.Location) time.Time {
	y, m, day := d.Date()
	t := time.Date(y, m, day, 0, 0, 0, 0, zone)
	if DayOf(t, zone) == d {
		return t
	}
	// Midnight does not exist here; time.Date may answer with an instant of the day before. The day begins at the jump.
	lo, hi := t, t.Add(4*time.Hour)
	for hi.Sub(lo) > time.Millisecond {
		mid := lo.Add(hi.Sub(lo) / 2)
		if DayOf(mid, zone) < d {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi.Truncate(time.Second)
}

// ParseDay reads 2026-03-29.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	return Day(t.Unix() / 86400), nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
