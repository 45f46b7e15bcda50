package survey

import (
	"context"
	"errors"
	"slices"
	"time"
)

// IntakeStore is what Intake reads.
type IntakeStore interface {
	Response(ctx context.Context, id ID) (Response, error) // ErrNotFound
	Version(ctx context.Context, id int64) (Version, error)
}

// Outcome tells what became of a submission.
type Outcome int

// The outcomes.
const (
	Stored  Outcome = iota // it is new and on disk
	Same                   // it was there already, word for word
	Changed                // it replaced what was there
	Locked                 // something else was given more than EditWindow ago or to other questions, and stays
)

// Intake takes answers: each at most once, none lost, changeable for a day.
type Intake struct {
	store    IntakeStore
	recorder Recorder
	ids      *IDs
	now      func() time.Time
	zone     func() *time.Location
}

// NewIntake makes an intake with the writer's ids. zone gives the account's time zone, which decides on which day an answer counts.
func NewIntake(st IntakeStore, rec Recorder, ids *IDs, now func() time.Time, zone func() *time.Location) *Intake {
	return &Intake{store: st, recorder: rec, ids: ids, now: now, zone: zone}
}

// manner is how a response to an invitation is given.
type manner struct {
	click *Click // written with it; nil: none
	held  bool   // a program seems to give it
	ends  ID     // the invitation that an anonymous response ends; 0: none
	anew  int64  // the revision of a stored response that it takes the place of; noRevision: of none
}

// noRevision is no revision of a response: the first one is 0.
const noRevision = -1

// Give stores a response under the id that its link or its form carries. When the id is taken, the same response again is Same; a different one is a
// change while it may be changed, and Locked after that. What is stored is returned with each outcome.
func (in *Intake) Give(ctx context.Context, v Version, r Response) (Response, Outcome, error) {
	return in.take(ctx, v, r, false, manner{anew: noRevision})
}

// GiveRating stores a rating as soon as it is chosen, before the form is sent. Whatever else was given stays.
func (in *Intake) GiveRating(ctx context.Context, v Version, r Response) (Response, Outcome, error) {
	return in.take(ctx, v, r, true, manner{anew: noRevision})
}

// GiveAnonymously is Give, or GiveRating, for a survey whose answers nothing joins to their people: only the day is kept, and no contact and no order. ends is
// the invitation by which it is given, 0 for a public link; one that was answered already is ErrNotFound.
func (in *Intake) GiveAnonymously(ctx context.Context, v Version, r Response, rating bool, ends ID) (Response, Outcome, error) {
	r.ContactID, r.OrderRef, r.ExternalID, r.DateOnly, r.Channel = 0, "", "", true, ViaLink
	return in.take(ctx, v, r, rating, manner{anew: noRevision, ends: ends})
}

// Day is the start of today in the account's zone.
func (in *Intake) Day() time.Time { return DayOf(in.now(), in.zone()).Start(in.zone()) }

func (in *Intake) take(ctx context.Context, v Version, r Response, rating bool, how manner) (Response, Outcome, error) {
	r.AnsweredAt = in.now()
	if r.DateOnly {
		r.AnsweredAt = in.Day()
	}
	r.SurveyID, r.VersionID, r.Revision = v.SurveyID, v.ID, 0
	r.Unfinished = r.Unfinished || rating
	if how.held && r.Status == Counted { // a test stays one, whoever tries it
		r.Status = Held
	}
	r.Classify(v.Definition)
	rec := in.ledgered(NewRecord(r, v.Definition, in.zone()))
	rec.Click, rec.Ends = how.click, how.ends
	err := in.recorder.Record(ctx, rec)
	if err == nil {
		return r, Stored, nil
	}
	if !errors.Is(err, ErrExists) {
		return Response{}, Stored, err
	}
	for range 8 {
		out, outcome, err := in.again(ctx, v, r, rating, how)
		if !errors.Is(err, ErrStale) {
			return out, outcome, err
		}
	}
	return Response{}, Stored, ErrBusy
}

