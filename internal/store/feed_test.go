package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

var _ customers.Source = (*store.Store)(nil)

func day(n int) time.Time { return time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC) }

func order(id survey.ID, contact survey.ID, at time.Time, amount int64) customers.Order {
	return customers.Order{ID: id, ExternalID: fmt.Sprint("O", id), ContactID: contact, At: at, Currency: "EUR", Amount: amount}
}

// buyers reads what EachBuyer streams, as text.
func buyers(t *testing.T, st *store.Store, currency string, before time.Time) (lines []string) {
	t.Helper()
	err := st.EachBuyer(t.Context(), currency, before, func(customer survey.ID, orders []scoring.Order) error {
		line := customer.String() + ":"
		for _, o := range orders {
			if o.Customer != int64(customer) {
				t.Errorf("order %+v among those of %s", o, customer)
			}
			line += fmt.Sprintf(" %d/%d/%d%s", o.ID, o.At.Day(), o.Net, o.Kind)
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func fates(t *testing.T, got []people.Fate, err error, want ...people.Fate) {
	t.Helper()
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("became of rows: %v, %v; want %v", got, err, want)
	}
}

func TestOrdersComeByCustomerAndOnlyThoseThatCount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		cancelled, test, free, foreign, extra := order(4, 7, day(1), 100), order(5, 7, day(1), 100), order(6, 7, day(1), 0), order(7, 9, day(1), 70), order(8, 9, day(3), 80)
		cancelled.Status, test.Status, foreign.Currency, extra.Kind = customers.Cancelled, customers.Test, "BGN", "addon"
		all := []customers.Order{order(1, 9, day(2), 500), order(2, 7, day(5), 300), order(3, 7, day(5), 200), cancelled, test, free, foreign, extra}
		got, err := st.PutOrders(ctx, all, day(9))
		fates(t, got, err, slices.Repeat([]people.Fate{people.Added}, len(all))...)
		if got, want := buyers(t, st, "EUR", day(4)), []string{"7: 6/1/0", "9: 1/2/500 8/3/80addon"}; !slices.Equal(got, want) {
			t.Errorf("euros before the 4th: %q, want %q", got, want)
		}
		if got, want := buyers(t, st, "", day(31)), []string{"7: 6/1/0 2/5/300 3/5/200", "9: 7/1/70 1/2/500 8/3/80addon"}; !slices.Equal(got, want) {
			t.Errorf("all: %q, want %q", got, want)
		}
		if got, err := st.Currencies(ctx, customers.Orders); err != nil || !slices.Equal(got, []string{"BGN", "EUR"}) {
			t.Errorf("currencies %q, %v", got, err)
		}
		stop := errors.New("enough")
		if err := st.EachBuyer(ctx, "", day(31), func(survey.ID, []scoring.Order) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("stopped with %v", err)
		}
		if first, last, err := st.OrdersSpan(ctx); err != nil || !first.Equal(day(1)) || !last.Equal(day(5)) {
			t.Errorf("from %v to %v, %v", first, last, err)
		}
	})
}

func TestRepeatedRowsChangeNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		put := func(o ...customers.Order) ([]people.Fate, error) { return st.PutOrders(ctx, o, day(9)) }
		got, err := put(order(1, 7, day(1), 100), order(2, 7, day(2), 100))
		fates(t, got, err, people.Added, people.Added)
		again := order(11, 7, day(1), 100) // told again it has another id of ours, and the same number
		again.ExternalID = "O1"
		more := again
		more.Amount = 150
		got, err = put(again)
		fates(t, got, err, people.Same)
		state, err := st.FeedStates(ctx)
		if want := (customers.FeedState{Feed: customers.Orders, Revision: 1, Records: 2, ChangedAt: day(9)}); err != nil || state[customers.Orders] != want {
			t.Errorf("%+v, %v, want %+v", state, err, want)
		}
		got, err = put(more, more, order(3, 8, day(3), 10), order(3, 8, day(3), 20))
		fates(t, got, err, people.Changed, people.Same, people.Added, people.Changed)
		if state, err = st.FeedStates(ctx); err != nil || state[customers.Orders].Revision != 2 || state[customers.Orders].Records != 3 {
			t.Errorf("%+v, %v", state, err)
		}
		if got, want := buyers(t, st, "EUR", day(31)), []string{"7: 1/1/150 2/2/100", "8: 3/3/20"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

func TestRefundsTakeFromOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		told := order(2, 7, day(2), 100)
		told.Refunded = 30
		if _, err := st.PutOrders(ctx, []customers.Order{order(1, 7, day(1), 100), told}, day(9)); err != nil {
			t.Fatal(err)
		}
		refund := func(id, of survey.ID, amount int64) customers.Refund {
			return customers.Refund{ID: id, ExternalID: fmt.Sprint("R", id), OrderID: of, At: day(5), Amount: amount}
		}
		put := func(want []people.Fate, left string, r ...customers.Refund) {
			t.Helper()
			got, err := st.PutRefunds(ctx, r, day(9))
			fates(t, got, err, want...)
			if got := strings.Join(buyers(t, st, "EUR", day(31)), "|"); got != left {
				t.Errorf("left is %q, want %q", got, left)
			}
		}
		put([]people.Fate{people.Added, people.Added}, "7: 1/1/60 2/2/70", refund(1, 1, 40), refund(2, 2, 20)) // the order tells of 30
		put([]people.Fate{people.Added}, "7: 1/1/60 2/2/50", refund(3, 2, 30))
		put([]people.Fate{people.Same}, "7: 1/1/60 2/2/50", refund(1, 1, 40))
		put([]people.Fate{people.Changed}, "7: 1/1/100 2/2/10", refund(1, 2, 40)) // it was of the other order
		put([]people.Fate{people.Added}, "7: 2/2/10", refund(4, 1, 100))          // nothing is left of the first
		// The orders again, which know nothing of their refunds.
		if got, err := st.PutOrders(ctx, []customers.Order{order(1, 7, day(1), 200), told}, day(9)); err != nil || got[0] != people.Changed || got[1] != people.Same {
			t.Errorf("%v, %v", got, err)
		}
		if got, want := buyers(t, st, "EUR", day(31)), []string{"7: 1/1/100 2/2/10"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		found, err := st.Refunds(ctx, []string{"R4", "R1"}, []survey.ID{1})
		if err != nil || len(found) != 2 || found[0].OrderID != 2 || found[1].Amount != 100 {
			t.Errorf("%+v, %v", found, err)
		}
		orders, err := st.OrdersByNumber(ctx, []string{"O1", "none"})
		if err != nil || len(orders) != 1 || orders["O1"].Refunded != 100 || orders["O1"].Amount != 200 || !orders["O1"].At.Equal(day(1)) {
			t.Errorf("%+v, %v", orders, err)
		}
	})
}

