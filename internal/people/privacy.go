package people

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// Facts are the columns of a row as names and values, without what makes links and without copies kept for search.
type Facts map[string]any

// Copy is everything that is stored about a person.
type Copy struct {
	Made   time.Time          `json:"made_at"`
	Person string             `json:"person"` // the contact's id
	Stored map[string][]Facts `json:"stored"` // by table
	// Stopped is why the address gets no mail.
	Stopped Suppressed `json:"suppressed,omitempty"`
}

// Erasure counts what an erasure removed.
type Erasure struct {
	Known     bool  // the person was a contact
	Responses int64 // answers that are nobody's now
	Comments  int64 // of them, those that had words
	Rows      int64 // removed elsewhere
}

// PrivacyStore is what a Privacy reads and writes.
type PrivacyStore interface {
	SuppressionStore
	ContactByAlias(ctx context.Context, name string) (survey.Contact, error)
	PersonNames(ctx context.Context, id survey.ID) ([]string, error)
	PersonRows(ctx context.Context, id survey.ID) (map[string][]Facts, error)
	// ErasePerson removes everything about a contact but their ratings. texts are small-lettered pieces that mark rows of files and mails.
	ErasePerson(ctx context.Context, id survey.ID, texts []string, at time.Time) (Erasure, error)
	ForgetTexts(ctx context.Context, texts []string, at time.Time) (int64, error)
	// MarkScrub has free parts of the file overwritten, soon.
	MarkScrub(ctx context.Context, at time.Time) error
	ScrubSince(ctx context.Context) (time.Time, error)
	Scrub(ctx context.Context) error
	Surveys(ctx context.Context) ([]survey.Survey, error)
	// Expire removes words and names from answers to a survey given before a time, and from its invitations, and tells of how many answers.
	Expire(ctx context.Context, surveyID int64, before time.Time) (int64, error)
	ErasedKeys(ctx context.Context) ([][]byte, error)
	// EachName goes through all names that contacts have or had, as aliases are written.
	EachName(ctx context.Context, each func(id survey.ID, name string) error) error
	ContactByExternalID(ctx context.Context, externalID string) (survey.Contact, error)
}

// Privacy holds what the law lets a person ask of the shop: a copy of everything, and to be erased.
type Privacy struct {
	Store PrivacyStore
	Key   []byte // of AddressKey
	Now   func() time.Time
	Zone  func() *time.Location // the account's
}

// AddressObject names an address where nothing is ever taken out, such as the audit log: by a part of its AddressKey.
func AddressObject(key []byte, address string) string { return KeyObject(AddressKey(key, address)) }

// NumberObject is AddressObject for a customer number of the shop's.
func NumberObject(key []byte, number string) string { return KeyObject(NumberKey(key, number)) }

// KeyObject is AddressObject for an AddressKey, and NumberObject for a NumberKey.
func KeyObject(key []byte) string {
	if IsNumberKey(key) {
		return "number " + hex.EncodeToString(key[1:9])
	}
	return "address " + hex.EncodeToString(key[:8])
}

// Find finds the contact who has an address, or had it before. It returns survey.ErrNotFound.
func (p *Privacy) Find(ctx context.Context, address string) (survey.Contact, error) {
	c, err := p.Store.ContactByEmail(ctx, FoldAddress(address))
	if errors.Is(err, survey.ErrNotFound) {
		return p.Store.ContactByAlias(ctx, AddressName(address))
	}
	return c, err
}

// FindNumber finds the contact who has a customer number of the shop's, or had it before. It returns survey.ErrNotFound.
func (p *Privacy) FindNumber(ctx context.Context, number string) (survey.Contact, error) {
	c, err := p.Store.ContactByExternalID(ctx, number)
	if errors.Is(err, survey.ErrNotFound) {
		return p.Store.ContactByAlias(ctx, NumberName(number))
	}
	return c, err
}

// Copy reads everything that is stored about a contact. It returns survey.ErrNotFound.
func (p *Privacy) Copy(ctx context.Context, c survey.Contact) (Copy, error) {
	out := Copy{Made: p.Now(), Person: c.ID.String()}
	var err error
	if out.Stored, err = p.Store.PersonRows(ctx, c.ID); err != nil {
		return out, err
	}
	if len(out.Stored["contact"]) == 0 {
		return out, survey.ErrNotFound
	}
	if c.Email == "" {
		return out, nil
	}
	stopped, err := p.Store.Suppression(ctx, AddressKey(p.Key, c.Email))
	if errors.Is(err, survey.ErrNotFound) {
		return out, nil
	}
	out.Stopped = stopped.Reason
	return out, err
}

// shortestNumber is how long a shop's number must be, in letters, to be looked for in files: a shorter one would be part of everything.
const shortestNumber = 5

