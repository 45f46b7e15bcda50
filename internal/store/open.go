package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
)

// Engine names a database engine.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Errors of databases that are not opened.
var (
	ErrNewerSchema = errors.New("the database was made by a newer surveyd")
	ErrNoDatabase  = errors.New("there is no database of surveyd's") // missing or empty; only OpenExisting returns it
	ErrForeign     = errors.New("this is a database of another program")
)

// Store is a migrated database. It is safe for concurrent use.
type Store struct {
	engine Engine
	w      *sql.DB // the writer: one connection on SQLite
	r      *sql.DB // readers; the same pool as w on PostgreSQL
	path   string  // file on SQLite
	pool   *pgxpool.Pool
	shard  int64 // rollup shard of this process; always 0 on SQLite
	prep   statements
	epoch  atomic.Int64
	broken atomic.Bool // the disk did not keep a write
	full   atomic.Bool // a write failed for want of space, and none has succeeded since that would have needed some
	fatal  func(error)
}

// Open opens the database that dsn names and brings its schema up to date. A dsn that starts with postgres:// or postgresql:// is PostgreSQL, anything else
// is the path of an SQLite file, which is created (mode 0600) where there is none.
func Open(ctx context.Context, dsn string) (*Store, error) { return open(ctx, dsn, true) }

// OpenExisting is Open for a database that must be there: what is missing or empty is ErrNoDatabase, and stays as it is.
func OpenExisting(ctx context.Context, dsn string) (*Store, error) { return open(ctx, dsn, false) }

func open(ctx context.Context, dsn string, create bool) (*Store, error) {
	var (
		s   *Store
		err error
	)
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		s, err = openPostgres(ctx, dsn)
	} else {
		s, err = openSQLite(ctx, dsn, create)
	}
	if err != nil {
		return nil, err
	}
	if s.engine == Postgres && !create {
		err = s.checkMade(ctx)
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// sqliteDSN carries the engine's settings, so that every connection of a pool has them; busy_timeout stands first because the others may have to wait.
func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout(10000)")
	if readOnly {
		q.Add("mode", "ro")
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	for _, p := range []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(FAST)", "journal_size_limit(67108864)", "cache_size(-2048)", "temp_store(MEMORY)"} {
		if readOnly && strings.HasPrefix(p, "journal_") {
			continue
		}
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openSQLite(ctx context.Context, path string, create bool) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database path %q: %w", path, err)
	}
	info, err := os.Stat(abs)
	if !create && (errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0) {
		return nil, fmt.Errorf("%s: %w", path, ErrNoDatabase)
	}
	if err := createPrivate(abs); err != nil {
		return nil, fmt.Errorf("create the database %s: %w", path, err)
	}
	w, err := sql.Open("sqlite", sqliteDSN(abs, false))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open("sqlite", sqliteDSN(abs, true))
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	r.SetMaxOpenConns(max(4, runtime.NumCPU()))
	r.SetMaxIdleConns(2)
	s := &Store{engine: SQLite, w: w, r: r, path: abs}
	err = nil
	if info != nil && info.Size() > 0 {
		err = s.checkOwn(ctx) // by a reader: another program's file is not even turned into a WAL file
	}
	if err == nil {
		err = s.checkSQLite(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.Close())
	}
	return s, nil
}

