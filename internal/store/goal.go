package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
)

// goalColumns are those of a goal g and of v, the last value that counts for it.
const goalColumns = `g.id, g.published, g.specific, g.achievable, g.relevant, g.kind, g.measured, g.survey_id, g.touchpoint_id, g.metric, g.variant, g.currency, g.unit,
	g.baseline, g.target, g.start_day, g.deadline, g.created_at, g.changed_at, g.archived_at, g.revision, v.id, v.day, v.value, v.created_by, v.created_at`

// goalTables finds the last value by seeking in its index.
const goalTables = ` FROM goal g LEFT JOIN goal_value v ON v.id =
	(SELECT x.id FROM goal_value x WHERE x.goal_id = g.id AND (g.deadline IS NULL OR x.day <= g.deadline) ORDER BY x.goal_id DESC, x.day DESC, x.id DESC LIMIT 1) `

// tenThousandths is how a value is stored; nil is NULL.
func tenThousandths(v *big.Rat) (any, error) {
	if v == nil {
		return nil, nil
	}
	n := new(big.Rat).Mul(v, big.NewRat(10_000, 1))
	if !n.IsInt() || !n.Num().IsInt64() {
		return nil, fmt.Errorf("the value %s can't be stored exactly", v.RatString())
	}
	return n.Num().Int64(), nil
}

// exactly reads what tenThousandths wrote.
func exactly(n sql.NullInt64) *big.Rat {
	if !n.Valid {
		return nil
	}
	return big.NewRat(n.Int64, 10_000)
}

func scanGoal(rows interface{ Scan(...any) error }) (g customers.Goal, err error) {
	var of, baseline, target, start, deadline, id, day, value, by sql.NullInt64
	var v customers.GoalValue
	m := &g.Measure
	err = rows.Scan(&g.ID, &g.Published, &g.Specific, &g.Achievable, &g.Relevant, &g.Kind, &m.By, &of, &m.Touchpoint, &m.Metric, &m.Variant, &m.Currency, &g.Unit,
		&baseline, &target, &start, &deadline, instant{&g.CreatedAt}, instant{&g.ChangedAt}, instant{&g.ArchivedAt}, &g.Revision, &id, &day, &value, &by, instant{&v.At})
	m.SurveyID, g.Baseline, g.Target = of.Int64, exactly(baseline), exactly(target)
	g.Start, g.Deadline = survey.Day(start.Int64), survey.Day(deadline.Int64)
	if id.Valid {
		v.ID, v.GoalID, v.Day, v.Value, v.By = id.Int64, g.ID, survey.Day(day.Int64), exactly(value), by.Int64
		g.Latest = &v
	}
	return g, err
}

// Goals reads a page of goals, each with its last value.
func (s *Store) Goals(ctx context.Context, q customers.GoalQuery) ([]customers.Goal, error) {
	where := `g.archived_at IS NULL`
	if q.Archived {
		where = `g.archived_at IS NOT NULL`
	}
	if q.Running {
		where += ` AND g.published AND g.deadline >= $1`
	}
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (customers.Goal, error) { return scanGoal(r) }, `
		SELECT `+goalColumns+goalTables+`WHERE `+where+`
		ORDER BY CASE WHEN NOT g.published THEN 2 WHEN g.deadline < $1 THEN 1 ELSE 0 END, CASE WHEN g.deadline < $1 THEN -g.deadline ELSE coalesce(g.deadline, 0) END, g.id
		LIMIT $2 OFFSET $3`, int64(q.Today), q.Limit, q.Offset)
}

// Goal reads one goal with its last value. It returns survey.ErrNotFound.
func (s *Store) Goal(ctx context.Context, id int64) (customers.Goal, error) {
	g, err := scanGoal(s.q(ctx).QueryRowContext(ctx, `SELECT `+goalColumns+goalTables+`WHERE g.id = $1`, id))
	return g, one(err, survey.ErrNotFound)
}

