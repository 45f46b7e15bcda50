package customers_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// shopOfContracts has so many of all records, two stays to an opportunity, spread over two years, and three subscriptions to two customers.
func shopOfContracts(n int, from time.Time) (s contractsShop) {
	span := []scoring.Span{scoring.Month, scoring.Month, scoring.Year, scoring.Week}
	kind := []string{"", "", "", "", "", "", "", "upgrade"}
	for i := range n {
		at := from.Add(time.Duration(i*7919%n) * (2 * 365 * 24 * time.Hour / time.Duration(n))).Truncate(time.Millisecond)
		end := at.Add(time.Duration(i%400+1) * 24 * time.Hour)
		if i%3 == 0 {
			end = time.Time{}
		}
		contact, agent := survey.ID(1+i*2/3), fmt.Sprint("agent ", i%40)
		s.orders = append(s.orders, customers.Order{ContactID: contact, At: at, Currency: "EUR", Amount: int64(100 + i%9000), Kind: kind[i%8]})
		s.subscriptions = append(s.subscriptions, customers.Subscription{
			ContactID: contact, Started: at, Ended: end, Currency: "EUR", Amount: int64(500 + i%9000), Span: span[i%4], Spans: 1,
		})
		s.contracts = append(s.contracts, customers.Contract{ContactID: contact, TermEnds: at, Renewed: end})
		o := customers.Opportunity{Agent: agent, Created: at, Closed: end, Currency: "EUR", Amount: int64(i)}
		if !end.IsZero() {
			o.Outcome = scoring.Outcome(1 + i%2)
		}
		s.opportunities = append(s.opportunities, o)
		id, middle := survey.ID(i+1), at.Add(time.Duration(i%12)*time.Hour)
		s.stays = append(s.stays, customers.Stay{OpportunityID: id, Stage: "lead", Position: 1, Entered: at, Left: middle},
			customers.Stay{OpportunityID: id, Stage: "offer", Position: 2, Entered: middle, Left: end})
		s.tickets = append(s.tickets, customers.Ticket{Agent: agent, Created: at, Resolved: end})
		if i == 0 || contact != s.memberships[len(s.memberships)-1].ContactID {
			s.memberships = append(s.memberships, customers.Membership{ContactID: contact, Joined: at, Left: end})
		}
		s.rewards = append(s.rewards, customers.Reward{ContactID: contact, At: at, Kind: customers.Redeemed, Count: 1})
	}
	for month := range 24 {
		p := scoring.Period{From: from.AddDate(0, month, 0), To: from.AddDate(0, month+1, 0)}
		for agent := range 40 {
			s.quotas = append(s.quotas, customers.Quota{Agent: fmt.Sprint("agent ", agent), Period: p, Currency: "EUR", Amount: 1_000_000})
		}
	}
	return s
}

// BenchmarkContracts is one request for 14 months over 200,000 of all records, in SQLite.
func BenchmarkContracts(b *testing.B) {
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	st := storetest.SQLite(b)
	shop := shopOfContracts(200_000, from)
	shop.tell(b, st)
	var months []scoring.Period
	for m := range 14 {
		months = append(months, scoring.Period{From: from.AddDate(0, 10+m, 0), To: from.AddDate(0, 11+m, 0)})
	}
	for _, m := range customers.Catalogue() {
		for _, variant := range m.Variants {
			if again(m.Key, variant) == nil {
				continue
			}
			b.Run(m.Key+" "+variant, func(b *testing.B) {
				r := customers.Request{Variant: variant, Periods: months, Zone: time.UTC, AsOf: months[13].To}
				if m.ByMoney {
					r.Currency = "EUR"
				}
				for b.Loop() {
					if _, err := m.Calculate(context.Background(), st, r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
