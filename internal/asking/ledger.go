package asking

import "github.com/surveyd/surveyd/internal/survey"

// LedgerFilter picks lines of the ledger. Its zero value picks all.
type LedgerFilter struct {
	SurveyID     int64
	ContactID    survey.ID
	InvitationID survey.ID
	Decision     Decision
	Before       survey.ID // only lines that are older than this one; 0: from the newest
}

// Decisions lists all decisions, in the order in which pages offer them.
func Decisions() []Decision {
	return []Decision{Scheduled, Sent, Reminded, Answered, Expired, Throttled, SampledOut, Unsubscribed, Bounced, Suppressed, Cancelled, Uncertain, Failed}
}
