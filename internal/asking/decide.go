package asking

import (
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Reasons in the ledger, beside the decision itself. Pages translate them under "ledger.reason.".
const (
	ReasonErased       = "erased"
	ReasonComplained   = "complained"
	ReasonByHand       = "manual"
	ReasonNoAddress    = "no_address"
	ReasonRefused      = "consent_refused"
	ReasonNoConsent    = "consent_missing"
	ReasonClosed       = "survey_closed"
	ReasonRevoked      = "revoked"
	ReasonAsked        = "asked_recently"
	ReasonOld          = "too_old"
	ReasonFuture       = "in_future"
	ReasonReminder     = "reminder"      // the decision is about the reminder
	ReasonRecipient    = "recipient"     // the mail server does not take mail for this address
	ReasonReported     = "reported"      // a mail server reported it later
	ReasonServer       = "server"        // the mail server takes no such mail
	ReasonGaveUp       = "gave_up"       // for days the mail server took nothing
	ReasonUnwritable   = "unwritable"    // the mail could not be written
	ReasonLost         = "no_reply"      // the mail server did not say whether it took the mail
	ReasonStopped      = "stopped"       // surveyd was stopped while the mail was in flight
	ReasonResent       = "resent"        // by hand
	ReasonLink         = "link"          // made for the shop's own mail
	ReasonPaused       = "rule_paused"   // waits
	ReasonWindow       = "window"        // waits for the send window
	ReasonNotOpen      = "survey_opens"  // waits until the survey opens
	ReasonRuleGone     = "rule_deleted"  // its rule is gone
	ReasonOutbox       = "outbox"        // dropped from the outbox by hand
	ReasonPlanned      = "planned"       // not planned again: a mail about the same survey waits
	ReasonNoServer     = "no_server"     // waits: the mail server can't be reached
	ReasonOtherAddress = "other_address" // waits: the contact has a new address
)

// verdict is what becomes of a mail that is due.
type verdict struct {
	decision Decision  // "": it may go out, or waits
	reason   string    // of the decision, or of waiting
	until    time.Time // waits until then; zero: does not wait
}

func (v verdict) goes() bool { return v.decision == "" && v.until.IsZero() }

func drop(d Decision, reason string) verdict { return verdict{decision: d, reason: reason} }

// pauseWait is how long a mail waits whose rule is paused, before it is looked at again.
const pauseWait = time.Hour

// Case is all that a decision about one mail looks at.
type Case struct {
	Mail       Mail
	Invitation survey.Invitation
	Contact    survey.Contact // its ID is 0: there is none any more
	Suppressed people.Suppressed
}

// decide says what becomes of a mail about an invitation at this time. It reads nothing: the same facts give the same verdict.
func (f *Facts) decide(c Case, now time.Time) verdict {
	v, s := c.Invitation, f.surveys[c.Invitation.SurveyID]
	plan, ruleState := f.plan(v.RuleID)
	switch {
	case v.ID == 0 || c.Contact.ID == 0:
		return drop(Suppressed, ReasonErased)
	case !v.AnsweredAt.IsZero():
		return drop(Answered, "")
	case v.Revoked:
		return drop(Cancelled, ReasonRevoked)
	}
	if d := f.person(c, plan); d.decision != "" {
		return d
	}
	switch {
	case s.State != survey.Live || s.VersionID == 0 || !s.ClosesAt.IsZero() && !now.Before(s.ClosesAt):
		return drop(Cancelled, ReasonClosed)
	case !now.Before(v.ExpiresAt):
		return drop(Expired, "")
	case ruleState == ruleGone:
		return drop(Cancelled, ReasonRuleGone)
	case now.Before(s.OpensAt):
		return verdict{reason: ReasonNotOpen, until: s.OpensAt}
	case ruleState == rulePaused:
		return verdict{reason: ReasonPaused, until: now.Add(pauseWait)}
	}
	if zone := plan.Zone(c.Contact.Zone, f.zone); !plan.Open(now, zone) {
		return verdict{reason: ReasonWindow, until: plan.Next(now, zone)}
	}
	if c.Mail.Kind == AskMail && !c.askedByItself() && now.Before(f.throttle.Until(c.Contact.AskedAt, f.scheme(s), v.Touchpoint)) {
		return drop(Throttled, ReasonAsked)
	}
	return verdict{}
}

// askedByItself tells whether the newest ask of the contact was an earlier attempt with this very mail.
func (c Case) askedByItself() bool {
	return !c.Mail.HandedAt.IsZero() && c.Mail.HandedAt.UnixMilli() == c.Contact.AskedAt.UnixMilli()
}

// person looks at whether the contact may get mail at all.
func (f *Facts) person(c Case, plan Plan) verdict {
	switch c.Suppressed {
	case people.Unsubscribed:
		return drop(Unsubscribed, "")
	case people.Bounced:
		return drop(Bounced, "")
	case people.Complained, people.Erased, people.ByHand:
		return drop(Suppressed, string(c.Suppressed))
	}
	switch {
	case c.Contact.Consent == survey.ConsentRefused:
		return drop(Suppressed, ReasonRefused)
	case plan.ConsentRequired && c.Contact.Consent != survey.ConsentGiven:
		return drop(Suppressed, ReasonNoConsent)
	case plan.Channel == ByLink:
		return verdict{}
	case c.Contact.Email == "":
		return drop(Suppressed, ReasonNoAddress)
	case !c.Contact.BouncedAt.IsZero():
		return drop(Bounced, "")
	}
	return verdict{}
}
