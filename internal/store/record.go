package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// Apply writes records in the transaction of ctx, or in one of its own. It returns an error for each record that was refused (survey.ErrExists,
// survey.ErrStale), nil for the rest; or an error for the whole, and then nothing was written.
func (s *Store) Apply(ctx context.Context, recs []survey.Record) ([]error, error) {
	if len(recs) == 0 {
		return nil, nil
	}
	refused := make([]error, len(recs))
	write := func(ctx context.Context) error {
		inserted, err := s.insertResponses(ctx, recs)
		if err != nil {
			return err
		}
		cells := map[survey.Cell]*survey.Tally{}
		for i := range recs {
			switch refused[i], err = s.applyRest(ctx, &recs[i], inserted); {
			case err != nil:
				return err
			case refused[i] != nil:
				continue
			}
			for _, d := range recs[i].Deltas {
				t := cells[d.Cell]
				if t == nil {
					t = &survey.Tally{}
					cells[d.Cell] = t
				}
				t.Add(d.Tally, 1)
			}
		}
		if err := s.followUp(ctx, recs, refused); err != nil {
			return err
		}
		return s.addTallies(ctx, cells)
	}
	if err := s.InTx(ctx, func(ctx context.Context) error { return s.withInvitations(ctx, recs, write) }); err != nil {
		return nil, err
	}
	return refused, nil
}

// applyRest writes what stands beside a record's row in response, and the row itself when it is a change.
func (s *Store) applyRest(ctx context.Context, rec *survey.Record, inserted map[survey.ID]bool) (refused, err error) {
	r := &rec.Response
	if rec.Before == nil {
		if !inserted[r.ID] {
			return survey.ErrExists, nil
		}
		delete(inserted, r.ID) // a second new record with this id in the batch is refused
	} else if refused, err := s.updateResponse(ctx, rec); refused != nil || err != nil {
		return refused, err
	}
	for _, a := range r.Answers {
		if _, err := s.execTx(ctx, `
			INSERT INTO answer (response_id, question, rating, options, cant_say, text) VALUES ($1, $2, $3, $4, $5, $6)`,
			int64(r.ID), a.Question, ratingColumn(a.Rating), int64(a.Options), a.CantSay, null(a.Text)); err != nil {
			return nil, fmt.Errorf("write an answer: %w", err)
		}
	}
	if rec.Ends != 0 && rec.Before == nil {
		if ended, err := s.endAnonymously(ctx, rec.Ends); err != nil || !ended {
			return survey.ErrExists, errors.Join(err, s.withdraw(ctx, r.ID))
		}
	}
	if err := s.reply(ctx, rec); err != nil {
		return nil, err
	}
	return nil, s.indexWords(ctx, r.ID, rec.Unwords, rec.Words)
}

const responseColumns = `id, survey_id, version_id, touchpoint_id, language, answered_at, rating, class, status, channel, flags, revision, comment, order_ref, external_id, contact_id`

const responseWidth = 16

// Rows a statement, largest first: a batch is cut into these, so that few statements serve every size.
var insertSizes = []int{64, 16, 4, 1}

func (s *Store) insertResponsesSQL(n int) string {
	return `INSERT INTO response (` + responseColumns + `) VALUES ` + s.groups("", 1, n, responseWidth) + ` ON CONFLICT (id) DO NOTHING RETURNING id`
}

// insertResponses writes the rows of all new records and tells which ids were free.
func (s *Store) insertResponses(ctx context.Context, recs []survey.Record) (map[survey.ID]bool, error) {
	fresh := make([]*survey.Response, 0, len(recs))
	for i := range recs {
		if recs[i].Before == nil {
			fresh = append(fresh, &recs[i].Response)
		}
	}
	inserted := make(map[survey.ID]bool, len(fresh))
	args := make([]any, 0, insertSizes[0]*responseWidth)
	for _, size := range insertSizes {
		for ; len(fresh) >= size; fresh = fresh[size:] {
			args = args[:0]
			for _, r := range fresh[:size] {
				args = appendResponse(args, r)
			}
			ids, err := collectTx(ctx, s, func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) }, s.insertResponsesSQL(size), args...)
			if err != nil {
				return nil, fmt.Errorf("write responses: %w", err)
			}
			for _, id := range ids {
				inserted[survey.ID(id)] = true
			}
		}
	}
	return inserted, nil
}

