package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// LastResponse is the highest id of a response, 0 if there is none.
func (s *Store) LastResponse(ctx context.Context) (survey.ID, error) {
	var last sql.NullInt64
	err := s.q(ctx).QueryRowContext(ctx, `SELECT max(id) FROM response`).Scan(&last)
	return survey.ID(last.Int64), err
}

// ExportBound is the id of the nth response after an id, of all surveys: where a page may end. ok is false when there are fewer.
func (s *Store) ExportBound(ctx context.Context, after survey.ID, n int) (bound survey.ID, ok bool, err error) {
	var id int64
	err = s.q(ctx).QueryRowContext(ctx, `SELECT id FROM response WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2`, int64(after), n-1).Scan(&id)
	if one(err, nil) == nil {
		return survey.ID(id), err == nil, nil
	}
	return 0, false, fmt.Errorf("read responses: %w", err)
}

// exportColumns are read one by one in ExportPage.
const exportColumns = `id, version_id, touchpoint_id, language, answered_at, rating, class, status, channel, flags, comment, order_ref, external_id, contact_id`

// ExportPage reads the responses of a page in the order of their ids.
func (s *Store) ExportPage(ctx context.Context, p portage.Page) ([]survey.Response, error) {
	query, args := `SELECT `+exportColumns+` FROM response WHERE id > $1 AND id <= $2 AND survey_id = $3`, []any{int64(p.After), int64(p.UpTo), p.SurveyID}
	if !p.From.IsZero() {
		args = append(args, p.From.UnixMilli())
		query += fmt.Sprintf(` AND answered_at >= $%d`, len(args))
	}
	if !p.To.IsZero() {
		args = append(args, p.To.UnixMilli())
		query += fmt.Sprintf(` AND answered_at < $%d`, len(args))
	}
	rows, err := s.q(ctx).QueryContext(ctx, query+` ORDER BY id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read responses: %w", err)
	}
	defer rows.Close()
	// Values are taken as the driver gives them: converting each into its own type takes as long as reading it.
	var v [14]any
	into := make([]any, len(v))
	for i := range v {
		into[i] = &v[i]
	}
	page := make([]survey.Response, 0, portage.PageRows)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("read responses: %w", err)
		}
		page = append(page, exported(&v))
		page[len(page)-1].SurveyID = p.SurveyID
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read responses: %w", err)
	}
	if p.Answers {
		err = s.addAnswersBetween(ctx, page)
	}
	return page, err
}

func exported(v *[14]any) survey.Response {
	r := survey.Response{
		ID: survey.ID(number(v[0])), VersionID: number(v[1]), Touchpoint: number(v[2]), Language: text(v[3]), AnsweredAt: time.UnixMilli(number(v[4])).UTC(),
		Rating: survey.NoRating, Class: scoring.Class(number(v[6])), Status: survey.Status(number(v[7])), Channel: survey.Channel(number(v[8])),
		Comment: text(v[10]), OrderRef: text(v[11]), ExternalID: text(v[12]), ContactID: survey.ID(number(v[13])),
	}
	if v[5] != nil {
		r.Rating = int(number(v[5]))
	}
	setFlags(&r, number(v[9]))
	return r
}

// number gives an integer of the driver, 0 for NULL.
func number(v any) int64 {
	n, _ := v.(int64)
	return n
}

// text gives a text of the driver, "" for NULL.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// ContactNames gives what an export calls contacts: their address, else the shop's number of them.
func (s *Store) ContactNames(ctx context.Context, ids []survey.ID) (map[survey.ID]string, error) {
	names := make(map[survey.ID]string, len(ids))
	for part := range slices.Chunk(ids, 100) {
		contacts, err := s.Contacts(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("read contacts: %w", err)
		}
		for _, c := range contacts {
			if names[c.ID] = c.Email; c.Email == "" {
				names[c.ID] = c.ExternalID
			}
		}
	}
	return names, nil
}
