package portage_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	money "github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// takeFeed imports a file as the command does: it looks at it first.
func takeFeed(t *testing.T, st *store.Store, what portage.What, file []byte, currency string, dry bool) take {
	t.Helper()
	sheet, err := portage.ReadSheet(bytes.NewReader(file), portage.Format{Encoding: "UTF-8"})
	if guess := portage.GuessWhat(sheet.Header); guess != what || err != nil {
		t.Errorf("%q are taken for %s, not %s, %v", sheet.Header, guess, what, err)
	}
	return takeAs(t, st, what, file, currency, dry)
}

// takeAs takes a file in that somebody said the feed of.
func takeAs(t *testing.T, st *store.Store, what portage.What, file []byte, currency string, dry bool) take {
	t.Helper()
	ids, err := survey.NewIDs(3, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := portage.ReadSheet(bytes.NewReader(file), portage.Format{Encoding: "UTF-8"})
	if err != nil {
		t.Fatal(err)
	}
	m := what.Guess(sheet.Header, nil)
	if err := what.CheckFeed(m, currency); err != nil {
		t.Fatalf("%v: %v", m.Names(sheet.Header), err)
	}
	zone, err := time.LoadLocation("Europe/Sofia")
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return noon }
	var rejects strings.Builder
	im := &portage.FeedImport{
		Taker: &money.Intake{Store: st, People: people.NewIntake(st, ids, []byte("key"), clock, nil), IDs: ids, Now: clock, Zone: func() *time.Location { return zone }},
		What:  what, Currency: currency, Zone: zone, Format: sheet.Format, DryRun: dry,
		Hooks:   portage.Hooks{OnReject: portage.NewRejectWriter(&rejects, sheet.Header, portage.Sentence).Write},
		Options: portage.Options{Mapping: m, Zone: zone, Order: sheet.OrderIn(m)},
	}
	counts, err := im.Run(context.Background(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	counts.Bytes = 0
	return take{counts, rejects.String()}
}

const orderFile = `Order ID;Customer ID;Email;Ordered at;Amount;Refunded amount;Currency;Status
1;C1;ana@example.com;31/10/2026;"12,50";;EUR;paid
2;C1;;2026-10-31 23:30:00;"1 200,00";"1 200,00";;Completed
2;C1;;2026-10-31 23:30:00;"1 200,00";"1 200,00";;Completed
3;C2;;01.11.2026;5;6;EUR;paid
4;C2;;01.11.2026;5,555;;EUR;paid
5;C2;;01.11.2026;5;;LEV;paid
6;C3;;01.12.2027;5;;EUR;paid
7;C3;;01.11.2026;5;;PLN;test
8;;;01.11.2026;5;;PLN;paid
9;C3;;01.11.2026;5
`

func TestAFileOfOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		want := portage.Counts{
			Read: 10, Added: 3, Known: 1, Bad: 6,
			Reasons: map[portage.Reason]int64{
				"feed_refund": 1, "feed_thousands": 1, "feed_no_iso": 1, "feed_time": 1, "unnamed": 1, portage.WrongColumns: 1,
			},
		}
		for _, dry := range []bool{true, false} {
			got := takeFeed(t, st, "orders", []byte(orderFile), "BGN", dry)
			if !reflect.DeepEqual(got.counts, want) {
				t.Errorf("dry %v: %+v, want %+v", dry, got.counts, want)
			}
			if !strings.HasPrefix(got.rejects, "Order ID,Customer ID,Email,Ordered at,Amount,Refunded amount,Currency,Status,reason\n") ||
				!strings.Contains(got.rejects, "3,C2,,01.11.2026,5,6,EUR,paid,the refund is larger than what is left of the order\n") {
				t.Errorf("dry %v: given back\n%s", dry, got.rejects)
			}
			states, err := st.FeedStates(t.Context())
			if records := states[money.Orders].Records; err != nil || dry != (records == 0) {
				t.Errorf("dry %v: %d records, %v", dry, records, err)
			}
		}
		again := takeFeed(t, st, "orders", []byte(orderFile), "BGN", false)
		if want.Added, want.Known = 0, 4; !reflect.DeepEqual(again.counts, want) {
			t.Errorf("again %+v, want %+v", again.counts, want)
		}
		var got []string
		err := st.EachBuyer(t.Context(), "", noon.AddDate(1, 0, 0), func(_ survey.ID, orders []scoring.Order) error {
			for _, o := range orders {
				got = append(got, o.At.Format("02 15:04")+fmt.Sprint(" ", o.Net))
			}
			return nil
		})
		if err != nil || !reflect.DeepEqual(got, []string{"31 10:00 1250"}) { // noon in Sofia; the other one was given back
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestFilesOfEveryFeed has a file of each other feed, as a shop might write it.
func TestFilesOfEveryFeed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for _, f := range []struct {
			what  portage.What
			added int64
			file  string
		}{
			{"customers", 2, "customer_id,acquired_at\nC1,2025-01-01\nC2,2026-02-02\n"},
			{"orders", 2, "order_id,customer_id,ordered_at,amount_cents\nO1,C1,2026-01-01,1000\nO2,C2,2026-01-02,2000\n"},
			{"refunds", 1, "refund_id,order_id,refunded_at,amount\nR1,O1,2026-01-05,4.50\nR2,O9,2026-01-05,4.50\n"},
			{"subscriptions", 2, "subscription_id,customer_id,started_at,ended_at,amount,interval,interval_count,trial\nS1,C1,2026-01-01,,9.99,month,1,no\nS2,C2,2026-01-01,2026-02-01,99,year,1,\n"},
			{"contracts", 1, "contract_id,customer_id,term_ends_at,renewed_at\nK1,C1,2026-12-31,\n"},
			{"costs", 2, "cost_id,incurred_at,category,amount\n1,2026-01-01,marketing,100\n2,2026-01-01,rent,7\n"},
			{"opportunities", 2, "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\nP1,Ann,X,,Won,2026-01-01,2026-02-01,1054.0\nP2,Bo,X,C1,Engaging,2026-01-01,,\n"},
			{"stages", 2, "opportunity_id,stage,position,entered_at,left_at\nP1,lead,1,2026-01-01,2026-01-02\nP1,offer,2,2026-01-02,\n"},
			{"quotas", 1, "agent,from,to,quota\nAnn,2026-01-01,2026-03-31,5000\n"},
			{"tickets", 1, "ticket_id,customer_id,agent,created_at,resolved_at\nT1,C1,Ann,2026-01-01 10:00:00,2026-01-01 11:30:00\n"},
			{"memberships", 1, "customer_id,joined_at,left_at\nC1,2026-01-01,\n"},
			{"rewards", 2, "reward_id,customer_id,happened_at,kind,points\nW1,C1,2026-01-01,earned,50\nW2,C1,2026-01-02,redeemed,1\n"},
		} {
			got := takeFeed(t, st, f.what, []byte(f.file), "USD", false)
			again := takeFeed(t, st, f.what, []byte(f.file), "USD", false)
			if got.counts.Added != f.added || again.counts.Added+again.counts.Changed != 0 || again.counts.Known != f.added {
				t.Errorf("%s: %+v, again %+v", f.what, got, again)
			}
		}
		states, err := st.FeedStates(t.Context())
		if err != nil || len(states) != len(money.Feeds()) {
			t.Errorf("%d feeds, %v", len(states), err)
		}
	})
}

