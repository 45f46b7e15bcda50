package mail

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"github.com/surveyd/surveyd/internal/asking"
)

// MaxReturned is how much of a message that came in is read, in bytes: reports stand at its beginning.
const MaxReturned = 512 << 10

// Errors of messages that came in.
var (
	ErrNoMessage = errors.New("this is no mail message")
	ErrNoReport  = errors.New("the message does not report that a mail came back")
)

// ReadReturned reads a message that came to the address for bounces. ErrNoReport stands for all that is to be left alone: automatic replies, reports of delays and of
// deliveries, what people write, and our own mails. Nothing is ever answered, so no two machines can write to each other without end.
func ReadReturned(r io.Reader) (asking.Report, error) {
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, MaxReturned)))
	if err != nil {
		return asking.Report{}, ErrNoMessage
	}
	media, params, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if media == "multipart/report" {
		switch strings.ToLower(params["report-type"]) {
		case "delivery-status", "":
			return readParts(m.Body, params["boundary"], statusReport)
		case "feedback-report":
			return readParts(m.Body, params["boundary"], complaintReport)
		}
		return asking.Report{}, ErrNoReport
	}
	if !fromMailSystem(m.Header) || isAutomaticReply(m.Header) {
		return asking.Report{}, ErrNoReport
	}
	return readPlain(m.Body)
}

// isAutomaticReply tells whether somebody's program answered for them: they are away, or their mail is read by a help desk.
func isAutomaticReply(h mail.Header) bool {
	auto := strings.ToLower(h.Get("Auto-Submitted"))
	precedence := strings.ToLower(h.Get("Precedence"))
	return strings.HasPrefix(auto, "auto-replied") || h.Get("X-Autoreply") != "" || h.Get("X-Autorespond") != "" || precedence == "auto_reply" || h.Get("List-Unsubscribe") != ""
}

// mailSystem is who reports what could not be delivered.
var mailSystem = regexp.MustCompile(`(?i)\b(mailer-daemon|postmaster|mail delivery (sub)?system)\b`)

func fromMailSystem(h mail.Header) bool {
	return mailSystem.MatchString(h.Get("From")) || strings.TrimSpace(h.Get("Return-Path")) == "<>"
}

// maxParts is how many parts of a report are looked at.
const maxParts = 12

// found is what the parts of a report say.
type found struct {
	fields   []textproto.MIMEHeader // groups of fields of the machine-readable part
	original textproto.MIMEHeader   // of our mail; nil: not there
}

// readParts reads the parts and judges what they say.
func readParts(body io.Reader, boundary string, judge func(found) (asking.Report, error)) (asking.Report, error) {
	if boundary == "" {
		return asking.Report{}, ErrNoReport
	}
	var f found
	parts := multipart.NewReader(body, boundary)
	for range maxParts {
		p, err := parts.NextPart()
		if err != nil {
			break // cut off, or its end: what was read must do
		}
		media, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		switch media {
		case "message/delivery-status", "message/global-delivery-status", "message/feedback-report":
			f.fields = groups(p)
		case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers":
			f.original, _ = textproto.NewReader(bufio.NewReader(p)).ReadMIMEHeader()
		}
	}
	return judge(f)
}

// maxGroups is how many recipients of a report are looked at; our mails have one.
const maxGroups = 20

func groups(r io.Reader) (all []textproto.MIMEHeader) {
	in := textproto.NewReader(bufio.NewReader(r))
	for range maxGroups {
		h, err := in.ReadMIMEHeader()
		if len(h) > 0 {
			all = append(all, h)
		}
		if err != nil {
			return all
		}
	}
	return all
}

// statusReport judges a report of RFC 3464.
func statusReport(f found) (asking.Report, error) {
	for _, h := range f.fields {
		if !strings.EqualFold(strings.TrimSpace(h.Get("Action")), "failed") {
			continue // delayed, delivered, relayed, expanded: the mail may well be there
		}
		r := asking.Report{Kind: kindOf(h.Get("Status")), MessageID: messageIDOf(f.original), Detail: strings.TrimSpace(h.Get("Status") + " " + afterType(h.Get("Diagnostic-Code")))}
		if r.MessageID == "" {
			return r, ErrNoReport
		}
		return r, nil
	}
	return asking.Report{}, ErrNoReport
}

// complaintReport judges a report of RFC 5965.
func complaintReport(f found) (asking.Report, error) {
	id := messageIDOf(f.original)
	for _, h := range f.fields {
		if kind := strings.ToLower(strings.TrimSpace(h.Get("Feedback-Type"))); (kind == "abuse" || kind == "fraud") && id != "" {
			return asking.Report{Kind: asking.Complaint, MessageID: id, Detail: kind}, nil
		}
	}
	return asking.Report{}, ErrNoReport
}

func messageIDOf(h textproto.MIMEHeader) string {
	return strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>")
}

// afterType leaves out the type before the ; of a field.
func afterType(s string) string {
	if _, text, ok := strings.Cut(s, ";"); ok {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(s)
}

// kindOf judges a status of RFC 3463: the address is bad only where the status says so.
func kindOf(status string) asking.BounceKind {
	status = strings.TrimSpace(status)
	if aboutRecipient(status) && strings.HasPrefix(status, "5.") || status == "5.0.0" || status == "5.4.4" || status == "5.1.10" {
		return asking.HardBounce
	}
	return asking.SoftBounce
}

var (
	plainID     = regexp.MustCompile(`(?im)^[>\s]*message-id:\s*<([^<>\s]+)>`)
	plainStatus = regexp.MustCompile(`\b[45]\.\d{1,3}\.\d{1,3}\b`)
	plainReply  = regexp.MustCompile(`(?m)\b(55[0-4])[ -]`)
)

// readPlain reads a report for people, as some mail systems write them, with our mail below.
func readPlain(body io.Reader) (asking.Report, error) {
	text, _ := io.ReadAll(body)
	id := plainID.FindSubmatchIndex(text)
	if id == nil {
		return asking.Report{}, ErrNoReport
	}
	before := text[:id[0]]
	status := string(plainStatus.Find(before))
	if status == "" {
		if !plainReply.Match(before) {
			return asking.Report{}, ErrNoReport
		}
		status = "5.0.0"
	}
	return asking.Report{Kind: kindOf(status), MessageID: string(text[id[2]:id[3]]), Detail: firstLineWith(before, status)}, nil
}

// firstLineWith gives the line in which a mail system says why.
func firstLineWith(text []byte, status string) string {
	for line := range bytes.Lines(text) {
		if bytes.Contains(line, []byte(status)) || plainReply.Match(line) {
			return strings.TrimSpace(string(line))
		}
	}
	return status
}
