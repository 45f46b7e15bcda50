package followup

import (
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of the rules.
const (
	MaxKeywords    = 200
	MaxKeyword     = 60 // runes
	MaxAssignments = 50
	MaxDrop        = 10
	leastOpen      = 60 // minutes of work on a day
)

// Problem is what is wrong with a field of the rules, as a key of the words.
type Problem struct{ Field, Key string }

// Check finds what administrators can't set. The zone has been loaded by Prepare where there is no problem with it.
func (r *Rules) Check() (ps []Problem) {
	add := func(wrong bool, field, key string) {
		if wrong {
			ps = append(ps, Problem{field, key})
		}
	}
	c := &r.Calendar
	add(len(r.Keywords) > MaxKeywords, "words", "cases.error.words")
	add(slices.ContainsFunc(r.Keywords, func(k Keyword) bool { return len([]rune(k.Typed)) > MaxKeyword }), "words", "cases.error.word")
	add(r.Drop != 0 && (r.Drop < LeastDrop || r.Drop > MaxDrop), "drop", "cases.error.drop")
	add(c.Hours < 1 || c.Hours > MaxHours, "hours", "cases.error.hours")
	add(c.Prepare() != nil, "zone", "problem.zone")
	if c.Business {
		add(c.Opens < 0 || c.Closes > 24*60 || c.Closes-c.Opens < leastOpen, "opens", "cases.error.opens")
		add(c.Days == [7]bool{}, "day", "cases.error.days")
	}
	add(len(c.Holidays) > MaxHolidays, "holidays", "cases.error.holidays")
	add(len(r.Assign) > MaxAssignments, "assign", "cases.error.assign")
	add(slices.ContainsFunc(r.Assign, func(a Assignment) bool { return len(a.Users) == 0 }), "assign", "cases.error.nobody")
	return ps
}

// ParseHolidays reads dates, one a line. It gives the first line that is none.
func ParseHolidays(lines []string) (days []survey.Day, wrong string) {
	for _, line := range lines {
		line = survey.Line(line)
		if line == "" {
			continue
		}
		d, err := survey.ParseDay(line)
		if err != nil {
			return days, line
		}
		days = append(days, d)
	}
	slices.Sort(days)
	return slices.Compact(days), ""
}
