package asking

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// OutboxStore is what an Outbox reads and writes beside the dispatcher's.
type OutboxStore interface {
	MailsIn(ctx context.Context, state MailState, before survey.ID, limit int) ([]Mail, error)
	CreateInvitations(ctx context.Context, vs []survey.Invitation, hashes [][]byte) error
	// ReleaseMails makes kept mails due, except tests: those go nowhere any more. It counts both.
	ReleaseMails(ctx context.Context) (due, tests int64, err error)
}

// Outbox is where mails wait while no mail server is set up. Once there is one, an administrator says what becomes of them: some may be of long ago.
type Outbox struct {
	Dispatcher *Dispatcher
	Store      OutboxStore
}

// Kept lists mails that wait, the newest first, made before the one with id before (0: all).
func (o *Outbox) Kept(ctx context.Context, before survey.ID, limit int) ([]Mail, error) {
	return o.Store.MailsIn(ctx, Kept, before, limit)
}

// Read writes a kept mail as it would go out, except that its links lead nowhere: only the customer may answer by them. Those of a test work. It returns
// survey.ErrNotFound, also for a mail whose contact is gone.
func (o *Outbox) Read(ctx context.Context, id survey.ID) (Mail, Message, error) {
	d := o.Dispatcher
	found, err := d.Store.Mails(ctx, []survey.ID{id})
	if err != nil {
		return Mail{}, Message{}, err
	}
	if len(found) == 0 || found[0].State != Kept {
		return Mail{}, Message{}, survey.ErrNotFound
	}
	f, err := ReadFacts(ctx, d.Store)
	if err != nil {
		return Mail{}, Message{}, err
	}
	items, err := d.prepare(ctx, f, found)
	if err != nil {
		return Mail{}, Message{}, err
	}
	it := items[0]
	if it.c.Mail.InvitationID != 0 && it.letter.Contact.Email == "" {
		return Mail{}, Message{}, survey.ErrNotFound
	}
	if it.c.Mail.InvitationID == 0 || it.c.Mail.Kind == TestMail {
		m, err := d.compose(ctx, it)
		return it.c.Mail, m, err
	}
	it.letter.Token = strings.Repeat("x", 26)
	it.letter.Invitation.ID, it.letter.Invitation.Nonce = 0, make([]byte, survey.NonceLength)
	m, err := d.Composer.Compose(ctx, it.letter)
	return it.c.Mail, m, err
}

// Against tells what would keep mails that wait from going out, were they let go now, by their ids: a ledger's reason, or a decision where there is none. Those
// that would go are not in it.
func (o *Outbox) Against(ctx context.Context, mails []Mail) (map[survey.ID]string, error) {
	d := o.Dispatcher
	f, err := ReadFacts(ctx, d.Store)
	if err != nil {
		return nil, err
	}
	invitations, contacts, err := d.about(ctx, mails, d.Store.Contacts)
	if err != nil {
		return nil, err
	}
	now, against := d.Now(), map[survey.ID]string{}
	for _, m := range mails {
		if m.InvitationID == 0 || m.Kind == TestMail {
			continue
		}
		v := f.decide(Case{Mail: m, Invitation: invitations[m.InvitationID], Contact: contacts[m.ContactID]}, now)
		if v.decision != "" {
			against[m.ID] = cmp.Or(v.reason, string(v.decision))
		}
	}
	return against, nil
}

// Release makes what was kept due, except tests, which it drops: it counts both. What speaks against a mail when it is handed over still does.
func (o *Outbox) Release(ctx context.Context) (due, tests int64, err error) {
	return o.Store.ReleaseMails(ctx)
}

// dropBatch is how many mails one transaction drops.
const dropBatch = 200

// Drop decides against everything that was kept, and notes who wanted that. It tells how many mails those were.
func (o *Outbox) Drop(ctx context.Context, by string) (n int, err error) {
	d := o.Dispatcher
	f, err := ReadFacts(ctx, d.Store)
	if err != nil {
		return 0, err
	}
	for {
		kept, err := o.Store.MailsIn(ctx, Kept, 0, dropBatch)
		if err != nil || len(kept) == 0 {
			return n, err
		}
		var group []*request
		for _, m := range kept {
			group = append(group, &request{mail: m})
		}
		if err := d.Store.InTx(ctx, func(ctx context.Context) error { return d.dropKept(ctx, f, group, by) }); err != nil {
			return n, err
		}
		n += len(kept)
	}
}

