package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// excerpt is how much of a comment a list needs, in characters.
const excerpt = 400

// stretch is a part of a list that one index has in its order.
type stretch struct {
	where string // "": nothing more
	order []string
	down  bool
	place func(followup.Place) []any // what order holds at a place
}

func after(p followup.Place) []any        { return []any{p.At.UnixMilli(), int64(p.ID)} }
func afterReplied(p followup.Place) []any { return append([]any{p.Replied.UnixMilli()}, after(p)...) }

// stretches are the parts of a list, one after the other. Those who wait for a reply begin the open ones, so that whoever has one is never in their way.
func stretches(q followup.Query) []stretch {
	switch q.Show {
	case followup.Closed:
		return []stretch{{order: []string{"f.resolved_at", "f.id"}, down: true, place: after}}
	case followup.Everything:
		return []stretch{{order: []string{"f.created_at", "f.id"}, down: true, place: after}}
	}
	waits := stretch{where: "f.replied_at IS NULL", order: []string{"f.due_at", "f.id"}, place: after}
	replied := stretch{where: "f.replied_at IS NOT NULL", order: []string{"f.replied_at", "f.due_at", "f.id"}, place: afterReplied}
	switch {
	case q.Show == followup.Overdue:
		return []stretch{waits}
	case !q.After.Replied.IsZero():
		return []stretch{replied}
	}
	return []stretch{waits, replied}
}

// shown is the condition that a case is in the list, written as the partial indexes are, which makes them used.
func (s *Store) shown(q followup.Query) (c clause) {
	c.conditions = append(c.conditions, "NOT f.excluded")
	switch q.Show {
	case followup.Everything:
	case followup.Closed:
		c.conditions = append(c.conditions, "f.status = 'resolved'")
	case followup.Wait:
		c.conditions = append(c.conditions, "f.status = 'waiting'")
	case followup.Overdue:
		c.conditions = append(c.conditions, "f.status <> 'resolved'", "f.replied_at IS NULL")
		c.and("f.due_at < ?", q.Now.UnixMilli())
	default:
		c.conditions = append(c.conditions, "f.status <> 'resolved'")
	}
	switch {
	case q.Owner == followup.Nobody:
		c.conditions = append(c.conditions, "f.owner_id IS NULL")
	case q.Owner != 0:
		c.and("f.owner_id = ?", q.Owner)
	}
	if q.Touchpoint != survey.AllTouchpoints {
		c.and("f.touchpoint_id = ?", q.Touchpoint)
	}
	if q.Language != survey.AllLanguages {
		c.and("f.language = ?", q.Language)
	}
	return c
}

// fewCases is up to how many cases that have a tag or words are looked up and then sorted. Among more than these, the list in its order meets the next one soon.
const fewCases = 2000

// narrowed adds the tag and the words that are looked for. Few tells that the cases come from them, and not from the list in its order.
func (s *Store) narrowed(ctx context.Context, c clause, q followup.Query) (out clause, few bool, err error) {
	add := func(ids string, arg any, walk string, walkArgs ...any) error {
		n := 0
		err := s.q(ctx).QueryRowContext(ctx, `SELECT count(*) FROM (`+strings.Replace(ids, "?", "$1", 1)+` LIMIT `+strconv.Itoa(fewCases+1)+`) AS few`, arg).Scan(&n)
		if err != nil {
			return fmt.Errorf("find cases: %w", err)
		}
		if n <= fewCases {
			few = true
			c.and(`f.id IN (`+ids+`)`, arg)
			return nil
		}
		for _, a := range walkArgs {
			c.and(walk, a)
		}
		return nil
	}
	if q.Tag != "" {
		err = add(`SELECT case_id FROM case_tag WHERE tag = ?`, q.Tag, `EXISTS (SELECT 1 FROM case_tag t WHERE t.case_id = f.id AND t.tag = ?)`, q.Tag)
	}
	if words := strings.Fields(survey.Fold(q.Search)); len(words) > 0 && err == nil {
		ids, arg := s.caseMatch(words)
		err = add(ids, arg, `(' ' || f.search_text) LIKE ?`, likeWords(words)...)
	}
	return c, few, err
}

// caseMatch is the query for the ids of cases that hold every word, or one that begins with it.
func (s *Store) caseMatch(words []string) (ids, arg string) {
	marks := [2]string{`"`, `"*`}
	if s.engine == Postgres {
		marks = [2]string{"'", "':*"}
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = marks[0] + w + marks[1]
	}
	if s.engine == Postgres {
		return `SELECT id FROM followup_case WHERE array_to_tsvector(array_remove(string_to_array(left(search_text, 200000), ' '), '')) @@ CAST(? AS tsquery)`, strings.Join(quoted, " & ")
	}
	return `SELECT rowid FROM case_search WHERE case_search MATCH ?`, strings.Join(quoted, " ")
}

// likeWords are patterns for the same; folded words have nothing that a pattern reads otherwise.
func likeWords(words []string) []any {
	all := make([]any, len(words))
	for i, w := range words {
		all[i] = "% " + w + "%"
	}
	return all
}

