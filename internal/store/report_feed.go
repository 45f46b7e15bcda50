package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Comments reads counted responses with a comment by the time they were given, newest first. With a bound on what is looked at, a page may be short, and
// the next one goes on where this one stopped looking.
func (s *Store) Comments(ctx context.Context, in reports.CommentQuery) (reports.Page, error) {
	c, source := s.commentSource(in)
	c.args = append(c.args, in.Limit+1)
	page, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Response, error) { return scanResponse(r) },
		`SELECT r.`+strings.ReplaceAll(responseColumns, ", ", ", r.")+` FROM `+source+c.where()+
			` ORDER BY r.answered_at DESC, r.id DESC LIMIT $`+strconv.Itoa(len(c.args)), c.args...)
	if err != nil {
		return reports.Page{}, fmt.Errorf("read comments: %w", err)
	}
	out := cutPage(page, in.Limit)
	if !out.More && in.Scan > 0 && in.Search == "" {
		if err := s.lookOn(ctx, in, &out); err != nil {
			return reports.Page{}, err
		}
	}
	return out, s.addAnswers(ctx, out.Responses)
}

// cutPage takes off the row that was read to see whether there is more.
func cutPage(rows []survey.Response, limit int) reports.Page {
	p := reports.Page{Responses: rows}
	if len(rows) > limit {
		last := rows[limit-1]
		p.Responses, p.More, p.Next = rows[:limit], true, reports.Place{At: last.AnsweredAt, ID: last.ID}
	}
	return p
}

// lookOn sets Next to the last comment that was looked at, if there may be more behind it.
func (s *Store) lookOn(ctx context.Context, in reports.CommentQuery, out *reports.Page) error {
	c := commentRange(in)
	c.args = append(c.args, in.Scan-1)
	places, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (p reports.Place, err error) {
		return p, r.Scan(instant{&p.At}, (*int64)(&p.ID))
	}, `SELECT r.answered_at, r.id FROM response r`+c.where()+` ORDER BY r.answered_at DESC, r.id DESC LIMIT 1 OFFSET $`+strconv.Itoa(len(c.args)), c.args...)
	if err != nil {
		return fmt.Errorf("read comments: %w", err)
	}
	if len(places) > 0 {
		out.More, out.Next = true, places[0]
	}
	return nil
}

// CountComments counts comments up to most. A bound on what is looked at holds here, too.
func (s *Store) CountComments(ctx context.Context, in reports.CommentQuery, most int) (n int, err error) {
	in.After = reports.Place{}
	c, source := s.commentSource(in)
	c.args = append(c.args, most)
	err = s.q(ctx).QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+source+c.where()+` LIMIT $`+strconv.Itoa(len(c.args))+`) AS counted`, c.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count comments: %w", err)
	}
	return n, nil
}

// commentRange picks comments by what their index holds: survey, time and place.
func commentRange(in reports.CommentQuery) (c clause) {
	c.and("r.survey_id = ?", in.SurveyID)
	c.conditions = append(c.conditions, "r.comment IS NOT NULL")
	if !in.From.IsZero() {
		c.and("r.answered_at >= ?", in.From.UnixMilli())
	}
	if !in.To.IsZero() {
		c.and("r.answered_at < ?", in.To.UnixMilli())
	}
	if !in.After.Zero() {
		c.and("(r.answered_at, r.id) < (?", in.After.At.UnixMilli())
		c.args = append(c.args, int64(in.After.ID))
		c.conditions[len(c.conditions)-1] += ", $" + strconv.Itoa(len(c.args)) + ")"
	}
	return c
}

// commentSource gives the rows to read, named r, and the conditions on them. A search starts from the words; a bounded look from the newest comments.
func (s *Store) commentSource(in reports.CommentQuery) (clause, string) {
	c, source := commentRange(in), "response r"
	condition, words := s.matching(in.Search, len(c.args)+1)
	switch {
	case condition != "":
		c.args, c.conditions = append(c.args, words), append(c.conditions, condition)
	case in.Scan > 0:
		c.args = append(c.args, in.Scan)
		source = `(SELECT * FROM response r` + c.where() + ` ORDER BY r.answered_at DESC, r.id DESC LIMIT $` + strconv.Itoa(len(c.args)) + `) AS r`
		c.conditions = nil
	}
	c.and("r.status = ?", int64(survey.Counted))
	c.alike(in.Touchpoint, in.Language, in.Class)
	return c, source
}

// alike adds the filters that every feed has.
func (c *clause) alike(touchpoint int64, language string, class scoring.Class) {
	if touchpoint != survey.AllTouchpoints {
		c.and("r.touchpoint_id = ?", touchpoint)
	}
	if language != survey.AllLanguages {
		c.and("r.language = ?", language)
	}
	if class != scoring.ClassNone {
		c.and("r.class = ?", int64(class))
	}
}

// Responses reads responses by id, the greatest first, which is the order in which they came in. It looks at in.Scan rows at most, of every survey: there is
// no index over responses. A page may be short, then, and the next one goes on where this one stopped looking.
func (s *Store) Responses(ctx context.Context, in reports.ResponseQuery) (reports.Page, error) {
	after := int64(in.After)
	if after == 0 {
		after = 1<<63 - 1
	}
	c := clause{args: []any{after, in.Scan}}
	c.and("r.survey_id = ?", in.SurveyID)
	if !in.AnyStatus {
		c.and("r.status = ?", int64(in.Status))
	}
	c.alike(in.Touchpoint, in.Language, in.Class)
	c.args = append(c.args, in.Limit+1)
	page, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Response, error) { return scanResponse(r) },
		`SELECT r.`+strings.ReplaceAll(responseColumns, ", ", ", r.")+` FROM (SELECT * FROM response WHERE id < $1 ORDER BY id DESC LIMIT $2) AS r`+c.where()+
			` ORDER BY r.id DESC LIMIT $`+strconv.Itoa(len(c.args)), c.args...)
	if err != nil {
		return reports.Page{}, fmt.Errorf("read responses: %w", err)
	}
	out := cutPage(page, in.Limit)
	if !out.More {
		ids, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) },
			`SELECT id FROM response WHERE id < $1 ORDER BY id DESC LIMIT 1 OFFSET $2`, after, in.Scan-1)
		if err != nil {
			return reports.Page{}, fmt.Errorf("read responses: %w", err)
		}
		if len(ids) > 0 {
			out.More, out.Next = true, reports.Place{At: time.Time{}, ID: survey.ID(ids[0])}
		}
	}
	return out, s.addAnswers(ctx, out.Responses)
}
