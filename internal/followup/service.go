package followup

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// Errors of a Service, beside survey.ErrNotFound and survey.ErrStale.
var (
	ErrReason = errors.New("a resolution needs a reason")
	ErrOwner  = errors.New("there is no such user at work here")
	ErrTags   = errors.New("the tags are too many or too long")
	ErrNote   = errors.New("the note is too long")
	ErrUndo   = errors.New("this can't be undone any more")
)

// Bounds of what staff write.
const (
	MaxTags = 20
	MaxTag  = 40     // runes
	MaxNote = 10_000 // runes
)

// Store is what a Service reads and writes.
type Store interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Case(ctx context.Context, id survey.ID) (Case, error)     // survey.ErrNotFound
	LockCase(ctx context.Context, id survey.ID) (Case, error) // in a transaction: nobody else changes it until the end
	SaveCase(ctx context.Context, c *Case) error              // over the version that was locked, which it raises
	SaveClock(ctx context.Context, c *Case) error             // only when it was replied to; the version stays
	CaseRound(ctx context.Context, id survey.ID, no int64) (Round, error)
	SaveRound(ctx context.Context, id survey.ID, r Round) error // new, or over the one with its number
	LastResolved(ctx context.Context, id survey.ID) (time.Time, error)
	AddCaseEntries(ctx context.Context, entries []Entry) error
	CaseEntry(ctx context.Context, caseID, id survey.ID) (Entry, error)
	IndexCase(ctx context.Context, id survey.ID) error
	CaseReason(ctx context.Context, id int64) (Reason, error)
	Works(ctx context.Context, user int64) (bool, error)                        // is there and not disabled
	ReleaseCases(ctx context.Context, user int64, at time.Time) ([]Case, error) // only their ID and ChangedAt
	ReleaseViews(ctx context.Context, user, to int64) error
}

// Service is what staff do with cases. Every change is one transaction with its line in the log.
type Service struct {
	store  Store
	opener *Opener
	ids    *survey.IDs
	now    func() time.Time
}

// NewService makes a service over the store, with the opener for its rules, the writer's ids and the clock.
func NewService(st Store, o *Opener, ids *survey.IDs, now func() time.Time) *Service {
	return &Service{store: st, opener: o, ids: ids, now: now}
}

// Edit is what is done to a case in one go. What is nil or empty stays as it is.
type Edit struct {
	Status *Status
	Reason int64     // of Resolved
	Owner  *int64    // 0: nobody
	Tags   *[]string // all of them
	Note   string
	Names  []int64 // users that the note names
	Reply  *Entry  // a reply that is sent with this: the clock stops. Kind, Body and MailID are the caller's
	Lines  []Entry
	Quiet  bool // the version stays: only the log and the clock change, so nobody's form is out of date
}

// AnyVersion changes a case whatever version it has: what the program or a customer does can't be out of date.
const AnyVersion = 0

// Change does what edit says to the version of a case that the user saw, with what also writes in the same transaction (nil: nothing). It returns the case as it is then, survey.ErrStale
// when somebody was faster, and ErrReason, ErrOwner, ErrTags or ErrNote for what can't be done. By is a user, 0: the program.
func (s *Service) Change(ctx context.Context, by int64, id survey.ID, version int64, edit Edit, also func(context.Context) error) (Case, error) {
	return s.change(ctx, by, id, version, also, func(ctx context.Context, w *work) error {
		steps := []func(context.Context, *work) error{edit.tags, edit.note, edit.reply, s.owner(edit.Owner), s.status(edit)}
		for _, step := range steps {
			if err := step(ctx, w); err != nil {
				return err
			}
		}
		for _, line := range edit.Lines {
			w.add(line)
		}
		w.quiet = edit.Quiet
		return nil
	})
}

// work is a change under way.
type work struct {
	c     Case
	by    int64
	at    time.Time
	lines []Entry
	words bool // by which it is found may have changed
	quiet bool
}

func (w *work) add(e Entry) {
	w.lines = append(w.lines, e)
	w.words = w.words || e.Body != ""
}

func (s *Service) change(ctx context.Context, by int64, id survey.ID, version int64, also func(context.Context) error, do func(context.Context, *work) error) (Case, error) {
	var w work
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.store.LockCase(ctx, id)
		if err != nil {
			return err
		}
		if version != AnyVersion && version != c.Version {
			return survey.ErrStale
		}
		w = work{c: c, by: by, at: after(c.ChangedAt, s.now())}
		if err := do(ctx, &w); err != nil {
			return err
		}
		if also != nil {
			if err := also(ctx); err != nil {
				return err
			}
		}
		if len(w.lines) == 0 {
			return nil
		}
		return s.save(ctx, &w)
	})
	return w.c, err
}

// after is now, or the next millisecond after what happened to the case last: its log tells things in the order in which they came to be.
func after(last, now time.Time) time.Time {
	if now = now.Truncate(time.Millisecond); now.After(last) {
		return now
	}
	return last.Add(time.Millisecond)
}

func (s *Service) save(ctx context.Context, w *work) error {
	for i := range w.lines {
		e := &w.lines[i]
		e.ID, e.CaseID, e.At, e.UserID = s.ids.Next(), w.c.ID, w.at, w.by
	}
	w.c.ChangedAt = w.at
	write := s.store.SaveCase
	if w.quiet {
		write = s.store.SaveClock
	}
	if err := write(ctx, &w.c); err != nil {
		return err
	}
	if err := s.store.AddCaseEntries(ctx, w.lines); err != nil {
		return err
	}
	if !w.words {
		return nil
	}
	return s.store.IndexCase(ctx, w.c.ID)
}

func (e Edit) tags(_ context.Context, w *work) error {
	if e.Tags == nil {
		return nil
	}
	tags, err := CleanTags(*e.Tags)
	if err != nil || slices.Equal(tags, w.c.Tags) {
		return err
	}
	w.add(Entry{Kind: LogTags, Before: strings.Join(w.c.Tags, ", "), After: strings.Join(tags, ", ")})
	w.c.Tags = tags
	return nil
}

// CleanTags gives tags as they are kept: in lower case, sorted, each once, without commas. It returns ErrTags.
func CleanTags(typed []string) ([]string, error) {
	var tags []string
	for _, t := range typed {
		for part := range strings.SplitSeq(t, ",") {
			if tag := strings.ToLower(survey.Line(part)); tag != "" {
				tags = append(tags, tag)
			}
		}
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	if len(tags) > MaxTags || slices.ContainsFunc(tags, func(t string) bool { return utf8.RuneCountInString(t) > MaxTag }) {
		return nil, ErrTags
	}
	return tags, nil
}

func (e Edit) note(_ context.Context, w *work) error {
	note := survey.Clean(e.Note)
	if survey.Blank(note) {
		return nil
	}
	if utf8.RuneCountInString(note) > MaxNote {
		return ErrNote
	}
	w.add(Entry{Kind: LogNote, Body: note, Mentions: e.Names})
	return nil
}

func (s *Service) owner(owner *int64) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if owner == nil || *owner == w.c.Owner {
			return nil
		}
		if *owner != 0 {
			if ok, err := s.store.Works(ctx, *owner); err != nil || !ok {
				return errors.Join(err, ErrOwner)
			}
		}
		w.add(Entry{Kind: LogOwner, Before: userText(w.c.Owner), After: userText(*owner)})
		w.c.Owner = *owner
		return nil
	}
}

// userText is a user in the log; nobody is "".
func userText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
