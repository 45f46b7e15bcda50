package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/web/words"
)

// rulePhrases says in plain sentences what a rule does.
func rulePhrases(w *words.Words, r asking.Rule, zone *time.Location) (says []string) {
	p := r.Plan
	after := w.T("rules.say.after_event", "event", r.Kind)
	if r.Kind == people.Purchase {
		after = w.T("rules.say.after_purchase")
	}
	if p.Channel == asking.ByLink {
		says = append(says, w.T("rules.say.link", "after", after))
	} else {
		says = append(says, w.T("rules.say.mail", "after", after, "delay", delayPhrase(w, p.DelayHours)), windowPhrase(w, p, zone))
	}
	if p.SamplePercent < 100 {
		says = append(says, w.T("rules.say.sample", "percent", w.Percent(float64(p.SamplePercent), 0)))
	}
	if p.ConsentRequired {
		says = append(says, w.T("rules.say.consent"))
	}
	if p.Channel == asking.ByMail {
		if p.ReminderDays > 0 {
			says = append(says, w.N("rules.say.reminder", int64(p.ReminderDays)))
		} else {
			says = append(says, w.T("rules.say.no_reminder"))
		}
	}
	return append(says, w.N("rules.say.expiry", int64(p.ExpiryDays)))
}

// delayPhrase says how long after: at once, in hours, or in days where they are whole.
func delayPhrase(w *words.Words, hours int) string {
	switch {
	case hours == 0:
		return w.T("rules.say.at_once")
	case hours%24 == 0:
		return w.N("rules.say.days", int64(hours/24))
	}
	return w.N("rules.say.hours", int64(hours))
}

// windowPhrase says when mail may go out.
func windowPhrase(w *words.Words, p asking.Plan, zone *time.Location) string {
	clock := w.T("rules.say.account_clock", "zone", zone.String())
	if p.ContactZone {
		clock = w.T("rules.say.contact_clock")
	}
	days := daysPhrase(w, p.Days)
	if p.From == p.Until {
		return w.T("rules.say.any_time", "days", days, "clock", clock)
	}
	return w.T("rules.say.window", "days", days, "from", clockTime(p.From), "until", clockTime(p.Until), "clock", clock)
}

// weekdays in the order of European calendars.
var weekdays = [...]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// daysPhrase names the days; three and more that follow one another are named by the first and the last.
func daysPhrase(w *words.Words, days uint8) string {
	var names []string
	for i := 0; i < len(weekdays); i++ {
		first := i
		for i < len(weekdays) && days&(1<<weekdays[i]) != 0 {
			i++
		}
		name := func(k int) string { return w.T(fmt.Sprintf("weekday.short.%d", weekdays[k])) }
		switch run := i - first; {
		case run == len(weekdays):
			return w.T("rules.say.every_day")
		case run > 2:
			names = append(names, name(first)+"–"+name(i-1))
		default:
			for k := first; k < i; k++ {
				names = append(names, name(k))
			}
		}
	}
	if len(names) == 0 {
		return w.T("rules.say.every_day")
	}
	return strings.Join(names, ", ")
}

// clockTime writes a minute of the day.
func clockTime(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
