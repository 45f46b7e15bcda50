package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// IndexCase writes anew by which words a case is found: those of its answers that count, of its person and of its notes.
func (s *Store) IndexCase(ctx context.Context, id survey.ID) error {
	texts, err := collect(ctx, s.x(ctx), func(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) }, `
		SELECT COALESCE(r.comment, '') || ' ' || COALESCE(r.order_ref, '') FROM case_response c JOIN response r ON r.id = c.response_id WHERE c.case_id = $1 AND c.state <> 'marked'
		UNION ALL
		SELECT COALESCE(a.text, '') FROM case_response c JOIN answer a ON a.response_id = c.response_id WHERE c.case_id = $1 AND c.state <> 'marked'
		UNION ALL
		SELECT p.name || ' ' || COALESCE(p.email, '') || ' ' || COALESCE(p.external_id, '') FROM followup_case c JOIN contact p ON p.id = c.contact_id WHERE c.id = $1
		UNION ALL
		SELECT body FROM case_log WHERE case_id = $1 AND body <> ''`, int64(id))
	if err != nil {
		return fmt.Errorf("read the words of a case: %w", err)
	}
	_, err = s.execTx(ctx, `UPDATE followup_case SET search_text = $1 WHERE id = $2`, survey.Fold(strings.Join(texts, " ")), int64(id))
	if err != nil {
		return fmt.Errorf("write the words of a case: %w", err)
	}
	return nil
}
