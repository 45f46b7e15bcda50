package portage

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DateOrder tells which number of 03/04/2026 is the day.
type DateOrder string

// The orders. Dates with dots have the day first everywhere.
const (
	OrderUnknown DateOrder = ""
	DayFirst     DateOrder = "dmy"
	MonthFirst   DateOrder = "mdy"
)

// Reasons of times.
const (
	TimeMissing   Reason = "time_missing"
	TimeUnread    Reason = "time_format"
	TimeAmbiguous Reason = "time_ambiguous"
	TimeOrder     Reason = "time_order" // day and month stand the other way round than in the rest of the file
	TimeZone      Reason = "time_zone"  // a name that may mean several zones
	TimeRange     Reason = "time_range"
)

// clock reads times of one file.
type clock struct {
	zone   *time.Location // of times that name none
	days   *time.Location // of dates without a time: the account's
	order  DateOrder
	clear  DateOrder // of the dates so far that leave no doubt
	months bool      // 2026-03 is the first day of the month
	last   int       // index of the layout that fitted last
}

var timeLayouts = []string{
	"2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07",
	"2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006/01/02 15:04:05", "2006/01/02 15:04",
	"02.01.2006 15:04:05", "02.01.2006 15:04", "2.1.2006 15:04", "Jan 2, 2006 15:04:05", "Jan 2 2006 3:04PM", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
	time.RFC1123Z, "Mon, 02 Jan 2006 15:04:05",
}

var dateLayouts = []string{"2006-01-02", "2006/01/02", "02.01.2006", "2.1.2006", "02.01.06", "20060102", "Jan 2, 2006", "2 Jan 2006"}

var monthLayouts = []string{"2006-01", "2006/01", "01/2006", "1/2006", "01.2006", "1.2006", "Jan 2006", "January 2006"}

// Zones behind a time: by name, or as an offset from UTC. No other name is read, since one may mean several: CST is in America and in China, EST is not EDT.
var (
	zoneName  = regexp.MustCompile(`^(.*\d.*:.*\S) +([A-Za-z]{1,5})$`)
	zoneHours = regexp.MustCompile(`^(.*\d.*:.*\S) +(?:UTC|GMT)([+-])(\d{1,2})(?::?(\d{2}))?$`)
)

// read gives the instant that a cell names. dateOnly: the cell has no time of day, and the instant is the account's noon of that day.
func (c *clock) read(cell string) (t time.Time, dateOnly bool, bad Reason) {
	if t, ok := c.plain(cell); ok {
		return t, false, ""
	}
	if cell == "" {
		return t, false, TimeMissing
	}
	if n, err := strconv.ParseInt(cell, 10, 64); err == nil && len(cell) != 8 {
		switch {
		case n >= 1e8 && n < 1e11:
			return time.Unix(n, 0), false, ""
		case n >= 1e11 && n < 1e14:
			return time.UnixMilli(n), false, ""
		}
		return t, false, TimeUnread
	}
	if strings.Contains(cell, " ") {
		rest, zone, bad := zoneOf(cell)
		switch {
		case bad != "":
			return t, false, bad
		case zone != nil:
			return c.readIn(zone, rest)
		}
	}
	for i := range timeLayouts {
		k := (c.last + i) % len(timeLayouts)
		if t, err := time.ParseInLocation(timeLayouts[k], cell, c.zone); err == nil {
			c.last = k
			return t, false, ""
		}
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, cell); err == nil {
			return c.noon(t), true, ""
		}
	}
	for _, layout := range monthLayouts {
		if !c.months {
			break
		}
		if t, err := time.Parse(layout, cell); err == nil {
			return c.noon(t), true, ""
		}
	}
	return c.slashed(cell)
}

// readIn reads a cell whose times are of another zone than the file's.
func (c *clock) readIn(zone *time.Location, cell string) (t time.Time, dateOnly bool, bad Reason) {
	own := c.zone
	c.zone = zone
	defer func() { c.zone = own }()
	return c.read(cell)
}

