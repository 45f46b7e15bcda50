package mail

import (
	"errors"
	"net/textproto"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// step is a part of handing a message over.
type step int

const (
	connecting step = iota // up to signing in: a fault of the server or of the settings, never of the message
	sender                 // MAIL
	recipient              // RCPT
	content                // DATA and the text
	final                  // after the last dot
)

// verdict says what an error at a step means for the message.
func verdict(at step, err error) asking.Outcome {
	out := asking.Outcome{Delivery: asking.NotYet, Detail: detail(err)}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		if at == final {
			out.Delivery = asking.DeliveryLost
		}
		return out
	}
	out.Code = reply.Code
	switch {
	case reply.Code >= 500 && reply.Code <= 599 && at != connecting:
		out.Delivery = asking.Refused
		out.Recipient = at == recipient && aboutRecipient(reply.Msg)
	case at == final && reply.Code >= 200 && reply.Code <= 299:
		out.Delivery = asking.Accepted
	case at == final && (reply.Code < 400 || reply.Code > 599):
		out.Delivery = asking.DeliveryLost // an answer to something else
	}
	return out
}

// enhanced is a status of RFC 3463 at the start of a reply.
var enhanced = regexp.MustCompile(`^5\.(\d{1,3})\.(\d{1,3})\b`)

// aboutRecipient tells whether a refusal of the recipient speaks of the address. Where the reply says by its enhanced status that the reason is another one, such
// as a policy against us (5.7) or a full mailbox (5.2.2), the address stays good.
func aboutRecipient(text string) bool {
	m := enhanced.FindStringSubmatch(text)
	if m == nil {
		return true
	}
	return m[1] == "1" || m[1] == "2" && m[2] == "1"
}

// maxDetail is how much of a server's words is kept, in bytes.
const maxDetail = 300

func detail(err error) string {
	text := strings.Join(strings.Fields(survey.Clean(err.Error())), " ")
	if len(text) <= maxDetail {
		return text
	}
	cut := maxDetail
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// staysOpen tells whether a connection can be used again after an error: the server answered in order and did not say that it goes away.
func staysOpen(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply) && reply.Code != 421 && reply.Code >= 400 && reply.Code <= 599
}
