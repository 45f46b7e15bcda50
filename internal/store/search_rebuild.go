package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// RebuildSearch makes the search indexes of answers and cases anew from what they hold in words: after a newer surveyd folds words in another way.
func (s *Store) RebuildSearch(ctx context.Context) error {
	empty := `INSERT INTO response_search (response_search) VALUES ('delete-all')`
	if s.engine == Postgres {
		empty = `DELETE FROM response_search`
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, empty); err != nil {
			return fmt.Errorf("empty the search index: %w", err)
		}
		if err := s.EachResponse(ctx, ResponseRange{}, func(r survey.Response) error { return s.indexWords(ctx, r.ID, "", r.SearchText()) }); err != nil {
			return err
		}
		return s.indexCases(ctx)
	})
}

// indexCases writes anew by which words every case is found.
func (s *Store) indexCases(ctx context.Context) error {
	ids, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (id survey.ID, err error) { return id, r.Scan(&id) }, `SELECT id FROM followup_case ORDER BY id`)
	if err != nil {
		return fmt.Errorf("read the cases: %w", err)
	}
	for _, id := range ids {
		if err := s.IndexCase(ctx, id); err != nil {
			return err
		}
	}
	if s.engine == Postgres {
		return nil
	}
	if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO case_search (case_search) VALUES ('rebuild')`); err != nil {
		return fmt.Errorf("make the search index of cases anew: %w", err)
	}
	return nil
}
