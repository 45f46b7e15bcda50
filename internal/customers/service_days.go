package customers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Stretch is how long the periods of a page are.
type Stretch string

// The stretches.
const (
	Monthly   Stretch = "month"
	Quarterly Stretch = "quarter"
	Yearly    Stretch = "year"
	OwnDays   Stretch = "days" // as many days as the reader chose
)

// Span is a period of whole days of the account's zone; both ends are in it.
type Span struct {
	Stretch     Stretch
	First, Last survey.Day
}

// MonthOf is the month that holds the day.
func MonthOf(d survey.Day) Span { return months(Monthly, d, 1) }

// QuarterOf is the quarter that holds the day.
func QuarterOf(d survey.Day) Span { return months(Quarterly, d, 3) }

// YearOf is the year that holds the day.
func YearOf(d survey.Day) Span { return months(Yearly, d, 12) }

// DaysBetween are the days from the first to the last.
func DaysBetween(first, last survey.Day) Span { return Span{OwnDays, first, last} }

// months is the stretch of n months that holds the day; n divides 12.
func months(stretch Stretch, d survey.Day, n int) Span {
	y, m, _ := d.Date()
	from := time.Month((int(m)-1)/n*n + 1)
	return Span{stretch, survey.Date(y, from, 1), survey.Date(y, from+time.Month(n), 1) - 1}
}

// Before is the span n stretches earlier: months before months, and before days of one's own as many days.
func (p Span) Before(n int) Span {
	y, m, _ := p.First.Date()
	switch p.Stretch {
	case Monthly:
		return MonthOf(survey.Date(y, m-time.Month(n), 1))
	case Quarterly:
		return QuarterOf(survey.Date(y, m-time.Month(3*n), 1))
	case Yearly:
		return YearOf(survey.Date(y-n, 1, 1))
	}
	length := p.Last - p.First + 1
	return DaysBetween(p.First-survey.Day(n)*length, p.Last-survey.Day(n)*length)
}

// Period is the span as instants of the zone.
func (p Span) Period(zone *time.Location) scoring.Period {
	return scoring.Period{From: p.First.Start(zone), To: (p.Last + 1).Start(zone)}
}

// Name is the span as addresses have it: 2026-10, 2026-q3, 2026 or 2026-10-05_2026-11-02.
func (p Span) Name() string {
	y, m, _ := p.First.Date()
	switch p.Stretch {
	case Monthly:
		return fmt.Sprintf("%04d-%02d", y, int(m))
	case Quarterly:
		return fmt.Sprintf("%04d-q%d", y, (int(m)+2)/3)
	case Yearly:
		return fmt.Sprintf("%04d", y)
	}
	return p.First.String() + "_" + p.Last.String()
}

// ParseSpan reads what Name wrote. Years are 1970 to 2100.
func ParseSpan(name string) (Span, bool) {
	if first, last, ok := strings.Cut(name, "_"); ok {
		from, err := survey.ParseDay(first)
		to, err2 := survey.ParseDay(last)
		return DaysBetween(from, to), err == nil && err2 == nil && from <= to && inReach(from) && inReach(to)
	}
	year, rest, parted := strings.Cut(name, "-")
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 || !inReach(survey.Date(y, 1, 1)) {
		return Span{}, false
	}
	if !parted {
		return YearOf(survey.Date(y, 1, 1)), true
	}
	number, quarter := strings.CutPrefix(rest, "q")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 1:
	case quarter && n <= 4 && len(rest) == 2:
		return QuarterOf(survey.Date(y, time.Month(3*n), 1)), true
	case !quarter && n <= 12 && len(rest) == 2:
		return MonthOf(survey.Date(y, time.Month(n), 1)), true
	}
	return Span{}, false
}

// inReach bounds what can be asked for.
func inReach(d survey.Day) bool { return d >= 0 && d < survey.Date(2101, 1, 1) }
