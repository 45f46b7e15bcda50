package portage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// SurveyStore is what OpenTarget reads and writes.
type SurveyStore interface {
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
	CreateSurvey(ctx context.Context, v *survey.Survey) error
	UpdateSurvey(ctx context.Context, v *survey.Survey) error
	CreateVersion(ctx context.Context, v *survey.Version) error
	InTx(ctx context.Context, do func(context.Context) error) error
}

// Errors of targets.
var (
	ErrNoScheme    = errors.New("a survey that is made needs a scheme")
	ErrOtherScheme = errors.New("the survey has another scheme")
	ErrDraft       = errors.New("the survey is a draft; publish it first")
	ErrNoSurvey    = errors.New("there is no such survey")
	ErrSeveral     = errors.New("several surveys have this name, say which by its number")
)

// SchemeOf reads the name of a scheme.
func SchemeOf(name string) (scoring.Scheme, error) {
	s := scoring.Scheme(name)
	if _, ok := s.Def(); !ok {
		all := append(scoring.Schemes(), scoring.ImportSchemes()...)
		return "", fmt.Errorf("no scheme is called %q; there are %v", name, all)
	}
	return s, nil
}

// FindSurvey finds a survey by its number, or else by its name. It returns ErrNoSurvey, or ErrSeveral with the numbers of all that have the name.
func FindSurvey(all []survey.Survey, name string) (survey.Survey, error) {
	var named []survey.Survey
	id, err := strconv.ParseInt(name, 10, 64)
	for _, v := range all {
		if err == nil && v.ID == id {
			return v, nil
		}
		if v.Name == name {
			named = append(named, v)
		}
	}
	switch len(named) {
	case 0:
		return survey.Survey{}, fmt.Errorf("%w: %q", ErrNoSurvey, name)
	case 1:
		return named[0], nil
	}
	numbers := make([]string, 0, len(named))
	for _, v := range named {
		numbers = append(numbers, strconv.FormatInt(v.ID, 10))
	}
	return survey.Survey{}, fmt.Errorf("%w: %q is the name of %s", ErrSeveral, name, strings.Join(numbers, ", "))
}

// OpenTarget finds the survey that a file goes into by number or name; one that is missing is made with the definition that make gives, unless dry is set: then
// the target has no number and nothing is stored. scheme, unless it is blank, must be the survey's own.
func OpenTarget(ctx context.Context, st SurveyStore, name string, scheme scoring.Scheme, define func(scoring.Scheme) survey.Definition, now time.Time, dry bool) (Target, error) {
	all, err := st.Surveys(ctx)
	if err != nil {
		return Target{}, fmt.Errorf("read the surveys: %w", err)
	}
	v, err := FindSurvey(all, name)
	if errors.Is(err, ErrNoSurvey) {
		if _, number := strconv.ParseInt(name, 10, 64); number == nil {
			return Target{}, err // a mistyped number is no name for a new survey
		}
		if scheme == "" {
			return Target{}, fmt.Errorf("%w: %q", ErrNoScheme, name)
		}
		return makeSurvey(ctx, st, name, define(scheme), now, dry)
	}
	if err != nil {
		return Target{}, err
	}
	if v.VersionID == 0 {
		return Target{}, fmt.Errorf("%w: %q", ErrDraft, v.Name)
	}
	version, err := st.Version(ctx, v.VersionID)
	if err != nil {
		return Target{}, fmt.Errorf("read the survey: %w", err)
	}
	if own := version.Definition.Scheme(); scheme != "" && own != scheme {
		return Target{}, fmt.Errorf("%w: %q has %s, not %s", ErrOtherScheme, v.Name, own, scheme)
	}
	return Target{Survey: v, Version: version}, nil
}

func makeSurvey(ctx context.Context, st SurveyStore, name string, d survey.Definition, now time.Time, dry bool) (t Target, err error) {
	t.Survey = survey.Survey{
		Name: name, State: survey.Live, Edited: d, CreatedAt: now, ChangedAt: now,
		Settings: survey.Settings{Languages: []string{"en"}, DefaultLanguage: "en"},
	}
	t.Version = survey.Version{Definition: d, PublishedAt: now}
	if dry {
		return t, nil
	}
	return t, st.InTx(ctx, func(ctx context.Context) error {
		if err := st.CreateSurvey(ctx, &t.Survey); err != nil {
			return err
		}
		t.Version.SurveyID = t.Survey.ID
		if err := st.CreateVersion(ctx, &t.Version); err != nil {
			return err
		}
		t.Survey.VersionID = t.Version.ID
		return st.UpdateSurvey(ctx, &t.Survey)
	})
}
