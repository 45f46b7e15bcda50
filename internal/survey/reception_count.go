package survey

import (
	"context"
	"errors"
)

// ErrNothingClicked says that nothing was clicked that could count.
var ErrNothingClicked = errors.New("there is no click that could count")

// Count makes an unconfirmed click count, by a word of staff: what was held back is restored, or else the rating of the link that was opened last is the answer,
// of the time when it was opened. also writes what goes with it, such as an audit log. It returns ErrNothingClicked when there is nothing to count, or when it counts.
func (p *Reception) Count(ctx context.Context, id ID, by int64, also func(context.Context) error) error {
	return p.store.InTx(ctx, func(ctx context.Context) error {
		inv, err := p.store.Invitation(ctx, id)
		if err != nil {
			return err
		}
		switch r, err := p.store.Response(ctx, id); {
		case err == nil && r.Status == Held:
			_, err = (&Moderation{p.store, p.ids, p.now, p.zone}).SetStatus(ctx, id, Counted, by, also)
			if err == nil {
				err = p.store.SetMachine(ctx, p.zone(), id, 0)
			}
			return err
		case err == nil:
			return ErrNothingClicked
		case !errors.Is(err, ErrNotFound):
			return err
		}
		rec, err := p.clicked(ctx, inv)
		if err != nil {
			return err
		}
		refused, err := p.store.Apply(ctx, []Record{rec})
		if err == nil {
			err = refused[0]
		}
		if err == nil {
			err = p.store.SetMachine(ctx, p.zone(), id, 0)
		}
		if err != nil {
			return err
		}
		return also(ctx)
	})
}

// clicked makes an answer of the link that was opened last.
func (p *Reception) clicked(ctx context.Context, inv Invitation) (Record, error) {
	if inv.ClickRating == NoRating {
		return Record{}, ErrNothingClicked
	}
	s, err := p.store.Survey(ctx, inv.SurveyID)
	if err != nil {
		return Record{}, err
	}
	v, err := p.store.Version(ctx, s.VersionID)
	if err != nil {
		return Record{}, err
	}
	q, ok := v.Definition.Primary()
	def, _ := q.Scheme.Def()
	if !ok || !def.Contains(inv.ClickRating) {
		return Record{}, ErrNothingClicked // it was another question then
	}
	clicks, err := p.store.Clicks(ctx, inv.ID)
	if err != nil {
		return Record{}, err
	}
	r := Response{
		ID: inv.ID, SurveyID: s.ID, VersionID: v.ID, Touchpoint: inv.Touchpoint, Language: inv.Language, AnsweredAt: p.now(), Rating: inv.ClickRating,
		Channel: ViaInvitation, Unfinished: true, OrderRef: inv.OrderRef, ContactID: inv.ContactID,
	}
	for _, c := range clicks {
		if c.Kind == ClickOpen && c.Rating == inv.ClickRating {
			r.AnsweredAt = c.At
		}
	}
	r.Classify(v.Definition)
	rec := NewRecord(r, v.Definition, p.zone())
	rec.LedgerID, rec.At = p.ids.Next(), p.now()
	rec.Click = &Click{ID: p.ids.Next(), InvitationID: inv.ID, At: p.now(), Kind: ClickRestore, Rating: NoRating}
	return rec, nil
}
