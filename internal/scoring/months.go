package scoring

import "time"

// WholeMonths counts the calendar months of the zone that a period has room for from its first day on, and tells whether they fill it. From the 31st of
// January a month goes to the last day of February.
func WholeMonths(p Period, zone *time.Location) (months int64, exact bool) {
	from, to := dateOf(p.From, zone), dateOf(p.To, zone)
	n := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
	for n > 0 && monthsLater(from, n).After(to) {
		n--
	}
	if n < 0 {
		return 0, false
	}
	return int64(n), monthsLater(from, n).Equal(to)
}

// dateOf is the calendar date in the zone, as midnight UTC.
func dateOf(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// monthsLater is the same day of a later month, or that month's last day if it has none such.
func monthsLater(date time.Time, n int) time.Time {
	first := time.Date(date.Year(), date.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(date.Day(), last)-1)
}
