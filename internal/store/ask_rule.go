package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

const ruleColumns = `id, survey_id, name, active, kind, plan, created_at, changed_at, revision`

func scanRule(rows interface{ Scan(...any) error }) (v asking.Rule, err error) {
	var plan string
	if err = rows.Scan(&v.ID, &v.SurveyID, &v.Name, &v.Active, &v.Kind, &plan, instant{&v.CreatedAt}, instant{&v.ChangedAt}, &v.Revision); err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(plan), &v.Plan)
}

// Rules reads all rules, those of newer surveys first.
func (s *Store) Rules(ctx context.Context) ([]asking.Rule, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (asking.Rule, error) { return scanRule(r) },
		`SELECT `+ruleColumns+` FROM ask_rule ORDER BY survey_id DESC, id`)
}

// Rule reads one rule. It returns survey.ErrNotFound.
func (s *Store) Rule(ctx context.Context, id int64) (asking.Rule, error) {
	v, err := scanRule(s.q(ctx).QueryRowContext(ctx, `SELECT `+ruleColumns+` FROM ask_rule WHERE id = $1`, id))
	return v, one(err, survey.ErrNotFound)
}

// CreateRule writes a new rule and sets its ID and Revision.
func (s *Store) CreateRule(ctx context.Context, v *asking.Rule) error {
	plan, err := json.Marshal(v.Plan)
	if err != nil {
		return fmt.Errorf("write a rule: %w", err)
	}
	v.Revision = 1
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO ask_rule (id, survey_id, name, active, kind, plan, created_at, changed_at)
		SELECT coalesce(max(id), 0) + 1, CAST($1 AS BIGINT), $2, CAST($3 AS BOOLEAN), $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT) FROM ask_rule
		RETURNING id`, v.SurveyID, v.Name, v.Active, v.Kind, string(plan), millis(v.CreatedAt), millis(v.ChangedAt)).Scan(&v.ID)
	if err != nil {
		return fmt.Errorf("write a rule: %w", err)
	}
	return s.touch(ctx)
}

// UpdateRule writes a rule over the revision that was read, and raises v.Revision. It returns survey.ErrStale when somebody else was faster.
func (s *Store) UpdateRule(ctx context.Context, v *asking.Rule) error {
	plan, err := json.Marshal(v.Plan)
	if err != nil {
		return fmt.Errorf("write a rule: %w", err)
	}
	if err := s.change(ctx, survey.ErrStale, `
		UPDATE ask_rule SET name = $1, active = $2, kind = $3, plan = $4, changed_at = $5, revision = revision + 1 WHERE id = $6 AND revision = $7`,
		v.Name, v.Active, v.Kind, string(plan), millis(v.ChangedAt), v.ID, v.Revision); err != nil {
		return err
	}
	v.Revision++
	return s.touch(ctx)
}
