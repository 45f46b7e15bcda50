package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/surveyd/surveyd/internal/account"
)

// maxReplies is how many bytes a server may say in one step.
const maxReplies = 256 << 10

var errTalkative = errors.New("the mail server says too much")

// wire is a connection that a server can't fill our memory through.
type wire struct {
	net.Conn
	left atomic.Int64
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left.Load() <= 0 {
		return 0, errTalkative
	}
	n, err := w.Conn.Read(p)
	w.left.Add(-int64(n))
	return n, err
}

// line is a session with a mail server that has said hello and signed in.
type line struct {
	client *smtp.Client
	wire   *wire
	server account.MailServer
	used   int       // messages given over
	idle   time.Time // since when, of one that waits
}

// begin starts a step: it must end within the time and in few words.
func (l *line) begin(limit time.Duration) error {
	l.wire.left.Store(maxReplies)
	return l.client.UpdateDeadline(limit)
}

func (l *line) close() { _ = l.wire.Close() }

// quit says good bye to a server that is not waited for.
func (l *line) quit(limit time.Duration) {
	if l.begin(limit) == nil {
		_ = l.client.Quit()
	}
	l.close()
}

// dial opens a session. Whatever goes wrong, no message was given over.
func (p *Post) dial(ctx context.Context, m account.MailServer) (*line, error) {
	w := &wire{}
	w.left.Store(maxReplies)
	config := &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12, RootCAs: p.Roots}
	stop := func() bool { return true }
	connect := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		w.Conn = conn
		// The library gives up at its own limit, but does not look at the context while it reads.
		stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
		if m.Security != account.TLS {
			return w, nil
		}
		secure := tls.Client(w, config)
		return secure, secure.HandshakeContext(dialing)
	}
	options := []gomail.Option{
		gomail.WithPort(m.Port), gomail.WithTimeout(p.Limits.Connect), gomail.WithTLSConfig(config), gomail.WithDialContextFunc(connect),
		gomail.WithHELO(hello(m)), gomail.WithoutSMTPUTF8(),
	}
	switch m.Security {
	case account.TLS:
		options = append(options, gomail.WithSSL(), gomail.WithTLSPolicy(gomail.NoTLS))
	case account.StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case account.Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if m.User != "" {
		// Its own order of mechanisms begins with those that hide the password. Over TLS any will do; without, PLAIN and LOGIN refuse all but this machine.
		options = append(options, gomail.WithUsername(m.User), gomail.WithPassword(m.Password), gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	c, err := gomail.NewClient(m.Host, options...)
	if err != nil {
		return nil, err
	}
	client, err := c.DialToSMTPClientWithContext(ctx)
	stop()
	if err != nil {
		if w.Conn != nil {
			_ = w.Close()
		}
		return nil, err
	}
	return &line{client: client, wire: w, server: m}, nil
}

// hello is the name that we give ourselves: the domain that mails come from.
func hello(m account.MailServer) string {
	ascii, err := address(m.From)
	if err != nil {
		return "localhost"
	}
	for i := range len(ascii) {
		if ascii[i] == '@' {
			return ascii[i+1:]
		}
	}
	return "localhost"
}
