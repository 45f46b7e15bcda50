package followup

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of a telephone number.
const (
	minPhoneDigits = 5
	maxPhoneDigits = 20
	maxPhone       = 40 // characters
)

// CleanPhone gives a telephone number as it is kept, false when it is none: digits and what people write between them.
func CleanPhone(typed string) (string, bool) {
	phone := survey.Line(typed)
	digits := 0
	for _, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-/.()  ", r):
			return "", false
		}
	}
	return phone, digits >= minPhoneDigits && digits <= maxPhoneDigits && len(phone) <= maxPhone
}

// RequestStore is what Requests read and write, beside what a Service does.
type RequestStore interface {
	Store
	CaseOf(ctx context.Context, response survey.ID) (survey.ID, error) // survey.ErrNotFound
	Response(ctx context.Context, id survey.ID) (survey.Response, error)
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
	FollowUp(ctx context.Context, rec *survey.Record) error // in a transaction
}

// Requests are what customers say about being contacted, after they have answered.
type Requests struct {
	store   RequestStore
	service *Service
}

// NewRequests makes them over the store; the service changes the cases.
func NewRequests(st RequestStore, s *Service) *Requests { return &Requests{st, s} }

// Promise is within how many hours customers hear back, and whether only hours of work count.
func (q *Requests) Promise(ctx context.Context) (hours int, business bool, err error) {
	rules, err := q.service.opener.Rules(ctx)
	return int(rules.Calendar.Wait() / time.Hour), rules.Calendar.Business, err
}

// Said gives what the customer said about being contacted for an answer, and the address that mail would go to ("": none).
func (q *Requests) Said(ctx context.Context, r survey.Response) (said Permission, email string, err error) {
	if r.ContactID != 0 {
		c, err := q.store.Contact(ctx, r.ContactID)
		if err != nil && !errors.Is(err, survey.ErrNotFound) {
			return NotSaid, "", err
		}
		if c.BouncedAt.IsZero() {
			email = c.Email
		}
	}
	id, err := q.store.CaseOf(ctx, r.ID)
	if errors.Is(err, survey.ErrNotFound) {
		return NotSaid, email, nil
	}
	if err != nil {
		return NotSaid, "", err
	}
	c, err := q.store.Case(ctx, id)
	return c.Permission, email, err
}

// Permit notes what the customer said. Where the answer has no case, one opens for a request if the rules say so.
func (q *Requests) Permit(ctx context.Context, response survey.ID, p Permission, phone string) error {
	return q.store.InTx(ctx, func(ctx context.Context) error {
		id, err := q.store.CaseOf(ctx, response)
		if errors.Is(err, survey.ErrNotFound) && p == Agreed {
			id, err = q.open(ctx, response)
		}
		if errors.Is(err, survey.ErrNotFound) {
			return nil // there is nothing to contact anybody about
		}
		if err != nil {
			return err
		}
		_, err = q.service.change(ctx, 0, id, AnyVersion, nil, func(ctx context.Context, w *work) error {
			if w.c.Permission == p && w.c.Phone == phone {
				return nil
			}
			w.add(Entry{Kind: LogPermission, Before: strconv.Itoa(int(w.c.Permission)), After: strconv.Itoa(int(p)), Body: phone, ResponseID: response})
			w.c.Permission, w.c.Phone = p, phone
			r, err := q.store.CaseRound(ctx, w.c.ID, w.c.Rounds)
			if err != nil {
				return err
			}
			r.Declined = p == Declined
			return q.store.SaveRound(ctx, w.c.ID, r)
		})
		return err
	})
}

// open opens a case for a request alone. It returns survey.ErrNotFound where the rules open none.
func (q *Requests) open(ctx context.Context, response survey.ID) (survey.ID, error) {
	o := q.service.opener
	rules, err := o.Rules(ctx)
	if err != nil {
		return 0, err
	}
	r, err := q.store.Response(ctx, response)
	if err != nil {
		return 0, err
	}
	if !rules.Request || r.Status != survey.Counted {
		return 0, survey.ErrNotFound
	}
	at := q.service.now()
	rec := survey.Record{Response: r, Before: &r, At: at, Words: r.SearchText(), Following: o.following(rules, r, ByRequest, at)}
	if err := q.store.FollowUp(ctx, &rec); err != nil {
		return 0, err
	}
	return q.store.CaseOf(ctx, response)
}
