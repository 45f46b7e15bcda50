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

// Give stores a response under the id that its link or its form carries. When the id is taken, the same response again is Same; a different one is a
// change while it may be changed, and Locked after that. What is stored is returned with each outcome.
func (in *Intake) Give(ctx context.Context, v Version, r Response) (Response, Outcome, error) {
	return in.give(ctx, v, r, func(stored *Response) {
		stored.Rating, stored.CantSay, stored.Comment, stored.Language, stored.Layout = r.Rating, r.CantSay, r.Comment, r.Language, r.Layout
		stored.Unfinished = stored.Unfinished && r.Unfinished
		for _, a := range r.Answers {
			stored.Put(a)
		}
	})
}

// GiveRating stores a rating as soon as it is chosen, before the form is sent. Whatever else was given stays.
func (in *Intake) GiveRating(ctx context.Context, v Version, r Response) (Response, Outcome, error) {
	r.Unfinished = true
	return in.give(ctx, v, r, func(stored *Response) {
		if r.Rating != NoRating || r.CantSay {
			stored.Rating, stored.CantSay, stored.Layout = r.Rating, r.CantSay, r.Layout
		}
		for _, a := range r.Answers {
			stored.Put(a)
		}
	})
}

func (in *Intake) give(ctx context.Context, v Version, r Response, merge func(stored *Response)) (Response, Outcome, error) {
	r.AnsweredAt = in.now()
	r.SurveyID, r.VersionID, r.Revision = v.SurveyID, v.ID, 0
	r.Classify(v.Definition)
	err := in.recorder.Record(ctx, in.ledgered(NewRecord(r, v.Definition, in.zone())))
	if err == nil {
		return r, Stored, nil
	}
	if !errors.Is(err, ErrExists) {
		return Response{}, Stored, err
	}
	stored, err := in.store.Response(ctx, r.ID)
	if err != nil {
		return Response{}, Stored, err
	}
	asked, err := in.store.Version(ctx, stored.VersionID)
	if err != nil {
		return Response{}, Stored, err
	}
	// A 5 of 1 to 5 must not become a 5 of 0 to 10: an answer is changed where its own questions are asked.
	if !asked.Definition.SameQuestions(v.Definition) {
		return stored, Locked, nil
	}
	return in.Amend(ctx, r.ID, merge)
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
		if err := in.recorder.Record(ctx, in.ledgered(rec)); !errors.Is(err, ErrStale) {
			return rec.Response, Changed, err
		}
	}
	return Response{}, Stored, ErrBusy
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
