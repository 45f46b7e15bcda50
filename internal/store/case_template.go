package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surveyd/surveyd/internal/followup"
)

// ReplyTemplates reads the texts that replies begin with, in their order.
func (s *Store) ReplyTemplates(ctx context.Context) ([]followup.Template, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (t followup.Template, err error) {
		var names, texts string
		if err = rows.Scan(&t.ID, &names, &texts); err != nil {
			return t, err
		}
		if err = json.Unmarshal([]byte(names), &t.Names); err != nil {
			return t, fmt.Errorf("read template %d: %w", t.ID, err)
		}
		return t, json.Unmarshal([]byte(texts), &t.Texts)
	}, `SELECT id, names, texts FROM reply_template ORDER BY position, id`)
}

// SaveReplyTemplates writes the templates in their order in place of those that were there. One without an ID is new.
func (s *Store) SaveReplyTemplates(ctx context.Context, all []followup.Template) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM reply_template`); err != nil {
			return fmt.Errorf("write the templates of replies: %w", err)
		}
		next := int64(1)
		for _, t := range all {
			next = max(next, t.ID+1)
		}
		for i, t := range all {
			if t.ID == 0 {
				t.ID = next
				next++
			}
			names, err := json.Marshal(t.Names)
			if err != nil {
				return fmt.Errorf("write a template: %w", err)
			}
			texts, err := json.Marshal(t.Texts)
			if err != nil {
				return fmt.Errorf("write a template: %w", err)
			}
			if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO reply_template (id, names, texts, position) VALUES ($1, $2, $3, $4)`, t.ID, string(names), string(texts), i+1); err != nil {
				return fmt.Errorf("write a template: %w", err)
			}
		}
		return nil
	})
}
