package survey

import "time"

// ClickKind is what somebody, or a program, did with a personal link.
type ClickKind string

// The kinds. Opening a link is no answer.
const (
	ClickOpen    ClickKind = "open"
	ClickHead    ClickKind = "head"    // asked for the page's headers only: no browser of a person does
	ClickTrap    ClickKind = "trap"    // followed the link that no person sees
	ClickGesture ClickKind = "gesture" // touched the page, so the rating was taken
	ClickSend    ClickKind = "send"    // sent the form
	ClickRestore ClickKind = "restore" // staff said that it was a person
)

// Sign is a bit of what a page's script or the browser told about a click.
type Sign int64

// The signs.
const (
	SignScript Sign = 1 << iota // the page's script ran
	SignHand                    // the browser vouched for a finger, a key or a mouse before it
	SignAgent                   // the browser's name is that of a known scanner
)

// Click is one thing done with a personal link.
type Click struct {
	ID           ID
	InvitationID ID
	At           time.Time
	Kind         ClickKind
	Rating       int // that the opened link carried; NoRating: none
	Signs        Sign
	Visitor      int64 // tells two who opened the same link apart, and nothing else: 16 bits of a keyed hash
}

// Reason is a bit of why clicks are taken for a program's.
type Reason int64

// The reasons.
const (
	ManyScores   Reason = 1 << iota // links with three different ratings were opened within a minute
	TrapHit                         // a link was followed that no person sees
	HeadFirst                       // the page's headers were asked for
	TooSoon                         // opened within seconds of the mail's delivery
	ByScript                        // the form was sent by a script, without a hand
	KnownScanner                    // the browser's name is that of a scanner: a hint, never enough
)
