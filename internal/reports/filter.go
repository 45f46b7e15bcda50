package reports

import (
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Filter says which answers a report is about.
type Filter struct {
	SurveyID   int64 // 0: the newest live survey that has answers
	Period     Period
	Compare    Comparison
	Touchpoint int64  // survey.AllTouchpoints, or one; 0: answers without one
	Language   string // survey.AllLanguages, or one; "": answers whose language is not known
	Grain      Grain  // of the trend
	Of         Members
}

// Members are the customers of a segment in a currency, as a job found them; zero: everybody.
type Members struct {
	Currency string // ISO 4217
	Segment  scoring.Segment
}

// Period is a run of local days, both ends included.
type Period struct {
	All         bool // every day with answers; First and Last are then found by the report
	First, Last survey.Day
}

// Days is how many days the period has, 0 when it ends before it begins.
func (p Period) Days() int64 { return max(int64(p.Last-p.First)+1, 0) }

// Comparison names the period that a score is set against.
type Comparison string

// The comparisons.
const (
	NoComparison Comparison = "none"
	Previous     Comparison = "previous" // as many days right before, on the same weekdays
	LastYear     Comparison = "lastyear" // the same weeks a year before
)

// Grain is the width of a trend's points.
type Grain string

// The grains. Whole is a single sum.
const (
	Whole     Grain = ""
	Daily     Grain = "day"
	Weekly    Grain = "week"  // ISO weeks
	FourWeeks Grain = "weeks" // four ISO weeks: for long periods, of one length unlike months
)

// Step is the width in days, 0 for Whole.
func (g Grain) Step() survey.Day {
	switch g {
	case Daily:
		return 1
	case Weekly:
		return 7
	case FourWeeks:
		return 28
	case Whole:
	}
	return 0
}

// FirstMonday is 1970-01-05. Points of several days begin whole steps away from it.
const FirstMonday survey.Day = 4

// Bucket is the first day of the point that holds d, 0 for Whole.
func (g Grain) Bucket(d survey.Day) survey.Day {
	step := g.Step()
	if step == 0 {
		return 0
	}
	return d - ((d-FirstMonday)%step+step)%step
}

// Before is the period that p is compared with. Both periods begin on the same weekday, so that weeks lie on weeks.
func (p Period) Before(c Comparison) (Period, bool) {
	var shift survey.Day
	switch c {
	case Previous:
		shift = survey.Day(p.Days()+6) / 7 * 7
	case LastYear:
		shift = survey.Day(p.Days()+363) / 364 * 364
	case NoComparison:
	}
	if p.All || p.Days() == 0 || shift == 0 {
		return Period{}, false
	}
	return Period{First: p.First - shift, Last: p.Last - shift}, true
}

// LastWeeks is the ISO week that holds today and the n-1 weeks before it, up to today.
func LastWeeks(n int, today survey.Day) Period {
	return Period{First: today.Week() - survey.Day(7*(n-1)), Last: today}
}

// ThisQuarter runs from the first day of the quarter up to today.
func ThisQuarter(today survey.Day) Period {
	y, m, _ := today.Date()
	return Period{First: survey.Date(y, (m-1)/3*3+1, 1), Last: today}
}

// ThisYear runs from 1 January up to today.
func ThisYear(today survey.Day) Period {
	y, _, _ := today.Date()
	return Period{First: survey.Date(y, time.January, 1), Last: today}
}

// Most points a trend may have before it takes a wider grain.
const (
	mostDays  = 400
	mostWeeks = 210
)

// PointWidth is the grain asked for, or the next wider one that keeps the chart readable.
func (f Filter) PointWidth() Grain {
	days := f.Period.Days()
	switch {
	case days > 7*mostWeeks:
		return FourWeeks
	case f.Grain == Daily && days <= mostDays:
		return Daily
	}
	return Weekly
}
