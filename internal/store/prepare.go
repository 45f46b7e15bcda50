package store

import (
	"context"
	"database/sql"
	"fmt"
)

// warm prepares what every batch of answers runs, before there is a transaction.
func (s *Store) warm(ctx context.Context) error {
	queries := []string{addTallySQL, s.addWordsSQL(), openCaseSQL, addCaseResponseSQL, addCaseRoundSQL, addCaseLogSQL, addNewsSQL}
	for _, n := range insertSizes {
		queries = append(queries, s.insertResponsesSQL(n))
	}
	for _, q := range queries {
		if _, err := s.prepared(ctx, q); err != nil {
			return fmt.Errorf("prepare a statement: %w", err)
		}
	}
	return nil
}

// known gives the prepared form of query bound to the transaction in ctx, or nil.
func (s *Store) known(ctx context.Context, query string) *sql.Stmt {
	tx := txOf(ctx)
	if tx == nil {
		return nil
	}
	s.prep.mu.Lock()
	st := s.prep.m[query]
	s.prep.mu.Unlock()
	if st == nil {
		return nil
	}
	return tx.StmtContext(ctx, st)
}

// execTx runs a statement in the transaction of ctx, prepared if it is known.
func (s *Store) execTx(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if st := s.known(ctx, query); st != nil {
		return st.ExecContext(ctx, args...)
	}
	return s.x(ctx).ExecContext(ctx, query, args...)
}

// collectTx is collect in the transaction of ctx, prepared if the statement is known.
func collectTx[T any](ctx context.Context, s *Store, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	st := s.known(ctx, query)
	if st == nil {
		return collect(ctx, s.x(ctx), scan, query, args...)
	}
	rows, err := st.QueryContext(ctx, args...)
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
