package people

import (
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Row is what somebody told about a person: who it is, and perhaps what happened. Of the contact, only ExternalID, Email, Name, Language, Zone, Properties and
// Consent are read; at least one of the first two must name the person. What is blank leaves what is known.
type Row struct {
	Contact  survey.Contact
	Of       []string  // names of a contact that the row is about, whatever else it says (NumberName, AddressName)
	Occasion *Occasion // nil: none; of it Kind, ExternalID, At, OrderRef, Touchpoint and Properties are read
}

// names are all that name the row's person.
func (r *Row) names() []string {
	names := make([]string, 0, 2+len(r.Of))
	for _, name := range append([]string{NumberName(r.Contact.ExternalID), AddressName(r.Contact.Email)}, r.Of...) {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Result is what became of a row.
type Result struct {
	Refused  Reason // not "": nothing of the row was kept
	Warnings []Warning

	ContactID  survey.ID
	Contact    Fate
	OccasionID survey.ID // 0: the row has none
	Occasion   Fate
}

// Fate is what became of a contact or an occasion.
type Fate uint8

// The fates. An occasion is Added or Same.
const (
	Same    Fate = iota // it is there already, and nothing of it is new
	Added               // it was not there
	Changed             // the contact is there, something of it is new
	Merged              // the row names two contacts: they are one now
)

// Reason is why a row was refused.
type Reason string

// The reasons.
const (
	Unnamed       Reason = "unnamed"     // neither an address nor a number of the shop's
	NoAddress     Reason = "no_address"  // the only name is an address that is none
	LongName      Reason = "long_number" // the shop's number is longer than MaxExternalID
	WasErased     Reason = "erased"      // the person asked to be forgotten
	NoTime        Reason = "time_missing"
	OccasionRange Reason = "occasion_range" // before OldestOccasion, or more than MaxAhead in the future
	BadKind       Reason = "kind"           // no name of an event
	LongNumber    Reason = "long_order"     // the number of the purchase or the order is longer than MaxExternalID
)

// RowReasons lists them.
func RowReasons() []Reason {
	return []Reason{Unnamed, NoAddress, LongName, WasErased, NoTime, OccasionRange, BadKind, LongNumber}
}

// Warning is what was left out of a row that was kept, or what is odd in it.
type Warning string

// The warnings.
const (
	BadAddress    Warning = "address"       // the address is none; it is kept for the page of data quality
	NoLanguage    Warning = "language"      // there is no such language
	NoZone        Warning = "zone"          // there is no such time zone
	TooMuch       Warning = "properties"    // too many properties, or too long ones
	LongText      Warning = "long"          // a name that was cut
	InFuture      Warning = "future"        // the occasion is in the future
	LongAgo       Warning = "old"           // the occasion is more than OldOccasion ago
	WithoutErased Warning = "erased"        // an answer of somebody who asked to be forgotten: it is kept, the person is not
	StaysOptedOut Warning = "opted_out"     // the person's former address gets no mail, so the new one gets none either
	OfAnother     Warning = "other_contact" // the occasion was told before, of another contact: it stays theirs
)

// Warnings lists them.
func Warnings() []Warning {
	return []Warning{BadAddress, NoLanguage, NoZone, TooMuch, LongText, InFuture, LongAgo, WithoutErased, StaysOptedOut, OfAnother}
}

// Bounds of rows.
const (
	MaxExternalID  = 200 // runes
	MaxKind        = 60  // bytes
	MaxProperties  = 50
	MaxProperty    = 100  // runes of a name
	MaxValue       = 1000 // runes of a value
	MaxAhead       = 366 * 24 * time.Hour
	OldOccasion    = 366 * 24 * time.Hour
	OldestOccasion = 1990 // year
)
