package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// ErrNoSurvey says that there is no survey to report about.
var ErrNoSurvey = errors.New("there is no survey yet")

// Dashboard is what a manager sees of one survey.
type Dashboard struct {
	Filter  Filter // with the survey and the days that were found
	Before  Period // of the comparison; zero: none
	Survey  survey.Survey
	Version survey.Version // the newest one with answers in the period
	Headline
	Answered bool // the survey has answers at all, in or outside the period and the filter

	Score    Compared  // of Version
	Repeats  Repeats   // of its answers, under no filter; zero: none known
	Older    []Segment // earlier versions with answers in the period, newest first: never joined
	Trend    Trend
	Parts    []Part // by touchpoint; none when the filter is on one
	Tongues  []Part // by language; none when the filter is on one
	Mix      scoring.Mix
	Counts   survey.Tally // of the headline's question
	Aspects  []Aspect
	Choices  []Choice
	Others   []Other
	Findings []Finding
	Events   []survey.Event // of the period
	Reached  Reached        // of those who were asked in the period
	TooFew   bool           // of a segment, so few have answered that nothing is said about them
}

// Segment is the score of an earlier version.
type Segment struct {
	Version survey.Version
	Score   scoring.Score
}

// report holds what the steps of a dashboard share.
type report struct {
	*Service
	Dashboard
	versions []survey.Version // of the survey, newest first
	now, was []Sum            // whole sums of every question in the period and in the one before
	parts    []Sum            // by touchpoint and point
	weekly   Grain            // of the small trends
}

// Dashboard computes everything for the filter. It returns ErrNoSurvey, or survey.ErrNotFound for a survey that does not exist.
func (s *Service) Dashboard(ctx context.Context, f Filter) (Dashboard, error) {
	r := &report{Service: s, Dashboard: Dashboard{Filter: f}}
	if err := r.findSurvey(ctx); err != nil {
		return Dashboard{}, err
	}
	if !r.Answered {
		return r.Dashboard, nil
	}
	for _, step := range []func(context.Context) error{r.readTotals, r.readRepeats, r.readTrend, r.readParts, r.readTongues, r.readOthers, r.readReached, r.find} {
		if err := step(ctx); err != nil {
			return Dashboard{}, fmt.Errorf("compute a report: %w", err)
		}
		if r.veil(); r.TooFew {
			break
		}
	}
	return r.Dashboard, nil
}

// Opening finds the survey with the number; 0 is the newest with answers, or else the newest that is published. answered tells whether it has ratings at all. It
// returns ErrNoSurvey, or survey.ErrNotFound for a survey that does not exist.
func (s *Service) Opening(ctx context.Context, id int64) (v survey.Survey, answered bool, err error) {
	r := &report{Service: s, Dashboard: Dashboard{Filter: Filter{SurveyID: id}}}
	err = r.findSurvey(ctx)
	return r.Survey, r.Answered, err
}

// findSurvey sets survey and versions, and the days of a period of all time.
func (r *report) findSurvey(ctx context.Context) error {
	surveys, err := r.store.Surveys(ctx)
	if err != nil {
		return fmt.Errorf("read surveys: %w", err)
	}
	if r.Filter.SurveyID != 0 {
		v, err := r.store.Survey(ctx, r.Filter.SurveyID)
		if err != nil {
			return err
		}
		surveys = []survey.Survey{v}
	}
	var first *survey.Survey
	for i := range surveys {
		if surveys[i].VersionID == 0 {
			continue
		}
		if first == nil {
			first = &surveys[i]
		}
		if err := r.take(ctx, surveys[i]); err != nil {
			return err
		}
		if r.Answered {
			return nil
		}
	}
	if first == nil && len(surveys) > 0 {
		first = &surveys[0]
	}
	if first == nil {
		return ErrNoSurvey
	}
	return r.take(ctx, *first)
}

// take makes the report about v, and finds out on which days it was answered.
func (r *report) take(ctx context.Context, v survey.Survey) error {
	versions, err := r.store.Versions(ctx, v.ID)
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	r.Survey, r.versions, r.Dashboard.Filter.SurveyID = v, versions, v.ID
	r.Version, r.Headline = survey.Version{}, Headline{}
	var span Period
	for _, version := range versions {
		h, ok := HeadlineOf(version.Definition)
		if !ok {
			continue
		}
		if r.Version.ID == 0 {
			r.Version, r.Headline = version, h
		}
		p, ok, err := r.store.AnswerDays(ctx, version.ID, h.Question)
		switch {
		case err != nil:
			return fmt.Errorf("find the days with answers: %w", err)
		case !ok:
			continue
		case !r.Answered:
			span = p
		}
		r.Answered = true
		span.First, span.Last = min(span.First, p.First), max(span.Last, p.Last)
	}
	if r.Filter.Period.All && r.Answered {
		r.Filter.Period.First, r.Filter.Period.Last = span.First, span.Last
	}
	return nil
}

// slice is the part of the rollups that the filter is about.
func (r *report) slice(p Period, versions ...int64) Slice {
	return Slice{Versions: versions, Period: p, Touchpoint: r.Filter.Touchpoint, Language: r.Filter.Language, Of: r.Filter.Of}
}

// readTotals finds the version and computes what needs no course of time.
func (r *report) readTotals(ctx context.Context) (err error) {
	ids := make([]int64, len(r.versions))
	for i, v := range r.versions {
		ids[i] = v.ID
	}
	in := r.slice(r.Filter.Period, ids...)
	in.Questions = counted(r.versions)
	if r.now, err = r.store.Sums(ctx, in); err != nil {
		return err
	}
	r.pickVersion()
	if before, ok := r.Filter.Period.Before(r.Filter.Compare); ok {
		r.Before = before
		in.Period, in.Versions = before, []int64{r.Version.ID}
		if r.was, err = r.store.Sums(ctx, in); err != nil {
			return err
		}
	}
	r.Counts = r.tally(r.now, r.Version.ID, r.Question)
	r.Score = compare(r.score(r.tally(r.was, r.Version.ID, r.Question)), r.score(r.Counts))
	r.readQuestions()
	return nil
}

// counted lists the questions that have rollups: naming them lets the store seek instead of reading a version's whole past.
func counted(versions []survey.Version) []int {
	questions := []int{survey.Respondent}
	for _, v := range versions {
		for _, q := range v.Definition.Questions {
			if q.Kind != survey.Open && !slices.Contains(questions, q.No) {
				questions = append(questions, q.No)
			}
		}
	}
	return questions
}

func (r *report) tally(sums []Sum, version int64, question int) survey.Tally {
	return total(sums, func(c survey.Cell) bool { return c.VersionID == version && c.Question == question })
}

// pickVersion takes the newest version with answers in the period; earlier ones with the same scheme become segments.
func (r *report) pickVersion() {
	found := false
	for _, v := range r.versions {
		h, ok := HeadlineOf(v.Definition)
		if !ok {
			continue
		}
		t := r.tally(r.now, v.ID, h.Question)
		switch {
		case t.N == 0:
		case !found:
			r.Version, r.Headline, found = v, h, true
		default:
			r.Older = append(r.Older, Segment{v, h.score(t)})
		}
	}
}
