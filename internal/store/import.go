package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

// ImportBatch stores rows of one survey version that are not there yet, in one transaction. Their ids must be new.
func (s *Store) ImportBatch(ctx context.Context, rows []portage.Row) ([]portage.Outcome, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	if err := s.warmImport(ctx); err != nil {
		return nil, err
	}
	var outcomes []portage.Outcome
	err := s.InTx(ctx, func(ctx context.Context) error {
		outcomes = make([]portage.Outcome, len(rows))
		if err := s.judgeOwn(ctx, rows, outcomes); err != nil {
			return err
		}
		if err := s.claimKeys(ctx, rows, outcomes); err != nil {
			return err
		}
		fresh := make([]*portage.Row, 0, len(rows))
		for i, o := range outcomes {
			if o == portage.Added {
				fresh = append(fresh, &rows[i])
			}
		}
		if err := s.importContacts(ctx, fresh); err != nil {
			return err
		}
		return s.importRows(ctx, fresh)
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// importRows writes new rows with all that stands beside them.
func (s *Store) importRows(ctx context.Context, rows []*portage.Row) error {
	args := make([]any, 0, importSizes[0]*importWidth+2)
	for rest, i := rows, 0; len(rest) > 0; {
		for len(rest) < importSizes[i] {
			i++
		}
		size := importSizes[i]
		args = append(args[:0], rest[0].Record.Response.SurveyID, rest[0].Record.Response.VersionID)
		for _, row := range rest[:size] {
			r := &row.Record.Response
			args = append(args, int64(r.ID), r.Touchpoint, r.Language, r.AnsweredAt.UnixMilli(), ratingColumn(r.Rating), int64(r.Class), int64(r.Status),
				flagsOf(r), null(r.Comment), null(r.OrderRef), null(r.ExternalID), null(int64(r.ContactID)))
		}
		if _, err := s.execTx(ctx, s.importRowsSQL(size), args...); err != nil {
			return fmt.Errorf("write responses: %w", err)
		}
		rest = rest[size:]
	}
	cells := map[survey.Cell]*survey.Tally{}
	for _, row := range rows {
		for _, a := range row.Record.Response.Answers {
			if _, err := s.execTx(ctx, insertAnswerSQL, int64(row.Record.Response.ID), a.Question, ratingColumn(a.Rating), int64(a.Options), a.CantSay, null(a.Text)); err != nil {
				return fmt.Errorf("write an answer: %w", err)
			}
		}
		if row.Record.Words != "" {
			if _, err := s.execTx(ctx, s.addWordsSQL(), s.searchID(row.Record.Response.ID), row.Record.Words); err != nil {
				return fmt.Errorf("put words in the index: %w", err)
			}
		}
		for _, d := range row.Record.Deltas {
			t := cells[d.Cell]
			if t == nil {
				t = &survey.Tally{}
				cells[d.Cell] = t
			}
			t.Add(d.Tally, 1)
		}
	}
	return s.addTallies(ctx, cells)
}

const importWidth = 12 // columns that differ from row to row

// Rows a statement, largest first. What all rows share is bound once: every value that is bound costs as much as the row around it.
var importSizes = []int{64, 8, 1}

func (s *Store) importRowsSQL(n int) string {
	return `INSERT INTO response (survey_id, version_id, channel, revision, id, touchpoint_id, language, answered_at, rating, class, status, flags,
		comment, order_ref, external_id, contact_id) VALUES ` + s.groups("$1,$2,2,0,", 3, n, importWidth)
}

const insertAnswerSQL = `INSERT INTO answer (response_id, question, rating, options, cant_say, text) VALUES ($1, $2, $3, $4, $5, $6)`

func (s *Store) claimKeysSQL(n int) string {
	return `INSERT INTO response_key (key, response_id) VALUES ` + s.groups("", 1, n, 2) + ` ON CONFLICT (key) DO NOTHING`
}

func (s *Store) warmImport(ctx context.Context) error {
	queries := []string{addTallySQL, s.addWordsSQL(), insertAnswerSQL}
	for _, n := range importSizes {
		queries = append(queries, s.importRowsSQL(n), s.claimKeysSQL(n))
	}
	for _, q := range queries {
		if _, err := s.prepared(ctx, q); err != nil {
			return fmt.Errorf("prepare an import: %w", err)
		}
	}
	return nil
}

// judgeOwn marks the rows as known that were exported from responses which are still there: from the same survey, and answered at the same time where that
// is known exactly, since another installation has the same numbers now and then.
func (s *Store) judgeOwn(ctx context.Context, rows []portage.Row, outcomes []portage.Outcome) error {
	var own []int
	for i := range rows {
		if rows[i].OwnID != 0 {
			own = append(own, i)
		}
	}
	type stored struct {
		id       survey.ID
		survey   int64
		answered time.Time
	}
	for part := range slices.Chunk(own, importSizes[0]) {
		args := make([]any, 0, len(part))
		for _, k := range part {
			args = append(args, int64(rows[k].OwnID))
		}
		found, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (o stored, err error) {
			return o, r.Scan((*int64)(&o.id), &o.survey, instant{&o.answered})
		}, `SELECT id, survey_id, answered_at FROM response WHERE id IN `+values(1, len(args)), args...)
		if err != nil {
			return fmt.Errorf("find exported responses: %w", err)
		}
		byID := make(map[survey.ID]stored, len(found))
		for _, o := range found {
			byID[o.id] = o
		}
		for _, k := range part {
			r := &rows[k].Record.Response
			if o, ok := byID[rows[k].OwnID]; ok && o.survey == r.SurveyID && (r.DateOnly || o.answered.Equal(r.AnsweredAt)) {
				outcomes[k] = portage.Known
			}
		}
	}
	return nil
}

// claimKeys takes the key of each row that is not known yet for its response, and tells for which rows the key was free. Keys are taken in their order, which
// touches the fewest pages.
func (s *Store) claimKeys(ctx context.Context, rows []portage.Row, outcomes []portage.Outcome) error {
	order := unknown(outcomes)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[a].Key, rows[b].Key) })
	args := make([]any, 0, 2*importSizes[0])
	for i := 0; len(order) > 0; {
		for len(order) < importSizes[i] {
			i++
		}
		part := order[:importSizes[i]]
		order = order[len(part):]
		args = args[:0]
		for _, k := range part {
			args = append(args, rows[k].Key, int64(rows[k].Record.Response.ID))
		}
		res, err := s.execTx(ctx, s.claimKeysSQL(len(part)), args...)
		if err != nil {
			return fmt.Errorf("take the keys of rows: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("take the keys of rows: %w", err)
		}
		if n == int64(len(part)) {
			continue
		}
		if err := s.judgeKeys(ctx, rows, part, outcomes); err != nil {
			return err
		}
	}
	return nil
}