func (d *Dispatcher) dropKept(ctx context.Context, f *Facts, group []*request, by string) error {
	b, err := d.open(ctx, f, group)
	if err != nil {
		return err
	}
	for _, r := range group {
		m, ok := b.mails[r.mail.ID]
		if !ok || m.State != Kept {
			continue
		}
		m.State, m.DoneAt, m.Problem = Dropped, b.now, ReasonOutbox
		if err := d.saveOther(ctx, m); err != nil {
			return err
		}
		v := b.invitations[m.InvitationID]
		if v.ID == 0 || m.Kind == TestMail {
			continue
		}
		reason := ReasonOutbox
		if m.Kind == ReminderMail {
			reason = ReasonReminder
		}
		b.note(v, Cancelled, reason, by)
		if m.Kind == AskMail {
			if err := d.Store.SaveDecision(ctx, v, Cancelled); err != nil {
				return err
			}
		}
	}
	return d.Store.AddEntries(ctx, b.entries)
}

// Test is a mail that staff send to themselves, to see what customers get.
type Test struct {
	Survey   survey.Survey
	Language string // of the survey's
	Email    string
	Name     string
}

const (
	testDays  = 7     // that its link works
	testOrder = "100" // an order to speak of
)

// SendTest sends a test at once, or keeps it when no mail server is set up. Answers to it are marked as tests. The outcome is one of Accepted, Refused and NotYet;
// kept says that the mail waits in the outbox.
func (o *Outbox) SendTest(ctx context.Context, t Test) (out Outcome, kept bool, err error) {
	d := o.Dispatcher
	ready, err := d.Post.Ready(ctx)
	if err != nil {
		return out, false, err
	}
	now := d.Now().Truncate(time.Millisecond)
	v := survey.Invitation{
		ID: d.IDs.Next(), SurveyID: t.Survey.ID, Touchpoint: t.Survey.Settings.Touchpoint, Language: t.Language, OrderRef: testOrder, State: survey.TestState,
		Nonce: survey.NewNonce(), KeyID: d.Keys.Current(), CreatedAt: now, ExpiresAt: now.AddDate(0, 0, testDays),
	}
	token, err := d.Keys.Token(v.KeyID, v.Nonce)
	if err != nil {
		return out, false, err
	}
	m := Mail{ID: d.IDs.Next(), Kind: TestMail, InvitationID: v.ID, Recipient: t.Email, State: Kept, DueAt: now, CreatedAt: now}
	if err := d.Store.InTx(ctx, func(ctx context.Context) error {
		if err := o.Store.CreateInvitations(ctx, []survey.Invitation{v}, [][]byte{survey.HashToken(token)}); err != nil {
			return err
		}
		return d.Store.AddMails(ctx, []Mail{m})
	}); err != nil {
		return out, false, err
	}
	if !ready {
		return out, true, nil
	}
	out, err = o.deliverTest(ctx, m, t)
	return out, false, err
}

func (o *Outbox) deliverTest(ctx context.Context, m Mail, t Test) (Outcome, error) {
	d := o.Dispatcher
	f, err := ReadFacts(ctx, d.Store)
	if err != nil {
		return Outcome{}, err
	}
	items, err := d.prepare(ctx, f, []Mail{m})
	if err != nil {
		return Outcome{}, err
	}
	items[0].letter.Contact.Name = t.Name
	msg, err := d.compose(ctx, items[0])
	if err != nil {
		return Outcome{}, err
	}
	out := d.Post.Deliver(ctx, msg)
	m.State, m.MessageID, m.Problem, m.HandedAt, m.DoneAt = Dropped, msg.ID, cut(out.Detail), d.Now(), d.Now()
	if out.Delivery == Accepted {
		m.State = MailSent
	}
	// The mail has gone out or has not, whether or not somebody still waits for the page.
	return out, d.Store.SaveMail(context.WithoutCancel(ctx), m)
}
