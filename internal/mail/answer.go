package mail

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// ErrAutomatic is returned for a message that no person wrote to us: nothing is ever made of those, so no two machines can write to each other without end.
var ErrAutomatic = errors.New("the message was sent by a program")

// Bounds of a message from a person. What is beyond them is left out.
const (
	maxDepth    = 5  // parts within parts
	maxPieces   = 50 // parts in all
	maxBody     = 256 << 10
	maxFiles    = 20
	maxFileName = 100 // runes
	maxIDs      = 20
	maxID       = 200 // bytes
	maxTags     = 20
)

// ReadAnswer reads what a person wrote: its text without what it quotes, and the names of its files. It returns ErrNoMessage and ErrAutomatic.
func ReadAnswer(r io.Reader) (followup.Incoming, error) {
	bounded := &io.LimitedReader{R: r, N: MaxReturned}
	m, err := netmail.ReadMessage(bufio.NewReader(bounded))
	if err != nil {
		return followup.Incoming{}, ErrNoMessage
	}
	if fromProgram(m.Header) {
		return followup.Incoming{}, ErrAutomatic
	}
	in := followup.Incoming{MessageID: idOf(m.Header.Get("Message-Id")), From: writer(m.Header), Threads: answers(m.Header), Tags: tagsOf(m.Header)}
	p := pieces{}
	p.read(textproto.MIMEHeader(m.Header), m.Body, 0)
	text := p.text.String()
	if strings.TrimSpace(text) == "" && p.html.Len() > 0 {
		text = plainOf(p.html.String())
	}
	in.Text, in.Cut = cutTo(withoutQuotes(survey.Clean(text)), followup.MaxIncoming)
	// A message that fills the bound goes on behind it, or was cut there by whoever gave it to us.
	in.Cut, in.Files = in.Cut || p.cut || bounded.N <= 0, p.files
	return in, nil
}

// cutTo keeps so many runes of a text.
func cutTo(text string, runes int) (kept string, cut bool) {
	if r := []rune(text); len(r) > runes {
		return string(r[:runes]), true
	}
	return text, false
}

// fromProgram tells whether a program sent a message by itself: a bounce, a vacation notice, a list.
func fromProgram(h netmail.Header) bool {
	auto := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted")))
	bulk := []string{"bulk", "junk", "list", "auto_reply"}
	switch {
	case auto != "" && auto != "no" && !strings.HasPrefix(auto, "no;"), slices.Contains(bulk, strings.ToLower(strings.TrimSpace(h.Get("Precedence")))):
		return true
	case h.Get("List-Id") != "", h.Get("X-Loop") != "", h.Get("Feedback-Id") != "":
		return true
	}
	return fromMailSystem(h) || isAutomaticReply(h)
}

var angled = regexp.MustCompile(`<([^<>\s]+)>`)

// idOf reads a Message-ID; "" where there is none that could stand in a header of ours.
func idOf(field string) string {
	id := strings.Trim(strings.TrimSpace(field), "<>")
	if !plainToken(id) || len(id) > maxID {
		return ""
	}
	return id
}

// answers lists which mails a message answers, the newest first.
func answers(h netmail.Header) (ids []string) {
	before := angled.FindAllStringSubmatch(h.Get("References"), -1)
	slices.Reverse(before)
	for _, m := range append(angled.FindAllStringSubmatch(h.Get("In-Reply-To"), maxIDs), before...) {
		if id := idOf(m[1]); id != "" && !slices.Contains(ids, id) && len(ids) < maxIDs {
			ids = append(ids, id)
		}
	}
	return ids
}

// writer is the address in From; "": there is none that mail could go to.
func writer(h netmail.Header) string {
	a, err := (&netmail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charsetReader}}).Parse(h.Get("From"))
	if err != nil || !account.ValidEmail(a.Address) {
		return ""
	}
	return a.Address
}

var plus = regexp.MustCompile(`\+([0-9A-Za-z]{8,64})@`)

// tagsOf lists what stands behind a plus sign in the addresses that a message went to.
func tagsOf(h netmail.Header) (tags []string) {
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc"} {
		for _, field := range h[textproto.CanonicalMIMEHeaderKey(name)] {
			for _, m := range plus.FindAllStringSubmatch(field, maxTags) {
				if tag := strings.ToLower(m[1]); !slices.Contains(tags, tag) && len(tags) < maxTags {
					tags = append(tags, tag)
				}
			}
		}
	}
	return tags
}

// pieces gathers what the parts of a message hold.
type pieces struct {
	text, html strings.Builder
	files      []string
	count      int
	cut        bool
}

// read takes one part with all that is in it.
func (p *pieces) read(h textproto.MIMEHeader, body io.Reader, depth int) {
	if p.count++; p.count > maxPieces || depth > maxDepth {
		p.cut = true
		return
	}
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		media, params = "text/plain", map[string]string{}
	}
	how, more, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := more["filename"]
	if name == "" {
		name = params["name"]
	}
	switch {
	case strings.HasPrefix(media, "multipart/") && params["boundary"] != "":
		p.readAll(multipart.NewReader(body, params["boundary"]), depth+1)
	case how == "attachment" || name != "" || media != "text/plain" && media != "text/html":
		p.file(name, media)
	case media == "text/html":
		p.write(&p.html, h, params["charset"], body)
	default:
		p.write(&p.text, h, params["charset"], body)
	}
}

func (p *pieces) readAll(parts *multipart.Reader, depth int) {
	for p.count < maxPieces {
		part, err := parts.NextRawPart()
		if err != nil {
			return // its end, or it is cut off: what was read must do
		}
		p.read(part.Header, part, depth)
	}
	p.cut = true
}

// write adds a part's text.
func (p *pieces) write(to *strings.Builder, h textproto.MIMEHeader, charset string, body io.Reader) {
	text, err := io.ReadAll(io.LimitReader(transferred(h.Get("Content-Transfer-Encoding"), body), maxBody+1))
	if len(text) > maxBody {
		text, p.cut = text[:maxBody], true
	}
	if err != nil && len(text) == 0 {
		return
	}
	if to.Len() > 0 {
		to.WriteString("\n\n")
	}
	to.WriteString(decoded(charset, text))
}

// file notes the name of a file, which is not kept itself.
func (p *pieces) file(name, media string) {
	if len(p.files) >= maxFiles {
		p.cut = true
		return
	}
	if word, err := (&mime.WordDecoder{CharsetReader: charsetReader}).DecodeHeader(name); err == nil {
		name = word
	}
	name = survey.Line(name)
	if name == "" {
		name = media
	}
	name, _ = cutTo(name, maxFileName)
	p.files = append(p.files, name)
}
