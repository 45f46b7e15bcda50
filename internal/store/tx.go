package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

type txKey struct{}

// txn is the transaction that a context carries.
type txn struct {
	*sql.Tx
	touched bool // what customers see has changed in it
}

// txOf is the transaction of ctx, or nil.
func txOf(ctx context.Context) *txn {
	t, _ := ctx.Value(txKey{}).(*txn)
	return t
}

// querier is what a statement needs: a pool or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// InTx runs do in one write transaction. A nested call joins the outer one. The transaction is rolled back when do returns an error or panics.
func (s *Store) InTx(ctx context.Context, do func(context.Context) error) error {
	if txOf(ctx) != nil {
		return do(ctx)
	}
	if s.broken.Load() {
		return fmt.Errorf("begin: %w", errBroken)
	}
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t := &txn{Tx: tx}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := do(context.WithValue(ctx, txKey{}, t)); err != nil {
		return s.heed(err)
	}
	if err := tx.Commit(); err != nil {
		return s.heed(fmt.Errorf("commit: %w", err))
	}
	if t.touched {
		s.epoch.Add(1)
	}
	return nil
}

// errBroken is returned for every write after one that the disk did not keep: a later sync may succeed although pages of the earlier one are gone.
var errBroken = errors.New("the disk did not keep an earlier write")

// heed has the process end when err says that the disk did not keep what was written, and remembers that there was no space.
func (s *Store) heed(err error) error {
	if IsDiskFull(err) {
		s.full.Store(true)
	}
	if IsIOError(err) && s.broken.CompareAndSwap(false, true) && s.fatal != nil {
		s.fatal(err)
	}
	return err
}

// q is where a read goes: the transaction in ctx, or the readers.
func (s *Store) q(ctx context.Context) querier {
	if tx := txOf(ctx); tx != nil {
		return tx
	}
	return s.r
}

// x is where a write goes: the transaction in ctx, or the writer.
func (s *Store) x(ctx context.Context) querier {
	if tx := txOf(ctx); tx != nil {
		return tx
	}
	return s.w
}

// collect runs query, reads every row with scan and checks how the rows ended.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// one makes sql.ErrNoRows into missing, the domain's word for it.
func one(err, missing error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return err
}

// millis is how an instant is stored: unix milliseconds; the zero time is NULL.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant reads what millis wrote.
type instant struct{ t *time.Time }

// Scan implements sql.Scanner.
func (i instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i.t = time.Time{}
	case int64:
		*i.t = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("an instant is stored as a number, not as %T", src)
	}
	return nil
}

// null stores the zero value as NULL.
func null[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// values writes n groups of m placeholders, counting from $1: ($1,$2),($3,$4).
func values(n, m int) string {
	var b strings.Builder
	k := 1
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j := range m {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "$%d", k)
			k++
		}
		b.WriteByte(')')
	}
	return b.String()
}

// statements keeps the writer's prepared statements by their text. They are prepared before a transaction begins, since SQLite has one writing connection.
type statements struct {
	mu sync.Mutex
	m  map[string]*sql.Stmt
}

// prepared gives the prepared form of query. Never call it inside a transaction.
func (s *Store) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	s.prep.mu.Lock()
	defer s.prep.mu.Unlock()
	if st, ok := s.prep.m[query]; ok {
		return st, nil
	}
	st, err := s.w.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s.prep.m == nil {
		s.prep.m = map[string]*sql.Stmt{}
	}
	s.prep.m[query] = st
	return st, nil
}

func (p *statements) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, st := range p.m {
		_ = st.Close()
	}
	p.m = nil
}

// IsUnique tells whether err says that a row with this key is there already.
func IsUnique(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() == 2067 || e.Code() == 1555
	}
	return hasSQLState(err, "23505")
}

func hasSQLState(err error, state string) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == state
}
