package asking

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of a plan.
const (
	MaxDelayHours   = 365 * 24
	MaxReminderDays = 60
)

// NewPlan is what a new rule begins with: a week after, by day on workdays and Saturdays, one reminder.
func NewPlan() Plan {
	return Plan{
		Channel: ByMail, DelayHours: 7 * 24, From: 10 * 60, Until: 18 * 60, Days: 0b1111110, ContactZone: true, SamplePercent: 100, ReminderDays: 4,
		ExpiryDays: 30,
	}
}

// Check cleans a rule that somebody typed and finds what is wrong with it, by the names of its fields.
func (r *Rule) Check() (found survey.Problems) {
	add := func(wrong bool, field, key string, args ...any) {
		if wrong {
			found = append(found, survey.Problem{Field: field, Key: key, Args: args})
		}
	}
	r.Name = strings.Join(strings.Fields(survey.Clean(r.Name)), " ")
	r.Kind = strings.ToLower(strings.TrimSpace(r.Kind))
	p := &r.Plan
	add(r.Name == "", "name", "rules.error.name")
	add(utf8.RuneCountInString(r.Name) > survey.MaxName, "name", "edit.error.too_long", "max", survey.MaxName)
	add(!people.ValidKind(r.Kind), "kind", "rules.error.kind")
	add(!slices.Contains([]Channel{ByMail, ByLink}, p.Channel), "channel", "rules.error.channel")
	add(p.DelayHours < 0 || p.DelayHours > MaxDelayHours, "delay", "rules.error.delay", "max", MaxDelayHours/24)
	add(!minuteOfDay(p.From), "from", "rules.error.time")
	add(!minuteOfDay(p.Until), "until", "rules.error.time")
	add(p.SamplePercent < 1 || p.SamplePercent > 100, "sample", "rules.error.sample")
	add(p.ReminderDays < 0 || p.ReminderDays > MaxReminderDays, "reminder", "rules.error.reminder", "max", MaxReminderDays)
	add(p.ExpiryDays < 1 || p.ExpiryDays > survey.MaxInvitationDays, "expiry", "rules.error.expiry", "max", survey.MaxInvitationDays)
	add(p.ReminderDays > 0 && p.ReminderDays >= p.ExpiryDays && p.ExpiryDays > 0, "reminder", "rules.error.reminder_late")
	p.Days &= allDays
	return found
}

func minuteOfDay(m int) bool { return m >= 0 && m < dayMinutes }

// Check finds what is wrong with a throttle, by the names days, scheme.NAME and touchpoint.ID.
func (t Throttle) Check() (found survey.Problems) {
	add := func(field string, days int) {
		if days < 0 || days > MaxThrottle {
			found = append(found, survey.Problem{Field: field, Key: "throttle.error.days", Args: []any{"max", MaxThrottle}})
		}
	}
	add("days", t.Days)
	for _, scheme := range slices.Sorted(maps.Keys(t.Schemes)) {
		add("scheme."+string(scheme), t.Schemes[scheme])
	}
	for _, id := range slices.Sorted(maps.Keys(t.Touchpoints)) {
		add("touchpoint."+survey.ID(id).String(), t.Touchpoints[id])
	}
	return found
}
