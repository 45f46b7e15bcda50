package mail

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
)

// Settings tells where mails go.
type Settings interface {
	MailServer(ctx context.Context) (account.MailServer, error)
}

// Limits are how long the steps of a delivery may take, and how connections are used again.
type Limits struct {
	Connect  time.Duration // to the mail server, up to being signed in
	Command  time.Duration // each command
	Content  time.Duration // giving the text over
	Final    time.Duration // the answer to it
	Idle     time.Duration // that a connection may wait for the next message
	Messages int           // over one connection
	Lines    int           // connections that wait at most
}

// UsualLimits together stay under asking.DeliverTime.
func UsualLimits() Limits {
	return Limits{
		Connect: 30 * time.Second, Command: 30 * time.Second, Content: time.Minute, Final: 90 * time.Second, Idle: 20 * time.Second,
		Messages: 200, Lines: 8,
	}
}

// fresh is how long settings that were read are believed.
const fresh = 2 * time.Second

// Post takes messages to the mail server that is set up. It implements asking.Post.
type Post struct {
	Settings Settings
	Now      func() time.Time
	Limits   Limits
	Roots    *x509.CertPool // whom servers are trusted by; nil: the system's

	mu      sync.Mutex
	readAt  time.Time
	server  account.MailServer
	signer  signer
	rates   *rates
	waiting []*line // the newest at the end
}

var _ asking.Post = (*Post)(nil)

// NewPost makes one with the usual limits.
func NewPost(s Settings, now func() time.Time) *Post {
	return &Post{Settings: s, Now: now, Limits: UsualLimits(), rates: newRates()}
}

// Ready implements asking.Post.
func (p *Post) Ready(ctx context.Context) (bool, error) {
	m, _, err := p.current(ctx)
	return m.IsSetUp(), err
}

// Forget makes the next call read the settings again.
func (p *Post) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readAt = time.Time{}
}

// current reads the settings, a few seconds old at most.
func (p *Post) current(ctx context.Context) (account.MailServer, signer, error) {
	now := p.Now()
	p.mu.Lock()
	m, s, age := p.server, p.signer, now.Sub(p.readAt)
	read := !p.readAt.IsZero()
	p.mu.Unlock()
	if read && age >= 0 && age < fresh {
		return m, s, nil
	}
	m, err := p.Settings.MailServer(ctx)
	if err != nil {
		return m, s, fmt.Errorf("where mails go: %w", err)
	}
	if s, err = newSigner(m); err != nil {
		return m, s, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server, p.signer, p.readAt = m, s, now
	return m, s, nil
}

// Admit implements asking.Post.
func (p *Post) Admit(to string) time.Duration {
	p.mu.Lock()
	m := p.server
	p.mu.Unlock()
	return p.rates.admit(m, to, p.Now())
}

// Reach implements asking.Post.
func (p *Post) Reach(ctx context.Context) (asking.Outcome, bool) {
	server, _, err := p.current(ctx)
	if err != nil {
		return verdict(connecting, err), false
	}
	l, _, err := p.line(ctx, server)
	if err != nil {
		return verdict(connecting, err), false
	}
	p.giveBack(l, final, nil)
	return asking.Outcome{}, true
}

// Deliver implements asking.Post.
func (p *Post) Deliver(ctx context.Context, m asking.Message) asking.Outcome {
	server, signer, err := p.current(ctx)
	if err != nil {
		return verdict(connecting, err)
	}
	if !server.IsSetUp() {
		return asking.Outcome{Delivery: asking.NotYet, Detail: "no mail server is set up"}
	}
	e, out := p.prepare(server, signer, m)
	if out != nil {
		return *out
	}
	l, old, err := p.line(ctx, server)
	if err != nil {
		return verdict(connecting, err)
	}
	outcome, again := p.over(ctx, l, e, old)
	if again {
		// The server had closed a connection that waited. Nothing was given over, so a new one is tried.
		if l, err = p.dial(ctx, server); err != nil {
			return verdict(connecting, err)
		}
		outcome, _ = p.over(ctx, l, e, false)
	}
	return outcome
}

// prepare writes the message and its envelope. What can't be written will never be.
func (p *Post) prepare(server account.MailServer, s signer, m asking.Message) (envelope, *asking.Outcome) {
	var e envelope
	var err error
	if e.to, err = address(m.To); err != nil {
		return e, &asking.Outcome{Delivery: asking.Refused, Detail: detail(err), Recipient: true}
	}
	if e.from, err = address(server.ReturnPath()); err == nil {
		if e.raw, err = write(m, p.Now()); err == nil {
			e.raw, err = s.sign(e.raw)
		}
	}
	if err != nil {
		return e, &asking.Outcome{Delivery: asking.Refused, Detail: detail(err)}
	}
	return e, nil
}

// over gives a message to the server and puts the line back where it can be used again. again says that a line which had waited turned out to be dead.
func (p *Post) over(ctx context.Context, l *line, e envelope, old bool) (out asking.Outcome, again bool) {
	stop := context.AfterFunc(ctx, l.close)
	at, err := p.converse(l, e)
	if !stop() {
		l.close()
	} else if err == nil || staysOpen(err) {
		p.giveBack(l, at, err)
	} else {
		l.close()
	}
	if err == nil {
		return asking.Outcome{Delivery: asking.Accepted, Code: 250}, false
	}
	out = verdict(at, err)
	return out, old && at == sender && (out.Code == 0 || out.Code == 421) && ctx.Err() == nil
}

// converse speaks the commands, and says how far it came.
func (p *Post) converse(l *line, e envelope) (step, error) {
	l.used++
	if err := l.begin(p.Limits.Command); err != nil {
		return sender, err
	}
	if err := l.client.Mail("<" + e.from + ">"); err != nil {
		return sender, err
	}
	if err := l.begin(p.Limits.Command); err != nil {
		return recipient, err
	}
	if err := l.client.Rcpt("<" + e.to + ">"); err != nil {
		return recipient, err
	}
	if err := l.begin(p.Limits.Command); err != nil {
		return content, err
	}
	w, err := l.client.Data()
	if err != nil {
		return content, err
	}
	return p.give(l, w, e.raw)
}

// give writes the text. The last dot leaves when the writer is closed; from then on the server may have the message.
func (p *Post) give(l *line, w io.WriteCloser, raw []byte) (step, error) {
	if err := l.begin(p.Limits.Content); err != nil {
		return content, err
	}
	if _, err := w.Write(raw); err != nil {
		return content, err
	}
	if err := l.begin(p.Limits.Final); err != nil {
		return content, err
	}
	return final, w.Close()
}
