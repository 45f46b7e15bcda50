package asking

import "time"

// Rule says when and how the customers of a survey are asked.
type Rule struct {
	ID        int64
	SurveyID  int64
	Name      string
	Active    bool
	Kind      string // of the occasions that start it: people.Purchase, or a name of the shop's
	Plan      Plan
	CreatedAt time.Time
	ChangedAt time.Time
	Revision  int64
}

// Channel is how the link reaches the person.
type Channel string

// The channels.
const (
	ByMail Channel = "mail"
	ByLink Channel = "link" // the shop sends it itself; surveyd only makes it
)

// Plan holds a rule's settings.
type Plan struct {
	Channel         Channel `json:"channel"`
	Touchpoint      int64   `json:"touchpoint"`       // where the occasion says none; 0: the survey's
	DelayHours      int     `json:"delay_hours"`      // from the occasion to the ask
	From            int     `json:"from"`             // minute of the day from which mail may go out
	Until           int     `json:"until"`            // and until which; From == Until: at any time
	Days            uint8   `json:"days"`             // weekdays on which it may: bit 0 is Sunday; 0: on all
	ContactZone     bool    `json:"contact_zone"`     // the window is meant in the contact's time zone where it is known, else in the account's
	SamplePercent   int     `json:"sample_percent"`   // 1..100
	ReminderDays    int     `json:"reminder_days"`    // after the ask; 0: no reminder
	ExpiryDays      int     `json:"expiry_days"`      // the link works so long after the ask
	ConsentRequired bool    `json:"consent_required"` // ask only who is known to have agreed
}
