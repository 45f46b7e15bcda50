package customers

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// ticketTally is how long the tickets resolved in a period took, of everybody and of each agent.
type ticketTally struct {
	period scoring.Period
	at     time.Time // when tickets are judged to be overdue: the period's end, or now if that is earlier
	agents map[string]*agentTickets
}

type agentTickets struct {
	waits   []time.Duration
	overdue int64
}

func (t *ticketTally) add(agent string, ticket scoring.Ticket) {
	resolved, overdue := ticket.ResolvedIn(t.period) && !ticket.Untimed, ticket.OpenTooLong(t.at)
	if !resolved && !overdue {
		return
	}
	own := t.agents[agent]
	if own == nil {
		own = &agentTickets{}
		t.agents[agent] = own
	}
	if resolved {
		own.waits = append(own.waits, ticket.Resolved.Sub(ticket.Created))
	}
	if overdue {
		own.overdue++
	}
}

func (t *ticketTally) figure(variant string) (f Figure) {
	var all []time.Duration
	overdue := int64(0)
	for _, agent := range slices.Sorted(maps.Keys(t.agents)) {
		own := t.agents[agent]
		all, overdue = append(all, own.waits...), overdue+own.overdue
		f.Groups = append(f.Groups, Group{agent, ticketInputs(scoring.WaitsOf(own.waits), own.overdue)})
	}
	w := scoring.WaitsOf(all)
	f.waits(w, variant)
	f.Inputs = ticketInputs(w, overdue)
	return f
}

func ticketInputs(w scoring.Waits, overdue int64) []Input {
	return append(waitInputs(w), Input{"p90", w.P90.Rat(), Hours}, count("overdue", overdue))
}

// resolution is how long the shop's own help desk took to resolve tickets, in hours of the clock (metrics 4.13).
func resolution(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all := tallies(r.Periods, func(p scoring.Period) *ticketTally {
		at := p.To
		if r.AsOf.Before(at) {
			at = r.AsOf
		}
		return &ticketTally{p, at, map[string]*agentTickets{}}
	})
	err := src.EachTicket(ctx, func(agent string, ticket scoring.Ticket) error {
		for _, t := range all {
			t.add(agent, ticket)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = t.figure(r.Variant)
	}
	return figures, nil
}
