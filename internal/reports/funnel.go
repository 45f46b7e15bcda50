package reports

import (
	"context"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// BySurvey tells invitations apart by survey.
const BySurvey Dimension = "survey"

// FunnelSlice says which cohorts of invitations are summed, and what is told apart in the sums.
type FunnelSlice struct {
	SurveyID   int64  // 0: all
	Period     Period // of the days of sending
	Touchpoint int64  // survey.AllTouchpoints: all
	Language   string // survey.AllLanguages: all
	By         Dimension
	Every      Grain // Whole: a single sum
}

// ResponseWait is how many days an invitation is waited for before it counts in a response rate: younger ones are still being answered.
const ResponseWait = 14

// Cohorts are the invitations that were sent in a period, by what became of them.
type Cohorts struct {
	Total       survey.Funnel
	Settled     survey.Funnel // of those that were sent at least ResponseWait days ago: what response rates are of
	Until       survey.Day    // the last day of sending in Settled
	Surveys     []Cohort
	Touchpoints []Cohort
	Languages   []Cohort
	Weeks       []Cohort // by their Mondays
}

// Cohort is a part of them.
type Cohort struct {
	Cell           survey.FunnelCell // with what tells it apart
	Total, Settled survey.Funnel
}

// Waiting tells whether invitations of the week from monday on are still being answered.
func (c Cohorts) Waiting(monday survey.Day) bool { return monday+6 > c.Until }

// Funnel says what became of the invitations sent in the filter's period. It reads sums, so its work does not grow with the invitations.
func (s *Service) Funnel(ctx context.Context, f Filter) (Cohorts, error) {
	c := Cohorts{Until: s.Today() - ResponseWait}
	in := FunnelSlice{SurveyID: f.SurveyID, Period: f.Period, Touchpoint: f.Touchpoint, Language: f.Language}
	for _, part := range []struct {
		by    Dimension
		every Grain
		into  *[]Cohort
	}{{BySurvey, Whole, &c.Surveys}, {ByTouchpoint, Whole, &c.Touchpoints}, {ByLanguage, Whole, &c.Languages}, {ByNothing, Weekly, &c.Weeks}} {
		in.By, in.Every = part.by, part.every
		var err error
		if *part.into, err = s.cohorts(ctx, in, c.Until); err != nil {
			return Cohorts{}, err
		}
	}
	for _, d := range c.Weeks {
		c.Total.Add(d.Total, 1)
		c.Settled.Add(d.Settled, 1)
	}
	return c, nil
}

// cohorts reads the parts of a slice, with what was sent in them up to a day.
func (s *Service) cohorts(ctx context.Context, in FunnelSlice, until survey.Day) ([]Cohort, error) {
	all, err := s.store.Funnel(ctx, in)
	if err != nil {
		return nil, err
	}
	settled, err := s.store.Funnel(ctx, in.upTo(until))
	if err != nil {
		return nil, err
	}
	known := map[survey.FunnelCell]survey.Funnel{}
	for _, d := range settled {
		known[d.Cell] = d.Funnel
	}
	out := make([]Cohort, len(all))
	for i, d := range all {
		out[i] = Cohort{d.Cell, d.Funnel, known[d.Cell]}
	}
	return out, nil
}

// upTo is the part of a slice that was sent up to a day.
func (in FunnelSlice) upTo(until survey.Day) FunnelSlice {
	if in.Period.All {
		in.Period = Period{First: farPast, Last: until}
	}
	in.Period.Last = min(in.Period.Last, until)
	return in
}

// farPast is a day before all others.
const farPast survey.Day = -1 << 40

// Reached is how many of those who were asked answered, beside a score.
type Reached struct {
	All     survey.Funnel // sent in the period
	Settled survey.Funnel // of them, those that were sent at least ResponseWait days ago
}

// Rate is the share of the delivered invitations that were answered, in percent; undefined when none has been waited for.
func Rate(f survey.Funnel) scoring.Ratio {
	return scoring.Ratio{Num: 100 * f.Answered, Den: max(f.Delivered(), 0)}
}

// readReached reads what became of the invitations that were sent in the period.
func (r *report) readReached(ctx context.Context) error {
	if r.Filter.Of != (Members{}) {
		return nil // who was asked is not counted by segment
	}
	in := FunnelSlice{SurveyID: r.Survey.ID, Period: r.Filter.Period, Touchpoint: r.Filter.Touchpoint, Language: r.Filter.Language}
	all, err := r.cohorts(ctx, in, r.Today()-ResponseWait)
	for _, d := range all {
		r.Reached.All.Add(d.Total, 1)
		r.Reached.Settled.Add(d.Settled, 1)
	}
	return err
}
