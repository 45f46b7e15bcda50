package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	// nearCases is how many cases are walked in the list's order before the index of words or tags is asked. What is frequent fills a page on the way.
	nearCases = 200
	// fewCases is up to how many that the index gives are looked up and sorted. Among more than these, the list in its order meets the next one soon.
	fewCases = 2000
)

// searchWords are the folded words that are looked for.
func searchWords(q followup.Query) []string { return strings.Fields(survey.Fold(q.Search)) }

// findCases reads a page of the cases that have the tag and the words.
func (s *Store) findCases(ctx context.Context, q followup.Query) (followup.Listing, error) {
	c := s.shown(q)
	near, all, err := s.nearCases(ctx, c, q)
	if err != nil || all {
		return near, err
	}
	c, few, err := s.narrowed(ctx, c, q)
	if err != nil {
		return followup.Listing{}, err
	}
	return s.listCases(ctx, c, q, few)
}

// nearCases looks for a page among the first cases of the list; all tells that it is full, or that the list has no others.
func (s *Store) nearCases(ctx context.Context, c clause, q followup.Query) (page followup.Listing, all bool, err error) {
	var found []followup.Listed
	left := nearCases
	for i, part := range stretches(q) {
		from := q.After
		if i > 0 {
			from = followup.Place{}
		}
		walk := part.bounds(c, from)
		source := ` FROM followup_case f` + walk.where() + ` ORDER BY ` + part.sorted(false) + ` LIMIT ` + strconv.Itoa(left) + `)`
		rows, err := s.readListed(ctx, `(SELECT f.*`+source+` AS f`, sought(clause{args: walk.args}, q), part.sorted(true), q.Limit+1-len(found))
		if err != nil {
			return page, false, err
		}
		if found = append(found, rows...); len(found) > q.Limit {
			break
		}
		walked := 0
		if err := s.q(ctx).QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1`+source+` AS walked`, walk.args...).Scan(&walked); err != nil {
			return page, false, fmt.Errorf("list cases: %w", err)
		}
		if left -= walked; left <= 0 {
			return page, false, nil
		}
	}
	return cutListing(q, found), true, nil
}

// sought adds the tag and the words as conditions on each case.
func sought(c clause, q followup.Query) clause {
	if q.Tag != "" {
		c.and(`EXISTS (SELECT 1 FROM case_tag t WHERE t.case_id = f.id AND t.tag = ?)`, q.Tag)
	}
	for _, w := range searchWords(q) {
		c.and(`(' ' || f.search_text) LIKE ?`, "% "+w+"%") // folded words have nothing that a pattern reads otherwise
	}
	return c
}

// narrowed adds the tag and the words that are looked for. Few tells that the cases come from an index of them, and not from the list in its order.
func (s *Store) narrowed(ctx context.Context, c clause, q followup.Query) (out clause, few bool, err error) {
	out = sought(c, q)
	try := func(ids, arg string) error {
		n := 0
		err := s.q(ctx).QueryRowContext(ctx, `SELECT count(*) FROM (`+strings.Replace(ids, "?", "$1", 1)+` LIMIT `+strconv.Itoa(fewCases+1)+`) AS few`, arg).Scan(&n)
		if err != nil {
			return fmt.Errorf("find cases: %w", err)
		}
		if n <= fewCases && !few {
			few = true
			out.and(`f.id IN (`+ids+`)`, arg)
		}
		return nil
	}
	if words := searchWords(q); len(words) > 0 {
		ids, arg := s.caseMatch(words)
		err = try(ids, arg)
	}
	if q.Tag != "" && err == nil {
		err = try(`SELECT case_id FROM case_tag WHERE tag = ?`, q.Tag)
	}
	return out, few, err
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
