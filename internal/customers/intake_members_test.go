package customers_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestWhoComesBackIsAMemberTwice keeps both memberships, and refuses two at once, in whatever order a file tells them.
func TestWhoComesBackIsAMemberTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		member := func(joined, left string) customers.Row {
			r := customers.Row{Customer: survey.Contact{ExternalID: "a"}, At: on(joined)}
			if left != "" {
				r.Ends = on(left)
			}
			return r
		}
		d.takes(customers.Memberships, "new feed_member feed_member", member("2026-01-01", ""), member("2026-03-01", ""), member("2025-11-01", "2026-01-15"))
		// The one that comes back is told before the end of the first one.
		d.takes(customers.Memberships, "new changed feed_member new", member("2026-03-01", ""), member("2026-01-01", "2026-03-01"), member("2026-02-01", "2026-02-02"), member("2025-11-01", "2025-12-31"))
		d.takes(customers.Memberships, "same feed_member", short(member("2026-01-01", ""), every), member("2026-01-01", ""))
		var all []string
		if err := st.EachMembership(t.Context(), func(m customers.Membership) error {
			all = append(all, fmt.Sprint(m.Joined.Format("01-02"), m.Left.In(d.Zone()).Format("/01-02")))
			return nil
		}); err != nil || !slices.Equal(all, []string{"11-01/01-01", "01-01/03-02", "03-01/01-01"}) {
			t.Errorf("memberships %q, %v", all, err)
		}
	})
}

// TestATicketOfDaysHasNoLength keeps it, and counts its length in nothing.
func TestATicketOfDaysHasNoLength(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		ticket := func(number, created, resolved string) customers.Row {
			r := customers.Row{Number: number, At: on(created)}
			if resolved != "" {
				r.Ends = on(resolved)
			}
			return r
		}
		d.takes(customers.Tickets, "new+only_days new+only_days new+only_days new new new", ticket("1", "2026-01-01", "2026-01-01"), ticket("2", "2026-01-01", "2026-01-05"),
			ticket("3", "2026-01-01", "2026-01-01 15:00"), ticket("4", "2026-01-01", "2026-01-02 15:00"), ticket("5", "2026-01-01 10:00", "2026-01-01 11:00"), ticket("6", "2026-01-01", ""))
		d.takes(customers.Tickets, "same changed", short(ticket("1", "2026-01-01", ""), every), ticket("2", "2026-01-01 08:00", "2026-01-05 08:00"))
		untimed := 0
		if err := st.EachTicket(t.Context(), func(_ string, k scoring.Ticket) error {
			if k.Untimed {
				untimed++
			}
			return nil
		}); err != nil || untimed != 2 {
			t.Errorf("%d of unknown length, %v", untimed, err)
		}
	})
}

func TestADealThatGoesBackIsNoted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		stay := func(stage, position, from string) customers.Row {
			return customers.Row{Of: "1", Stage: stage, Position: position, At: on(from)}
		}
		d.takes(customers.Opportunities, "new", customers.Row{Number: "1"})
		d.takes(customers.Stages, "new new new+stage_back new+no_position new+stage_back", stay("lead", "1", "2026-01-01"), stay("offer", "3", "2026-01-02"), stay("call", "2", "2026-01-03"),
			stay("other", "", "2026-01-04"), stay("call", "2", "2026-01-02 18:00"))
	})
}
