package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/surveyd/surveyd/internal/survey"
)

// draft is the JSON of survey.draft.
type draft struct {
	Settings   survey.Settings   `json:"settings"`
	Definition survey.Definition `json:"definition"`
}

const surveyColumns = `id, name, state, draft, version_id, opens_at, closes_at, created_at, changed_at, revision`

func scanSurvey(rows interface{ Scan(...any) error }) (survey.Survey, error) {
	var (
		v       survey.Survey
		text    string
		version sql.NullInt64
	)
	if err := rows.Scan(&v.ID, &v.Name, &v.State, &text, &version, instant{&v.OpensAt}, instant{&v.ClosesAt}, instant{&v.CreatedAt}, instant{&v.ChangedAt}, &v.Revision); err != nil {
		return v, err
	}
	var d draft
	err := json.Unmarshal([]byte(text), &d)
	v.VersionID, v.Settings, v.Edited = version.Int64, d.Settings, d.Definition
	return v, err
}

// Surveys reads all surveys, newest first; archived ones last.
func (s *Store) Surveys(ctx context.Context) ([]survey.Survey, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Survey, error) { return scanSurvey(r) },
		`SELECT `+surveyColumns+` FROM survey ORDER BY CASE WHEN state = 'archived' THEN 1 ELSE 0 END, id DESC`)
}

// Survey reads one survey. It returns survey.ErrNotFound.
func (s *Store) Survey(ctx context.Context, id int64) (survey.Survey, error) {
	v, err := scanSurvey(s.q(ctx).QueryRowContext(ctx, `SELECT `+surveyColumns+` FROM survey WHERE id = $1`, id))
	return v, one(err, survey.ErrNotFound)
}

// CreateSurvey writes a new survey and sets its ID and Revision.
func (s *Store) CreateSurvey(ctx context.Context, v *survey.Survey) error {
	text, err := json.Marshal(draft{v.Settings, v.Edited})
	if err != nil {
		return fmt.Errorf("write a survey: %w", err)
	}
	v.Revision = 1
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO survey (id, name, state, draft, version_id, opens_at, closes_at, created_at, changed_at)
		SELECT coalesce(max(id), 0) + 1, $1, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT) FROM survey
		RETURNING id`,
		v.Name, string(v.State), string(text), null(v.VersionID), millis(v.OpensAt), millis(v.ClosesAt), millis(v.CreatedAt), millis(v.ChangedAt)).Scan(&v.ID)
	if err != nil {
		return fmt.Errorf("write a survey: %w", err)
	}
	return s.touch(ctx)
}

// UpdateSurvey writes a survey over the revision that was read, and raises v.Revision. It returns survey.ErrStale when somebody else was faster.
func (s *Store) UpdateSurvey(ctx context.Context, v *survey.Survey) error {
	text, err := json.Marshal(draft{v.Settings, v.Edited})
	if err != nil {
		return fmt.Errorf("write a survey: %w", err)
	}
	res, err := s.x(ctx).ExecContext(ctx, `
		UPDATE survey SET name = $1, state = $2, draft = $3, version_id = $4, opens_at = $5, closes_at = $6, changed_at = $7, revision = revision + 1
		WHERE id = $8 AND revision = $9`,
		v.Name, string(v.State), string(text), null(v.VersionID), millis(v.OpensAt), millis(v.ClosesAt), millis(v.ChangedAt), v.ID, v.Revision)
	if err != nil {
		return fmt.Errorf("write a survey: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return survey.ErrStale
	}
	v.Revision++
	return s.touch(ctx)
}

// Version reads a published version. It returns survey.ErrNotFound.
func (s *Store) Version(ctx context.Context, id int64) (survey.Version, error) {
	v, err := scanVersion(s.q(ctx).QueryRowContext(ctx, `SELECT id, survey_id, number, definition, published_at FROM survey_version WHERE id = $1`, id))
	return v, one(err, survey.ErrNotFound)
}

// Versions reads a survey's versions, newest first.
func (s *Store) Versions(ctx context.Context, surveyID int64) ([]survey.Version, error) {
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (survey.Version, error) { return scanVersion(r) },
		`SELECT id, survey_id, number, definition, published_at FROM survey_version WHERE survey_id = $1 ORDER BY number DESC`, surveyID)
}

func scanVersion(rows interface{ Scan(...any) error }) (survey.Version, error) {
	var v survey.Version
	var text string
	if err := rows.Scan(&v.ID, &v.SurveyID, &v.Number, &text, instant{&v.PublishedAt}); err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(text), &v.Definition)
}

// CreateVersion writes the survey's next version and sets its ID and Number.
func (s *Store) CreateVersion(ctx context.Context, v *survey.Version) error {
	text, err := json.Marshal(v.Definition)
	if err != nil {
		return fmt.Errorf("write a version: %w", err)
	}
	err = s.x(ctx).QueryRowContext(ctx, `
		INSERT INTO survey_version (id, survey_id, number, definition, published_at)
		SELECT coalesce(max(id), 0) + 1, CAST($1 AS BIGINT), coalesce(max(CASE WHEN survey_id = $1 THEN number END), 0) + 1, $2, CAST($3 AS BIGINT) FROM survey_version
		RETURNING id, number`, v.SurveyID, string(text), millis(v.PublishedAt)).Scan(&v.ID, &v.Number)
	if err != nil {
		return fmt.Errorf("write a version: %w", err)
	}
	return s.touch(ctx)
}

// UpdateVersion writes texts over a version whose questions stay the same.
func (s *Store) UpdateVersion(ctx context.Context, v survey.Version) error {
	text, err := json.Marshal(v.Definition)
	if err != nil {
		return fmt.Errorf("write a version: %w", err)
	}
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE survey_version SET definition = $1 WHERE id = $2`, string(text), v.ID); err != nil {
		return fmt.Errorf("write a version: %w", err)
	}
	return s.touch(ctx)
}

// HasResponses tells whether a version has responses of any status.
func (s *Store) HasResponses(ctx context.Context, versionID int64) (bool, error) {
	var n int
	err := s.q(ctx).QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM rollup WHERE version_id = $1 LIMIT 1) AS one`, versionID).Scan(&n)
	return n > 0, err
}
