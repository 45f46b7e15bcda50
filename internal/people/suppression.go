package people

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
)

// Errors of suppressions.
var (
	ErrAddress = errors.New("this is no address that can get mail")
	ErrNoMail  = errors.New("the contact has no address")
)

// SuppressionFilter picks suppressions, the newest first. Its zero value picks all.
type SuppressionFilter struct {
	Text   string // a part of the address
	Key    []byte // or this key; nil: none
	Before time.Time
	Than   []byte // of those at Before, only keys smaller than this one: where the last page ended
}

// SuppressionStore keeps the addresses that get no mail. LockContact holds a contact until the transaction ends: whoever hands mail over does the same.
type SuppressionStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	LockContact(ctx context.Context, id survey.ID) (survey.Contact, error)
	ContactByEmail(ctx context.Context, folded string) (survey.Contact, error)
	Suppression(ctx context.Context, key []byte) (Suppression, error)
	Suppress(ctx context.Context, s Suppression, over []Suppressed) error
	Unsuppress(ctx context.Context, key []byte) error
	ForgetBounces(ctx context.Context, contact survey.ID) error
	Suppressions(ctx context.Context, f SuppressionFilter, limit int) ([]Suppression, error)
}

// Stops holds the use cases around addresses that get no survey mail.
type Stops struct {
	Store SuppressionStore
	Key   []byte // of AddressKey
	Now   func() time.Time
}

// reasons are ordered by how much they weigh: a new one replaces only those before it. What the person said weighs more than what a mail server said, and
// what was erased stays so.
var reasons = []Suppressed{Bounced, Unsubscribed, Complained, ByHand, Erased}

// Reasons lists why an address may be suppressed.
func Reasons() []Suppressed { return slices.Clone(reasons) }

// Lighter lists the reasons that a new one replaces.
func Lighter(r Suppressed) []Suppressed {
	i := slices.Index(reasons, r)
	if i < 0 {
		return nil
	}
	return reasons[:i]
}

// Of tells whether the contact's address gets no mail, and why. It returns survey.ErrNotFound when nothing speaks against it.
func (s *Stops) Of(ctx context.Context, c survey.Contact) (Suppression, error) {
	if c.Email == "" {
		return Suppression{}, survey.ErrNotFound
	}
	return s.Store.Suppression(ctx, AddressKey(s.Key, c.Email))
}

// Stop suppresses a contact's address. When it returns nil, nothing is handed over to the mail server for the contact any more: what was handed over was so
// at an earlier time than the suppression's. It returns survey.ErrNotFound, and ErrNoMail for a contact without an address.
func (s *Stops) Stop(ctx context.Context, id survey.ID, why Suppressed) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Store.LockContact(ctx, id)
		if err != nil {
			return err
		}
		if c.Email == "" {
			return ErrNoMail
		}
		return s.write(ctx, c.Email, why)
	})
}

// write suppresses an address; its contact is locked. The time is taken under the lock and rounded up, so that it is after every hand-over before it, though
// times are stored in milliseconds.
func (s *Stops) write(ctx context.Context, address string, why Suppressed) error {
	at := s.Now().Truncate(time.Millisecond).Add(time.Millisecond)
	return s.Store.Suppress(ctx, Suppression{Key: AddressKey(s.Key, address), Reason: why, Email: address, At: at}, Lighter(why))
}

// Resume takes back what a contact said by unsubscribing. Other reasons stay.
func (s *Stops) Resume(ctx context.Context, id survey.ID) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Store.LockContact(ctx, id)
		if err != nil {
			return err
		}
		got, err := s.Of(ctx, c)
		switch {
		case errors.Is(err, survey.ErrNotFound):
			return nil
		case err != nil:
			return err
		case got.Reason != Unsubscribed:
			return nil
		}
		return s.Store.Unsuppress(ctx, got.Key)
	})
}

// KeyOf names an address by its AddressKey.
func (s *Stops) KeyOf(address string) []byte { return AddressKey(s.Key, address) }

// Add suppresses an address that staff typed, whether it is a contact's or not. It returns ErrAddress.
func (s *Stops) Add(ctx context.Context, address string) error {
	address = strings.TrimSpace(address)
	if !account.ValidEmail(address) {
		return ErrAddress
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Store.ContactByEmail(ctx, FoldAddress(address))
		if err == nil {
			_, err = s.Store.LockContact(ctx, c.ID)
		}
		if err != nil && !errors.Is(err, survey.ErrNotFound) {
			return err
		}
		return s.write(ctx, address, ByHand)
	})
}

// Remove lets an address get mail again, whatever the reason was: also what came back from it is forgotten. It returns survey.ErrNotFound.
func (s *Stops) Remove(ctx context.Context, key []byte) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		v, err := s.Store.Suppression(ctx, key)
		if err != nil {
			return err
		}
		if v.Email != "" {
			c, err := s.Store.ContactByEmail(ctx, FoldAddress(v.Email))
			if err == nil {
				err = s.Store.ForgetBounces(ctx, c.ID)
			}
			if err != nil && !errors.Is(err, survey.ErrNotFound) {
				return err
			}
		}
		return s.Store.Unsuppress(ctx, key)
	})
}

// Get reads a suppression. It returns survey.ErrNotFound.
func (s *Stops) Get(ctx context.Context, key []byte) (Suppression, error) {
	return s.Store.Suppression(ctx, key)
}

// List reads at most limit suppressions whose address holds text, after the last one (nil: from the newest). A whole
// address or customer number also finds one that was erased.
func (s *Stops) List(ctx context.Context, text string, after *Suppression, limit int) ([]Suppression, error) {
	f := SuppressionFilter{Text: FoldAddress(text)}
	if account.ValidEmail(f.Text) {
		f.Key = AddressKey(s.Key, f.Text)
	} else if f.Text != "" {
		f.Key = NumberKey(s.Key, survey.Line(text))
	}
	if after != nil {
		f.Before, f.Than = after.At, bytes.Clone(after.Key)
	}
	return s.Store.Suppressions(ctx, f, limit)
}
