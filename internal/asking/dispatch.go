package asking

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// DispatchStore is what a Dispatcher reads and writes.
type DispatchStore interface {
	FactStore
	SettingStore
	Epoch() int64                                // another number once this process has changed anything in Facts
	Revision(ctx context.Context) (int64, error) // another number once any process has
	DueMails(ctx context.Context, now, before time.Time, limit int) ([]Mail, error)
	InTx(ctx context.Context, do func(context.Context) error) error
	// LeaseMails takes due mails for this process until a time.
	LeaseMails(ctx context.Context, now, until time.Time, limit int) ([]Mail, error)
	FreeMails(ctx context.Context) error
	KeepMails(ctx context.Context, now time.Time) (int64, error)
	Mails(ctx context.Context, ids []survey.ID) ([]Mail, error)
	AddMails(ctx context.Context, mails []Mail) error
	SaveMail(ctx context.Context, m Mail) error
	HandOver(ctx context.Context, ids []survey.ID, at, until time.Time) error
	HandedMails(ctx context.Context, before time.Time, limit int) ([]Mail, error)
	Contacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
	// LockContacts holds contacts until the transaction ends: whoever stops mail to one does the same. Take the time after it.
	LockContacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
	MarkAsked(ctx context.Context, contacts []survey.ID, at time.Time) error
	ForgetAsk(ctx context.Context, contact survey.ID, at time.Time) error
	MarkBounced(ctx context.Context, contact survey.ID, at time.Time) error
	SuppressionsOf(ctx context.Context, keys [][]byte) ([]people.Suppression, error)
	Suppress(ctx context.Context, s people.Suppression, over []people.Suppressed) error
	InvitationsOf(ctx context.Context, ids []survey.ID) ([]survey.Invitation, error)
	SaveDecision(ctx context.Context, v survey.Invitation, d Decision) error
	ExpireInvitations(ctx context.Context, now time.Time, limit int) ([]survey.Invitation, error)
	OccasionTimes(ctx context.Context, ids []survey.ID) (map[survey.ID]time.Time, error)
	AddEntries(ctx context.Context, entries []Entry) error
	LastEntry(ctx context.Context) (Entry, error) // survey.ErrNotFound
	// CountFunnel runs change and has the funnel follow what it does to these invitations.
	CountFunnel(ctx context.Context, zone *time.Location, ids []survey.ID, change func(context.Context) error) error
}

// Dispatcher hands over what is due: each mail is decided about at the last moment, marked as handed over in a transaction that is on disk before the mail server
// is given the text, and settled afterwards. It never gives the same mail twice by itself.
type Dispatcher struct {
	Store      DispatchStore
	Post       Post
	Composer   Composer
	Keys       survey.Keys
	IDs        *survey.IDs
	AddressKey []byte // of people.AddressKey
	BaseURL    string
	Log        *slog.Logger
	Now        func() time.Time
	Elapsed    func() time.Duration // since any moment, by a clock that nobody sets
	Alone      bool                 // no other process works on this database
	Workers    int                  // connections to the mail server at once; 0: UsualWorkers
	Kinds      map[string]Kind      // of mails that are not about an invitation; one of no kind here carries its Message

	mu      sync.Mutex
	facts   *Facts
	epoch   int64
	version int64         // revision of the facts
	read    time.Duration // when that was looked at
	watch   *watch
	jumped  time.Duration // what is not written down yet
	breaker breaker
}

const (
	// UsualWorkers is how many mails are in flight at once.
	UsualWorkers = 8
	leaseTime    = 2 * time.Minute // for a mail to get its turn
	leaseBatch   = 64
	lookEvery    = time.Second // for what is due
	factsFor     = time.Second // until a change by another process is seen
	graceTime    = 8 * time.Second
)

// Run works until ctx ends, and returns when what was in flight is settled.
func (d *Dispatcher) Run(ctx context.Context) {
	for d.Recover(ctx) != nil {
		if !pause(ctx, lookEvery) {
			return
		}
	}
	d.work(ctx, func() bool { return pause(ctx, lookEvery) })
}

// Drain hands over what is due and returns when nothing is any more and all is settled.
func (d *Dispatcher) Drain(ctx context.Context) { d.work(ctx, func() bool { return false }) }

// pause waits, and is false when ctx has ended.
func pause(ctx context.Context, how time.Duration) bool {
	t := time.NewTimer(how)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// work hands mails to the workers until ctx ends, or idle says that it is enough when nothing is due.
func (d *Dispatcher) work(ctx context.Context, idle func() bool) {
	d.start()
	items := make(chan item)
	c := newCommitter(d)
	var workers, committing sync.WaitGroup
	committing.Go(c.run)
	deliver, cancel := outlive(ctx, graceTime)
	defer cancel()
	for range d.workers() {
		workers.Go(func() {
			for it := range items {
				d.handle(ctx, deliver, c, it)
			}
		})
	}
	for ctx.Err() == nil {
		n, err := d.round(ctx, items)
		if err != nil && ctx.Err() == nil {
			d.Log.Error("mails that are due were not handed over", "error", err)
		}
		if n == 0 && !idle() {
			break
		}
	}
	close(items)
	workers.Wait()
	c.close()
	committing.Wait()
}

// outlive gives a context that ends a while after ctx.
func outlive(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		pause(longer, by)
		cancel()
	})
	return longer, func() {
		stop()
		cancel()
	}
}

func (d *Dispatcher) workers() int {
	if d.Workers <= 0 {
		return UsualWorkers
	}
	return d.Workers
}

func (d *Dispatcher) start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.watch == nil {
		d.watch = newWatch(d.Now, d.Elapsed)
	}
}

// round leases a batch of what is due and gives it to the workers. It tells how many those were.
func (d *Dispatcher) round(ctx context.Context, items chan<- item) (int, error) {
	f, err := d.current(ctx)
	if err != nil || f.pause != nil || d.rest() > 0 {
		return 0, err
	}
	now := d.Now()
	switch ready, err := d.Post.Ready(ctx); {
	case err != nil:
		return 0, err
	case !ready:
		_, err := d.Store.KeepMails(ctx, now)
		return 0, err
	}
	mails, err := d.Store.LeaseMails(ctx, now, now.Add(leaseTime), leaseBatch)
	if err != nil || len(mails) == 0 {
		return 0, err
	}
	all, err := d.prepare(ctx, f, mails)
	if err != nil {
		return 0, err
	}
	for _, it := range all {
		select {
		case items <- it:
		case <-ctx.Done():
			return len(mails), nil
		}
	}
	return len(mails), nil
}

// current gives the facts, read anew when they may have changed, after a look at the clock.
func (d *Dispatcher) current(ctx context.Context) (*Facts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if jump := d.watch.jump(); jump != 0 {
		d.jumped = jump
		d.Log.Warn("the clock was set: no mail is sent until an administrator says so", "by", jump)
	}
	if d.jumped != 0 {
		if err := savePause(ctx, d.Store, &Pause{At: d.Now(), Jump: d.jumped}); err != nil {
			return nil, err
		}
		d.jumped = 0
	}
	epoch, now := d.Store.Epoch(), d.Elapsed()
	if d.facts != nil && d.epoch == epoch && now-d.read < factsFor {
		return d.facts, nil
	}
	version, err := d.Store.Revision(ctx)
	if err != nil {
		return nil, err
	}
	if d.facts == nil || d.version != version {
		// Read after the revision: what changes in between is read again.
		if d.facts, err = ReadFacts(ctx, d.Store); err != nil {
			return nil, err
		}
	}
	d.epoch, d.version, d.read = epoch, version, now
	return d.facts, nil
}
