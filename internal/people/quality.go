package people

import "github.com/surveyd/surveyd/internal/survey"

// Quality is something that is wrong with contacts, so that they can't be asked or were not told apart.
type Quality string

// The qualities. Merged is not a list of contacts but of merges.
const (
	MissingAddress Quality = "missing" // no address was ever given
	InvalidAddress Quality = "invalid" // the newest one given can't be an address
	BouncedAddress Quality = "bounced" // the address takes no mail
	MergedContacts Quality = "merged"
)

// Qualities lists them in the order of the page.
func Qualities() []Quality {
	return []Quality{MissingAddress, InvalidAddress, BouncedAddress, MergedContacts}
}

// ContactQuery picks contacts, the newest first. Its zero value picks all.
type ContactQuery struct {
	Text    string    // the beginning of the address, a part of the name, or the whole of the shop's number or of an order's
	Quality Quality   // MissingAddress, InvalidAddress or BouncedAddress
	Before  survey.ID // only contacts made before this one; 0: from the newest
}
