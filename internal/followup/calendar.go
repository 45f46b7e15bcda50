package followup

import (
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Calendar tells by when somebody is replied to. The zero value counts 48 hours of the clock.
type Calendar struct {
	Hours    int            `json:"hours,omitempty"`    // to the first reply, 1..720; 0: as FirstReply
	Business bool           `json:"business,omitempty"` // only hours of work count
	Zone     string         `json:"zone,omitempty"`     // IANA name of the hours of work; "": UTC
	Opens    int            `json:"opens,omitempty"`    // minutes after midnight
	Closes   int            `json:"closes,omitempty"`   // minutes after midnight, up to 1440
	Days     [7]bool        `json:"days,omitempty"`     // worked on, from Sunday
	Holidays []survey.Day   `json:"holidays,omitempty"`
	location *time.Location // of Zone
	off      map[survey.Day]bool
}

// Bounds of a calendar.
const (
	MaxHours    = 720
	MaxHolidays = 400
	lookAhead   = 3 * 366 // days within which the hours of work must be enough
)

// Prepare reads the zone and the holidays once, so that Due is cheap.
func (c *Calendar) Prepare() error {
	c.location = time.UTC
	if c.Zone != "" {
		z, err := time.LoadLocation(c.Zone)
		if err != nil {
			return fmt.Errorf("the calendar's time zone: %w", err)
		}
		c.location = z
	}
	c.off = make(map[survey.Day]bool, len(c.Holidays))
	for _, d := range c.Holidays {
		c.off[d] = true
	}
	return nil
}

// Wait is how long a customer waits at most, in hours of the calendar.
func (c Calendar) Wait() time.Duration {
	if c.Hours < 1 || c.Hours > MaxHours {
		return FirstReply
	}
	return time.Duration(c.Hours) * time.Hour
}

// Due is when the first reply to an answer of time at is due.
func (c Calendar) Due(at time.Time) time.Time {
	wait := c.Wait()
	if !c.Business || c.location == nil || c.Closes <= c.Opens {
		return at.Add(wait)
	}
	local := at.In(c.location)
	for i := range lookAhead {
		from, to, ok := c.working(local.Year(), local.Month(), local.Day()+i)
		if !ok || !to.After(at) {
			continue
		}
		if from.Before(at) {
			from = at
		}
		if left := to.Sub(from); left < wait {
			wait -= left
			continue
		}
		return from.Add(wait).In(at.Location())
	}
	return at.Add(c.Wait()) // nobody works for years: a case must be due all the same
}

// working gives the hours of work of a local day. Where the clocks are changed in them, they are longer or shorter.
func (c Calendar) working(year int, month time.Month, day int) (from, to time.Time, ok bool) {
	noon := time.Date(year, month, day, 12, 0, 0, 0, c.location)
	if !c.Days[noon.Weekday()] || c.off[survey.DayOf(noon, c.location)] {
		return from, to, false
	}
	year, month, day = noon.Date()
	from, to = time.Date(year, month, day, 0, c.Opens, 0, 0, c.location), time.Date(year, month, day, 0, c.Closes, 0, 0, c.location)
	return from, to, to.After(from)
}
