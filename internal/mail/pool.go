package mail

import (
	"context"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/account"
)

// line takes a connection that waits, or opens one; old says which.
func (p *Post) line(ctx context.Context, m account.MailServer) (l *line, old bool, err error) {
	if l := p.take(m); l != nil {
		return l, true, nil
	}
	l, err = p.dial(ctx, m)
	return l, false, err
}

// take gives the newest connection that waits, and closes those that are too old or lead elsewhere.
func (p *Post) take(m account.MailServer) *line {
	now := p.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = slices.DeleteFunc(p.waiting, func(l *line) bool {
		age := now.Sub(l.idle)
		stale := !sameSession(l.server, m) || age < 0 || age > p.Limits.Idle
		if stale {
			go l.quit(time.Second)
		}
		return stale
	})
	n := len(p.waiting)
	if n == 0 {
		return nil
	}
	l := p.waiting[n-1]
	p.waiting = p.waiting[:n-1]
	return l
}

// sameSession tells whether a session with one server does for the other too.
func sameSession(a, b account.MailServer) bool {
	return a.Host == b.Host && a.Port == b.Port && a.Security == b.Security && a.User == b.User && a.Password == b.Password && hello(a) == hello(b)
}

// giveBack lets a connection wait for the next message, unless it has carried enough. A transaction that was broken off is ended first.
func (p *Post) giveBack(l *line, at step, failed error) {
	if failed != nil && at != final {
		if l.begin(p.Limits.Command) != nil || l.client.Reset() != nil {
			l.close()
			return
		}
	}
	l.idle = p.Now()
	if l.used < p.Limits.Messages {
		p.mu.Lock()
		room := len(p.waiting) < p.Limits.Lines
		if room {
			p.waiting = append(p.waiting, l)
		}
		p.mu.Unlock()
		if room {
			return
		}
	}
	l.quit(p.Limits.Command)
}

// Close ends the connections that wait.
func (p *Post) Close() {
	p.mu.Lock()
	waiting := p.waiting
	p.waiting = nil
	p.mu.Unlock()
	for _, l := range waiting {
		l.quit(time.Second)
	}
}
