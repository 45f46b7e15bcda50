package portage_test

import (
	"runtime"
	"testing"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// TestMemoryDoesNotGrowWithTheFile imports ten times the rows in about the same memory.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	peak := func(rows int) (most uint64) {
		file := bulk(rows)
		p := openPort(t, storetest.SQLite(t), "Shop", define(scoring.NPS11))
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		base := m.HeapAlloc
		p.take(file, "", func(im *portage.Import) {
			im.OnBatch = func(portage.Counts) error {
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc-min(base, m.HeapAlloc))
				return nil
			}
		})
		return most
	}
	small, large := peak(20_000), peak(200_000)
	t.Logf("%d KiB for 20,000 rows, %d KiB for 200,000", small>>10, large>>10)
	if large > 4*small && large > 48<<20 {
		t.Errorf("%d bytes for ten times the rows that took %d", large, small)
	}
}
