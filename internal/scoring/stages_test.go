package scoring_test

import (
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestConversionOfStages follows an opportunity that goes back once and is then won.
func TestConversionOfStages(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	p := scoring.Pipeline{Period: scoring.Period{From: day(1), To: day(31)}}
	p.Add([]scoring.Stay{
		{Stage: "offer", Position: 2, Entered: day(1), Left: day(3)},
		{Stage: "lead", Position: 1, Entered: day(3), Left: day(4)}, // back, no advance
		{Stage: "offer", Position: 2, Entered: day(4), Left: day(8)},
	}, true)
	p.Add([]scoring.Stay{{Stage: "lead", Position: 1, Entered: day(2), Left: day(31)}}, false) // leaves when the period is over
	stages := p.Stages()
	if len(stages) != 2 || stages[0].Name != "lead" || stages[1].Name != "offer" {
		t.Fatalf("%+v", stages)
	}
	lead, offer := stages[0], stages[1]
	if lead.Entered != 2 || lead.Advanced != 1 || lead.Open != 1 || lead.Stays.N != 1 {
		t.Errorf("lead: %+v", lead)
	}
	if offer.Entered != 2 || offer.Advanced != 1 || offer.Open != 0 || offer.Stays.N != 2 || offer.Stays.Mean.Float() != 72 {
		t.Errorf("offer: %+v", offer)
	}
	if p.All().N != 3 {
		t.Errorf("all stays: %+v", p.All())
	}
}

func TestAnOpportunityWithoutItsDatesIsLeftOutAndCounted(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	won := scoring.Opportunity{Closed: day(5), Outcome: scoring.Won}
	for mode, leads := range map[scoring.CloseMode]int64{scoring.FunnelMode: 0, scoring.CohortMode: 0, scoring.ClosedMode: 1} {
		c := scoring.Closing{Period: scoring.Period{From: day(1), To: day(31)}, Mode: mode, AsOf: day(31)}
		c.Take(won)
		c.Take(scoring.Opportunity{Created: day(2), Outcome: scoring.Lost})
		if c.Leads != leads || c.Won != leads || c.Undated != 2-leads {
			t.Errorf("%s: %+v", mode, c)
		}
	}
}