// Erase removes everything about a contact: from the moment it returns nil, nothing is handed over to the mail server for them. Their answers count on, as
// those of nobody and without words. Their addresses and customer numbers, present and former, are kept as keyed hashes only, and no import brings them back. It returns
// survey.ErrNotFound.
func (p *Privacy) Erase(ctx context.Context, id survey.ID) (done Erasure, err error) {
	err = p.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := p.Store.LockContact(ctx, id)
		if err != nil {
			return err
		}
		names, err := p.Store.PersonNames(ctx, id)
		if err != nil {
			return err
		}
		names = append(names, AddressName(c.Email), NumberName(c.ExternalID))
		var texts []string
		for _, name := range names {
			if name == "" {
				continue
			}
			if err := p.suppress(ctx, name); err != nil {
				return err
			}
			texts = append(texts, traces(name)...)
		}
		if c.BadEmail != "" {
			texts = append(texts, strings.ToLower(c.BadEmail))
		}
		at := p.Now()
		if done, err = p.Store.ErasePerson(ctx, id, texts, at); err != nil {
			return err
		}
		done.Known = true
		return p.Store.MarkScrub(ctx, at)
	})
	return done, err
}

// suppress keeps whoever has a name, written as aliases are, from coming back.
func (p *Privacy) suppress(ctx context.Context, name string) error {
	at := p.Now().Truncate(time.Millisecond).Add(time.Millisecond) // as in Stops.write
	return p.Store.Suppress(ctx, Suppression{Key: nameKey(p.Key, name), Reason: Erased, At: at}, Lighter(Erased))
}

// EraseAddress erases the contact who has or had an address. Where there is none, it still removes what files and mails hold of the address, and keeps imports
// from bringing it in.
func (p *Privacy) EraseAddress(ctx context.Context, address string) (Erasure, error) {
	return p.eraseNamed(ctx, AddressName(address), func(ctx context.Context) (survey.Contact, error) { return p.Find(ctx, address) })
}

// EraseNumber is EraseAddress for a customer number of the shop's.
func (p *Privacy) EraseNumber(ctx context.Context, number string) (Erasure, error) {
	return p.eraseNamed(ctx, NumberName(number), func(ctx context.Context) (survey.Contact, error) { return p.FindNumber(ctx, number) })
}

func (p *Privacy) eraseNamed(ctx context.Context, name string, find func(context.Context) (survey.Contact, error)) (done Erasure, err error) {
	err = p.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := find(ctx)
		if err == nil {
			done, err = p.Erase(ctx, c.ID)
			return err
		}
		if !errors.Is(err, survey.ErrNotFound) {
			return err
		}
		if err := p.suppress(ctx, name); err != nil {
			return err
		}
		at := p.Now()
		if done.Rows, err = p.Store.ForgetTexts(ctx, traces(name), at); err != nil {
			return err
		}
		return p.Store.MarkScrub(ctx, at)
	})
	return done, err
}

// traces are the texts by which a name, written as aliases are, is looked for in files.
func traces(name string) []string {
	if rest := name[1:]; name[0] == '@' || utf8.RuneCountInString(rest) >= shortestNumber {
		return []string{strings.ToLower(rest)}
	}
	return nil
}

// Replay adds suppressions that were made since this database was copied, and erases again whoever stands on the list of the erased: a copy from before an
// erasure brings people back. It counts those who were erased.
func (p *Privacy) Replay(ctx context.Context, since []Suppression) (n int, err error) {
	for _, v := range since {
		if err := p.Store.Suppress(ctx, v, Lighter(v.Reason)); err != nil {
			return 0, err
		}
	}
	known, err := p.Store.ErasedKeys(ctx)
	if err != nil {
		return 0, err
	}
	listed := map[string]bool{}
	for _, k := range known {
		listed[string(k)] = true
	}
	var back []survey.ID
	err = p.Store.EachName(ctx, func(id survey.ID, name string) error {
		if listed[string(nameKey(p.Key, name))] {
			back = append(back, id)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range back {
		_, err := p.Erase(ctx, id)
		if errors.Is(err, survey.ErrNotFound) {
			continue // it had two names on the list
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Writing the file anew holds up answers, so it waits for the night, but not longer than a day.
const (
	scrubFrom, scrubUntil = 2, 5 // hours of the account's day
	scrubWait             = 24 * time.Hour
)

// Tidy removes what surveys keep no longer, and makes unreadable in the file what was erased, when its time has come.
func (p *Privacy) Tidy(ctx context.Context) error {
	if err := p.expire(ctx); err != nil {
		return err
	}
	since, err := p.Store.ScrubSince(ctx)
	if err != nil || since.IsZero() {
		return err
	}
	now := p.Now()
	if hour := now.In(p.Zone()).Hour(); now.Sub(since) < scrubWait && (hour < scrubFrom || hour >= scrubUntil) {
		return nil
	}
	return p.Store.Scrub(ctx)
}

// expire removes words and names from answers that are older than their survey keeps them.
func (p *Privacy) expire(ctx context.Context) error {
	all, err := p.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Settings.RetentionDays <= 0 {
			continue
		}
		before := p.Now().In(p.Zone()).AddDate(0, 0, -s.Settings.RetentionDays)
		n, err := p.Store.Expire(ctx, s.ID, before)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		if err := p.Store.MarkScrub(ctx, p.Now()); err != nil {
			return err
		}
	}
	return nil
}
