// Package people holds what is known of customers: contacts, what happened to them, how duplicates become one, whose address gets no mail, and what the law
// lets a person ask for. It knows nothing of HTTP or SQL.
package people

import (
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Purchase is the kind of the occasion that every shop has.
const Purchase = "purchase"

// Occasion is something that happened to a contact: a purchase, or any event that the shop names. It may start an invitation.
type Occasion struct {
	ID         survey.ID
	Kind       string // Purchase, or a name of the shop's: "delivery", "ticket.closed"
	ExternalID string // the shop's number of it: told twice, it is one
	ContactID  survey.ID
	At         time.Time
	OrderRef   string
	Touchpoint int64 // 0: what the rule says
	Properties map[string]string
	CreatedAt  time.Time
}

// Suppressed is why an address gets no survey mail.
type Suppressed string

// The reasons.
const (
	Unsubscribed Suppressed = "unsubscribed"
	Bounced      Suppressed = "bounced"
	Complained   Suppressed = "complained"
	Erased       Suppressed = "erased"
	ByHand       Suppressed = "manual"
)

// Suppression is an address that gets no survey mail.
type Suppression struct {
	Key    []byte // see AddressKey
	Reason Suppressed
	Email  string // "": erased
	At     time.Time
}
