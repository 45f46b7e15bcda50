package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Errors of an Editor.
var (
	// ErrNewVersion asks for a confirmation: the questions changed after people answered, so publishing starts a new version and breaks the trend.
	ErrNewVersion = errors.New("publishing starts a new version")
	// ErrArchived is returned for what cannot be done to an archived survey.
	ErrArchived = errors.New("the survey is archived")
)

// EditorStore is what an Editor reads and writes.
type EditorStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Survey(ctx context.Context, id int64) (Survey, error) // ErrNotFound
	CreateSurvey(ctx context.Context, s *Survey) error
	UpdateSurvey(ctx context.Context, s *Survey) error // ErrStale
	Version(ctx context.Context, id int64) (Version, error)
	CreateVersion(ctx context.Context, v *Version) error
	UpdateVersion(ctx context.Context, v Version) error
	HasResponses(ctx context.Context, versionID int64) (bool, error)
}

// Editor is how staff make surveys.
type Editor struct {
	store EditorStore
	now   func() time.Time
}

// NewEditor makes an editor over the store and the clock.
func NewEditor(st EditorStore, now func() time.Time) *Editor { return &Editor{store: st, now: now} }

// Create stores a new draft. It returns Problems.
func (e *Editor) Create(ctx context.Context, name string, settings Settings, d Definition) (Survey, error) {
	s := Survey{Name: name, State: Draft, Settings: settings, Edited: d, CreatedAt: e.now(), ChangedAt: e.now()}
	s.tidy()
	if problems := s.CheckDraft(); len(problems) > 0 {
		return s, problems
	}
	err := e.store.CreateSurvey(ctx, &s)
	return s, err
}

// Edit is what the builder's form sends: everything of a survey that may be edited, and the revision that it was read at.
type Edit struct {
	Revision int64
	Name     string
	Settings Settings
	Edited   Definition
	OpensAt  time.Time // zero: at once
	ClosesAt time.Time // zero: never
	// Publish says that it is to be published next: of a live survey nothing is then stored unless it can be.
	Publish bool
}

// Apply is the survey with what was typed, as it would be saved.
func (d Edit) Apply(s Survey) Survey {
	s.Name, s.Settings, s.Edited, s.OpensAt, s.ClosesAt = d.Name, d.Settings, d.Edited, d.OpensAt, d.ClosesAt
	s.tidy()
	return s
}

// Save stores an edit. Languages, dates, links' permissions and the touchpoint hold at once, questions and texts once they are published. It returns
// Problems, ErrStale when somebody else saved meanwhile, and ErrArchived; the survey returned with those is what was typed, not what is stored.
func (e *Editor) Save(ctx context.Context, id int64, edit Edit) (Survey, error) {
	stored, err := e.store.Survey(ctx, id)
	if err != nil {
		return Survey{}, err
	}
	s := edit.Apply(stored)
	switch {
	case stored.Revision != edit.Revision:
		return s, ErrStale
	case stored.State == Archived:
		return s, ErrArchived
	}
	problems, err := e.check(ctx, stored, s, edit.Publish)
	if err != nil {
		return s, err
	}
	if len(problems) > 0 {
		return s, problems
	}
	s.ChangedAt = e.now()
	return s, e.store.UpdateSurvey(ctx, &s)
}

// check finds what cannot be stored of an edit. What holds at once is held to what may be published, so that a refused publication has changed nothing.
func (e *Editor) check(ctx context.Context, stored, s Survey, publish bool) (Problems, error) {
	if s.State != Live {
		return s.CheckDraft(), nil
	}
	problems := s.CheckDraft()
	if publish {
		problems = s.CheckPublish(e.now())
	} else if s.Over(e.now()) && !s.ClosesAt.Equal(stored.ClosesAt) {
		problems.add("closes", "edit.error.closes_over")
	}
	if len(problems) > 0 {
		return problems, nil
	}
	return e.checkLive(ctx, s)
}

// checkLive finds languages that a live survey would offer without having published a word in them.
func (e *Editor) checkLive(ctx context.Context, s Survey) (Problems, error) {
	v, err := e.store.Version(ctx, s.VersionID)
	if err != nil {
		return nil, err
	}
	var problems Problems
	for _, q := range v.Definition.Questions {
		if q.Text[s.Settings.DefaultLanguage] == "" {
			return append(problems, Problem{Field: "default_language", Key: "edit.error.default_unpublished"}), nil
		}
	}
	return problems, nil
}

