package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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
	if q.Mentioned != 0 {
		c.and("f.id IN (SELECT case_id FROM case_mention WHERE user_id = ?)", q.Mentioned)
	}
	if q.Touchpoint != survey.AllTouchpoints {
		c.and("f.touchpoint_id = ?", q.Touchpoint)
	}
	if q.Language != survey.AllLanguages {
		c.and("f.language = ?", q.Language)
	}
	return c
}

// bounds adds what makes rows part of the stretch, after a place.
func (p stretch) bounds(c clause, after followup.Place) clause {
	c = clause{slices.Clone(c.conditions), slices.Clone(c.args)}
	if p.where != "" {
		c.conditions = append(c.conditions, p.where)
	}
	if after.Zero() {
		return c
	}
	sign, marks := ">", []string(nil)
	if p.down {
		sign = "<"
	}
	for _, v := range p.place(after) {
		c.args = append(c.args, v)
		marks = append(marks, "$"+strconv.Itoa(len(c.args)))
	}
	c.conditions = append(c.conditions, "("+strings.Join(p.order, ", ")+") "+sign+" ("+strings.Join(marks, ", ")+")")
	return c
}

// sorted is the order of the stretch. With looked no index has it: the rows are looked up otherwise, and sorted then.
func (p stretch) sorted(looked bool) string {
	order := slices.Clone(p.order)
	for i := range order {
		if looked {
			order[i] += " + 0"
		}
		if p.down {
			order[i] += " DESC"
		}
	}
	return strings.Join(order, ", ")
}

// ListCases reads a page of cases.
func (s *Store) ListCases(ctx context.Context, q followup.Query) (followup.Listing, error) {
	if q.Tag != "" || len(searchWords(q)) > 0 {
		return s.findCases(ctx, q)
	}
	return s.listCases(ctx, s.shown(q), q, q.Mentioned != 0)
}

// listCases reads the stretches of a list until the page is full.
func (s *Store) listCases(ctx context.Context, c clause, q followup.Query, looked bool) (followup.Listing, error) {
	var all []followup.Listed
	for i, part := range stretches(q) {
		from := q.After
		if i > 0 {
			from = followup.Place{}
		}
		rows, err := s.readListed(ctx, "followup_case f", part.bounds(c, from), part.sorted(looked), q.Limit+1-len(all))
		if err != nil {
			return followup.Listing{}, err
		}
		if all = append(all, rows...); len(all) > q.Limit {
			break
		}
	}
	return cutListing(q, all), nil
}

// cutListing takes off the row that was read to see whether there is more.
func cutListing(q followup.Query, rows []followup.Listed) followup.Listing {
	if len(rows) <= q.Limit {
		return followup.Listing{Cases: rows}
	}
	return followup.Listing{Cases: rows[:q.Limit], More: true, Next: placeOf(q, rows[q.Limit-1].Case)}
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

// readListed reads rows of lists from a source that is named f.
func (s *Store) readListed(ctx context.Context, source string, c clause, order string, limit int) ([]followup.Listed, error) {
	rows, err := collect(ctx, s.q(ctx), scanListed, `
		SELECT `+caseColumns+`, COALESCE(p.name, ''), COALESCE(p.email, ''), COALESCE(r.order_ref, ''), COALESCE(substr(r.comment, 1, `+strconv.Itoa(excerpt)+`), ''),
			COALESCE(r.version_id, 0), r.rating
		FROM `+source+` LEFT JOIN contact p ON p.id = f.contact_id LEFT JOIN response r ON r.id = f.response_id`+c.where()+`
		ORDER BY `+order+` LIMIT `+strconv.Itoa(limit), c.args...)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return rows, nil
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
