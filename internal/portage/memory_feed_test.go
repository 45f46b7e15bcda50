package portage_test

import (
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	money "github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// ordersOf is a file of so many orders, each fifth of a new customer, which is written while it is read.
func ordersOf(rows int) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, "number,customer,email,time,amount,currency\n")
		for i := 0; i < rows && err == nil; i++ {
			_, err = fmt.Fprintf(w, "order-%09d,C%07d,customer.%d@example.com,2026-%02d-%02d,%d.50,EUR\n", i*7919%rows, i/5, i/5, 1+i%10, 1+i%28, 1+i%90)
		}
		_ = w.CloseWithError(err)
	}()
	return r
}

// TestMemoryDoesNotGrowWithAFeed imports five times the orders in about the same memory. What SQLite has of its own is bounded by the settings of InBulk.
func TestMemoryDoesNotGrowWithAFeed(t *testing.T) {
	peak := func(rows int) (most uint64) {
		st := storetest.SQLite(t)
		ids, err := survey.NewIDs(3, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		clock, zone := func() time.Time { return noon }, func() *time.Location { return time.UTC }
		var m runtime.MemStats
		im := &portage.FeedImport{
			Taker: &money.Intake{Store: st, People: people.NewIntake(st, ids, []byte("key"), clock, nil), IDs: ids, Now: clock, Zone: zone},
			What:  portage.What(money.Orders), Zone: time.UTC, Format: portage.Format{Encoding: "UTF-8", Comma: ","},
			Options: portage.Options{Zone: time.UTC, Mapping: portage.Mapping{
				portage.FieldNumber: 0, portage.FieldCustomer: 1, portage.FieldEmail: 2, portage.FieldTime: 3, portage.FieldAmount: 4, portage.FieldCurrency: 5,
			}},
			Hooks: portage.Hooks{OnBatch: func(portage.Counts) error {
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
				return nil
			}},
		}
		if counts, err := im.Run(t.Context(), ordersOf(rows)); err != nil || counts.Added != int64(rows) {
			t.Fatal(counts, err)
		}
		return most
	}
	small, large := peak(20_000), peak(100_000)
	t.Logf("%d KiB for 20,000 orders, %d KiB for 100,000", small>>10, large>>10)
	const told = 64                      // bytes: what is remembered of each row to see that no later one says otherwise
	if large > small+4<<20+80_000*told { // the rows themselves are 65 MiB
		t.Errorf("%d bytes for five times the orders that took %d", large, small)
	}
}
