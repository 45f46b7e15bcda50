package asking

import (
	"context"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// committer writes what the workers do, together: one transaction holds all that came while the last one was on its way to the disk.
type committer struct {
	d     *Dispatcher
	queue chan *request
}

// request is one thing that a worker wants written.
type request struct {
	mail      Mail
	to        string        // of a hand-over: the address of the message; "": none was written
	messageID string        // of an outcome
	outcome   *Outcome      // nil: a hand-over
	reason    string        // of an outcome, instead of the usual one
	later     time.Duration // given back for so long; neither hand-over nor outcome
	reply     chan bool     // of a hand-over: it is on disk, or must not be given over
}

const commitBatch = 256

func newCommitter(d *Dispatcher) *committer {
	return &committer{d: d, queue: make(chan *request, commitBatch)}
}

// hand marks a mail as handed over, unless something speaks against it. It returns when that is on disk.
func (c *committer) hand(m Mail, to string) (Mail, bool) {
	r := &request{mail: m, to: to, reply: make(chan bool, 1)}
	c.queue <- r
	ok := <-r.reply
	return r.mail, ok
}

// settle writes what became of a mail. Nobody waits for it.
func (c *committer) settle(m Mail, messageID string, o Outcome, reason string) {
	c.queue <- &request{mail: m, messageID: messageID, outcome: &o, reason: reason}
}

// later gives a mail back for a while.
func (c *committer) later(m Mail, wait time.Duration) { c.queue <- &request{mail: m, later: wait} }

func (c *committer) close() { close(c.queue) }

func (c *committer) run() {
	group := make([]*request, 0, commitBatch)
	for r := range c.queue {
		group = append(group[:0], r)
	fill:
		for len(group) < commitBatch {
			select {
			case r, ok := <-c.queue:
				if !ok {
					break fill
				}
				group = append(group, r)
			default:
				break fill
			}
		}
		c.write(group)
	}
}

// write stores a group. Where that fails, hand-overs are given up, their mails are still due; outcomes are tried again, each by itself, until the store takes
// them or the process ends. A mail without a stored outcome is uncertain then, which is the truth.
func (c *committer) write(group []*request) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	err := c.d.commit(ctx, group)
	cancel()
	var outcomes []*request
	for _, r := range group {
		switch {
		case r.reply != nil:
			if err != nil {
				r.reply <- false
			}
		case err != nil:
			outcomes = append(outcomes, r)
		}
	}
	if err == nil {
		return
	}
	c.d.Log.Error("what became of mails was not stored", "mails", len(group), "error", err)
	for _, r := range outcomes {
		for try := range commitTries {
			ctx, cancel := context.WithTimeout(context.Background(), commitTime)
			err := c.d.commit(ctx, []*request{r})
			cancel()
			if err == nil {
				break
			}
			c.d.Log.Error("what became of a mail was not stored", "mail", r.mail.ID.String(), "try", try+1, "error", err)
			pause(context.Background(), commitPause<<try)
		}
	}
}

const (
	commitTime  = 15 * time.Second
	commitTries = 6
	commitPause = 50 * time.Millisecond
)

// commit writes a group in one transaction, and answers hand-overs once it is on disk.
func (d *Dispatcher) commit(ctx context.Context, group []*request) error {
	f, err := d.current(ctx)
	if err != nil {
		return err
	}
	var b *batch
	if err := d.Store.InTx(ctx, func(ctx context.Context) error {
		if b, err = d.open(ctx, f, group); err != nil {
			return err
		}
		return b.write(ctx, group)
	}); err != nil {
		return err
	}
	for _, r := range group {
		if r.reply != nil {
			r.mail.HandedAt = b.now
			r.reply <- b.handed[r.mail.ID]
		}
	}
	return nil
}

// open locks the contacts of a group, takes the time and reads everything else.
func (d *Dispatcher) open(ctx context.Context, f *Facts, group []*request) (*batch, error) {
	mails := make([]Mail, 0, len(group))
	ids := make([]survey.ID, 0, len(group))
	for _, r := range group {
		mails, ids = append(mails, r.mail), append(ids, r.mail.ID)
	}
	b := &batch{d: d, f: f, handed: map[survey.ID]bool{}}
	var err error
	if b.invitations, b.contacts, err = d.about(ctx, mails, d.Store.LockContacts); err != nil {
		return nil, err
	}
	b.now = d.Now().Truncate(time.Millisecond)
	found, err := d.Store.Mails(ctx, ids)
	if err != nil {
		return nil, err
	}
	b.mails = make(map[survey.ID]Mail, len(found))
	for _, m := range found {
		b.mails[m.ID] = m
	}
	contacts := make([]survey.Contact, 0, len(b.contacts))
	for _, c := range b.contacts {
		contacts = append(contacts, c)
	}
	slices.SortFunc(contacts, func(a, b survey.Contact) int { return int(min(max(a.ID-b.ID, -1), 1)) })
	b.suppressed, err = suppressedOf(ctx, d.Store, d.AddressKey, contacts)
	return b, err
}
