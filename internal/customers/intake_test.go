package customers_test

import (
	"fmt"
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

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// desk takes feeds into a database.
type desk struct {
	*customers.Intake
	t  *testing.T
	st *store.Store
}

func open(t *testing.T, st *store.Store) desk {
	ids, err := survey.NewIDs(1, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	in := people.NewIntake(st, ids, []byte("key"), clock, nil)
	return desk{&customers.Intake{Store: st, People: in, IDs: ids, Now: clock, Zone: func() *time.Location { return warsaw }}, t, st}
}

// said is what became of rows: a reason or a fate each.
func said(results []customers.Result) (words []string) {
	for _, r := range results {
		word := string(r.Refused)
		if word == "" {
			word = []string{"same", "new", "changed"}[r.Fate]
		}
		for _, w := range r.Notices {
			word += "+" + string(w)
		}
		words = append(words, word)
	}
	return words
}

// takes takes rows in, and expects of each what became of it.
func (d desk) takes(feed customers.Feed, want string, rows ...customers.Row) []customers.Result {
	d.t.Helper()
	looked, err := d.Look(d.t.Context(), feed, rows)
	if err != nil {
		d.t.Fatal(err)
	}
	results, err := d.Take(d.t.Context(), feed, rows)
	if err != nil {
		d.t.Fatal(err)
	}
	if got := strings.Join(said(results), " "); got != want {
		d.t.Errorf("%s: became\n%s, want\n%s", feed, got, want)
	}
	if got, want := said(looked), said(results); !slices.Equal(got, want) {
		d.t.Errorf("%s: looking told %q, taking did %q", feed, got, want)
	}
	return results
}

func on(text string) customers.Moment {
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return customers.Moment{Time: at.Add(11 * time.Hour), Day: true} // noon in Warsaw
	}
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return customers.Moment{Time: at}
}

func order(number, customer, at, amount string, change ...func(*customers.Row)) customers.Row {
	r := customers.Row{Number: number, Customer: survey.Contact{ExternalID: customer}, At: on(at), Currency: "EUR", Amount: amount}
	for _, c := range change {
		c(&r)
	}
	return r
}

// revenue reads what is left of the orders that count, by customer, in minor units.
func (d desk) revenue(currency string) (lines []string) {
	d.t.Helper()
	err := d.st.EachBuyer(d.t.Context(), currency, now.AddDate(1, 0, 0), func(_ survey.ID, orders []scoring.Order) error {
		line := []string{}
		for _, o := range orders {
			line = append(line, fmt.Sprint(o.Net))
		}
		lines = append(lines, strings.Join(line, "+"))
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return lines
}

func (d desk) earned(currency string, want ...string) {
	d.t.Helper()
	if got := d.revenue(currency); !slices.Equal(got, want) {
		d.t.Errorf("%s by customer: %q, want %q", currency, got, want)
	}
}

func TestOrdersThatCantBeRightAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		type row = customers.Row
		d.takes(customers.Orders, "new new feed_number unnamed time_missing feed_time feed_time new feed_no_iso feed_currency feed_no_amount feed_amount feed_decimals feed_negative feed_status feed_kind feed_long",
			order("1", "a", "2026-01-05", "10"),
			order("2", "b", "2016-01-05", "10.50"), // ten years earlier
			order("", "a", "2026-01-05", "10"),
			order("4", "", "2026-01-05", "10"),
			order("5", "a", "2026-01-05", "10", func(r *row) { r.At = customers.Moment{} }),
			order("6", "a", "2026-11-22 12:01", "10"),
			order("7", "a", "1969-01-05", "10"),
			order("8", "a", "2026-11-21 11:00", "10"), // their clock may be in another zone
			order("9", "a", "2026-01-05", "10", func(r *row) { r.Currency = "EURO" }),
			order("10", "a", "2026-01-05", "10", func(r *row) { r.Currency = "" }),
			order("11", "a", "2026-01-05", ""),
			order("12", "a", "2026-01-05", "ten"),
			order("13", "a", "2026-01-05", "0.125"),
			order("14", "a", "2026-01-05", "-10"),
			order("15", "a", "2026-01-05", "10", func(r *row) { r.Status = "perhaps" }),
			order("16", "a", "2026-01-05", "10", func(r *row) { r.Kind = "gift" }),
			order(strings.Repeat("9", 201), "a", "2026-01-05", "10"),
		)
		d.earned("EUR", "1000+1000", "1050")
	})
}

func TestTotalsMustAddUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		with := func(refunded, total, status string) func(*customers.Row) {
			return func(r *customers.Row) { r.Refunded, r.Total, r.Status = refunded, total, status }
		}
		d.takes(customers.Orders, "new new new new new feed_totals feed_refund new new new new feed_part",
			order("1", "a", "2026-01-01", "10", with("3", "7", "paid")),
			order("2", "a", "2026-01-02", "10", with("3", "10", "Partially refunded")), // the total before refunds
			order("3", "a", "2026-01-03", "10", with("", "6", "")),
			order("4", "a", "2026-01-04", "", with("1", "4", "")),
			order("5", "a", "2026-01-05", "", with("", "4", "")),
			order("6", "a", "2026-01-06", "10", with("3", "8", "")),
			order("7", "a", "2026-01-07", "10", with("11", "", "")),
			order("8", "a", "2026-01-08", "10", with("", "", "Cancelled")),
			order("9", "a", "2026-01-09", "10", with("", "", "test")),
			order("10", "a", "2026-01-10", "10", with("", "", "refunded")),
			order("11", "a", "2026-01-11", "0", with("", "", "оплачен")), // a free one was an order too
			order("12", "a", "2026-01-12", "10", with("", "", "partially_refunded")),
		)
		d.earned("EUR", "700+700+600+400+400+0")
	})
}

func TestCurrenciesAreKeptApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		in := func(currency string) func(*customers.Row) { return func(r *customers.Row) { r.Currency = currency } }
		cents := func(r *customers.Row) { r.Minor = true }
		d.takes(customers.Orders, "new new new feed_decimals new",
			order("1", "a", "2026-01-01", "10"), order("2", "a", "2026-01-01", "10", in("jpy")), order("3", "b", "2026-01-01", "10", in("BHD")), order("4", "a", "2026-01-01", "10.5", in("JPY")),
			order("5", "b", "2026-01-02", "1177", cents))
		d.earned("EUR", "1000", "1177")
		d.earned("JPY", "10")
		d.earned("BHD", "10000")
	})
}

func TestRefundsGiveBackNoMoreThanIsLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		refund := func(number, order, amount, currency string) customers.Row {
			return customers.Row{Number: number, Of: order, At: on("2026-02-01"), Amount: amount, Currency: currency}
		}
		d.takes(customers.Orders, "new new", order("1", "a", "2026-01-01", "10"), order("2", "a", "2026-01-02", "20"))
		d.takes(customers.Refunds, "new feed_refund new feed_order feed_other feed_no_iso feed_order new feed_no_amount feed_decimals same changed",
			refund("r1", "1", "6", ""), refund("r2", "1", "4.01", ""), refund("r3", "1", "4", "EUR"), refund("r4", "none", "1", ""), refund("r5", "2", "1", "USD"), refund("r6", "2", "1", "ABC"),
			refund("r7", "", "1", ""), refund("r8", "2", "-5", ""), refund("r9", "2", "0", ""), refund("r10", "2", "1.234567", ""), refund("r8", "2", "5", ""), refund("r8", "2", "20", ""))
		d.earned("EUR") // nothing is left of either
		d.takes(customers.Refunds, "changed feed_refund", refund("r8", "2", "5", ""), refund("r11", "2", "15.01", ""))
		d.takes(customers.Orders, "feed_below feed_other same changed",
			order("1", "a", "2026-01-01", "9"), order("1", "a", "2026-01-01", "100", func(r *customers.Row) { r.Currency = "PLN" }), order("2", "a", "2026-01-02", "20"), order("2", "a", "2026-01-02", "21"))
		d.earned("EUR", "1600")
	})
}