// again gives a response whose id is taken. ErrStale: it was changed meanwhile.
func (in *Intake) again(ctx context.Context, v Version, r Response, rating bool, how manner) (Response, Outcome, error) {
	stored, err := in.store.Response(ctx, r.ID)
	if err != nil {
		return Response{}, Stored, err
	}
	asked, err := in.store.Version(ctx, stored.VersionID)
	if err != nil {
		return Response{}, Stored, err
	}
	same := asked.Definition.SameQuestions(v.Definition)
	if stored.Status == Held || stored.Revision == how.anew {
		if how.held && same {
			now := r
			r = stored
			r.merge(now, rating)
			r.Classify(asked.Definition)
		}
		rec, err := replaceRecord(stored, asked.Definition, r, v.Definition, in.zone(), in.now())
		if err != nil {
			return Response{}, Stored, err
		}
		rec = in.ledgered(rec)
		rec.Click = how.click
		return rec.Response, Changed, in.recorder.Record(ctx, rec)
	}
	// A 5 of 1 to 5 must not become a 5 of 0 to 10: an answer is changed where its own questions are asked.
	if !same || how.held {
		return stored, Locked, nil
	}
	return in.amend(ctx, stored, asked, how.click, func(s *Response) { s.merge(r, rating) })
}

// merge puts what was given now over what was given before. A rating that is taken as soon as it is chosen leaves the rest as it is.
func (r *Response) merge(now Response, rating bool) {
	if !rating {
		r.Rating, r.CantSay, r.Comment, r.Language, r.Layout = now.Rating, now.CantSay, now.Comment, now.Language, now.Layout
		r.Unfinished = r.Unfinished && now.Unfinished
	} else if now.Rating != NoRating || now.CantSay {
		r.Rating, r.CantSay, r.Layout = now.Rating, now.CantSay, now.Layout
	}
	for _, a := range now.Answers {
		r.Put(a)
	}
}

// ledgered prepares a record for the line that it may bring about in the ledger of invitations.
func (in *Intake) ledgered(rec Record) Record {
	if rec.Response.Channel == ViaInvitation {
		rec.LedgerID = in.ids.Next()
	}
	return rec
}

// Amend changes a stored response while the customer may: change edits a copy. Two changes at once both happen, one after the other.
func (in *Intake) Amend(ctx context.Context, id ID, change func(*Response)) (Response, Outcome, error) {
	for range 8 {
		before, err := in.store.Response(ctx, id)
		if err != nil {
			return Response{}, Stored, err
		}
		v, err := in.store.Version(ctx, before.VersionID)
		if err != nil {
			return Response{}, Stored, err
		}
		out, outcome, err := in.amend(ctx, before, v, nil, change)
		if !errors.Is(err, ErrStale) {
			return out, outcome, err
		}
	}
	return Response{}, Stored, ErrBusy
}

// amend changes a response that was just read. ErrStale: it was changed meanwhile.
func (in *Intake) amend(ctx context.Context, before Response, v Version, click *Click, change func(*Response)) (Response, Outcome, error) {
	after := before
	after.Answers = slices.Clone(before.Answers)
	change(&after)
	after.Classify(v.Definition)
	if equal(before, after) {
		return before, Same, nil
	}
	if !before.Editable(in.now()) || before.Status == Deleted {
		return before, Locked, nil
	}
	rec, err := ChangeRecord(before, after, v.Definition, in.zone(), 0, in.now())
	if err != nil {
		return Response{}, Stored, err
	}
	rec = in.ledgered(rec)
	rec.Click = click
	return rec.Response, Changed, in.recorder.Record(ctx, rec)
}

// Put sets one question's part, in the order of the questions. An empty part removes it.
func (r *Response) Put(a Answer) {
	r.Answers = slices.DeleteFunc(r.Answers, func(b Answer) bool { return b.Question == a.Question })
	if a.Rating == NoRating && a.Options == 0 && !a.CantSay && a.Text == "" {
		return
	}
	i, _ := slices.BinarySearchFunc(r.Answers, a.Question, func(b Answer, no int) int { return b.Question - no })
	r.Answers = slices.Insert(r.Answers, i, a)
}

func equal(a, b Response) bool {
	return a.Rating == b.Rating && a.CantSay == b.CantSay && a.Comment == b.Comment && a.Status == b.Status && a.Unfinished == b.Unfinished && slices.Equal(a.Answers, b.Answers)
}
