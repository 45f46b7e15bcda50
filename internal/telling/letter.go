package telling

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// Reader is whom a mail is for, with what every mail to the staff is written from.
type Reader struct {
	Mail    survey.ID
	User    account.User
	Account account.Settings
	Now     time.Time
	Zone    *time.Location // the account's
	BaseURL string         // of this installation, without a slash at its end
}

// Language is the one that the reader's mails are written in.
func (r Reader) Language() string {
	if r.User.Language != "" {
		return r.User.Language
	}
	return r.Account.Language
}

// Letter is all that an alert is written from.
type Letter struct {
	Reader
	Pace  Pace
	Items []Item
	More  int // cases beyond those
}

// Item is a case that there is something to tell about.
type Item struct {
	Case       followup.Case
	News       []Told            // the most pressing first
	Response   survey.Response   // the newest answer
	Definition survey.Definition // of the answer's survey, for its scale
	Customer   string            // name or address; "": nobody known
	Touchpoint survey.Text       // its names; nil: none
	Held       bool              // a reply was written and waits in the outbox
}

// Told is one thing that is told.
type Told struct {
	What What
	By   string // a user's name, where somebody did it
	Text string // of a note or an incoming mail
}

// Composer writes mails to the staff. An error means that this mail can't be written.
type Composer interface {
	Alert(ctx context.Context, l Letter) (asking.Message, error)
	Digest(ctx context.Context, l DigestLetter) (asking.Message, error)
}

// LetterStore is what letters are read from.
type LetterStore interface {
	UserByID(ctx context.Context, id int64) (account.User, error) // account.ErrNotFound
	Settings(ctx context.Context) (map[string]string, error)
	Case(ctx context.Context, id survey.ID) (followup.Case, error) // survey.ErrNotFound
	CaseEntry(ctx context.Context, caseID, line survey.ID) (followup.Entry, error)
	Response(ctx context.Context, id survey.ID) (survey.Response, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	PendingMails(ctx context.Context, contact survey.ID, kind string) ([]asking.Mail, error) // neither sent nor dropped
	Surveys(ctx context.Context) ([]survey.Survey, error)
}

// Desk reads what mails to the staff are written from, at the time when they go out.
type Desk struct {
	Store    LetterStore
	Composer Composer
	Now      func() time.Time
	Zone     func() *time.Location
	BaseURL  string
}

// reader reads whom a mail is for; false where they may read no such mail any more.
func (d *Desk) reader(ctx context.Context, mail survey.ID, user int64, may account.Permission) (Reader, bool, error) {
	r := Reader{Mail: mail, Now: d.Now(), Zone: d.Zone(), BaseURL: d.BaseURL}
	var err error
	if r.User, err = d.Store.UserByID(ctx, user); errors.Is(err, account.ErrNotFound) {
		return r, false, nil
	}
	if err != nil || !r.User.Can(may) {
		return r, false, err
	}
	settings, err := d.Store.Settings(ctx)
	r.Account = account.SettingsFrom(settings)
	return r, true, err
}

// item reads what is still true of what there was to tell about a case; false: nothing is.
func (d *Desk) item(ctx context.Context, reader int64, about AboutCase) (it Item, ok bool, err error) {
	if it.Case, err = d.Store.Case(ctx, about.Case); err != nil {
		return it, false, unlessGone(err)
	}
	for _, n := range about.News {
		if n.What = stands(n.What, it.Case, reader, d.Now()); n.What == "" {
			continue
		}
		told, err := d.told(ctx, about.Case, n)
		if errors.Is(err, survey.ErrNotFound) {
			continue
		}
		if err != nil {
			return it, false, err
		}
		it.News = append(it.News, told)
	}
	if len(it.News) == 0 {
		return it, false, nil
	}
	if it.Case.ContactID != 0 && it.Case.RepliedAt.IsZero() {
		mails, err := d.Store.PendingMails(ctx, it.Case.ContactID, asking.ReplyMail)
		if err != nil {
			return it, false, err
		}
		it.Held = slices.ContainsFunc(mails, func(m asking.Mail) bool { return m.State == asking.Kept })
	}
	return it, true, d.describe(ctx, &it)
}

// stands is what there is to tell of something now; "": nothing any more.
func stands(w What, c followup.Case, reader int64, now time.Time) What {
	done := c.Status == followup.Resolved || !c.RepliedAt.IsZero()
	switch {
	case c.Excluded:
		return ""
	case w == Mentioned || w == Incoming || w == Returned:
		return w
	case w == DueSoon && c.Overdue(now):
		return Overdue
	case w == DueSoon || w == Overdue:
		if done || w == Overdue && !c.Overdue(now) {
			return ""
		}
		return w
	case c.Status == followup.Resolved, c.Owner != 0 && c.Owner != reader, w == Given && c.Owner != reader:
		return "" // somebody else has it
	}
	return w
}

func (d *Desk) told(ctx context.Context, id survey.ID, n About) (Told, error) {
	line, err := d.Store.CaseEntry(ctx, id, n.Line)
	if err != nil {
		return Told{}, err
	}
	t := Told{What: n.What}
	if n.What == Mentioned || n.What == Incoming {
		t.Text = line.Body
	}
	if line.UserID != 0 {
		by, err := d.Store.UserByID(ctx, line.UserID)
		if err != nil && !errors.Is(err, account.ErrNotFound) {
			return t, err
		}
		t.By = by.Name
	}
	return t, nil
}

// describe reads the customer and what they said.
func (d *Desk) describe(ctx context.Context, it *Item) error {
	var err error
	if it.Response, err = d.Store.Response(ctx, it.Case.ResponseID); err != nil {
		return unlessGone(err)
	}
	v, err := d.Store.Version(ctx, it.Response.VersionID)
	if err != nil {
		return unlessGone(err)
	}
	it.Definition = v.Definition
	if it.Case.ContactID != 0 {
		c, err := d.Store.Contact(ctx, it.Case.ContactID)
		if err := unlessGone(err); err != nil {
			return err
		}
		if it.Customer = survey.Line(c.Name); it.Customer == "" {
			it.Customer = c.Email
		}
	}
	all, err := d.Store.Touchpoints(ctx)
	for _, t := range all {
		if t.ID == it.Case.Touchpoint {
			it.Touchpoint = t.Names
		}
	}
	return err
}

func unlessGone(err error) error {
	if errors.Is(err, survey.ErrNotFound) {
		return nil
	}
	return err
}