// createPrivate makes an empty file that only its owner may read. An existing file is left alone, and never opened: closing it would drop the driver's locks.
func createPrivate(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// checkOwn refuses an SQLite file that has tables of others and none of ours.
func (s *Store) checkOwn(ctx context.Context) error {
	var tables, ours int
	err := s.r.QueryRowContext(ctx, `
		SELECT count(*), coalesce(sum(name IN ('survey', 'goose_db_version')), 0) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`).Scan(&tables, &ours)
	if err == nil && tables > 0 && ours == 0 {
		err = ErrForeign
	}
	return err
}

// checkMade refuses a PostgreSQL database without our tables.
func (s *Store) checkMade(ctx context.Context) error {
	var made bool
	if err := s.r.QueryRowContext(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&made); err != nil {
		return fmt.Errorf("look for the tables: %w", err)
	}
	if !made {
		return fmt.Errorf("%s: %w", s.Describe(), ErrNoDatabase)
	}
	return nil
}

// checkSQLite reads the settings back and refuses to go on with weaker ones.
func (s *Store) checkSQLite(ctx context.Context) error {
	want := []struct{ pragma, value string }{{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"}}
	for _, w := range want {
		var got string
		if err := s.w.QueryRowContext(ctx, "PRAGMA "+w.pragma).Scan(&got); err != nil {
			return fmt.Errorf("read %s: %w", w.pragma, err)
		}
		if got != w.value {
			return fmt.Errorf("SQLite has %s=%s, surveyd needs %s", w.pragma, got, w.value)
		}
	}
	var version string
	if err := s.w.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("read the SQLite version: %w", err)
	}
	var a, b, c int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &a, &b, &c); err != nil || a*1_000_000+b*1_000+c < 3_051_003 {
		return fmt.Errorf("SQLite %s can corrupt a WAL file; 3.51.3 or newer is needed", version)
	}
	return nil
}

func openPostgres(ctx context.Context, dsn string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL address can't be read") // the cause repeats the password
	}
	cfg.MaxConns = int32(max(8, 4*runtime.NumCPU()))
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	cfg.ConnConfig.RuntimeParams["application_name"] = "surveyd"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	s := &Store{engine: Postgres, w: db, r: db, pool: pool}
	var durable string
	if err := db.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&durable); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to PostgreSQL: %w", err), s.Close())
	}
	if durable == "off" {
		return nil, errors.Join(errors.New("PostgreSQL has synchronous_commit=off: an acknowledged answer could be lost; set it to on"), s.Close())
	}
	return s, nil
}

// Engine tells which database this is.
func (s *Store) Engine() Engine { return s.engine }

// Path is the absolute path of the SQLite file, or "".
func (s *Store) Path() string { return s.path }

// Describe names the database for people, without a password.
func (s *Store) Describe() string {
	if s.engine == SQLite {
		return s.path
	}
	c := s.pool.Config().ConnConfig
	return fmt.Sprintf("PostgreSQL database %s on %s", c.Database, c.Host)
}

// SetShard sets the rollup shard of this process: on PostgreSQL the writer's bucket, so that instances never meet on a row. SQLite has one writer and no shards.
func (s *Store) SetShard(bucket int64) {
	if s.engine == Postgres {
		s.shard = bucket
	}
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.r.PingContext(ctx) }

// probe is how many bytes Ready writes to see whether there is space again.
const probe = 64 << 10

// Ready tells whether the database answers, and takes writes. After one that failed for want of space it tries to write, so that it finds out by itself when
// there is space again: while it says no, nobody may come to write.
func (s *Store) Ready(ctx context.Context) error {
	if s.broken.Load() {
		return errBroken
	}
	if !s.full.Load() {
		return s.Ping(ctx)
	}
	for _, statement := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO setting (key, value) VALUES ('probe', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, []any{strings.Repeat("x", probe)}},
		{`DELETE FROM setting WHERE key = 'probe'`, nil},
	} {
		if _, err := s.w.ExecContext(ctx, statement.query, statement.args...); err != nil {
			return fmt.Errorf("see whether there is space again: %w", err)
		}
	}
	s.full.Store(false)
	return nil
}

// Close closes all connections.
func (s *Store) Close() error {
	s.prep.close()
	var err error
	if s.r != s.w {
		err = s.r.Close() // first: the writer, as the last one, then moves the WAL into the file
	}
	err = errors.Join(err, s.w.Close())
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

// IsDiskFull tells whether err says that the disk, or the allowed size, is used up.
func IsDiskFull(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()&0xff == 13 || e.Code() == 778
	}
	return hasSQLState(err, "53100")
}

// IsIOError tells whether err says that the disk did not keep what was written; the process must not go on.
func IsIOError(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()&0xff == 10 && e.Code() != 778
	}
	return hasSQLState(err, "58030")
}

// IsAway tells whether err says that PostgreSQL can't be reached, goes down or starts up: what was asked of it may be asked again later.
func IsAway(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "57P") || e.Code == "53300"
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) {
		return true
	}
	for _, cut := range []error{driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded} {
		if errors.Is(err, cut) {
			return true
		}
	}
	return false
}
