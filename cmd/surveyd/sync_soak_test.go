package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/surveyd/surveyd/internal/soak"
)

// TestSoakSyncFails has the disk refuse to sync in the middle of the work. What such a write left behind nobody knows, so serve acknowledges nothing more and ends;
// after a restart everything that was acknowledged is there.
func TestSoakSyncFails(t *testing.T) {
	k := newKillTest(t, filepath.Join(t.TempDir(), "surveyd.db"))
	k.people.start(killClients)
	ended := 0
	for cycle := range soak.Count(t, 60) {
		// strace counts for each thread, so it takes a while until one of them has made so many. A disk that refuses once and then says yes is the worse one: what
		// was not written then is not tried again.
		refuse := fmt.Sprintf("inject=fsync,fdatasync:error=EIO:when=%d", 1+rand.IntN(30))
		if cycle%2 == 0 {
			refuse += "+"
		}
		failing, listens := k.try("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", refuse)
		enough := k.watch(failing)
		err := failing.Wait()
		enough()
		k.people.down()
		if err == nil {
			t.Fatal("serve ended as if nothing had happened")
		}
		if listens {
			ended++
		}
	}
	running := k.serve()
	k.people.after(100)
	k.people.stop()
	k.end(running)
	t.Logf("%d times the disk failed under load, else at the start", ended)
	if ended == 0 {
		t.Error("the disk never failed under load")
	}
	k.check()
}
