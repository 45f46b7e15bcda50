package demo

import (
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// weeks is how long the story is. A week here is seven days of which the last week's last one is today.
const weeks = 24

// calendar places answers in the weeks before now.
type calendar struct {
	now   time.Time
	zone  *time.Location
	today survey.Day
}

func newCalendar(s Setup) calendar { return calendar{s.Now, s.Zone, survey.DayOf(s.Now, s.Zone)} }

// day is the first day of a week, 0..weeks-1.
func (c calendar) day(week int) survey.Day { return c.today - survey.Day(7*(weeks-week)) + 1 }

// start is the first instant of a week.
func (c calendar) start(week int) time.Time { return c.day(week).Start(c.zone) }

// byWeekday is how eagerly people answer on Sunday, Monday and so on.
func byWeekday() []float64 { return []float64{1.15, 1.1, 1, 1, 0.95, 0.9, 0.9} }

// byHour is how eagerly people answer at each hour of the day.
func byHour() []float64 {
	return []float64{1.2, 0.5, 0.2, 0.2, 0.3, 1, 3, 6, 8, 9, 9, 8, 11, 10, 7, 7, 8, 9, 11, 14, 16, 14, 9, 4}
}

// at is an instant of a week. day and hour (both 0..1) say how far into the week's and the day's answers it is. It never lies after now.
func (c calendar) at(week int, day, hour float64) time.Time {
	first, weekdays := c.day(week), byWeekday()
	weights := make([]float64, 7)
	for i := range weights {
		d := first + survey.Day(i)
		weights[i] = weekdays[d.Weekday()]
		if d == c.today {
			weights[i] *= c.gone()
		}
	}
	i, _ := locate(weights, day)
	d := first + survey.Day(i)
	if d == c.today {
		hour *= c.gone()
	}
	h, rest := locate(byHour(), hour)
	year, month, dom := d.Date()
	t := time.Date(year, month, dom, h, 0, 0, 0, c.zone).Add(time.Duration(rest * float64(time.Hour))).Truncate(time.Second)
	if t.After(c.now) {
		return c.now
	}
	return t
}

// gone is the part of a day's answers that has come in by now.
func (c calendar) gone() float64 {
	hours := byHour()
	now := c.now.In(c.zone)
	all, past := 0.0, 0.0
	for h, w := range hours {
		all += w
		switch {
		case h < now.Hour():
			past += w
		case h == now.Hour():
			past += w * float64(now.Minute()) / 60
		}
	}
	return past / all
}

// locate finds where a part (0..1) of all the weights falls: in which of them, and how far into it (0..1).
func locate(weights []float64, part float64) (i int, rest float64) {
	all := 0.0
	for _, w := range weights {
		all += w
	}
	left := part * all
	for i, w := range weights {
		if left < w {
			return i, left / w
		}
		left -= w
	}
	return len(weights) - 1, 0
}
