package scoring_test

import (
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

func resolutionVector(v vector) map[string]any {
	input := in[struct {
		Period  struct{ Start, End, TZ string }
		AsOf    time.Time `json:"as_of"`
		Tickets []struct {
			Agent    string     `json:"agent_id"`
			Created  time.Time  `json:"created_at"`
			Resolved *time.Time `json:"resolved_at"`
			Excluded bool
		}
	}](v)
	zone, err := time.LoadLocation(input.Period.TZ)
	if err != nil {
		v.t.Fatal(err)
	}
	period := scoring.LocalPeriod(mustDate(v.t, input.Period.Start), mustDate(v.t, input.Period.End), zone)
	var all []time.Duration
	byAgent, late := map[string][]time.Duration{}, 0
	for _, t := range input.Tickets {
		ticket := scoring.Ticket{Created: t.Created, Excluded: t.Excluded}
		if t.Resolved != nil {
			ticket.Resolved = *t.Resolved
		}
		if ticket.ResolvedIn(period) {
			wait := ticket.Resolved.Sub(ticket.Created)
			all, byAgent[t.Agent] = append(all, wait), append(byAgent[t.Agent], wait)
		}
		if ticket.OpenTooLong(input.AsOf) {
			late++
		}
	}
	agents := map[string]any{}
	for name, waits := range byAgent {
		w := scoring.WaitsOf(waits)
		agents[name] = map[string]any{"n": w.N, "mean_hours": ratioOrNull(w.Mean)}
	}
	w := scoring.WaitsOf(all)
	return map[string]any{
		"resolved": w.N, "mean_hours": ratioOrNull(w.Mean), "median_hours": ratioOrNull(w.Median), "p90_hours": ratioOrNull(w.P90),
		"by_agent": agents, "unresolved_over_48h": late,
	}
}
