// Package storetest gives tests a real PostgreSQL.
//
// One server serves a whole test binary; it starts with the first test that asks and goes away
// with the process, however the process ends. Every test gets a schema of its own.
package storetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// sharedServer is started once per process and reachable as long as the process lives: were it
// collected as garbage, its end of the guard's pipe would be closed and the server stopped. If SURVEYD_TEST_POSTGRES holds the address of a
// running server, that one is used instead, so that several test binaries can share it.
var sharedServer = sync.OnceValues(func() (*Server, error) {
	if dsn := os.Getenv("SURVEYD_TEST_POSTGRES"); dsn != "" {
		return &Server{dsn: dsn}, nil
	}
	// Never stopped here: its guard does that when this process is gone.
	return Start(Options{Fsync: os.Getenv("SURVEYD_TEST_FSYNC") == "on"})
})

// schemaNumber tells the schemas of one process apart; the process id tells processes apart.
var schemaNumber atomic.Int64

// PostgresDSN returns the address (a postgres:// URL) of an empty schema that belongs to this
// test alone and is dropped when the test ends. It fails the test, and never skips it, when
// PostgreSQL is not installed or does not start. Close every connection before the test ends:
// one that still holds a lock makes the drop, and so the test, fail.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	dsn, drop, err := NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// NewSchema makes an empty schema in this process's server. drop removes it, and needs up to 10 s to fail when a connection holds a lock in it.
func NewSchema() (dsn string, drop func() error, err error) {
	server, err := sharedServer()
	if err != nil {
		return "", nil, err
	}
	base := server.DSN()
	schema := fmt.Sprintf("test_%d_%d", os.Getpid(), schemaNumber.Add(1))
	if dsn, err = withSearchPath(base, schema); err != nil {
		return "", nil, err
	}
	if err := execute(base, "CREATE SCHEMA "+schema); err != nil {
		return "", nil, fmt.Errorf("create the schema of this test: %w", err)
	}
	return dsn, func() error {
		if err := execute(base, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			return fmt.Errorf("drop the schema of this test (is a connection still open?): %w", err)
		}
		return nil
	}, nil
}

// withSearchPath adds the schema to a postgres:// URL, so that every connection made from the
// URL works in that schema.
func withSearchPath(dsn, schema string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("SURVEYD_TEST_POSTGRES must be a postgres:// URL: %w", err)
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", fmt.Errorf("SURVEYD_TEST_POSTGRES must be a postgres:// URL, it starts with %q", u.Scheme)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// execute runs one statement on a connection of its own. A lock somebody else holds is an error
// after 10 s instead of a test that hangs.
func execute(dsn, statement string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := conn.Close(ctx); err == nil {
			err = closeErr
		}
	}()
	// Quieter and bounded: DROP CASCADE would send a notice per table.
	if _, err := conn.Exec(ctx, "SET lock_timeout = '10s'; SET client_min_messages = warning"); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return err
}
