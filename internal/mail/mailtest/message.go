package mailtest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// Message is one that a sink kept.
type Message struct {
	At         time.Time
	Connection int
	From       string   // of MAIL FROM
	To         []string // of RCPT TO
	Params     string   // that followed the address in MAIL FROM
	User       string   // who signed in
	Secure     bool     // over TLS
	Raw        []byte   // header and body, lines end with CR LF
}

// Parts is what a reader of the message sees.
type Parts struct {
	Header     mail.Header
	Subject    string // decoded
	Text, HTML string
}

// Parts parses the message.
func (m Message) Parts() (Parts, error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return Parts{}, err
	}
	p := Parts{Header: parsed.Header}
	if p.Subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		return p, err
	}
	return p, p.read(parsed.Header.Get("Content-Type"), parsed.Header.Get("Content-Transfer-Encoding"), parsed.Body)
}

func (p *Parts) read(kind, encoding string, body io.Reader) error {
	if kind == "" {
		return nil
	}
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return err
	}
	if strings.HasPrefix(media, "multipart/") {
		return p.readAll(multipart.NewReader(body, params["boundary"]))
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	switch media {
	case "text/plain":
		p.Text = string(text)
	case "text/html":
		p.HTML = string(text)
	default:
		return fmt.Errorf("a part of type %s", media)
	}
	return nil
}

func (p *Parts) readAll(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.read(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
			return err
		}
	}
}
