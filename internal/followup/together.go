package followup

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// Away is after how long without a sign somebody is no longer at a case.
const Away = time.Minute

// The kinds of drafts.
const (
	DraftReply = "reply"
	DraftNote  = "note"
)

// ErrDraft refuses a draft of no kind, or one that is too long.
var ErrDraft = errors.New("the draft is too long, or of no kind")

// Draft is what somebody has typed at a case and not sent yet.
type Draft struct {
	UserID    int64
	Kind      string
	Body      string // up to MaxNote runes
	ChangedAt time.Time
}

// Colleague is somebody who is at a case, or was there and left a draft.
type Colleague struct {
	UserID  int64
	Since   time.Time // when the case was opened there; zero: nobody is there now
	DraftAt time.Time // of the newest draft; zero: none
}

// TogetherStore is what Together reads and writes.
type TogetherStore interface {
	MarkPresent(ctx context.Context, id survey.ID, user int64, at, gone time.Time) error // since at, where the last sign is older than gone
	MarkAway(ctx context.Context, id survey.ID, user int64) error
	Colleagues(ctx context.Context, id survey.ID, user int64, gone time.Time) ([]Colleague, error) // all but the user
	SaveDraft(ctx context.Context, id survey.ID, d Draft) error
	DropDraft(ctx context.Context, id survey.ID, user int64, kind string) error
	Drafts(ctx context.Context, id survey.ID, user int64) ([]Draft, error)
}

// Together is how people who work on the same case know of each other. None of it changes the case.
type Together struct {
	store TogetherStore
	now   func() time.Time
}

// NewTogether makes it over the store and the clock.
func NewTogether(st TogetherStore, now func() time.Time) *Together { return &Together{st, now} }

// Here notes a sign of somebody who has the case before them. It is due again before Away has passed.
func (t *Together) Here(ctx context.Context, id survey.ID, user int64) error {
	at := t.now()
	return t.store.MarkPresent(ctx, id, user, at, at.Add(-Away))
}

// Left notes that somebody has gone on.
func (t *Together) Left(ctx context.Context, id survey.ID, user int64) error {
	return t.store.MarkAway(ctx, id, user)
}

// Others are those who are at the case beside the user, and those who left a draft there.
func (t *Together) Others(ctx context.Context, id survey.ID, user int64) ([]Colleague, error) {
	return t.store.Colleagues(ctx, id, user, t.now().Add(-Away))
}

// Keep keeps a draft; an empty one is dropped. It returns ErrDraft.
func (t *Together) Keep(ctx context.Context, id survey.ID, user int64, kind, body string) error {
	body = survey.CleanText(body)
	if kind != DraftReply && kind != DraftNote || utf8.RuneCountInString(body) > MaxNote {
		return ErrDraft
	}
	if survey.Blank(body) {
		return t.Drop(ctx, id, user, kind)
	}
	return t.store.SaveDraft(ctx, id, Draft{UserID: user, Kind: kind, Body: body, ChangedAt: t.now()})
}

// Drop forgets a draft: it was sent, or is not wanted.
func (t *Together) Drop(ctx context.Context, id survey.ID, user int64, kind string) error {
	return t.store.DropDraft(ctx, id, user, kind)
}

// Draft gives what the user has typed at the case, "" when nothing.
func (t *Together) Draft(ctx context.Context, id survey.ID, user int64, kind string) (string, error) {
	all, err := t.store.Drafts(ctx, id, user)
	for _, d := range all {
		if d.Kind == kind {
			return d.Body, nil
		}
	}
	return "", err
}
