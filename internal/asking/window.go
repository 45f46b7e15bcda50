package asking

import "time"

const dayMinutes = 24 * 60

// Open tells whether the clocks in zone, read at t, stand inside the plan's send window. A window that ends before it begins goes past midnight and belongs to
// the day on which it begins.
func (p Plan) Open(t time.Time, zone *time.Location) bool {
	from, until := p.window()
	local := t.In(zone)
	minute, day := 60*local.Hour()+local.Minute(), local.Weekday()
	if from < until {
		return from <= minute && minute < until && p.on(day)
	}
	return minute >= from && p.on(day) || minute < until && p.on((day+6)%7)
}

// Next is the first instant from t on at which the send window is open. Whatever clocks do there, hours that are skipped or come twice, is taken into account:
// the window is meant as people read it off their clocks.
func (p Plan) Next(t time.Time, zone *time.Location) time.Time {
	from, _ := p.window()
	for !p.Open(t, zone) {
		local := t.In(zone)
		passed := time.Duration(60*local.Hour()+local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		wait := time.Duration(from)*time.Minute - passed
		if wait <= 0 {
			wait += 24 * time.Hour
		}
		next := t.Add(wait)
		// That counts with clocks that go evenly. At a change of theirs it is looked again.
		if _, change := local.ZoneBounds(); !change.IsZero() && next.After(change) {
			next = change
		}
		t = next
	}
	return t
}

// window gives the minutes of the day; all of it where none is set.
func (p Plan) window() (from, until int) {
	if p.From == p.Until {
		return 0, dayMinutes
	}
	return p.From, p.Until
}

func (p Plan) on(day time.Weekday) bool { return p.Days&allDays == 0 || p.Days&(1<<day) != 0 }

const allDays = 1<<7 - 1

// Zone is the time zone in which the plan's window is meant for a contact whose own zone has this name; "": not known.
func (p Plan) Zone(contact string, account *time.Location) *time.Location {
	if !p.ContactZone || contact == "" || contact == "Local" {
		return account
	}
	zone, err := time.LoadLocation(contact)
	if err != nil {
		return account
	}
	return zone
}
