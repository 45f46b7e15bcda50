package words

import (
	"fmt"
	"strconv"
	"time"
)

// MonthName is the name of a month standing alone: September, сентябрь.
func (w *Words) MonthName(m time.Month) string { return w.month("month.", m) }

func (w *Words) month(prefix string, m time.Month) string {
	return w.T(fmt.Sprintf("%s%02d", prefix, int(m)))
}

// Date writes day and month without the year, as within running text:
// 18 November, 18 ноября. A no-break space keeps them together.
func (w *Words) Date(_ int, m time.Month, d int) string {
	return w.T("date.day_month", "day", d, "month", w.month("month.of.", m))
}

// DateShort is Date with the month abbreviated, for axes and tables: 18 Nov.
func (w *Words) DateShort(_ int, m time.Month, d int) string {
	return w.T("date.day_month", "day", d, "month", w.month("month.short.", m))
}

// DateYear is Date with the year: 18 November 2026, 18 ноября 2026 г.
func (w *Words) DateYear(y int, m time.Month, d int) string {
	return w.T("date.day_month_year",
		"day", d, "month", w.month("month.of.", m), "year", strconv.Itoa(y))
}

// DateTime writes a moment as day, year and time of day in a zone:
// 18 November 2026, 14:05.
func (w *Words) DateTime(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return w.T("date.date_time",
		"date", w.DateYear(t.Date()), "time", t.Format("15:04"))
}

// Ago says how long ago something was, in minutes, hours or days, rounded
// down. Time that has not passed yet counts as now.
func (w *Words) Ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return w.T("ago.now")
	case d < time.Hour:
		return w.T("ago.minutes", "n", int(d/time.Minute))
	case d < 48*time.Hour:
		return w.T("ago.hours", "n", int(d/time.Hour))
	default:
		return w.N("ago.days", int64(d/(24*time.Hour)))
	}
}
