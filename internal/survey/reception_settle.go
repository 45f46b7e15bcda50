package survey

import (
	"context"
	"errors"
	"slices"
	"time"
)

// settle brings an invitation and its answer in line with what is known of who was there. Whoever has written a click calls it after that, so the last one sees
// all of them.
func (p *Reception) settle(ctx context.Context, id ID) error {
	s, err := p.look(ctx, id)
	if err != nil || s.done() {
		return err
	}
	for range 4 {
		err = p.store.InTx(ctx, func(ctx context.Context) error {
			s, err := p.look(ctx, id)
			if err != nil || s.done() {
				return err
			}
			return p.align(ctx, s)
		})
		if !errors.Is(err, ErrStale) {
			break
		}
	}
	return err
}

// settlement is what is to be changed of an invitation.
type settlement struct {
	inv  Invitation
	r    Response
	why  Reason // that it is a program
	hold bool   // the response counts, and should not
	back *Given // what a person gave, before a program changed it; nil: none did
}

func (s settlement) done() bool { return s.inv.Machine == s.why && !s.hold && s.back == nil }

// look finds out what is to be changed.
func (p *Reception) look(ctx context.Context, id ID) (s settlement, err error) {
	if s.inv, err = p.store.Invitation(ctx, id); err != nil {
		return s, err
	}
	clicks, err := p.store.Clicks(ctx, id)
	if err != nil {
		return s, err
	}
	sent := s.inv.Delivered()
	s.why = Judge(clicks, sent).Reasons
	s.r, err = p.store.Response(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return s, nil
	}
	if err != nil || s.r.Status != Counted || s.r.Channel != ViaInvitation {
		return s, err
	}
	if s.hold = s.why != 0; s.hold {
		return s, nil
	}
	if at, ok := meddled(clicks, sent); ok {
		s.back, err = p.before(ctx, s.r, at)
	}
	return s, err
}

// meddled gives the time of the first thing that a program gave after the last one that a person did; false when there is none.
func meddled(clicks []Click, sentAt time.Time) (at time.Time, ok bool) {
	clicks = inTime(clicks)
	why := against(clicks, sentAt)
	for i, c := range slices.Backward(clicks) {
		if c.Kind == ClickRestore || c.answers() && why[i] == 0 {
			return at, ok
		}
		if c.answers() {
			at, ok = c.At, true
		}
	}
	return time.Time{}, false
}

// before is what a response was before it was first changed at that time or later; nil when it is that, or when staff have changed it since.
func (p *Reception) before(ctx context.Context, r Response, at time.Time) (*Given, error) {
	history, err := p.store.History(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var found *Given
	for i, h := range history {
		if h.At.Before(at) {
			break
		}
		if h.By != 0 {
			return nil, nil
		}
		found = &history[i].Before
	}
	if found == nil || equal(r, found.in(r)) {
		return nil, nil
	}
	return found, nil
}

// in is the response with what was given put back.
func (g Given) in(r Response) Response {
	r.Rating, r.CantSay, r.Comment, r.Answers = g.Rating, g.CantSay, g.Comment, g.Answers
	return r
}

// align makes the changes.
func (p *Reception) align(ctx context.Context, s settlement) error {
	if err := p.store.SetMachine(ctx, p.zone(), s.inv.ID, s.why); err != nil || !s.hold && s.back == nil {
		return err
	}
	v, err := p.store.Version(ctx, s.r.VersionID)
	if err != nil {
		return err
	}
	after := s.r
	if s.hold {
		after.Status = Held
	} else {
		after = s.back.in(after)
		after.Classify(v.Definition)
	}
	rec, err := ChangeRecord(s.r, after, v.Definition, p.zone(), 0, p.now())
	if err != nil {
		return err
	}
	refused, err := p.store.Apply(ctx, []Record{rec})
	if err != nil {
		return err
	}
	return refused[0]
}