// goalArgs are the columns that both writes of a goal have.
func goalArgs(g *customers.Goal) ([]any, error) {
	baseline, err := tenThousandths(g.Baseline)
	if err != nil {
		return nil, err
	}
	target, err := tenThousandths(g.Target)
	m := g.Measure
	return []any{
		g.Published, g.Specific, g.Achievable, g.Relevant, string(g.Kind), string(m.By), null(m.SurveyID), m.Touchpoint, m.Metric, m.Variant, m.Currency, g.Unit,
		baseline, target, null(int64(g.Start)), null(int64(g.Deadline)), millis(g.ChangedAt), millis(g.ArchivedAt),
	}, err
}

// CreateGoal writes a new goal and sets its ID and Revision.
func (s *Store) CreateGoal(ctx context.Context, g *customers.Goal) error {
	args, err := goalArgs(g)
	if err != nil {
		return fmt.Errorf("write a goal: %w", err)
	}
	g.Revision = 1
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO goal (id, published, specific, achievable, relevant, kind, measured, survey_id, touchpoint_id, metric, variant, currency, unit, baseline, target,
			start_day, deadline, changed_at, archived_at, created_at)
		SELECT coalesce(max(id), 0) + 1, CAST($1 AS BOOLEAN), $2, $3, $4, $5, $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT), $9, $10, $11, $12, CAST($13 AS BIGINT), CAST($14 AS BIGINT),
			CAST($15 AS BIGINT), CAST($16 AS BIGINT), CAST($17 AS BIGINT), CAST($18 AS BIGINT), CAST($19 AS BIGINT) FROM goal
		RETURNING id`, append(args, millis(g.CreatedAt))...).Scan(&g.ID)
	if err != nil {
		return fmt.Errorf("write a goal: %w", err)
	}
	return nil
}

// UpdateGoal writes a goal over the revision that was read, and raises g.Revision. It returns survey.ErrStale when somebody else was faster.
func (s *Store) UpdateGoal(ctx context.Context, g *customers.Goal) error {
	args, err := goalArgs(g)
	if err != nil {
		return fmt.Errorf("write a goal: %w", err)
	}
	if err := s.change(ctx, survey.ErrStale, `
		UPDATE goal SET published = $1, specific = $2, achievable = $3, relevant = $4, kind = $5, measured = $6, survey_id = $7, touchpoint_id = $8, metric = $9, variant = $10,
			currency = $11, unit = $12, baseline = $13, target = $14, start_day = $15, deadline = $16, changed_at = $17, archived_at = $18, revision = revision + 1
		WHERE id = $19 AND revision = $20`, append(args, g.ID, g.Revision)...); err != nil {
		return err
	}
	g.Revision++
	return nil
}

// GoalValues reads what was written down of a goal, the last days first, and of a day what was written last.
func (s *Store) GoalValues(ctx context.Context, goal int64, most int) ([]customers.GoalValue, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (v customers.GoalValue, err error) {
		var value sql.NullInt64
		err = r.Scan(&v.ID, &v.GoalID, &v.Day, &value, &v.By, &v.ByName, instant{&v.At})
		v.Value = exactly(value)
		return v, err
	}, `SELECT v.id, v.goal_id, v.day, v.value, v.created_by, coalesce(s.name, ''), v.created_at FROM goal_value v LEFT JOIN staff s ON s.id = v.created_by
		WHERE v.goal_id = $1 ORDER BY v.goal_id DESC, v.day DESC, v.id DESC LIMIT $2`, goal, most)
}

// AddGoalValue writes a value down and sets its ID.
func (s *Store) AddGoalValue(ctx context.Context, v *customers.GoalValue) error {
	value, err := tenThousandths(v.Value)
	if err != nil {
		return fmt.Errorf("write the value of a goal: %w", err)
	}
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO goal_value (id, goal_id, day, value, created_by, created_at)
		SELECT coalesce(max(id), 0) + 1, CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM goal_value RETURNING id`,
		v.GoalID, int64(v.Day), value, v.By, millis(v.At)).Scan(&v.ID)
	if err != nil {
		return fmt.Errorf("write the value of a goal: %w", err)
	}
	return nil
}