// TestCustomersAreThePeopleThatAreKnown covers an order before its customer, and one customer under three ids.
func TestCustomersAreThePeopleThatAreKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		named := func(number, email string) func(*customers.Row) {
			return func(r *customers.Row) { r.Customer = survey.Contact{ExternalID: number, Email: email} }
		}
		d.takes(customers.Orders, "new new new new", order("1", "A1", "2026-01-01", "1"), order("2", "", "2026-01-02", "2", named("", "ann@shop.example")), order("3", "A3", "2026-01-03", "4"),
			order("4", "other", "2026-01-03", "8"))
		d.earned("EUR", "100", "200", "400", "800")
		// A row names two of them, and the next one the third.
		results := d.takes(customers.Orders, "new new same", order("5", "", "2026-01-04", "16", named("A1", "Ann@Shop.example")), order("6", "", "2026-01-05", "32", named("A3", "ann@shop.example")),
			order("1", "A1", "2026-01-01", "1"))
		if results[0].ContactID != results[1].ContactID || results[0].ContactID != results[2].ContactID {
			t.Errorf("customers %+v", results)
		}
		if got := d.revenue("EUR"); !slices.Contains(got, "100+200+400+1600+3200") || len(got) != 2 {
			t.Errorf("by customer: %q", got)
		}
		again := d.takes(customers.Since, "new time_missing", customers.Row{Customer: survey.Contact{ExternalID: "A1"}, At: on("2025-05-05")}, customers.Row{Customer: survey.Contact{ExternalID: "A1"}})
		if again[0].ContactID != results[0].ContactID {
			t.Errorf("a former number names another: %+v", again)
		}
	})
}

func TestTermsAndTimes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		sub := func(number, from, to, span, spans, flag string) customers.Row {
			r := order(number, "a", from, "9.99")
			if to != "" {
				r.Ends = on(to)
			}
			r.Span, r.Spans, r.Flag = span, spans, flag
			return r
		}
		d.takes(customers.Subscriptions, "new new feed_ends feed_span feed_span new feed_flag new feed_time",
			sub("1", "2026-01-01", "", "Monthly", "", ""), sub("2", "2026-01-01", "2026-01-01", "year", "2", "no"), sub("3", "2026-01-02", "2026-01-01", "month", "", ""),
			sub("4", "2026-01-01", "", "fortnight", "", ""), sub("5", "2026-01-01", "", "month", "0", ""), sub("6", "2026-01-01", "2027-01-01", "неделя", "1", "yes"),
			sub("7", "2026-01-01", "", "week", "", "maybe"), sub("8", "2026-01-01 15:00", "2026-01-01", "week", "", ""), sub("9", "2027-01-01", "", "week", "", ""))
		contract := func(number, ends, renewed string) customers.Row {
			r := customers.Row{Number: number, Customer: survey.Contact{ExternalID: "a"}}
			if ends != "" {
				r.Ends = on(ends)
			}
			if renewed != "" {
				r.Renewed = on(renewed)
			}
			return r
		}
		d.takes(customers.Contracts, "new new feed_end feed_time", contract("1", "2026-03-31", "2026-03-31 20:00"), contract("2", "2030-03-31", ""), contract("3", "", ""), contract("4", "2026-03-31", "2027-01-01"))
		warsaw := d.Zone()
		march := scoring.LocalPeriod(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), warsaw)
		n := 0
		if err := st.ContractsEnding(t.Context(), march, func(c scoring.Contract) error {
			n++
			if c.Renewed.After(c.TermEnds) {
				t.Errorf("renewed on its last day it is late: %+v", c)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%d end in March, %v", n, err)
		}
		quota := func(agent, from, to, amount string) customers.Row {
			return customers.Row{Agent: agent, At: on(from), Ends: on(to), Currency: "EUR", Amount: amount}
		}
		d.takes(customers.Quotas, "new new+quota_zero feed_agent feed_ends feed_negative new",
			quota("Ann", "2026-03-01", "2026-03-31", "1000"), quota("Bo", "2026-03-01", "2026-03-31", "0"), quota("", "2026-03-01", "2026-03-31", "1"), quota("Ann", "2026-03-02", "2026-03-01", "1"),
			quota("Ann", "2026-03-01", "2026-03-31", "-1"), quota("Ann", "2027-01-01", "2027-12-31", "5"))
		if got, err := st.QuotasIn(t.Context(), "EUR", march); err != nil || len(got) != 2 || !got[0].Period.To.Equal(march.To) || !got[0].Period.From.Equal(march.From) {
			t.Errorf("quotas of March: %+v, %v", got, err)
		}
	})
}

func TestOtherFeedsAreJudgedToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		cost := func(number, category, amount string) customers.Row {
			return customers.Row{Number: number, At: on("2026-01-01"), Category: category, Currency: "EUR", Amount: amount}
		}
		d.takes(customers.Costs, "new new new feed_category feed_negative feed_number", cost("1", "Реклама", "5"), cost("2", "Sales", "6"), cost("3", "Office Rent", "7"), cost("4", "", "1"),
			cost("5", "sales", "(1.00)"), cost("", "sales", "1"))
		year := scoring.Period{From: now.AddDate(-1, 0, 0), To: now}
		if got, err := st.CostsIn(t.Context(), "EUR", year); err != nil || fmt.Sprint(got) != "map[marketing:500 office rent:700 sales:600]" {
			t.Errorf("costs %v, %v", got, err)
		}
		deal := func(number, created, closed, outcome, amount string) customers.Row {
			r := customers.Row{Number: number, Agent: "Ann", Status: outcome, Amount: amount, Currency: "EUR"}
			if created != "" {
				r.At = on(created)
			}
			if closed != "" {
				r.Ends = on(closed)
			}
			return r
		}
		d.takes(customers.Opportunities, "new new new new feed_outcome feed_closed new+expected_close feed_ends new new new new+expected_close feed_outcome new+expected_close feed_closed feed_time", deal("1", "2026-01-01", "2026-02-01", "Won", "100"), deal("2", "2026-01-01", "2026-02-01", "closed lost", ""),
			deal("3", "2026-01-01", "", "Engaging", ""), deal("4", "", "", "Discovery call", "7"), deal("5", "2026-01-01", "2026-02-01", "parked", ""), deal("6", "2026-01-01", "", "Won", ""),
			deal("7", "2026-01-01", "2026-02-01", "open", ""), deal("8", "2026-02-02", "2026-02-01", "won", ""),
			deal("9", "2026-01-01", "2026-02-01", "closedwon", "1"), deal("10", "2026-01-01", "2026-02-01", "Closed Lost - price", ""), deal("11", "2026-01-01", "2026-02-01", "Verloren", ""),
			deal("12", "2026-01-01", "2030-02-01", "Proposal/Price Quote", ""), deal("13", "2026-01-01", "", "parked", ""), deal("14", "2026-02-02", "2026-01-01", "", ""),
			deal("15", "2026-01-01", "", "- won", ""), deal("16", "2026-01-01", "2030-02-01", "won", ""))
		open := map[scoring.Outcome]int{}
		if err := st.EachOpportunity(t.Context(), "", func(o scoring.Opportunity) error {
			if open[o.Outcome]++; o.Outcome == scoring.Open && !o.Closed.IsZero() {
				t.Errorf("it is open, and was closed: %+v", o)
			}
			return nil
		}); err != nil || open[scoring.Open] != 5 || open[scoring.Won] != 2 || open[scoring.Lost] != 3 {
			t.Errorf("outcomes %v, %v", open, err)
		}
		stay := func(deal, stage, position, from, to string) customers.Row {
			r := customers.Row{Of: deal, Stage: stage, Position: position, At: on(from)}
			if to != "" {
				r.Ends = on(to)
			}
			return r
		}
		d.takes(customers.Stages, "new new new+stage_back feed_overlap feed_ends feed_opportunity feed_stage feed_position same new new feed_overlap new+no_position",
			stay("1", "offer", "2", "2026-01-10 08:00", "2026-01-20 08:00"), stay("1", "lead", "1", "2026-01-01 08:00", "2026-01-10 08:00"), // not in their order
			stay("1", "lead", "1", "2026-01-25 08:00", ""), stay("1", "call", "3", "2026-01-15 08:00", ""), stay("1", "x", "3", "2026-01-16 08:00", "2026-01-15 08:00"),
			stay("none", "lead", "1", "2026-01-01", ""), stay("1", "", "1", "2026-01-01", ""), stay("1", "lead", "first", "2026-01-01", ""),
			stay("1", "offer", "2", "2026-01-10 08:00", "2026-01-20 08:00"), stay("3", "lead", "1", "2026-01-01", ""), stay("3", "offer", "2", "2026-01-01", ""),
			stay("3", "other", "2", "2026-01-01", ""), stay("2", "lead", "", "2026-01-01", ""))
		d.takes(customers.Stages, "feed_overlap", stay("1", "call", "3", "2026-01-05 08:00", "")) // against what is stored
		ticket := func(number, created, resolved, flag string) customers.Row {
			return customers.Row{Number: number, At: on(created), Ends: on(resolved), Flag: flag}
		}
		d.takes(customers.Tickets, "new feed_ends new+only_days feed_flag", ticket("1", "2026-01-01 08:00", "2026-01-01 09:00", ""), ticket("2", "2026-01-01 08:00", "2026-01-01 07:00", ""),
			ticket("3", "2026-01-01 08:00", "2026-01-01", "spam"), ticket("4", "2026-01-01 08:00", "2026-01-01 09:00", "?"))
		member := func(who, joined, left string) customers.Row {
			return customers.Row{Customer: survey.Contact{ExternalID: who}, At: on(joined), Ends: on(left)}
		}
		d.takes(customers.Memberships, "new feed_ends changed", member("a", "2026-01-01", "2026-02-01"), member("a", "2026-01-02", "2026-01-01"), member("a", "2026-01-01", "2026-03-01"))
		reward := func(number, kind, count string) customers.Row {
			return customers.Row{Number: number, Customer: survey.Contact{ExternalID: "a"}, At: on("2026-01-01"), Kind: kind, Count: count}
		}
		d.takes(customers.Rewards, "new new feed_kind feed_count feed_count", reward("1", "Points", "50"), reward("2", "redeemed", ""), reward("3", "", "1"), reward("4", "issued", "0"), reward("5", "issued", "1.5"))
	})
}

func TestErasedPeopleDoNotComeBackByOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		results := d.takes(customers.Orders, "new", order("1", "a", "2026-01-01", "10"))
		privacy := &people.Privacy{Store: st, Key: []byte("key"), Now: func() time.Time { return now }}
		if _, err := privacy.Erase(t.Context(), results[0].ContactID); err != nil {
			t.Fatal(err)
		}
		d.takes(customers.Orders, "erased erased", order("1", "a", "2026-01-01", "10"), order("2", "a", "2026-01-02", "10"))
		d.earned("EUR", "1000")
	})
}

// TestSubscriptionsRunAsTheirStatusSays counts nothing for ever that nobody pays.
func TestSubscriptionsRunAsTheirStatusSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := open(t, st)
		sub := func(number, status, ends string) customers.Row {
			r := order(number, "a", "2026-01-01", "9.99")
			if r.Span, r.Status = "month", status; ends != "" {
				r.Ends = on(ends)
			}
			return r
		}
		d.takes(customers.Subscriptions, "new new new new feed_stopped feed_stopped feed_stopped feed_stopped new feed_status",
			sub("1", "active", ""), sub("2", "past_due", ""), sub("3", "trialing", ""), sub("4", "", ""), sub("5", "unpaid", ""), sub("6", "paused", ""), sub("7", "incomplete_expired", ""),
			sub("8", "canceled", ""), sub("8", "canceled", "2026-01-20"), sub("9", "purple", ""))
		paid := func(want, wantEnded int) {
			t.Helper()
			n, ended := 0, 0
			if err := st.EachSubscriber(t.Context(), "EUR", func(_ survey.ID, subs []scoring.Subscription) error {
				for _, s := range subs {
					if n++; !s.Ended.IsZero() {
						ended++
					}
				}
				return nil
			}); err != nil || n != want || ended != wantEnded {
				t.Errorf("%d are paid, %d of them ended, %v; want %d and %d", n, ended, err, want, wantEnded)
			}
		}
		paid(4, 1)
		silent := func(r customers.Row) customers.Row {
			r.Untold = customers.PartFlag
			return r
		}
		d.takes(customers.Subscriptions, "same changed", silent(sub("3", "", "")), silent(sub("3", "active", ""))) // the trial is over
		paid(5, 1)
	})
}
