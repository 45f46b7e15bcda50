package server

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/surveyd/surveyd/internal/people"
)

// purchaseIn is a purchase as a program tells about it.
type purchaseIn struct {
	ID         string    `json:"id"`
	Contact    contactIn `json:"contact"`
	At         moment    `json:"at"`
	Order      string    `json:"order"`
	Touchpoint string    `json:"touchpoint"`
	Properties bag       `json:"properties"`
}

// eventIn is another event of the shop's.
type eventIn struct {
	Event string `json:"event"`
	purchaseIn
}

// occasionContext is what is read once for all things of a call.
type occasionContext struct {
	touchpoints map[string]int64
}

func (a *api) occasionContext(ctx context.Context) (*occasionContext, error) {
	all, err := a.Store.Touchpoints(ctx)
	if err != nil {
		return nil, err
	}
	in := &occasionContext{touchpoints: map[string]int64{"": 0}}
	for _, t := range all {
		if t.ArchivedAt.IsZero() {
			in.touchpoints[t.Key] = t.ID
		}
	}
	return in, nil
}

// row makes a row of a purchase or an event.
func (in *occasionContext) row(kind string, p purchaseIn) (people.Row, map[string][]string) {
	touchpoint, ok := in.touchpoints[p.Touchpoint]
	if !ok {
		return people.Row{}, map[string][]string{"touchpoint": {"is not known"}}
	}
	return people.Row{Contact: p.Contact.contact(), Occasion: &people.Occasion{
		Kind: kind, ExternalID: p.ID, At: p.At.Time, OrderRef: p.Order, Touchpoint: touchpoint, Properties: p.Properties,
	}}, nil
}

// postPurchases takes purchases in.
func (a *api) postPurchases(c *apiCall) error {
	return a.takeIn(c, func(in *occasionContext, text json.RawMessage) (people.Row, map[string][]string) {
		var p purchaseIn
		if problems := decodeItem(text, &p); problems != nil {
			return people.Row{}, problems
		}
		return in.row(people.Purchase, p)
	})
}

// postEvents takes other events in. Purchases are none of them: a key for events must not be able to make one.
func (a *api) postEvents(c *apiCall) error {
	return a.takeIn(c, func(in *occasionContext, text json.RawMessage) (people.Row, map[string][]string) {
		var e eventIn
		if problems := decodeItem(text, &e); problems != nil {
			return people.Row{}, problems
		}
		if strings.EqualFold(strings.TrimSpace(e.Event), people.Purchase) {
			return people.Row{}, map[string][]string{"event": {"a purchase belongs to /api/v1/purchases"}}
		}
		return in.row(e.Event, e.purchaseIn)
	})
}