func TestAFeedNeedsItsColumns(t *testing.T) {
	for _, c := range []struct {
		what     portage.What
		header   string
		currency string
		want     error
	}{
		{"orders", "order_id,customer_id,ordered_at,amount_cents", "", portage.ErrNeedsCurrency},
		{"orders", "order_id,customer_id,ordered_at,amount_cents", "EUROS", portage.ErrNeedsCurrency},
		{"orders", "order_id,customer_id,ordered_at,amount,refunded_cents,currency", "", portage.ErrUnits},
		{"orders", "customer_id,ordered_at,amount,currency", "", portage.ErrNeedsNumber},
		{"orders", "order_id,ordered_at,amount,currency", "", portage.ErrNeedsPerson},
		{"orders", "order_id,customer_id,ordered_at,currency", "", portage.ErrNeedsAmount},
		{"refunds", "refund_id,refunded_at,amount", "", portage.ErrNeedsNumber},
		{"refunds", "refund_id,order_id,refunded_at,amount", "", nil},
		{"contracts", "contract_id,customer_id,renewed_at", "", portage.ErrNeedsEnds},
		{"quotas", "from,to,quota", "EUR", portage.ErrNeedsAgent},
		{"stages", "stage,entered_at", "", portage.ErrNeedsStage},
		{"opportunities", "opportunity_id,close_date,outcome", "", nil},
	} {
		if err := c.what.CheckFeed(c.what.Guess(strings.Split(c.header, ","), nil), c.currency); err != c.want {
			t.Errorf("%s with %s and %q: %v, want %v", c.what, c.header, c.currency, err, c.want)
		}
	}
}