// ListCases reads a page of cases.
func (s *Store) ListCases(ctx context.Context, q followup.Query) (followup.Listing, error) {
	c, few, err := s.narrowed(ctx, s.shown(q), q)
	if err != nil {
		return followup.Listing{}, err
	}
	var out followup.Listing
	for i, part := range stretches(q) {
		here := q
		if i > 0 {
			here.After = followup.Place{}
		}
		here.Limit = q.Limit + 1 - len(out.Cases)
		rows, err := s.listStretch(ctx, c, part, here, few)
		if err != nil {
			return followup.Listing{}, fmt.Errorf("list cases: %w", err)
		}
		if out.Cases = append(out.Cases, rows...); len(out.Cases) > q.Limit {
			break
		}
	}
	if len(out.Cases) > q.Limit {
		out.Cases, out.More = out.Cases[:q.Limit], true
		out.Next = placeOf(q, out.Cases[q.Limit-1].Case)
	}
	return out, nil
}

// placeOf is where a case stands in the list.
func placeOf(q followup.Query, c followup.Case) followup.Place {
	switch q.Show {
	case followup.Closed:
		return followup.Place{At: c.ResolvedAt, ID: c.ID}
	case followup.Everything:
		return followup.Place{At: c.CreatedAt, ID: c.ID}
	}
	return followup.Place{Replied: c.RepliedAt, At: c.DueAt, ID: c.ID}
}

func (s *Store) listStretch(ctx context.Context, c clause, part stretch, q followup.Query, few bool) ([]followup.Listed, error) {
	c = clause{append([]string(nil), c.conditions...), append([]any(nil), c.args...)}
	if part.where != "" {
		c.conditions = append(c.conditions, part.where)
	}
	order, sign := append([]string(nil), part.order...), ">"
	if !q.After.Zero() {
		if part.down {
			sign = "<"
		}
		var marks []string
		for _, v := range part.place(q.After) {
			c.args = append(c.args, v)
			marks = append(marks, "$"+strconv.Itoa(len(c.args)))
		}
		c.conditions = append(c.conditions, "("+strings.Join(order, ", ")+") "+sign+" ("+strings.Join(marks, ", ")+")")
	}
	for i := range order {
		if few {
			order[i] += " + 0" // no index has this order: the few are looked up
		}
		if part.down {
			order[i] += " DESC"
		}
	}
	c.args = append(c.args, q.Limit)
	return collect(ctx, s.q(ctx), scanListed, `
		SELECT `+caseColumns+`, COALESCE(p.name, ''), COALESCE(p.email, ''), COALESCE(r.order_ref, ''), COALESCE(substr(r.comment, 1, `+strconv.Itoa(excerpt)+`), ''),
			COALESCE(r.version_id, 0), r.rating
		FROM followup_case f LEFT JOIN contact p ON p.id = f.contact_id LEFT JOIN response r ON r.id = f.response_id`+c.where()+`
		ORDER BY `+strings.Join(order, ", ")+` LIMIT $`+strconv.Itoa(len(c.args)), c.args...)
}

// extra has scanCase read columns after those of a case.
type extra struct {
	rows *sql.Rows
	more []any
}

// Scan reads the columns of a case and the others.
func (e extra) Scan(into ...any) error { return e.rows.Scan(append(into, e.more...)...) }

func scanListed(rows *sql.Rows) (l followup.Listed, err error) {
	var rating sql.NullInt64
	l.Case, err = scanCase(extra{rows, []any{&l.Name, &l.Email, &l.Order, &l.Comment, &l.VersionID, &rating}})
	l.Rating = survey.NoRating
	if rating.Valid {
		l.Rating = int(rating.Int64)
	}
	return l, err
}

// CountCases counts the cases of a list, whatever its page, up to most.
func (s *Store) CountCases(ctx context.Context, q followup.Query, most int) (n int, err error) {
	c, _, err := s.narrowed(ctx, s.shown(q), q)
	if err != nil {
		return 0, err
	}
	err = s.q(ctx).QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM followup_case f`+c.where()+` LIMIT `+strconv.Itoa(most)+`) AS counted`, c.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return n, nil
}

// OpenTags counts the tags of open cases, the most frequent first. It looks at those that come first in the list, scan at most.
func (s *Store) OpenTags(ctx context.Context, scan, limit int) ([]followup.TagCount, error) {
	counts, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (t followup.TagCount, err error) { return t, rows.Scan(&t.Tag, &t.N) }, `
		SELECT t.tag, count(*) FROM (SELECT f.id FROM followup_case f WHERE NOT f.excluded AND f.status <> 'resolved' ORDER BY f.replied_at, f.due_at, f.id LIMIT $1) AS c
		JOIN case_tag t ON t.case_id = c.id GROUP BY t.tag ORDER BY 2 DESC, 1 LIMIT $2`, scan, limit)
	if err != nil {
		return nil, fmt.Errorf("count the tags of cases: %w", err)
	}
	return counts, nil
}
