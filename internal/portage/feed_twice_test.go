package portage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// TestAFileTellsARecordOnce takes files in which a record comes again: as it was, and otherwise. A bad row tells nothing.
func TestAFileTellsARecordOnce(t *testing.T) {
	var long strings.Builder // the records come again in another transaction
	long.WriteString("Order ID,Customer ID,Ordered at,Amount,Currency\n")
	for i := range 20_000 {
		fmt.Fprintf(&long, "%d,C1,2026-01-01,%d,EUR\n", i, i+1)
	}
	long.WriteString("5,C1,2026-01-01,6,EUR\n7,C1,2026-01-01,9,EUR\n")
	for _, c := range []struct {
		what               portage.What
		file               string
		added, known, told int64 // told: otherwise before
		bad                int64
	}{
		{"orders", "Order ID,Customer ID,Ordered at,Amount,Currency\n1,C1,2026-01-01,10,EUR\n1,C1,2026-01-01,5,EUR\n2,C1,2026-01-01,x,EUR\n2,C1,2026-01-01,7,EUR\n" +
			"1,C1,2026-01-01,10,EUR\n2,C1,2026-01-01,8,EUR\n", 2, 1, 2, 3},
		{"orders", long.String(), 20_000, 1, 1, 1},
		{"customers", "Customer ID,Email,Acquired at\nC1,,2026-01-01\nC1,,2026-01-02\nC1,a@b.example,2026-01-01\n,x@b.example,2026-01-01\n,X@b.example,2026-01-03\n", 2, 1, 2, 2},
		{"quotas", "Agent,Quota,From,To,Currency\nAnn,10,2026-01-01,2026-03-31,EUR\nAnn,11,2026-01-01,2026-03-31,EUR\nAnn,11,2026-04-01,2026-06-30,EUR\n", 2, 0, 1, 1},
	} {
		storetest.Each(t, func(t *testing.T, st *store.Store) {
			for _, dry := range []bool{true, false} {
				got := takeFeed(t, st, c.what, []byte(c.file), "", dry).counts
				if got.Added != c.added || got.Known != c.known || got.Changed != 0 || got.Bad != c.bad || got.Reasons["feed_twice"] != c.told {
					t.Errorf("%s, dry %v: %+v", c.what, dry, got)
				}
			}
			again := takeFeed(t, st, c.what, []byte(c.file), "", false).counts
			if again.Known != c.added+c.known || again.Changed != 0 {
				t.Errorf("%s again: %+v", c.what, again)
			}
		})
	}
}

// TestWhatAFileHasNoColumnForStays takes orders with a status, and again without.
func TestWhatAFileHasNoColumnForStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		takeFeed(t, st, "orders", []byte("Order ID,Customer ID,Ordered at,Amount,Currency,Status\n1,C1,2026-01-01,10,EUR,cancelled\n"), "", false)
		got := takeFeed(t, st, "orders", []byte("Order ID,Customer ID,Ordered at,Amount,Currency\n1,C1,2026-01-01,10,EUR\n"), "", false).counts
		if got.Known != 1 || got.Changed != 0 {
			t.Errorf("without its status: %+v", got)
		}
		got = takeFeed(t, st, "orders", []byte("Order ID,Customer ID,Ordered at,Amount,Currency,Status\n1,C1,2026-01-01,10,EUR,\n"), "", false).counts
		if got.Changed != 1 {
			t.Errorf("with a blank status: %+v", got)
		}
	})
}
