package browser

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Postgres returns the address of an empty PostgreSQL schema, which goes away with the test. Ask for it before Serve: what uses it has to end
// first.
func Postgres(t testing.TB) string {
	t.Helper()
	cmd := exec.Command("go", "run", "./internal/store/storetest/lend")
	cmd.Dir, cmd.Stderr = "..", os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n') // none: Wait says why
	t.Cleanup(func() {
		if err := stdin.Close(); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the PostgreSQL of this test: %v", err)
		}
	})
	dsn := strings.TrimSpace(line)
	if dsn == "" {
		t.Fatal("there is no PostgreSQL for this test")
	}
	return dsn
}
