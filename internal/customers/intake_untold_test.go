package customers_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// every is all parts that a row may leave out.
const every = ^customers.Parts(0)

// short is a row that tells nothing of parts.
func short(r customers.Row, parts customers.Parts) customers.Row {
	r.Untold = parts
	return r
}

func TestWhatAnOrderDoesNotTellStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		told := func(number, amount, refunded, status, kind string) customers.Row {
			r := order(number, "a", "2026-01-01", amount)
			r.Refunded, r.Status, r.Kind = refunded, status, kind
			return r
		}
		d.takes(customers.Orders, "new new new", told("1", "10", "", "cancelled", ""), told("2", "20", "5", "", "upgrade"), told("3", "30", "", "refunded", ""))
		plain := func(number, amount string) customers.Row {
			return short(order(number, "a", "2026-01-01", amount), every)
		}
		d.takes(customers.Orders, "same same same new", plain("1", "10"), plain("2", "20"), plain("3", "30"), plain("4", "40"))
		d.earned("EUR", "1500+4000")
		d.takes(customers.Orders, "feed_below changed changed", plain("2", "4"), plain("2", "21"), short(told("1", "10", "", "paid", ""), every&^customers.PartStatus))
		d.earned("EUR", "1000+1600+4000")
		// What is blank is told, and means that there is nothing; what is left tells what was given back.
		left := plain("4", "")
		left.Total = "7"
		d.takes(customers.Orders, "changed changed changed", told("2", "21", "", "", ""), left, short(told("1", "10", "", "refunded", ""), every&^customers.PartStatus))
		d.earned("EUR", "2100+700")
	})
}

func TestWhatATermDoesNotTellStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		sub := order("1", "a", "2026-01-01", "9.99")
		sub.Span, sub.Spans, sub.Flag = "month", "3", "no"
		full := sub
		full.Ends = on("2026-03-01 10:00")
		read := func() (all []string) {
			err := st.EachSubscriber(t.Context(), "EUR", func(_ survey.ID, subs []scoring.Subscription) error {
				for _, s := range subs {
					all = append(all, fmt.Sprint(s.Ended.Format("01-02 "), s.Spans))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		short1 := short(sub, every)
		short1.Spans, short1.Flag = "", ""
		d.takes(customers.Subscriptions, "new same", full, short1)
		if got := read(); !slices.Equal(got, []string{"03-01 3"}) {
			t.Errorf("subscription %q", got)
		}
		late := short1
		late.At = on("2026-04-01")
		open := sub // it says that it has no end
		d.takes(customers.Subscriptions, "feed_ends changed", late, open)
		if got := read(); !slices.Equal(got, []string{"01-01 3"}) {
			t.Errorf("subscription %q", got)
		}
		contract := customers.Row{Number: "1", Customer: survey.Contact{ExternalID: "a"}, Ends: on("2026-03-31"), Renewed: on("2026-03-30")}
		again := short(contract, every)
		again.Renewed = customers.Moment{}
		d.takes(customers.Contracts, "new same changed", contract, again, short(again, 0))
	})
}

func TestWhatADealOrATicketDoesNotTellStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		deal := customers.Row{
			Number: "1", Customer: survey.Contact{ExternalID: "a"}, Agent: "Ann", At: on("2026-01-01"), Ends: on("2026-02-01"), Status: "won", Amount: "100", Currency: "EUR",
		}
		bare := short(customers.Row{Number: "1"}, every)
		d.takes(customers.Opportunities, "new same", deal, bare)
		early := short(customers.Row{Number: "1", At: on("2026-03-01")}, every&^customers.PartCreated)
		expected := short(customers.Row{Number: "1", Ends: on("2026-12-31")}, every&^customers.PartEnds)
		d.takes(customers.Opportunities, "same+expected_close", expected)
		d.takes(customers.Opportunities, "feed_ends changed", early, short(bare, every&^customers.PartMoney))
		known, err := st.OpportunitiesByNumber(t.Context(), []string{"1"})
		if o := known["1"]; err != nil || o.Agent != "Ann" || o.Outcome != scoring.Won || o.Amount != 0 || o.ContactID == 0 {
			t.Errorf("%+v, %v", o, err)
		}
		stay := customers.Row{Of: "1", Stage: "lead", Position: "2", At: on("2026-01-02 08:00"), Ends: on("2026-01-05 08:00")}
		again := short(customers.Row{Of: "1", Stage: "lead", At: stay.At}, every)
		d.takes(customers.Stages, "new same feed_overlap new+no_position", stay, again,
			customers.Row{Of: "1", Stage: "call", Position: "3", At: on("2026-01-04 08:00")}, short(customers.Row{Of: "1", Stage: "call", At: on("2026-01-06 08:00")}, every))
		ticket := customers.Row{Number: "1", Customer: survey.Contact{ExternalID: "a"}, Agent: "Ann", At: on("2026-01-01 08:00"), Ends: on("2026-01-01 09:00"), Flag: "yes"}
		d.takes(customers.Tickets, "new same feed_ends changed", ticket, short(customers.Row{Number: "1", At: ticket.At}, every),
			short(customers.Row{Number: "1", At: on("2026-01-02 08:00")}, every), short(customers.Row{Number: "1", At: ticket.At}, every&^customers.PartAgent))
		reward := customers.Row{Number: "1", Customer: survey.Contact{ExternalID: "a"}, At: on("2026-01-01"), Kind: "points", Count: "50"}
		fewer := short(reward, every)
		fewer.Count = ""
		d.takes(customers.Rewards, "new same changed", reward, fewer, short(fewer, 0))
	})
}

func TestARefundOfAnEarlierDayThanItsOrderIsNoted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		back := func(number, at string) customers.Row {
			return customers.Row{Number: number, Of: "1", At: on(at), Amount: "1"}
		}
		d.takes(customers.Orders, "new", order("1", "a", "2026-01-02", "10"))
		d.takes(customers.Refunds, "new+refund_before new new", back("1", "2026-01-01"), back("2", "2026-01-02 06:00"), back("3", "2026-01-03"))
		d.earned("EUR", "700")
	})
}

// TestASubscriptionLastsThroughItsLastDay renews one by another that begins on the next day: nobody left in between.
func TestASubscriptionLastsThroughItsLastDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		sub := func(number, from, to string) customers.Row {
			r := order(number, "a", from, "10")
			r.Span = "month"
			if to != "" {
				r.Ends = on(to)
			}
			return r
		}
		member := customers.Row{Customer: survey.Contact{ExternalID: "a"}, At: on("2026-05-01"), Ends: on("2026-05-31")}
		d.takes(customers.Subscriptions, "new new new", sub("1", "2026-05-01", "2026-05-31"), sub("2", "2026-06-01", ""), sub("3", "2026-07-01 10:00", "2026-07-01"))
		d.takes(customers.Memberships, "new", member)
		june := time.Date(2026, 6, 1, 0, 0, 0, 0, d.Zone())
		err := st.EachSubscriber(t.Context(), "EUR", func(_ survey.ID, subs []scoring.Subscription) error {
			if !subs[0].Ended.Equal(june) || !subs[0].ActiveAt(june) || subs[1].ActiveAt(june) {
				t.Errorf("at the end of May: %+v", subs)
			}
			if got := subs[2].Ended; !got.Equal(time.Date(2026, 7, 2, 0, 0, 0, 0, d.Zone())) {
				t.Errorf("one of a day ends at %v", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := st.EachMembership(t.Context(), func(m customers.Membership) error {
			if !m.Left.Equal(june) {
				t.Errorf("left at %v", m.Left)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
