package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// ErasePerson removes everything about a contact, who is locked, in the transaction of ctx. Ratings stay, as answers of nobody. texts are small-lettered pieces,
// such as addresses, that mark rows of files on their way in.
func (s *Store) ErasePerson(ctx context.Context, id survey.ID, texts []string, at time.Time) (people.Erasure, error) {
	var done people.Erasure
	ids, err := s.PersonResponses(ctx, id)
	if err != nil {
		return done, err
	}
	responses := idList(ids)
	if done.Comments, err = s.eraseWords(ctx, ids); err != nil {
		return done, err
	}
	done.Responses = int64(len(ids))
	for _, p := range personParts {
		where := s.condition(p)
		query := `DELETE FROM ` + p.table + ` WHERE ` + numbered(where)
		switch p.table {
		case "answer", "response":
			continue // ratings stay
		case "customer_since", "membership":
			continue // only times, of a contact who is nobody now
		case "customer_order", "customer_refund", "subscription", "contract", "opportunity", "ticket", "reward":
			// What the shop earned stays true; the shop's number of it could lead to the person.
			query = `UPDATE ` + p.table + ` SET external_id = 'erased:' || id WHERE ` + numbered(where)
		case "invitation":
			// Its row stays, as that of nobody: it was sent, and its answer counts. Its link opens nothing any more, whatever the person kept.
			query = `UPDATE invitation SET contact_id = NULL, occasion_id = NULL, order_ref = '', token_hash = NULL, nonce = ` + s.randomNonce() + `,
				state = CASE WHEN state = 'scheduled' THEN 'suppressed' ELSE state END WHERE ` + where
		}
		res, err := s.x(ctx).ExecContext(ctx, query, args(where, id, responses)...)
		if err != nil {
			return done, fmt.Errorf("erase a person's %s: %w", p.table, err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return done, err
		}
		done.Rows += n
	}
	files, err := s.ForgetTexts(ctx, texts, at)
	done.Rows += files
	return done, err
}

// ForgetTexts removes mails to the addresses among the texts, and what imports keep of rows that hold one of them.
func (s *Store) ForgetTexts(ctx context.Context, texts []string, at time.Time) (int64, error) {
	if len(texts) == 0 {
		return 0, nil
	}
	res, err := s.x(ctx).ExecContext(ctx, `DELETE FROM mail WHERE recipient <> '' AND lower(recipient) IN `+s.list("$1"), jsonList(texts))
	if err != nil {
		return 0, fmt.Errorf("erase a person's mails: %w", err)
	}
	mails, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	files, err := s.forgetInFiles(ctx, texts, at)
	return mails + files, err
}

func (s *Store) randomNonce() string {
	if s.engine == Postgres {
		return `decode(md5(random()::text || id::text), 'hex')`
	}
	return `randomblob(16)`
}

// eraseWords takes from responses what people wrote and what names them, from the search index too, and counts those that had words.
func (s *Store) eraseWords(ctx context.Context, ids []survey.ID) (written int64, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	list := idList(ids)
	// The revision is raised first: that locks the rows, and an answer that is being changed meanwhile is told so.
	rs, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (survey.Response, error) { return scanResponse(r) },
		`UPDATE response SET revision = revision + 1 WHERE id IN `+s.numbers("$1")+` RETURNING `+responseColumns, list)
	if err != nil {
		return 0, fmt.Errorf("lock a person's answers: %w", err)
	}
	if err := s.addAnswers(ctx, rs); err != nil {
		return 0, err
	}
	for _, r := range rs {
		words := r.SearchText()
		if words == "" {
			continue
		}
		written++
		if err := s.indexWords(ctx, r.ID, words, ""); err != nil {
			return 0, err
		}
	}
	for _, query := range []string{
		// What counted as a comment goes on doing so: the mark tells of it, whoever counts anew.
		`UPDATE response SET flags = CASE WHEN comment IS NULL THEN flags ELSE flags | ` + commentGone + ` END, comment = NULL, order_ref = NULL, external_id = NULL, contact_id = NULL WHERE id IN `,
		`UPDATE answer SET text = NULL WHERE response_id IN `,
	} {
		if _, err := s.x(ctx).ExecContext(ctx, query+s.numbers("$1"), list); err != nil {
			return 0, fmt.Errorf("erase what a person wrote: %w", err)
		}
	}
	return written, s.indexCasesOf(ctx, list)
}

// indexCasesOf has cases be found by the words that their answers still have. responses is a list of ids in JSON.
func (s *Store) indexCasesOf(ctx context.Context, responses string) error {
	cases, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (id survey.ID, err error) { return id, r.Scan((*int64)(&id)) },
		`SELECT DISTINCT case_id FROM case_response WHERE response_id IN `+s.numbers("$1")+` ORDER BY case_id`, responses)
	if err != nil {
		return fmt.Errorf("find the cases of answers: %w", err)
	}
	for _, id := range cases {
		if err := s.IndexCase(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// forgetInFiles drops what imports keep of rows that hold one of the texts: rows that were refused, and samples. A file that waits for somebody to confirm it
// is cancelled, since it can't be changed in part; one that is being imported refuses the person by itself and is dropped at its end. It counts the rows
// that were changed.
func (s *Store) forgetInFiles(ctx context.Context, texts []string, at time.Time) (n int64, err error) {
	chunk := `lower(CAST(body AS TEXT))`
	find := func(in string) string { return `instr(` + in + `, $1) > 0` }
	if s.engine == Postgres {
		chunk = `lower(encode(body, 'escape'))`
		find = func(in string) string { return `position($1 in ` + in + `) > 0` }
	}
	for _, text := range texts {
		waiting, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) }, `
			SELECT id FROM import_run WHERE state IN ('mapping', 'checked') AND id IN (SELECT run_id FROM import_chunk WHERE `+find(chunk)+`)`, text)
		if err != nil {
			return n, fmt.Errorf("find a person in files: %w", err)
		}
		runs := jsonList(append([]int64{}, waiting...)) // an empty list, not null
		for _, change := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM import_chunk WHERE run_id IN ` + s.numbers("$1"), []any{runs}},
			{`UPDATE import_run SET state = 'cancelled', cancelled = TRUE, finished_at = $1 WHERE id IN ` + s.numbers("$2"), []any{millis(at), runs}},
			{`DELETE FROM import_reject WHERE ` + find(`lower(body)`), []any{text}},
			{`UPDATE import_run SET setup = '{}', trial = '{}', problem = '', file = '' WHERE state IN ('done', 'failed', 'cancelled') AND ` +
				find(`lower(setup || trial || problem || file)`), []any{text}},
		} {
			res, err := s.x(ctx).ExecContext(ctx, change.query, change.args...)
			if err != nil {
				return n, fmt.Errorf("forget a person in files: %w", err)
			}
			changed, err := res.RowsAffected()
			if err != nil {
				return n, err
			}
			n += changed
		}
	}
	return n, nil
}
