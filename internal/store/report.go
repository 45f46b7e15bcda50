package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// sumColumns adds up rows and shards. PostgreSQL sums BIGINT as NUMERIC, hence the casts.
var sumColumns = func() string {
	var b strings.Builder
	for _, c := range []string{"n", "sum", "sumsq", "na", "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"} {
		b.WriteString(", CAST(sum(" + c + ") AS BIGINT)")
	}
	return b.String()
}()

// clause gathers conditions and their arguments.
type clause struct {
	conditions []string
	args       []any
}

// and adds a condition whose one ? becomes the next placeholder.
func (c *clause) and(condition string, arg any) {
	c.args = append(c.args, arg)
	c.conditions = append(c.conditions, strings.Replace(condition, "?", "$"+strconv.Itoa(len(c.args)), 1))
}

// in adds the condition that column is one of the values.
func (c *clause) in(column string, values []int64) {
	var marks []string
	for _, v := range values {
		c.args = append(c.args, v)
		marks = append(marks, "$"+strconv.Itoa(len(c.args)))
	}
	c.conditions = append(c.conditions, column+" IN ("+strings.Join(marks, ",")+")")
}

func (c *clause) where() string {
	if len(c.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.conditions, " AND ")
}

// Sums adds up rollup rows, in the order of their cells. What it reads is days times touchpoints times languages, however many answers there are; without a
// filter and a dimension, it is days.
func (s *Store) Sums(ctx context.Context, in reports.Slice) ([]reports.Sum, error) {
	if len(in.Versions) == 0 {
		return nil, nil
	}
	columns, groups := sumGroups(in)
	with, source, c := sumSource(in)
	sums, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (reports.Sum, error) {
		var v reports.Sum
		t := &v.Tally
		into := []any{&v.Cell.VersionID, &v.Cell.Question, &v.Cell.Touchpoint, &v.Cell.Language, &v.Cell.Day, &t.N, &t.Sum, &t.SumSq, &t.NA}
		for i := range t.R {
			into = append(into, &t.R[i])
		}
		err := r.Scan(into...)
		if in.By != reports.ByTouchpoint {
			v.Cell.Touchpoint = in.Touchpoint
		}
		if in.By != reports.ByLanguage {
			v.Cell.Language = in.Language
		}
		return v, err
	}, with+`SELECT `+columns+sumColumns+` FROM `+source+c.where()+` GROUP BY `+groups+` ORDER BY `+groups, c.args...)
	if err != nil {
		return nil, fmt.Errorf("read the rollups: %w", err)
	}
	return sums, nil
}

// sumGroups are the columns of a cell, and the ones among them that tell cells apart.
func sumGroups(in reports.Slice) (columns, groups string) {
	touchpoint, language, day := "0", "''", "0"
	keys := []string{"version_id", "question"}
	if in.By == reports.ByTouchpoint {
		touchpoint = "touchpoint_id"
		keys = append(keys, touchpoint)
	}
	if in.By == reports.ByLanguage {
		language = "language"
		keys = append(keys, language)
	}
	if in.Every != reports.Whole {
		day = bucketSQL(in.Every)
		keys = append(keys, day)
	}
	return strings.Join([]string{"version_id", "question", touchpoint, language, day}, ", "), strings.Join(keys, ", ")
}

// pairs finds the touchpoints and languages of a question by stepping through the key, so that a part of the days can be read without the others.
const pairs = `
	WITH RECURSIVE place (t) AS (
		SELECT min(touchpoint_id) FROM rollup WHERE version_id = $1 AND question = $2 AND touchpoint_id > -1
		UNION ALL
		SELECT (SELECT min(touchpoint_id) FROM rollup WHERE version_id = $1 AND question = $2 AND touchpoint_id > place.t) FROM place WHERE place.t IS NOT NULL
	), pair (t, l) AS (
		SELECT t, (SELECT min(language) FROM rollup WHERE version_id = $1 AND question = $2 AND touchpoint_id = place.t) FROM place WHERE place.t IS NOT NULL
		UNION ALL
		SELECT pair.t, (SELECT min(language) FROM rollup WHERE version_id = $1 AND question = $2 AND touchpoint_id = pair.t AND language > pair.l) FROM pair WHERE pair.l IS NOT NULL
	)`

// sumSource says which rows to read: those of everybody or of a segment's customers, and of them those over all touchpoints and languages where nothing tells them apart, else the single ones.
func sumSource(in reports.Slice) (with, source string, c clause) {
	source = "rollup"
	members := in.Of != (reports.Members{})
	if members {
		source = "segment_rollup"
		c.conditions = append(c.conditions, "run_id = "+newestRun)
		c.and("currency = ?", in.Of.Currency)
		c.and("segment = ?", string(in.Of.Segment))
	}
	whole := in.Touchpoint == survey.AllTouchpoints && in.Language == survey.AllLanguages && in.By == reports.ByNothing
	if !whole && !members && len(in.Versions) == 1 && len(in.Questions) == 1 {
		with, source = pairs, "pair CROSS JOIN rollup"
		c.and("version_id = ?", in.Versions[0])
		c.and("question = ?", int64(in.Questions[0]))
		c.conditions = append(c.conditions, "touchpoint_id = pair.t", "language = pair.l")
	} else {
		c.in("version_id", in.Versions)
		if len(in.Questions) > 0 {
			c.in("question", ints(in.Questions))
		}
	}
	switch {
	case whole:
		c.and("touchpoint_id = ?", int64(survey.AllTouchpoints))
		c.and("language = ?", survey.AllLanguages)
	case in.Touchpoint != survey.AllTouchpoints:
		c.and("touchpoint_id = ?", in.Touchpoint)
	default:
		c.and("touchpoint_id > ?", int64(survey.AllTouchpoints))
	}
	if in.Language != survey.AllLanguages {
		c.and("language = ?", in.Language)
	}
	if !in.Period.All {
		c.and("day >= ?", int64(in.Period.First))
		c.and("day <= ?", int64(in.Period.Last))
	}
	return with, source, c
}

func ints(in []int) []int64 {
	out := make([]int64, len(in))
	for i, n := range in {
		out[i] = int64(n)
	}
	return out
}

// AnswerDays gives the first and the last day with answers to a question of a version; false when there are none.
func (s *Store) AnswerDays(ctx context.Context, versionID int64, question int) (reports.Period, bool, error) {
	const day = `(SELECT day FROM rollup WHERE version_id = $1 AND question = $2 AND touchpoint_id = -1 AND language = '*' AND n > 0 ORDER BY day `
	var first, last sql.NullInt64
	err := s.q(ctx).QueryRowContext(ctx, `SELECT `+day+`LIMIT 1), `+day+`DESC LIMIT 1)`, versionID, question).Scan(&first, &last)
	if err != nil {
		return reports.Period{}, false, fmt.Errorf("read the rollups: %w", err)
	}
	return reports.Period{First: survey.Day(first.Int64), Last: survey.Day(last.Int64)}, first.Valid, nil
}

// AllVersions reads the versions of every survey, newest first.
func (s *Store) AllVersions(ctx context.Context) ([]survey.Version, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Version, error) { return scanVersion(r) },
		`SELECT id, survey_id, number, definition, published_at FROM survey_version ORDER BY id DESC`)
}
