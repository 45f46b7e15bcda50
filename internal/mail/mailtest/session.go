package mailtest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
)

// errBroken ends a session because a fault says so.
var errBroken = errors.New("broken on purpose")

// path is the only form of an address that the sink takes after MAIL FROM: and RCPT TO:. What follows it are parameters.
var path = regexp.MustCompile(`(?i)^(?:FROM|TO):<([^<>\s]*)>((?: [A-Z0-9-]+(?:=[^\s=]+)?)*)$`)

// session is one connection.
type session struct {
	sink   *Sink
	conn   net.Conn
	in     *bufio.Reader
	number int

	secure  bool
	greeted bool
	user    string
	from    string
	fromSet bool
	to      []string
	params  string
}

func newSession(s *Sink, c net.Conn, number int) *session {
	return &session{sink: s, conn: c, in: bufio.NewReader(c), number: number, secure: s.options.TLSFirst}
}

func (s *session) run() {
	if s.at(Accept) != nil || s.say(220, "sink ready") != nil || s.at(Banner) != nil {
		return
	}
	for {
		line, err := s.line()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		if err := s.command(strings.ToUpper(verb), rest); err != nil {
			return
		}
	}
}

// command answers one; an error ends the session.
func (s *session) command(verb, rest string) error {
	switch verb {
	case "EHLO", "HELO":
		return s.hello(verb, rest)
	case "STARTTLS":
		return s.startTLS()
	case "AUTH":
		return s.auth(rest)
	case "MAIL":
		return s.mail(rest)
	case "RCPT":
		return s.rcpt(rest)
	case "DATA":
		return s.data()
	case "RSET":
		s.reset()
		return s.say(250, "as new")
	case "NOOP":
		return s.say(250, "still here")
	case "QUIT":
		_ = s.say(221, "good bye")
		return io.EOF
	}
	return s.say(500, "what?")
}

func (s *session) hello(verb, name string) error {
	if skip, err := s.answered(Hello, ""); skip || err != nil {
		return err
	}
	if name == "" {
		return s.say(501, "who?")
	}
	s.greeted = true
	s.reset()
	lines := []string{"sink"}
	if verb == "EHLO" {
		lines = append(lines, "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN", "SIZE 1048576")
		if s.sink.options.TLS && !s.secure {
			lines = append(lines, "STARTTLS")
		}
		if s.sink.options.User != "" {
			lines = append(lines, "AUTH PLAIN LOGIN")
		}
	}
	if err := s.say(250, lines...); err != nil {
		return err
	}
	return s.at(Greeted)
}

func (s *session) startTLS() error {
	if skip, err := s.answered(StartTLS, ""); skip || err != nil {
		return err
	}
	if !s.sink.options.TLS || s.secure {
		return s.say(502, "not here")
	}
	if err := s.say(220, "go ahead"); err != nil {
		return err
	}
	if err := s.at(Handshake); err != nil {
		return err
	}
	if s.in.Buffered() > 0 {
		return errors.New("the client spoke before TLS began")
	}
	secure := tls.Server(s.conn, s.sink.tls)
	if err := secure.Handshake(); err != nil {
		return err
	}
	s.conn, s.in, s.secure, s.greeted = secure, bufio.NewReader(secure), true, false
	return nil
}

func (s *session) auth(rest string) error {
	if skip, err := s.answered(Auth, ""); skip || err != nil {
		return err
	}
	mechanism, first, _ := strings.Cut(rest, " ")
	var user, password string
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		if first == "" {
			first = s.ask("")
		}
		parts := strings.Split(decoded(first), "\x00")
		if len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		user, password = decoded(s.ask("Username:")), decoded(s.ask("Password:"))
	}
	if s.sink.options.User == "" || user != s.sink.options.User || password != s.sink.options.Password {
		return s.say(535, "5.7.8 not you")
	}
	s.user = user
	if err := s.say(235, "2.7.0 you"); err != nil {
		return err
	}
	return s.at(Authenticated)
}