// unknown lists the rows that are not known yet.
func unknown(outcomes []portage.Outcome) []int {
	order := make([]int, 0, len(outcomes))
	for i, o := range outcomes {
		if o != portage.Known {
			order = append(order, i)
		}
	}
	return order
}

// judgeKeys sets the outcomes of the rows in part from the keys that are stored.
func (s *Store) judgeKeys(ctx context.Context, rows []portage.Row, part []int, outcomes []portage.Outcome) error {
	type owner struct {
		key, response int64
		stored        bool
		external      string
	}
	args := make([]any, 0, len(part))
	for _, k := range part {
		args = append(args, rows[k].Key)
	}
	owners, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (o owner, err error) {
		var stored sql.NullInt64
		var external sql.NullString
		err = r.Scan(&o.key, &o.response, &stored, &external)
		o.stored, o.external = stored.Valid, external.String
		return o, err
	}, `SELECT k.key, k.response_id, r.id, r.external_id FROM response_key k LEFT JOIN response r ON r.id = k.response_id
		WHERE k.key IN `+values(1, len(args)), args...)
	if err != nil {
		return fmt.Errorf("find keys of rows: %w", err)
	}
	byKey := make(map[int64]owner, len(owners))
	for _, o := range owners {
		byKey[o.key] = o
	}
	for _, k := range part {
		r := &rows[k].Record.Response
		switch o, taken := byKey[rows[k].Key]; {
		case !taken || o.response == int64(r.ID):
			outcomes[k] = portage.Added
		case o.stored && o.external != r.ExternalID:
			outcomes[k] = portage.Clashed
		default:
			outcomes[k] = portage.Known
		}
	}
	return nil
}

// KnownRows tells what ImportBatch would make of the rows.
func (s *Store) KnownRows(ctx context.Context, rows []portage.Row) ([]portage.Outcome, error) {
	outcomes := make([]portage.Outcome, len(rows))
	if err := s.judgeOwn(ctx, rows, outcomes); err != nil {
		return nil, err
	}
	for part := range slices.Chunk(unknown(outcomes), 64) {
		if err := s.judgeKeys(ctx, rows, part, outcomes); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// groups writes n groups of m placeholders behind some fixed text, the first placeholder being $first. On SQLite they are written ?, because it looks for
// the name of each $n in a list: with 770 of them that takes longer than the insert.
func (s *Store) groups(fixed string, first, n, m int) string {
	var b strings.Builder
	for k := range n * m {
		if k%m == 0 {
			b.WriteString(cond(k == 0, "(", ",(") + fixed)
		}
		if s.engine == Postgres {
			b.WriteString("$" + strconv.Itoa(first+k))
		} else {
			b.WriteByte('?')
		}
		b.WriteString(cond(k%m == m-1, ")", ","))
	}
	return b.String()
}

func cond(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
