package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// selectResponses reads responses as r; conditions follow.
var selectResponses = `SELECT r.` + strings.ReplaceAll(responseColumns, ", ", ", r.") + ` FROM response r `

func scanResponse(rows interface{ Scan(...any) error }) (survey.Response, error) {
	var (
		r                        survey.Response
		rating                   sql.NullInt64
		comment, order, external sql.NullString
		id, class, flags         int64
		status, channel          int64
		contact                  sql.NullInt64
	)
	err := rows.Scan(&id, &r.SurveyID, &r.VersionID, &r.Touchpoint, &r.Language, instant{&r.AnsweredAt}, &rating, &class, &status, &channel, &flags,
		&r.Revision, &comment, &order, &external, &contact)
	r.ID, r.Class, r.Status, r.Channel = survey.ID(id), scoring.Class(class), survey.Status(status), survey.Channel(channel)
	r.Rating = survey.NoRating
	if rating.Valid {
		r.Rating = int(rating.Int64)
	}
	r.Comment, r.OrderRef, r.ExternalID, r.ContactID = comment.String, order.String, external.String, survey.ID(contact.Int64)
	setFlags(&r, flags)
	return r, err
}

// Response reads one response with all its answers. It returns survey.ErrNotFound.
func (s *Store) Response(ctx context.Context, id survey.ID) (survey.Response, error) {
	r, err := scanResponse(s.q(ctx).QueryRowContext(ctx, selectResponses+`WHERE r.id = $1`, int64(id)))
	if err != nil {
		return survey.Response{}, one(err, survey.ErrNotFound)
	}
	one := []survey.Response{r}
	err = s.addAnswers(ctx, one)
	return one[0], err
}

// addAnswers reads the other questions' parts of a few responses, which are in any order.
func (s *Store) addAnswers(ctx context.Context, rs []survey.Response) error {
	if len(rs) == 0 {
		return nil
	}
	args := make([]any, len(rs))
	for i, r := range rs {
		args[i] = int64(r.ID)
	}
	return s.readAnswers(ctx, rs, `response_id IN `+values(1, len(args)), args...)
}

// addAnswersBetween reads the other questions' parts of responses that are in the order of their ids.
func (s *Store) addAnswersBetween(ctx context.Context, rs []survey.Response) error {
	if len(rs) == 0 {
		return nil
	}
	return s.readAnswers(ctx, rs, `response_id BETWEEN $1 AND $2`, int64(rs[0].ID), int64(rs[len(rs)-1].ID))
}

func (s *Store) readAnswers(ctx context.Context, rs []survey.Response, where string, args ...any) error {
	at := make(map[int64]*survey.Response, len(rs))
	for i := range rs {
		at[int64(rs[i].ID)] = &rs[i]
	}
	_, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (_ struct{}, err error) {
		var (
			a           survey.Answer
			id, options int64
			rating      sql.NullInt64
			text        sql.NullString
		)
		if err = rows.Scan(&id, &a.Question, &rating, &options, &a.CantSay, &text); err != nil {
			return struct{}{}, err
		}
		a.Rating, a.Options, a.Text = survey.NoRating, uint16(options), text.String
		if rating.Valid {
			a.Rating = int(rating.Int64)
		}
		if r := at[id]; r != nil {
			r.Answers = append(r.Answers, a)
		}
		return struct{}{}, nil
	}, `SELECT response_id, question, rating, options, cant_say, text FROM answer WHERE `+where+` ORDER BY response_id, question`, args...)
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	return nil
}

// History reads what a response was before its changes, newest first.
func (s *Store) History(ctx context.Context, id survey.ID) ([]survey.Change, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (c survey.Change, err error) {
		var by sql.NullInt64
		var before string
		if err := rows.Scan(&c.Revision, instant{&c.At}, &by, &before); err != nil {
			return c, err
		}
		c.By = by.Int64
		return c, json.Unmarshal([]byte(before), &c.Before)
	}, `SELECT revision, changed_at, changed_by, before FROM response_history WHERE response_id = $1 ORDER BY revision DESC`, int64(id))
}