// zoneOf parts a time from the zone that stands behind it; nil: none does.
func zoneOf(cell string) (rest string, zone *time.Location, bad Reason) {
	if m := zoneHours.FindStringSubmatch(cell); m != nil {
		return m[1], offset(m[2], m[3], m[4]), ""
	}
	m := zoneName.FindStringSubmatch(cell)
	switch {
	case m == nil || strings.EqualFold(m[2], "AM") || strings.EqualFold(m[2], "PM"):
		return cell, nil, ""
	case m[2] == "UTC" || m[2] == "GMT" || m[2] == "Z":
		return m[1], time.UTC, ""
	}
	return "", nil, TimeZone
}

// offset makes a zone of hours and minutes.
func offset(sign, hours, minutes string) *time.Location {
	h, _ := strconv.Atoi(hours) // both are digits
	m, _ := strconv.Atoi(minutes)
	seconds := (h*60 + m) * 60
	if sign == "-" {
		seconds = -seconds
	}
	return time.FixedZone("", seconds)
}

// noon of the account's day: a date in a file is a day of the calendar, whatever zone its times are in.
func (c *clock) noon(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, c.days)
}

// plain reads 2006-01-02 15:04:05, by far the most common, without a layout.
func (c *clock) plain(s string) (time.Time, bool) {
	if len(s) != 19 || s[4] != '-' || s[7] != '-' || s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	two := func(i int) int {
		a, b := s[i]-'0', s[i+1]-'0'
		if a > 9 || b > 9 {
			return 1000
		}
		return int(a)*10 + int(b)
	}
	y, mo, d, h, mi, sec := two(0)*100+two(2), two(5), two(8), two(11), two(14), two(17)
	if y > 9999 || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || sec > 59 {
		return time.Time{}, false
	}
	t := time.Date(y, time.Month(mo), d, h, mi, sec, 0, c.zone)
	return t, d <= 28 || t.Day() == d || d <= daysIn(y, mo)
}

func daysIn(y, month int) int {
	return time.Date(y, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// slashed reads 3/4/2026 and 3-4-2026, perhaps with a time, by the order that the file was found to use.
func (c *clock) slashed(cell string) (t time.Time, dateOnly bool, bad Reason) {
	date, rest, timed := strings.Cut(strings.Replace(cell, "T", " ", 1), " ")
	a, b, year, ok := slashNumbers(date)
	if !ok {
		return t, false, TimeUnread
	}
	day, month := a, b
	switch own := orderOf(cell); {
	case own != OrderUnknown && c.other(own):
		return t, false, TimeOrder
	case own == MonthFirst || own == OrderUnknown && c.order == MonthFirst:
		day, month = b, a
	case own == OrderUnknown && c.order == OrderUnknown && a != b:
		return t, false, TimeAmbiguous
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return t, false, TimeUnread
	}
	if !timed {
		return c.noon(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)), true, ""
	}
	for _, layout := range []string{"15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "3:04PM", "15:04:05Z07:00", "15:04:05 Z0700"} {
		if h, err := time.ParseInLocation(layout, rest, c.zone); err == nil {
			at := time.Date(year, time.Month(month), day, h.Hour(), h.Minute(), h.Second(), 0, h.Location())
			return at, false, ""
		}
	}
	return t, false, TimeUnread
}

// other tells whether a date that leaves no doubt has another order than the file, or than those before it.
func (c *clock) other(own DateOrder) bool {
	if c.clear == OrderUnknown {
		c.clear = own
	}
	if c.order != OrderUnknown {
		return own != c.order
	}
	return own != c.clear
}

func slashNumbers(date string) (a, b, year int, ok bool) {
	parts := strings.FieldsFunc(date, func(r rune) bool { return r == '/' || r == '-' })
	if len(parts) != 3 || len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 && len(parts[2]) != 2 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	if len(parts[2]) == 2 {
		n[2] += 2000
	}
	return n[0], n[1], n[2], true
}

// orderOf tells from one date which number is the day, where that is not ambiguous.
func orderOf(cell string) DateOrder {
	date, _, _ := strings.Cut(strings.Replace(strings.TrimSpace(cell), "T", " ", 1), " ")
	a, b, _, ok := slashNumbers(date)
	switch {
	case !ok:
		return OrderUnknown
	case a > 12 && b <= 12:
		return DayFirst
	case b > 12 && a <= 12:
		return MonthFirst
	}
	return OrderUnknown
}
