package reports

import (
	"context"
	"fmt"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Week is what a digest tells: of the survey with most answers in seven days, against the seven days before.
type Week struct {
	Dashboard
	Sent, Answers, Comments Turn
	Rate, RateBefore        survey.Funnel // of those asked in Settled, and of those asked in the week before it
	Settled                 Period        // the last week that answers have been waited for
	Newest                  []survey.Response
	Definitions             map[int64]survey.Definition // by version
}

// Turn is a number of this week with that of the week before.
type Turn struct{ Now, Before int64 }

const (
	newestComments = 3
	mostComments   = 100_000 // how far they are counted
)

// Week reads the week of seven days that begins on a Monday. It returns ErrNoSurvey.
func (s *Service) Week(ctx context.Context, monday survey.Day) (Week, error) {
	f := Filter{Period: Period{First: monday, Last: monday + 6}, Compare: Previous, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	var w Week
	var err error
	if w.Dashboard, err = s.Dashboard(ctx, f); err != nil {
		return w, err
	}
	if best := w.busiest(); best != 0 {
		f.SurveyID = best
		if w.Dashboard, err = s.Dashboard(ctx, f); err != nil {
			return w, err
		}
	}
	f.SurveyID = w.Survey.ID
	w.Sent.Now, w.Answers = w.Reached.All.Sent, Turn{w.Score.To.N, w.Score.From.N}
	for _, step := range []func(context.Context, *Week, Filter) error{s.readAsked, s.readSaid} {
		if err := step(ctx, &w, f); err != nil {
			return w, fmt.Errorf("read a week: %w", err)
		}
	}
	return w, nil
}

// busiest is another survey with more answers in the week; 0: there is none.
func (w Week) busiest() int64 {
	most, id := w.Score.To.N, int64(0)
	for _, o := range w.Others {
		if o.Change.To.N > most {
			most, id = o.Change.To.N, o.Survey.ID
		}
	}
	return id
}

// readAsked reads who was asked: in the week before, and in the weeks that answers have been waited for.
func (s *Service) readAsked(ctx context.Context, w *Week, f Filter) error {
	before, _ := f.Period.Before(Previous)
	w.Settled = Period{First: f.Period.First - ResponseWait, Last: f.Period.Last - ResponseWait}
	earlier, _ := w.Settled.Before(Previous)
	sent := survey.Funnel{}
	for _, part := range []struct {
		of   Period
		into *survey.Funnel
	}{{before, &sent}, {w.Settled, &w.Rate}, {earlier, &w.RateBefore}} {
		all, err := s.store.Funnel(ctx, FunnelSlice{SurveyID: f.SurveyID, Period: part.of, Touchpoint: f.Touchpoint, Language: f.Language})
		if err != nil {
			return err
		}
		for _, d := range all {
			part.into.Add(d.Funnel, 1)
		}
	}
	w.Sent.Before = sent.Sent
	return nil
}

// readSaid reads comments that came with a rating of the version that the score is of.
func (s *Service) readSaid(ctx context.Context, w *Week, f Filter) error {
	before := f
	before.Period, _ = f.Period.Before(Previous)
	for _, part := range []struct {
		f    Filter
		into *int64
	}{{f, &w.Comments.Now}, {before, &w.Comments.Before}} {
		for _, class := range []scoring.Class{scoring.ClassWorst, scoring.ClassMiddle, scoring.ClassBest} {
			n, err := s.store.CountComments(ctx, s.commentQuery(part.f, CommentQuery{Class: class}), mostComments)
			if err != nil {
				return err
			}
			*part.into += int64(n)
		}
	}
	page, err := s.Comments(ctx, f, CommentQuery{Limit: newestComments})
	if err != nil {
		return err
	}
	w.Newest, w.Definitions = page.Responses, map[int64]survey.Definition{}
	for _, r := range w.Newest {
		versions, err := s.store.Versions(ctx, r.SurveyID)
		if err != nil {
			return err
		}
		for _, v := range versions {
			w.Definitions[v.ID] = v.Definition
		}
	}
	return nil
}
