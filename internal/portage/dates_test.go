package portage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// TestOrderOfDatesIsThatOfAllTimes takes the evidence of every column that holds times, and asks where it contradicts itself.
func TestOrderOfDatesIsThatOfAllTimes(t *testing.T) {
	const header = "contract_id,customer_id,start_date,term_end\n"
	for rows, want := range map[string]portage.DateOrder{
		"1,a,03/04/2026,13/04/2026\n":                            portage.DayFirst,
		"1,a,03/04/2026,04/13/2026\n":                            portage.MonthFirst,
		"1,a,03/04/2026,05/04/2026\n":                            portage.OrderUnknown,
		"1,a,13/04/2026,05/04/2026\n2,a,03/04/2026,04/13/2026\n": "mixed",
	} {
		sheet, err := portage.ReadSheet(strings.NewReader(header+rows), portage.Format{Encoding: "utf-8"})
		if err != nil {
			t.Fatal(err)
		}
		m := portage.What("contracts").Guess(sheet.Header, nil)
		got := sheet.OrderIn(m)
		if errors.Is(sheet.CheckOrder(m, got), portage.ErrDates) {
			got = "mixed"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", rows, got, want)
		}
		if err := sheet.CheckOrder(m, portage.DayFirst); err != nil {
			t.Errorf("%q: the order was said, and still %v", rows, err)
		}
	}
}

// TestDatesTheOtherWayRoundAreRefused, however far behind the rows that were looked at.
func TestDatesTheOtherWayRoundAreRefused(t *testing.T) {
	const header = "customer_id,acquired_at\n"
	for name, c := range map[string]struct {
		rows    string
		added   int64
		reasons map[portage.Reason]int64
	}{
		"against the file":       {"a,13/04/2025\n" + strings.Repeat("b,03/04/2025\n", 1000) + "c,04/14/2025\nd,12/04/2025\n", 3, map[portage.Reason]int64{portage.TimeOrder: 1}},
		"against an earlier row": {strings.Repeat("b,03.04.2025\n", 1000) + "a,13/04/2025\nc,04/14/2025\nd,12/04/2025\n", 2, map[portage.Reason]int64{portage.TimeOrder: 1, portage.TimeAmbiguous: 1}},
	} {
		got := takeFeed(t, storetest.SQLite(t), "customers", []byte(header+c.rows), "", false)
		for reason, n := range c.reasons {
			if got.counts.Reasons[reason] != n {
				t.Errorf("%s: %v", name, got.counts.Reasons)
			}
		}
		if len(got.counts.Reasons) != len(c.reasons) {
			t.Errorf("%s: %v", name, got.counts.Reasons)
		}
	}
}

// TestFilesOfShopSystemsAreUnderstood has the names and words of their exports.
func TestFilesOfShopSystemsAreUnderstood(t *testing.T) {
	for _, f := range []struct {
		name, file string
		what       portage.What
		added      int64
		first      string // of what is given back
	}{
		{"WooCommerce", "Order Number,Customer ID,Order Date,Order Total Amount,Order Status\n1,C1,2026-01-02,10.00,wc-completed\n2,C1,2026-01-02,10.00,wc-on-hold\n3,C1,2026-01-02,10.00,wc-nothing\n", "orders", 2, "3,"},
		{"Shopify", "Name,Email,Financial Status,Paid at,Total,Subtotal,Cancelled at\n#1,a@shop.example,paid,2026-01-02 10:00:00 +0200,10.00,10.00,\n" +
			"#2,a@shop.example,partially_paid,2026-01-02 10:00:00 +0200,10.00,10.00,\n#3,a@shop.example,paid,2026-01-02 10:00:00 +0200,10.00,10.00,never\n", "orders", 2, "#3,"},
		{"Stripe", "id,Created date (UTC),Amount,Currency,Status,Customer ID\nch_1,2026-01-02 10:00:00,10.00,eur,Paid,cus_1\n", "orders", 1, ""},
		{"HubSpot", "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date\n7,Big,closedwon,2026-01-31 10:00,Ann,5,2026-01-02 10:00\n8,Small,contractsent,2027-01-31 10:00,Ann,5,2026-01-02 10:00\n", "opportunities", 2, ""},
		{"months of costs", "number,month,category,amount\n1,2026-03,ads,5\n2,01/2026,ads,5\n3,Mar 2026,ads,5\n4,03.2026,ads,5\n5,2026-13,ads,5\n", "costs", 4, "5,"},
	} {
		st := storetest.SQLite(t)
		got := takeAs(t, st, f.what, []byte(f.file), "EUR", false)
		rows := strings.SplitAfterN(got.rejects, "\n", 2)
		if got.counts.Added != f.added || f.first != "" && (len(rows) < 2 || !strings.HasPrefix(rows[1], f.first)) || f.first == "" && got.counts.Bad != 0 {
			t.Errorf("%s: %+v\n%s", f.name, got.counts, got.rejects)
		}
	}
}