func (s *session) ask(question string) string {
	if s.say(334, base64.StdEncoding.EncodeToString([]byte(question))) != nil {
		return ""
	}
	answer, _ := s.line()
	return answer
}

func decoded(text string) string {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(b)
}

func (s *session) mail(rest string) error {
	m := path.FindStringSubmatch(rest)
	if m != nil {
		s.from = m[1]
	}
	if skip, err := s.answered(Mail, ""); skip || err != nil {
		return err
	}
	switch {
	case !s.greeted || s.fromSet:
		return s.say(503, "5.5.1 not now")
	case s.sink.options.User != "" && s.user == "":
		return s.say(530, "5.7.0 who are you?")
	case m == nil:
		return s.say(501, "5.5.4 no address of mine")
	}
	s.fromSet, s.params = true, strings.TrimSpace(m[2])
	return s.say(250, "2.1.0 fine")
}

func (s *session) rcpt(rest string) error {
	m := path.FindStringSubmatch(rest)
	to := ""
	if m != nil {
		to = m[1]
	}
	if skip, err := s.answered(Rcpt, to); skip || err != nil {
		return err
	}
	switch {
	case !s.fromSet:
		return s.say(503, "5.5.1 not now")
	case to == "":
		return s.say(501, "5.1.3 no address of mine")
	}
	s.to = append(s.to, to)
	return s.say(250, "2.1.5 fine")
}

func (s *session) data() error {
	if skip, err := s.answered(Data, s.recipient()); skip || err != nil {
		return err
	}
	if len(s.to) == 0 {
		return s.say(503, "5.5.1 for whom?")
	}
	if err := s.say(354, "go on"); err != nil {
		return err
	}
	refused, err := s.answered(Ready, s.recipient())
	if err != nil {
		return err
	}
	raw, err := s.body(&refused)
	if err != nil {
		return err
	}
	if refused {
		s.reset()
		return nil // an answer has been given before the end
	}
	m := Message{Connection: s.number, From: s.from, To: s.to, Params: s.params, User: s.user, Secure: s.secure, Raw: raw}
	if s.sink.options.HeadersOnly {
		head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		m.Raw = append(head, "\r\n\r\n"...)
	}
	if f := s.sink.fault(s.place(Dot, s.recipient())); f != nil {
		if f.Do == Keep {
			s.sink.keep(m)
			return errBroken
		}
		s.reset()
		return s.play(*f)
	}
	s.sink.keep(m)
	if err := s.say(250, fmt.Sprintf("2.0.0 kept as %d", s.sink.Count())); err != nil {
		return err
	}
	place := s.place(Done, s.recipient())
	s.reset()
	if f := s.sink.fault(place); f != nil {
		return s.play(*f)
	}
	return nil
}

// body reads the data up to the line with a single dot and takes the dots off that the client put before lines with one.
func (s *session) body(refused *bool) ([]byte, error) {
	var raw bytes.Buffer
	asked := *refused
	for {
		line, err := s.in.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		if !bytes.HasSuffix(line, []byte("\r\n")) {
			return nil, errors.New("a line without CR in the data")
		}
		if string(line) == ".\r\n" {
			return raw.Bytes(), nil
		}
		raw.Write(bytes.TrimPrefix(line, []byte(".")))
		if !asked && raw.Len() >= 1024 {
			asked = true
			if *refused, err = s.answered(Body, s.recipient()); err != nil {
				return nil, err
			}
		}
	}
}

func (s *session) reset() {
	s.from, s.fromSet, s.to, s.params = "", false, nil, ""
}

func (s *session) recipient() string {
	if len(s.to) == 0 {
		return ""
	}
	return s.to[0]
}

func (s *session) line() (string, error) {
	line, err := s.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(line, "\r\n") {
		return "", errors.New("a command without CR")
	}
	return strings.TrimSuffix(line, "\r\n"), nil
}

func (s *session) say(code int, lines ...string) error {
	var b strings.Builder
	for i, line := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		fmt.Fprintf(&b, "%d%s%s\r\n", code, separator, line)
	}
	_, err := io.WriteString(s.conn, b.String())
	return err
}