// Publish makes the saved draft what customers see. Where the questions changed after people answered, it asks with ErrNewVersion unless confirmed.
// It returns Problems, ErrStale and ErrArchived.
func (e *Editor) Publish(ctx context.Context, id, revision int64, confirmed bool) (s Survey, err error) {
	err = e.store.InTx(ctx, func(ctx context.Context) error {
		if s, err = e.store.Survey(ctx, id); err != nil {
			return err
		}
		switch {
		case s.Revision != revision:
			return ErrStale
		case s.State == Archived:
			return ErrArchived
		}
		if problems := s.CheckPublish(e.now()); len(problems) > 0 {
			return problems
		}
		return e.publish(ctx, &s, confirmed)
	})
	return s, err
}

func (e *Editor) publish(ctx context.Context, s *Survey, confirmed bool) error {
	next := Version{SurveyID: s.ID, Definition: s.Edited, PublishedAt: e.now()}
	if s.VersionID != 0 {
		now, err := e.store.Version(ctx, s.VersionID)
		if err != nil {
			return err
		}
		if now.Definition.SameQuestions(s.Edited) {
			now.Definition = s.Edited
			if err := e.store.UpdateVersion(ctx, now); err != nil {
				return err
			}
			return e.live(ctx, s, now.ID)
		}
		answered, err := e.store.HasResponses(ctx, s.VersionID)
		if err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		if answered && !confirmed {
			return ErrNewVersion
		}
	}
	if err := e.store.CreateVersion(ctx, &next); err != nil {
		return err
	}
	return e.live(ctx, s, next.ID)
}

func (e *Editor) live(ctx context.Context, s *Survey, versionID int64) error {
	s.State, s.VersionID, s.ChangedAt = Live, versionID, e.now()
	return e.store.UpdateSurvey(ctx, s)
}

// Changed tells whether the draft differs from what is published, and whether publishing it breaks the trend of its questions.
func (s Survey) Changed(published Version) (differs, breaks bool) {
	if s.VersionID == 0 {
		return true, false
	}
	return !equalJSON(s.Edited, published.Definition), !published.Definition.SameQuestions(s.Edited)
}

// Duplicate makes a new draft with the questions and settings of a survey, under another name.
func (e *Editor) Duplicate(ctx context.Context, id int64, name string) (Survey, error) {
	s, err := e.store.Survey(ctx, id)
	if err != nil {
		return Survey{}, err
	}
	settings := s.Settings
	settings.Languages = slices.Clone(settings.Languages)
	return e.Create(ctx, name, settings, s.Edited)
}

// Close ends the time in which a live survey takes answers. Another closing time opens it again. It returns ErrNotLive for one that takes none now.
func (e *Editor) Close(ctx context.Context, id int64) (s Survey, err error) {
	err = e.store.InTx(ctx, func(ctx context.Context) error {
		if s, err = e.store.Survey(ctx, id); err != nil {
			return err
		}
		if !s.TakesAnswers(e.now()) {
			return ErrNotLive
		}
		s.ClosesAt, s.ChangedAt = e.now(), e.now()
		return e.store.UpdateSurvey(ctx, &s)
	})
	return s, err
}

// Archive ends a survey: it keeps its answers and takes no more. Restore undoes it.
func (e *Editor) Archive(ctx context.Context, id int64) (Survey, error) {
	return e.move(ctx, id, func(Survey) State { return Archived })
}

// Restore brings an archived survey back as it was.
func (e *Editor) Restore(ctx context.Context, id int64) (Survey, error) {
	return e.move(ctx, id, func(s Survey) State {
		if s.VersionID == 0 {
			return Draft
		}
		return Live
	})
}

func (e *Editor) move(ctx context.Context, id int64, to func(Survey) State) (s Survey, err error) {
	err = e.store.InTx(ctx, func(ctx context.Context) error {
		if s, err = e.store.Survey(ctx, id); err != nil {
			return err
		}
		if state := to(s); s.State != state && (state == Archived || s.State == Archived) {
			s.State, s.ChangedAt = state, e.now()
			return e.store.UpdateSurvey(ctx, &s)
		}
		return nil
	})
	return s, err
}
