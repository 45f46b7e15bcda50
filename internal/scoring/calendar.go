package scoring

import (
	"math/big"
	"time"
)

// DaysLater is the start of the day that comes so many days of the zone after the day of t; before it when days is negative.
func DaysLater(t time.Time, days int64, zone *time.Location) time.Time {
	year, month, day := t.In(zone).Date()
	return startOfDay(time.Date(year, month, day+int(days), 0, 0, 0, 0, time.UTC), zone)
}

// MonthsLater is the same clock time so many months later in the zone, on the last day of that month when it has no such day.
func MonthsLater(t time.Time, months int64, zone *time.Location) time.Time {
	local := t.In(zone)
	year, month, day := local.Date()
	last := time.Date(year, month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	hour, minute, second := local.Clock()
	return time.Date(year, month+time.Month(months), min(day, last), hour, minute, second, local.Nanosecond(), zone)
}

// Days is the length of the period in days of the zone.
func (p Period) Days(zone *time.Location) int64 {
	return int64(dateOf(p.To, zone).Sub(dateOf(p.From, zone)) / (24 * time.Hour))
}

// Years is the length of the period: its months by twelve when it has whole ones, else its days by 365.25.
func (p Period) Years(zone *time.Location) *big.Rat {
	if months, exact := WholeMonths(p, zone); exact && months > 0 {
		return big.NewRat(months, 12)
	}
	return big.NewRat(4*p.Days(zone), 1461)
}

// Next is the period of the same length that follows: as many months when it has whole ones, else as many days.
func (p Period) Next(zone *time.Location) Period {
	if months, exact := WholeMonths(p, zone); exact && months > 0 {
		return Period{p.To, DaysLater(MonthsLater(p.To, months, zone), 0, zone)}
	}
	return Period{p.To, DaysLater(p.To, p.Days(zone), zone)}
}

// Months are the months of the zone that have a moment in common with the period, each in its whole length.
func (p Period) Months(zone *time.Location) []Period {
	if !p.From.Before(p.To) {
		return nil
	}
	first := dateOf(p.From, zone)
	month := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
	var months []Period
	for {
		next := month.AddDate(0, 1, 0)
		m := LocalPeriod(month, next, zone)
		if !m.From.Before(p.To) {
			return months
		}
		months, month = append(months, m), next
	}
}