// TestEveryReasonHasItsSentences in four languages, and on the command line.
func TestEveryReasonHasItsSentences(t *testing.T) {
	for _, r := range money.Reasons() {
		if portage.Sentence(portage.Reason(r)) == string(r) {
			t.Errorf("nothing says %s", r)
		}
	}
	for _, w := range money.Notices() {
		if portage.WarningSentence(people.Warning(w)) == string(w) {
			t.Errorf("nothing says %s", w)
		}
	}
	for _, lang := range []string{"en", "ru", "pl", "bg"} {
		w := words.For(lang)
		var keys []string
		for _, r := range money.Reasons() {
			keys = append(keys, "import.reason."+string(r))
		}
		for _, warning := range money.Notices() {
			keys = append(keys, "import.warning."+string(warning))
		}
		for _, feed := range money.Feeds() {
			keys = append(keys, "import.what."+string(feed))
			for _, f := range portage.What(feed).Fields() {
				keys = append(keys, "import.field."+string(f))
			}
		}
		for _, key := range keys {
			if text := w.T(key); text == "" || text == key || strings.Contains(text, "import.") {
				t.Errorf("%s in %s: %q", key, lang, text)
			}
		}
	}
}

// TestRealFeedsHaveTheirSums imports the files of the folder SURVEYD_DATA. Without it small ones of the same columns stand in.
func TestRealFeedsHaveTheirSums(t *testing.T) {
	folder := os.Getenv("SURVEYD_DATA")
	wantOrders, wantCents, wantCustomers, wantDeals, wantWon := 69_659, int64(250_031_563), 23_570, 8_800, 4_238
	read := func(name string) []byte {
		file, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	if folder == "" {
		fmt.Println("SURVEYD_DATA names no folder of real data: three rows of the same columns stand in for it")
		wantOrders, wantCents, wantCustomers, wantDeals, wantWon = 3, 3177, 2, 3, 1
		small := map[string]string{
			"cdnow_orders.csv": "order_id,customer_id,ordered_at,amount_cents\n1,00001,1997-01-01,1177\n2,00002,1997-01-12,0\n3,00002,1997-02-12,2000\n",
			"crm_opportunities.csv": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054.0\n" +
				"A,Moses Frase,GTX Plus Basic,,Lost,2016-10-20,2017-03-01,0.0\nB,Moses Frase,GTX Plus Basic,,Prospecting,,,\n",
		}
		read = func(name string) []byte { return []byte(small[name]) }
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for name, what := range map[string]portage.What{"cdnow_orders.csv": "orders", "crm_opportunities.csv": "opportunities"} {
			file := read(name)
			got := takeFeed(t, st, what, file, "USD", false)
			again := takeFeed(t, st, what, file, "USD", false)
			if got.counts.Bad != 0 || got.counts.Added != got.counts.Read || again.counts.Known != got.counts.Read {
				t.Errorf("%s: %+v, again %+v", name, got.counts, again.counts)
			}
		}
		n, customers, sum := 0, 0, int64(0)
		err := st.EachBuyer(t.Context(), "USD", noon, func(_ survey.ID, orders []scoring.Order) error {
			customers++
			n += len(orders)
			for _, o := range orders {
				sum += o.Net
			}
			return nil
		})
		if err != nil || n != wantOrders || sum != wantCents || customers != wantCustomers {
			t.Errorf("%d orders of %d customers, %d cents, %v", n, customers, sum, err)
		}
		deals, won := 0, 0
		err = st.EachOpportunity(t.Context(), "", func(o scoring.Opportunity) error {
			if deals++; o.Outcome == scoring.Won {
				won++
			}
			return nil
		})
		if err != nil || deals != wantDeals || won != wantWon {
			t.Errorf("%d opportunities, %d won, %v", deals, won, err)
		}
	})
}
