package store

import (
	"context"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// RebuildSearch makes the search index anew from the comments and the answers in words: after a newer surveyd folds words in another way.
func (s *Store) RebuildSearch(ctx context.Context) error {
	empty := `INSERT INTO response_search (response_search) VALUES ('delete-all')`
	if s.engine == Postgres {
		empty = `DELETE FROM response_search`
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, empty); err != nil {
			return fmt.Errorf("empty the search index: %w", err)
		}
		return s.EachResponse(ctx, ResponseRange{}, func(r survey.Response) error {
			return s.indexWords(ctx, r.ID, "", r.SearchText())
		})
	})
}
