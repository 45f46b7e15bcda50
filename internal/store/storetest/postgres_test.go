package storetest

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/jackc/pgx/v5"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestTestsDoNotSeeEachOther(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, PostgresDSN(t))
			defer conn.Close(ctx)
			if _, err := conn.Exec(ctx, "CREATE TABLE answer (id BIGINT PRIMARY KEY)"); err != nil {
				t.Fatalf("the schema is not empty: %v", err)
			}
			other := connect(t, PostgresDSN(t))
			defer other.Close(ctx)
			if _, err := other.Exec(ctx, "SELECT id FROM answer"); err == nil {
				t.Fatal("a second schema sees the table of the first")
			}
		})
	}
	conn := connect(t, PostgresDSN(t))
	defer conn.Close(ctx)
	var tables int
	err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_tables WHERE tablename = 'answer' AND schemaname LIKE $1",
		"test\\_"+strings.Split(schemaOf(t, conn), "_")[1]+"\\_%").Scan(&tables)
	if err != nil || tables != 0 {
		t.Fatalf("%d tables of finished tests are left (%v)", tables, err)
	}
}

func schemaOf(t *testing.T, conn *pgx.Conn) (name string) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), "SELECT current_schema()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestServerIsNeverGarbage: the collector closes files that nobody can reach, and the guard's
// pipe is a file.
func TestServerIsNeverGarbage(t *testing.T) {
	server, err := sharedServer()
	if err != nil {
		t.Fatal(err)
	}
	found := weak.Make(server)
	server = nil // nobody but the package may hold it now
	runtime.GC()
	if found.Value() == nil {
		t.Fatal("nothing holds the shared server, it stops in the middle of the tests")
	}
}

func TestStopRemovesTheServer(t *testing.T) {
	srv, err := Start(Options{Fsync: true})
	if err != nil {
		t.Fatal(err)
	}
	conn := connect(t, srv.DSN())
	var fsync string
	if err := conn.QueryRow(context.Background(), "SHOW fsync").Scan(&fsync); err != nil || fsync != "on" {
		t.Errorf("fsync is %q (%v), asked for on", fsync, err)
	}
	if err := srv.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(srv.dir); !os.IsNotExist(err) {
		t.Errorf("the server's folder is still there: %v", err)
	}
	if _, err := pgx.Connect(context.Background(), srv.DSN()); err == nil {
		t.Error("the server still answers")
	}
}

// TestServerEndsWithItsProcess starts this test binary again, lets it start a server, and kills
// it. Every process below it holds the write end of a pipe, so the end of file on the pipe says
// that the last of them is gone; no waiting, no guessing.
func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv("STORETEST_CHILD") != "" {
		srv, err := Start(Options{})
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("server in " + srv.dir + "\n")
		io.Copy(io.Discard, os.Stdin) // until killed
		return
	}
	alive, inherited, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestServerEndsWithItsProcess$")
	child.Env = append(os.Environ(), "STORETEST_CHILD=1")
	child.ExtraFiles = []*os.File{inherited}
	child.Stderr = os.Stderr
	stdin, stdinErr := child.StdinPipe()
	stdout, stdoutErr := child.StdoutPipe()
	if stdinErr != nil || stdoutErr != nil {
		t.Fatal(stdinErr, stdoutErr)
	}
	defer stdin.Close()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	inherited.Close()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	dir, ok := strings.CutPrefix(strings.TrimSpace(line), "server in ")
	if err != nil || !ok {
		t.Fatalf("the child said %q, %v", line, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() // says "killed", which is what we did
	if _, err := io.Copy(io.Discard, alive); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the killed process left %s behind: %v", dir, err)
	}
}

func TestMissingPostgreSQLIsAnError(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir, err := findPrograms("/nonexistent/*/bin")
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("findPrograms = %q, %v; want an error that says how to install", dir, err)
	}
}

func TestSharedServerMustBeAURL(t *testing.T) {
	if _, err := withSearchPath("host=/tmp user=postgres", "s"); err == nil {
		t.Error("a keyword DSN was accepted, search_path would be lost")
	}
	dsn, err := withSearchPath("postgres://u@h/db?sslmode=disable", "s")
	if want := "postgres://u@h/db?search_path=s&sslmode=disable"; err != nil || dsn != want {
		t.Errorf("got %q, %v; want %q", dsn, err, want)
	}
}