func appendResponse(args []any, r *survey.Response) []any {
	return append(args, int64(r.ID), r.SurveyID, r.VersionID, r.Touchpoint, r.Language, r.AnsweredAt.UnixMilli(), ratingColumn(r.Rating), int64(r.Class),
		int64(r.Status), int64(r.Channel), flagsOf(r), r.Revision, null(r.Comment), null(r.OrderRef), null(r.ExternalID), null(int64(r.ContactID)))
}

// updateResponse writes a change, if the response is still the one that was read.
func (s *Store) updateResponse(ctx context.Context, rec *survey.Record) (refused, err error) {
	r := &rec.Response
	res, err := s.execTx(ctx, `
		UPDATE response SET touchpoint_id = $1, language = $2, rating = $3, class = $4, status = $5, flags = $6, revision = $7, comment = $8, answered_at = $9, version_id = $10
		WHERE id = $11 AND revision = $12`,
		r.Touchpoint, r.Language, ratingColumn(r.Rating), int64(r.Class), int64(r.Status), flagsOf(r), r.Revision, null(r.Comment), r.AnsweredAt.UnixMilli(), r.VersionID, int64(r.ID), rec.Before.Revision)
	if err != nil {
		return nil, fmt.Errorf("change a response: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return survey.ErrStale, err
	}
	if _, err := s.execTx(ctx, `DELETE FROM answer WHERE response_id = $1`, int64(r.ID)); err != nil {
		return nil, fmt.Errorf("change a response: %w", err)
	}
	if rec.History == nil {
		return nil, nil
	}
	_, err = s.execTx(ctx, `
		INSERT INTO response_history (response_id, revision, changed_at, changed_by, before) VALUES ($1, $2, $3, $4, $5)`,
		int64(r.ID), r.Revision, rec.At.UnixMilli(), null(rec.By), string(rec.History))
	if err != nil {
		return nil, fmt.Errorf("keep the answer's history: %w", err)
	}
	return nil, nil
}

const addTallySQL = `
	INSERT INTO rollup (version_id, question, touchpoint_id, language, day, shard, n, sum, sumsq, na, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
	ON CONFLICT (version_id, question, touchpoint_id, language, day, shard) DO UPDATE SET
		n = rollup.n + excluded.n, sum = rollup.sum + excluded.sum, sumsq = rollup.sumsq + excluded.sumsq, na = rollup.na + excluded.na,
		r0 = rollup.r0 + excluded.r0, r1 = rollup.r1 + excluded.r1, r2 = rollup.r2 + excluded.r2, r3 = rollup.r3 + excluded.r3,
		r4 = rollup.r4 + excluded.r4, r5 = rollup.r5 + excluded.r5, r6 = rollup.r6 + excluded.r6, r7 = rollup.r7 + excluded.r7,
		r8 = rollup.r8 + excluded.r8, r9 = rollup.r9 + excluded.r9, r10 = rollup.r10 + excluded.r10`

// addTallies adds each cell's change to its rollup row, in the order of the key.
func (s *Store) addTallies(ctx context.Context, cells map[survey.Cell]*survey.Tally) error {
	keys := make([]survey.Cell, 0, len(cells))
	for c, t := range cells {
		if !t.Zero() {
			keys = append(keys, c)
		}
	}
	slices.SortFunc(keys, compareCells)
	for _, c := range keys {
		t := cells[c]
		args := []any{c.VersionID, c.Question, c.Touchpoint, c.Language, int64(c.Day), s.shard, t.N, t.Sum, t.SumSq, t.NA}
		for _, n := range t.R {
			args = append(args, n)
		}
		if _, err := s.execTx(ctx, addTallySQL, args...); err != nil {
			return fmt.Errorf("add to a rollup: %w", err)
		}
	}
	return nil
}

func compareCells(a, b survey.Cell) int {
	return cmp.Or(cmp.Compare(a.VersionID, b.VersionID), cmp.Compare(a.Question, b.Question), cmp.Compare(a.Touchpoint, b.Touchpoint),
		cmp.Compare(a.Language, b.Language), cmp.Compare(a.Day, b.Day))
}

func ratingColumn(rating int) any {
	if rating == survey.NoRating {
		return nil
	}
	return int64(rating)
}
