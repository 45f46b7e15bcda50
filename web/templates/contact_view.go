package templates

import "github.com/surveyd/surveyd/web/templates/ui"

func (p ThanksPage) problems() ui.Problems {
	if p.Contact == nil {
		return nil
	}
	return p.Contact.Problems
}

// phoneID is the id of the choice to be called: it is the first one, where an error leads, when there is no address.
func (q ContactQuestion) phoneID() string {
	if q.Email == "" {
		return "contact"
	}
	return "contact-phone"
}

func (q ContactQuestion) described() string {
	if q.Problems.At("contact") != "" {
		return "contact-e contact-h"
	}
	return "contact-h"
}