// shopFeeds has a record or two of every other feed.
func shopFeeds(ctx context.Context, st *store.Store) error {
	puts := []func() ([]people.Fate, error){
		func() ([]people.Fate, error) {
			return st.PutCustomers(ctx, []customers.Acquired{{ContactID: 7, At: day(3)}, {ContactID: 8, At: day(1)}}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutSubscriptions(ctx, []customers.Subscription{
				{ID: 1, ExternalID: "S1", ContactID: 8, Started: day(4), Ended: day(6), Currency: "EUR", Amount: 900, Span: scoring.Month, Spans: 1},
				{ID: 2, ExternalID: "S2", ContactID: 8, Started: day(1), Currency: "EUR", Amount: 100, Span: scoring.Year, Spans: 2},
				{ID: 3, ExternalID: "S3", ContactID: 6, Started: day(2), Currency: "EUR", Amount: 100, Span: scoring.Year, Spans: 2},
				{ID: 4, ExternalID: "S4", ContactID: 5, Started: day(1), Currency: "EUR", Span: scoring.Month, Spans: 1, Trial: true},
			}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutContracts(ctx, []customers.Contract{{ID: 1, ExternalID: "C1", ContactID: 7, TermEnds: day(5), Renewed: day(4)}, {ID: 2, ExternalID: "C2", ContactID: 8, TermEnds: day(6)}}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutCosts(ctx, []customers.Cost{
				{ID: 1, ExternalID: "K1", At: day(2), Category: customers.Sales, Currency: "EUR", Amount: 5},
				{ID: 2, ExternalID: "K2", At: day(3), Category: customers.Sales, Currency: "EUR", Amount: 6},
				{ID: 3, ExternalID: "K3", At: day(2), Category: "rent", Currency: "EUR", Amount: 7},
				{ID: 4, ExternalID: "K4", At: day(2), Category: customers.Sales, Currency: "PLN", Amount: 8},
			}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutOpportunities(ctx, []customers.Opportunity{
				{ID: 1, ExternalID: "P1", Agent: "Ann", Created: day(1), Closed: day(5), Outcome: scoring.Won, Currency: "EUR", Amount: 9},
				{ID: 2, ExternalID: "P2", ContactID: 7, Agent: "Bo", Created: day(2), Currency: "USD"},
			}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutStays(ctx, []customers.Stay{
				{OpportunityID: 1, Stage: "won", Position: 3, Entered: day(4)},
				{OpportunityID: 1, Stage: "lead", Position: 1, Entered: day(1), Left: day(2)},
				{OpportunityID: 1, Stage: "offer", Position: 2, Entered: day(3)},
				{OpportunityID: 2, Stage: "lead", Position: 1, Entered: day(2)},
			}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutQuotas(ctx, []customers.Quota{
				{Agent: "Ann", Period: scoring.Period{From: day(1), To: day(5)}, Currency: "EUR", Amount: 100}, {Agent: "Ann", Period: scoring.Period{From: day(5), To: day(9)}, Currency: "EUR", Amount: 0},
			}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutTickets(ctx, []customers.Ticket{
				{ID: 1, ExternalID: "T1", ContactID: 7, Agent: "Ann", Created: day(1), Resolved: day(2)}, {ID: 2, ExternalID: "T2", Agent: "Bo", Created: day(3), Excluded: true},
			}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutMemberships(ctx, []customers.Membership{{ContactID: 7, Joined: day(2), Left: day(5)}, {ContactID: 8, Joined: day(3)}}, day(9))
		},
		func() ([]people.Fate, error) {
			return st.PutRewards(ctx, []customers.Reward{{ID: 1, ExternalID: "W1", ContactID: 8, At: day(2), Kind: customers.Issued, Count: 3}, {ID: 2, ExternalID: "W2", ContactID: 7, At: day(5), Kind: customers.Earned, Count: 50}}, day(9))
		},
	}
	for round, want := range []people.Fate{people.Added, people.Same} {
		for i, put := range puts {
			got, err := put()
			if err == nil && slices.ContainsFunc(got, func(f people.Fate) bool { return f != want }) {
				err = fmt.Errorf("time %d, feed %d: %v", round, i, got)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// gather collects what is streamed.
func gather[T any](t *testing.T, each func(do func(T) error) error) (all []T) {
	t.Helper()
	if err := each(func(v T) error { all = append(all, v); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFeedsReadBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		if err := shopFeeds(ctx, st); err != nil {
			t.Fatal(err)
		}
		if _, err := st.PutOrders(ctx, []customers.Order{order(1, 6, day(1), 5), order(2, 7, day(1), 5), order(3, 4, day(8), 5)}, day(9)); err != nil {
			t.Fatal(err)
		}
		same := func(what string, got, want any) {
			t.Helper()
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s:\n%+v, want\n%+v", what, got, want)
			}
		}
		var seen []string
		err := st.FirstSeen(ctx, day(8), func(c survey.ID, at time.Time) error { seen = append(seen, fmt.Sprint(c, " ", at.Day())); return nil })
		same("first seen", seen, []string{"6 1", "7 1", "8 1"})
		var paid []string
		err = errors.Join(err, st.EachSubscriber(ctx, "EUR", func(c survey.ID, s []scoring.Subscription) error {
			for _, v := range s {
				paid = append(paid, fmt.Sprintf("%d %d %d %v %s%d", c, v.ID, v.Started.Day(), v.Ended.IsZero(), v.Span, v.Spans))
			}
			return nil
		}))
		same("subscribers", paid, []string{"6 3 2 true year2", "8 2 1 true year2", "8 1 4 false month1"})
		costs, costsErr := st.CostsIn(ctx, "EUR", scoring.Period{From: day(2), To: day(3)})
		same("costs", costs, map[string]int64{"sales": 5, "rent": 7})
		quotas, quotasErr := st.QuotasIn(ctx, "EUR", scoring.Period{From: day(5), To: day(9)})
		same("quotas", quotas, []customers.Quota{{Agent: "Ann", Period: scoring.Period{From: day(5), To: day(9)}, Currency: "EUR"}})
		if err := errors.Join(err, costsErr, quotasErr); err != nil {
			t.Fatal(err)
		}
		p := scoring.Period{From: day(5), To: day(6)}
		same("contracts", gather(t, func(do func(scoring.Contract) error) error { return st.ContractsEnding(ctx, p, do) }), []scoring.Contract{{TermEnds: day(5), Renewed: day(4)}})
		same("opportunities", gather(t, func(do func(scoring.Opportunity) error) error { return st.EachOpportunity(ctx, "EUR", do) }),
			[]scoring.Opportunity{{ID: 1, Agent: "Ann", Created: day(1), Closed: day(5), Outcome: scoring.Won, Amount: 9}})
		same("stays", gather(t, func(do func(scoring.Stay) error) error { return st.EachStay(ctx, do) }), []scoring.Stay{
			{Opportunity: 1, Stage: "lead", Position: 1, Entered: day(1), Left: day(2)},
			{Opportunity: 1, Stage: "offer", Position: 2, Entered: day(3), Left: day(4)},
			{Opportunity: 1, Stage: "won", Position: 3, Entered: day(4), Left: day(5)},
			{Opportunity: 2, Stage: "lead", Position: 1, Entered: day(2)},
		})
		var tickets []string
		err = st.EachTicket(ctx, func(agent string, k scoring.Ticket) error {
			tickets = append(tickets, fmt.Sprint(agent, k.Created.Day(), k.Resolved.IsZero(), k.Excluded))
			return nil
		})
		same("tickets", tickets, []string{"Ann1 false false", "Bo3 true true"})
		same("members", gather(t, func(do func(customers.Membership) error) error { return st.EachMembership(ctx, do) }),
			[]customers.Membership{{ContactID: 7, Joined: day(2), Left: day(5)}, {ContactID: 8, Joined: day(3)}})
		same("rewards", gather(t, func(do func(customers.Reward) error) error { return st.EachReward(ctx, p, do) }),
			[]customers.Reward{{ID: 2, ExternalID: "W2", ContactID: 7, At: day(5), Kind: customers.Earned, Count: 50}})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestMergingCarriesWhatFeedsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		if err := shopFeeds(ctx, st); err != nil {
			t.Fatal(err)
		}
		if _, err := st.PutOrders(ctx, []customers.Order{order(1, 7, day(5), 5), order(2, 8, day(4), 5)}, day(9)); err != nil {
			t.Fatal(err)
		}
		if err := st.AddContacts(ctx, []survey.Contact{{ID: 7, ExternalID: "7", CreatedAt: day(1)}, {ID: 8, ExternalID: "8", CreatedAt: day(1)}}); err != nil {
			t.Fatal(err)
		}
		// Both were members before, from one moment on: that is one membership, which ended with the later of the two.
		if _, err := st.PutMemberships(ctx, []customers.Membership{
			{ContactID: 7, Joined: day(1).AddDate(-1, 0, 0), Left: day(2).AddDate(-1, 0, 0)}, {ContactID: 8, Joined: day(1).AddDate(-1, 0, 0), Left: day(3).AddDate(-1, 0, 0)},
		}, day(9)); err != nil {
			t.Fatal(err)
		}
		members := []customers.Membership{
			{ContactID: 7, Joined: day(1).AddDate(-1, 0, 0), Left: day(3).AddDate(-1, 0, 0)}, {ContactID: 7, Joined: day(2), Left: day(5)}, {ContactID: 7, Joined: day(3)},
		}
		merge := []people.Merge{{ID: 30, Kept: 7, Gone: 8, Reason: people.SameNumber, At: day(10)}}
		if err := st.InTx(ctx, func(ctx context.Context) error { return st.MergeContacts(ctx, merge) }); err != nil {
			t.Fatal(err)
		}
		if got, want := buyers(t, st, "EUR", day(31)), []string{"7: 2/4/5 1/5/5"}; !slices.Equal(got, want) {
			t.Errorf("orders %q, want %q", got, want)
		}
		if got, want := gather(t, func(do func(customers.Membership) error) error { return st.EachMembership(ctx, do) }), members; !slices.Equal(got, want) {
			t.Errorf("members %+v, want %+v", got, want)
		}
		rows, err := st.PersonRows(ctx, 7)
		counts := map[string]int{}
		for table, found := range rows {
			counts[table] = len(found)
		}
		for table, want := range map[string]int{"customer_order": 2, "subscription": 2, "contract": 2, "opportunity": 1, "ticket": 1, "reward": 2, "customer_since": 1, "membership": 3} {
			if counts[table] != want {
				t.Errorf("%d rows in %s, want %d", counts[table], table, want)
			}
		}
		if since := rows["customer_since"]; err != nil || len(since) != 1 || since[0]["acquired_at"] != day(1).Format(time.RFC3339) {
			t.Errorf("since %v, %v", since, err)
		}
		states, err := st.FeedStates(ctx)
		if err != nil || states[customers.Orders].Revision != 2 || states[customers.Memberships].Records != 3 || states[customers.Costs].Revision != 1 {
			t.Errorf("%+v, %v", states, err)
		}
	})
}

// TestMuchArrivesAsToldInAnyOrder puts random rows in random batches, and expects what a map would hold.
func TestMuchArrivesAsToldInAnyOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		random, want := rand.New(rand.NewPCG(1, 2)), map[string]customers.Order{}
		for id := survey.ID(1); id < 2000; {
			var batch []customers.Order
			for range random.IntN(300) {
				o := order(id, survey.ID(1+random.IntN(50)), day(1+random.IntN(28)), random.Int64N(3))
				o.ExternalID = fmt.Sprint(random.IntN(700))
				batch, id = append(batch, o), id+1
				if known, ok := want[o.ExternalID]; ok {
					o.ID = known.ID
				}
				want[o.ExternalID] = o
			}
			if _, err := st.PutOrders(t.Context(), batch, day(9)); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		err := st.EachBuyer(t.Context(), "EUR", day(31), func(customer survey.ID, orders []scoring.Order) error {
			for i, o := range orders {
				if i > 0 && (o.At.Before(orders[i-1].At) || o.At.Equal(orders[i-1].At) && o.ID < orders[i-1].ID) {
					t.Errorf("%+v comes after %+v", o, orders[i-1])
				}
			}
			n += len(orders)
			return nil
		})
		if err != nil || n != len(want) {
			t.Errorf("%d orders, want %d, %v", n, len(want), err)
		}
		numbers := make([]string, 0, len(want))
		for number := range want {
			numbers = append(numbers, number)
		}
		if got, err := st.OrdersByNumber(t.Context(), numbers); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("orders differ, %v", err)
		}
	})
}

// TestBuyersAreReadFromTheIndexAlone holds SQLite to reading orders in the order of the index, without sorting a million of them.
func TestBuyersAreReadFromTheIndexAlone(t *testing.T) {
	st := storetest.SQLite(t)
	for _, currency := range []string{"", "EUR"} {
		plan, err := st.BuyersPlan(t.Context(), currency)
		if err != nil || len(plan) != 1 || !strings.Contains(plan[0], "USING COVERING INDEX customer_order_of") {
			t.Errorf("%q: %q, %v", currency, plan, err)
		}
	}
}
