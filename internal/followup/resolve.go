package followup

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

func (e Edit) reply(_ context.Context, w *work) error {
	if e.Reply != nil {
		w.add(*e.Reply)
	}
	return nil
}

// status changes the status, and stops or starts the clock: a reply stops it, reopening starts a new one.
func (s *Service) status(e Edit) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		before := w.c.Status
		after := before
		if e.Status != nil {
			after = *e.Status
		}
		if !slices.Contains(Statuses(), after) {
			return errors.New("there is no such status")
		}
		if before == Resolved && after != Resolved {
			if err := s.reopen(ctx, w, after); err != nil {
				return err
			}
		}
		if e.Reply != nil {
			if err := s.replied(ctx, w); err != nil {
				return err
			}
		}
		switch {
		case before == after, before == Resolved:
			return nil
		case after == Resolved:
			return s.resolve(ctx, w, e.Reason)
		}
		w.c.Status = after
		w.add(Entry{Kind: LogStatus, Before: string(before), After: string(after)})
		return nil
	}
}

// replied stops the clock of the newest round, if it runs.
func (s *Service) replied(ctx context.Context, w *work) error {
	if !w.c.RepliedAt.IsZero() {
		return nil
	}
	r, err := s.store.CaseRound(ctx, w.c.ID, w.c.Rounds)
	if err != nil {
		return err
	}
	w.c.RepliedAt, r.RepliedAt, r.RepliedBy = w.at, w.at, w.by
	return s.store.SaveRound(ctx, w.c.ID, r)
}

// unreplied lets the clock of the newest round go on.
func (s *Service) unreplied(ctx context.Context, w *work) error {
	r, err := s.store.CaseRound(ctx, w.c.ID, w.c.Rounds)
	if err != nil {
		return err
	}
	w.c.RepliedAt, r.RepliedAt, r.RepliedBy = time.Time{}, time.Time{}, 0
	return s.store.SaveRound(ctx, w.c.ID, r)
}

func (s *Service) resolve(ctx context.Context, w *work, reason int64) error {
	if reason == AnswerChanged && w.by != 0 { // only the program can tell
		return ErrReason
	}
	if _, err := s.store.CaseReason(ctx, reason); errors.Is(err, survey.ErrNotFound) {
		return ErrReason
	} else if err != nil {
		return err
	}
	r, err := s.store.CaseRound(ctx, w.c.ID, w.c.Rounds)
	if err != nil {
		return err
	}
	w.add(Entry{Kind: LogReason, After: strconv.FormatInt(reason, 10)})
	w.add(Entry{Kind: LogStatus, Before: string(w.c.Status), After: string(Resolved)})
	w.c.Status, w.c.Reason, w.c.ResolvedAt = Resolved, reason, w.at
	r.ResolvedAt, r.ResolvedBy, r.Reason = w.at, w.by, reason
	return s.store.SaveRound(ctx, w.c.ID, r)
}

// reopen begins a new round: the customer waits again.
func (s *Service) reopen(ctx context.Context, w *work, to Status) error {
	rules, err := s.opener.Rules(ctx)
	if err != nil {
		return err
	}
	c := &w.c
	before, err := s.store.CaseRound(ctx, c.ID, c.Rounds)
	if err != nil {
		return err
	}
	w.add(Entry{Kind: LogReopened, Before: string(Resolved), After: string(to)})
	if err := s.stays(ctx, w); err != nil {
		return err
	}
	c.Status, c.Reason, c.RepliedAt, c.OpenedAt, c.DueAt = to, 0, time.Time{}, w.at, rules.Calendar.Due(w.at)
	c.Rounds++
	c.Reopened++
	return s.store.SaveRound(ctx, c.ID, Round{
		No: c.Rounds, Ticket: before.Ticket, OpenedAt: c.OpenedAt, DueAt: c.DueAt, Touchpoint: before.Touchpoint, Declined: c.Permission == Declined, Excluded: before.Excluded,
	})
}

// stays takes a case from an owner who has left since it was resolved.
func (s *Service) stays(ctx context.Context, w *work) error {
	if w.c.Owner == 0 {
		return nil
	}
	ok, err := s.store.Works(ctx, w.c.Owner)
	if err != nil || ok {
		return err
	}
	w.add(Entry{Kind: LogOwner, Before: userText(w.c.Owner)})
	w.c.Owner = 0
	return nil
}

// Release makes the cases of a user who leaves nobody's, in the transaction of ctx if there is one. Who did it is by, and gets the views that the user shared; the others go.
// Resolved cases keep whose they were until they are opened again.
func (s *Service) Release(ctx context.Context, by, user int64) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.ReleaseViews(ctx, user, by); err != nil {
			return err
		}
		cases, err := s.store.ReleaseCases(ctx, user, s.now())
		if err != nil {
			return err
		}
		lines := make([]Entry, len(cases))
		for i, c := range cases {
			lines[i] = Entry{ID: s.ids.Next(), CaseID: c.ID, At: c.ChangedAt, UserID: by, Kind: LogOwner, Before: userText(user)}
		}
		return s.store.AddCaseEntries(ctx, lines)
	})
}

// Undo takes back the line of the log by which a case was resolved or given to somebody, while that is still how it is. It returns ErrUndo, and survey.ErrStale as Change does.
func (s *Service) Undo(ctx context.Context, by int64, id survey.ID, version int64, line survey.ID) (Case, error) {
	return s.change(ctx, by, id, version, nil, func(ctx context.Context, w *work) error {
		e, err := s.store.CaseEntry(ctx, id, line)
		if err != nil {
			return err
		}
		switch {
		case e.Kind == LogOwner && e.After == userText(w.c.Owner):
			owner, err := strconv.ParseInt("0"+e.Before, 10, 64)
			if err != nil {
				return ErrUndo
			}
			return s.owner(&owner)(ctx, w)
		case e.Kind == LogStatus && e.After == string(Resolved) && w.c.Status == Resolved && !e.At.Before(w.c.ResolvedAt):
			return s.unresolve(ctx, w, Status(e.Before))
		}
		return ErrUndo
	})
}

// unresolve makes a resolution as if it had never been: no new round, the clock is where it was.
func (s *Service) unresolve(ctx context.Context, w *work, to Status) error {
	if !slices.Contains(Statuses(), to) || to == Resolved {
		return ErrUndo
	}
	r, err := s.store.CaseRound(ctx, w.c.ID, w.c.Rounds)
	if err != nil {
		return err
	}
	r.ResolvedAt, r.ResolvedBy, r.Reason = time.Time{}, 0, 0
	if err := s.store.SaveRound(ctx, w.c.ID, r); err != nil {
		return err
	}
	if w.c.ResolvedAt, err = s.store.LastResolved(ctx, w.c.ID); err != nil {
		return err
	}
	w.add(Entry{Kind: LogStatus, Before: string(Resolved), After: string(to)})
	w.c.Status, w.c.Reason = to, 0
	return nil
}
