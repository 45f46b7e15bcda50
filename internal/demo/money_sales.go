package demo

import (
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// sellers are the people who sell to offices.
func sellers() []string { return []string{"Dana Keller", "Elena Markova", "Piotr Zając"} }

// months are the starts of the shop's months, from the first with costs to the one that runs.
func (b *till) months() (all []time.Time) {
	y, m, _ := b.now.In(b.zone).Date()
	for i := history; i >= 0; i-- {
		all = append(all, time.Date(y, m-time.Month(i), 1, 0, 0, 0, 0, b.zone))
	}
	return all
}

// costs are what the shop spent each month; rent wins no customers.
func (b *till) costs() (all []customers.Cost) {
	for _, month := range b.months() {
		for _, of := range []struct {
			category string
			amount   int64
		}{{customers.Marketing, 1400 + b.rng.Int64N(900)}, {customers.Sales, 900 + b.rng.Int64N(200)}, {"rent", 2600}} {
			all = append(all, customers.Cost{ID: survey.ID(len(all) + 1), ExternalID: fmt.Sprint("C-", len(all)), At: month.UTC(), Category: of.category, Currency: currency, Amount: of.amount * euro})
		}
	}
	return all
}

// quotas are what each seller is to sell in a month.
func (b *till) quotas() (all []customers.Quota) {
	for _, month := range b.months() {
		for _, seller := range sellers() {
			all = append(all, customers.Quota{Agent: seller, Period: scoring.Period{From: month.UTC(), To: month.AddDate(0, 1, 0).UTC()}, Currency: currency, Amount: 4000 * euro})
		}
	}
	return all
}

// pipeline makes up sales to offices, with the stages that they went through.
func (b *till) pipeline() (deals []customers.Opportunity, stays []customers.Stay) {
	for n := range 320 {
		d := customers.Opportunity{
			ID: survey.ID(n + 1), ExternalID: fmt.Sprint("D-", 300+n), Agent: sellers()[b.rng.IntN(3)], Created: b.back(b.rng.Float64() * history * 30), Currency: currency,
			Amount: (400 + b.rng.Int64N(2600)) * euro,
		}
		at := d.Created
		for i, stage := range []string{"Contact", "Offer", "Negotiation"} {
			left := at.Add(time.Duration(20+b.rng.ExpFloat64()*260) * time.Hour)
			stay := customers.Stay{OpportunityID: d.ID, Stage: stage, Position: int64(i + 1), Entered: at, Left: left}
			open, lost := left.After(b.now), b.rng.IntN(4) == 0
			if open {
				stay.Left = time.Time{}
			}
			stays = append(stays, stay)
			if open {
				break
			}
			if at = left; lost || i == 2 {
				d.Closed, d.Outcome = left, scoring.Won
				if lost {
					d.Outcome = scoring.Lost
				}
				break
			}
		}
		deals = append(deals, d)
	}
	return deals, stays
}
