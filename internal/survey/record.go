package survey

import (
	"context"
	"errors"
	"time"
)

// Errors of a Recorder.
var (
	ErrExists = errors.New("there is a response with this id already")
	ErrBusy   = errors.New("too many answers at once")
	ErrFull   = errors.New("the disk is full")
)

// Record is the write of one response with all that it brings about. Everything in it was decided before, so that the writer only stores values.
type Record struct {
	Response Response
	Before   *Response // as read, when it is changed; nil: it is new
	Deltas   []Delta   // of the rollups
	Words    string    // for the search index
	Unwords  string    // the words that the index holds now
	History  []byte    // JSON of Before, when a given answer was changed
	By       int64     // the user who changed it; 0: the customer
	At       time.Time // of the change

	// Of an answer to an invitation, which has the same id: what the first one that counts brings about there.
	LedgerID ID             // of the ledger's line; 0: none is written
	Zone     *time.Location // in which the funnel's days are counted
	Click    *Click         // written with it; nil: none

	// Ends is the invitation that a new anonymous answer ends. It is told nothing but that it was answered; when it was before, the answer is ErrExists.
	Ends ID

	Following *Following // what it means for the case of its person; nil: nothing
}

// Recorder stores a record durably before it returns nil. It returns ErrExists for a new response whose id is taken, ErrStale when the response changed after
// Before was read, ErrBusy when its queue is full, and ErrFull when there is no space. ctx bounds the wait, not the write.
type Recorder interface {
	Record(ctx context.Context, rec Record) error
}

// NewRecord is the record of a new response.
func NewRecord(r Response, d Definition, zone *time.Location) Record {
	return Record{Response: r, Deltas: r.Deltas(d, DayOf(r.AnsweredAt, zone), 1), Words: r.SearchText(), At: r.AnsweredAt, Zone: zone}
}

// ChangeRecord is the record that makes before into after, by a user (0: the customer) at a time. The revision is raised, and the first time stays.
func ChangeRecord(before, after Response, d Definition, zone *time.Location, by int64, at time.Time) (Record, error) {
	after.ID, after.Revision = before.ID, before.Revision+1
	if before.Status != Held {
		after.AnsweredAt = before.AnsweredAt // a held one has counted on no day
	}
	rec := Record{
		Response: after, Before: &before, By: by, At: at, Zone: zone,
		Deltas: append(before.Deltas(d, DayOf(before.AnsweredAt, zone), -1), after.Deltas(d, DayOf(after.AnsweredAt, zone), 1)...),
		Words:  after.SearchText(), Unwords: before.SearchText(),
	}
	if by != 0 || overwrites(before, after) {
		var err error
		if rec.History, err = marshalHistory(before); err != nil {
			return Record{}, err
		}
	}
	return rec, nil
}

// replaceRecord is the record by which after, which answers the questions of ad, takes the place of before, which answered those of bd: a person has come
// where there was only a program's answer, or what staff took a click for. A held answer stays held until a person comes.
func replaceRecord(before Response, bd Definition, after Response, ad Definition, zone *time.Location, at time.Time) (Record, error) {
	after.ID, after.Revision, after.AnsweredAt = before.ID, before.Revision+1, at
	rec := Record{
		Response: after, Before: &before, At: at, Zone: zone,
		Deltas: append(before.Deltas(bd, DayOf(before.AnsweredAt, zone), -1), after.Deltas(ad, DayOf(at, zone), 1)...),
		Words:  after.SearchText(), Unwords: before.SearchText(),
	}
	var err error
	rec.History, err = marshalHistory(before)
	return rec, err
}

// overwrites tells whether something that was given is gone or different. Going on to the next page only adds.
func overwrites(before, after Response) bool {
	if (before.Rating != NoRating && before.Rating != after.Rating) || (before.CantSay && !after.CantSay) || (before.Comment != "" && before.Comment != after.Comment) || before.Status != after.Status {
		return true
	}
	for _, a := range before.Answers {
		if b, ok := after.Answer(a.Question); !ok || a != b {
			return true
		}
	}
	return false
}
