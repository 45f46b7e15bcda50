package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// Funnel adds up cohorts of invitations, in the order of their cells. What is not told apart is 0 or "" in the cell. It reads days times touchpoints times languages
// of the surveys, however many invitations there are.
func (s *Store) Funnel(ctx context.Context, in reports.FunnelSlice) ([]survey.FunnelDelta, error) {
	columns, groups := funnelGroups(in)
	var c clause
	if in.SurveyID != 0 {
		c.and("survey_id = ?", in.SurveyID)
	}
	if in.Touchpoint != survey.AllTouchpoints {
		c.and("touchpoint_id = ?", in.Touchpoint)
	}
	if in.Language != survey.AllLanguages {
		c.and("language = ?", in.Language)
	}
	if !in.Period.All {
		c.and("day >= ?", int64(in.Period.First))
		c.and("day <= ?", int64(in.Period.Last))
	}
	query := `SELECT ` + columns + `, CAST(COALESCE(sum(sent), 0) AS BIGINT), CAST(COALESCE(sum(bounced), 0) AS BIGINT), CAST(COALESCE(sum(clicked), 0) AS BIGINT),
		CAST(COALESCE(sum(unconfirmed), 0) AS BIGINT), CAST(COALESCE(sum(answered), 0) AS BIGINT), CAST(COALESCE(sum(commented), 0) AS BIGINT)
		FROM funnel` + c.where()
	if groups != "" {
		query += ` GROUP BY ` + groups + ` ORDER BY ` + groups
	}
	all, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (d survey.FunnelDelta, err error) {
		d.Cell, d.Funnel, err = scanCohort(rows)
		return d, err
	}, query, c.args...)
	if err != nil {
		return nil, fmt.Errorf("read the funnel: %w", err)
	}
	return all, nil
}

// funnelGroups are the columns of a cohort, and the ones among them that tell cohorts apart.
func funnelGroups(in reports.FunnelSlice) (columns, groups string) {
	survey, touchpoint, language, day := "0", "0", "''", "0"
	var keys []string
	switch in.By {
	case reports.BySurvey:
		survey = "survey_id"
		keys = append(keys, survey)
	case reports.ByTouchpoint:
		touchpoint = "touchpoint_id"
		keys = append(keys, touchpoint)
	case reports.ByLanguage:
		language = "language"
		keys = append(keys, language)
	case reports.ByNothing:
	}
	if in.Every != reports.Whole {
		day = bucketSQL(in.Every)
		keys = append(keys, day)
	}
	return strings.Join([]string{survey, touchpoint, language, day}, ", "), strings.Join(keys, ", ")
}

// bucketSQL is the first day of the point that holds the column day. Days before 1970 are negative, and % keeps the sign.
func bucketSQL(g reports.Grain) string {
	step := g.Step()
	if step == 1 {
		return "day"
	}
	return fmt.Sprintf("day - ((day - %d) %% %d + %d) %% %d", reports.FirstMonday, step, step, step)
}
