package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/emersion/go-imap"
	imapclient "github.com/emersion/go-imap/client"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// ReturnSettings tells how we learn of mails that came back.
type ReturnSettings interface {
	MailReturns(ctx context.Context) (account.MailReturns, error)
}

// Taker brings about what a report says. survey.ErrNotFound: it is about no mail of ours.
type Taker interface {
	Take(ctx context.Context, r asking.Report) error
}

// AnswerTaker puts what customers write back into the log of their case.
type AnswerTaker interface {
	Take(ctx context.Context, in followup.Incoming) (survey.ID, error)
}

// Returns takes what comes back, from the mailbox for bounces and from the relay's calls.
type Returns struct {
	Settings ReturnSettings
	Bounces  Taker
	Answers  AnswerTaker    // nil: what people write is left alone
	Roots    *x509.CertPool // whom servers are trusted by; nil: the system's
}

const (
	mailboxTime  = 2 * time.Minute // for one look into the mailbox
	mailboxBytes = 64 << 20        // that a server may send in one look
	mailboxBatch = 25              // messages that are read at once
	mailboxMost  = 500             // messages in one look; the next one goes on
	readMark     = "surveyd"       // flag of messages that we have read, beside which people keep their own
)

// Poll looks into the mailbox for bounces, if there is one, and brings about what its new messages report. Messages stay where they are, with a mark.
func (p *Returns) Poll(ctx context.Context) error {
	m, err := p.Settings.MailReturns(ctx)
	if err != nil || m.Host == "" {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mailboxTime)
	defer cancel()
	c, err := p.open(ctx, m)
	if err != nil {
		return fmt.Errorf("open the mailbox for bounces: %w", err)
	}
	defer func() { _ = c.Logout() }()
	mark, found, err := unread(c, m.Folder)
	if err != nil {
		return fmt.Errorf("look into the mailbox for bounces: %w", err)
	}
	for batch := range slices.Chunk(found[:min(len(found), mailboxMost)], mailboxBatch) {
		if err := p.read(ctx, c, batch, mark); err != nil {
			return fmt.Errorf("read the mailbox for bounces: %w", err)
		}
	}
	return nil
}

// open connects and signs in.
func (p *Returns) open(ctx context.Context, m account.MailReturns) (*imapclient.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(m.Host, strconv.Itoa(m.Port)))
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	w := &wire{Conn: conn}
	w.left.Store(mailboxBytes)
	var talk net.Conn = w
	if m.Security != account.Plain {
		talk = tls.Client(w, &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12, RootCAs: p.Roots})
	}
	c, err := imapclient.New(talk)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := c.Login(m.User, m.Password); err != nil {
		return nil, errors.Join(err, c.Terminate())
	}
	return c, nil
}

// unread selects the folder and finds messages without our mark. Where the server keeps no marks of ours, a message counts as read like everybody's.
func unread(c *imapclient.Client, folder string) (mark string, uids []uint32, err error) {
	if folder == "" {
		folder = "INBOX"
	}
	box, err := c.Select(folder, false)
	if err != nil || box.Messages == 0 {
		return "", nil, err
	}
	mark = imap.SeenFlag
	if slices.Contains(box.PermanentFlags, imap.TryCreateFlag) {
		mark = readMark
	}
	criteria := imap.NewSearchCriteria()
	criteria.WithoutFlags = []string{mark}
	uids, err = c.UidSearch(criteria)
	return mark, uids, err
}

// read takes some messages and marks them. What the store can't take is not marked, so it is read again.
func (p *Returns) read(ctx context.Context, c *imapclient.Client, uids []uint32, mark string) error {
	set := new(imap.SeqSet)
	set.AddNum(uids...)
	section := &imap.BodySectionName{Peek: true, Partial: []int{0, MaxReturned}}
	messages := make(chan *imap.Message, len(uids))
	if err := c.UidFetch(set, []imap.FetchItem{imap.FetchUid, section.FetchItem()}, messages); err != nil {
		return err
	}
	done := new(imap.SeqSet)
	for m := range messages {
		body := m.GetBody(section)
		if body != nil {
			if _, err := p.Take(ctx, body); err != nil && !LeftAlone(err) {
				return err
			}
		}
		done.AddNum(m.Uid)
	}
	if done.Empty() {
		return nil
	}
	return c.UidStore(done, imap.FormatFlagsOp(imap.AddFlags, true), []any{mark}, nil)
}

// ErrNoHook is returned for a call with a key that is none.
var ErrNoHook = errors.New("the key of the call is unknown")

// Call takes what a relay tells, and says how many mails of ours that was about. It returns ErrNoHook and ErrNoJSON.
func (p *Returns) Call(ctx context.Context, key string, body []byte) (n int, err error) {
	m, err := p.Settings.MailReturns(ctx)
	if err != nil && !errors.Is(err, account.ErrSealed) { // the mailbox's password has nothing to do with it
		return 0, err
	}
	if !m.IsHook(key) {
		return 0, ErrNoHook
	}
	reports, err := ReadCall(m.Mapping(), body)
	if err != nil {
		return 0, err
	}
	for _, r := range reports {
		err := p.Bounces.Take(ctx, r)
		if errors.Is(err, survey.ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Refusal tells which status of HTTP an error of Call is; 0: it is a failure of ours, and the call should come again.
func (p *Returns) Refusal(err error) int {
	switch {
	case errors.Is(err, ErrNoHook):
		return 404
	case errors.Is(err, ErrNoJSON):
		return 400
	}
	return 0
}
