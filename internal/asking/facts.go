package asking

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// FactStore is where what holds for everybody is read.
type FactStore interface {
	Rules(ctx context.Context) ([]Rule, error)
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
	Settings(ctx context.Context) (map[string]string, error)
}

// Facts are what decisions look at and what is the same for everybody: surveys, rules, the throttle.
type Facts struct {
	surveys  map[int64]survey.Survey
	versions map[int64]survey.Definition // by survey
	rules    map[int64]Rule
	throttle Throttle
	account  account.Settings
	zone     *time.Location
	pause    *Pause // nil: sending goes on
}

// ReadFacts reads the facts as they are now.
func ReadFacts(ctx context.Context, st FactStore) (*Facts, error) {
	f := &Facts{surveys: map[int64]survey.Survey{}, versions: map[int64]survey.Definition{}, rules: map[int64]Rule{}}
	surveys, err := st.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range surveys {
		f.surveys[s.ID] = s
		if s.VersionID == 0 {
			continue
		}
		v, err := st.Version(ctx, s.VersionID)
		if err != nil {
			return nil, err
		}
		f.versions[s.ID] = v.Definition
	}
	rules, err := st.Rules(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		f.rules[r.ID] = r
	}
	return f, f.readSettings(ctx, st)
}

func (f *Facts) readSettings(ctx context.Context, st FactStore) error {
	settings, err := st.Settings(ctx)
	if err != nil {
		return err
	}
	f.account = account.SettingsFrom(settings)
	if f.zone, err = time.LoadLocation(f.account.Zone); err != nil {
		f.zone = time.UTC
	}
	if f.throttle, err = throttleFrom(settings); err != nil {
		return err
	}
	f.pause, err = pauseFrom(settings)
	return err
}

type ruleState int

const (
	ruleActive ruleState = iota // or there is none: made by hand
	rulePaused
	ruleGone
)

// plan gives the settings of a rule; those of no rule ask at any time.
func (f *Facts) plan(ruleID int64) (Plan, ruleState) {
	if ruleID == 0 {
		return Plan{Channel: ByMail}, ruleActive
	}
	r, ok := f.rules[ruleID]
	switch {
	case !ok:
		return Plan{Channel: ByMail}, ruleGone
	case !r.Active:
		return r.Plan, rulePaused
	}
	return r.Plan, ruleActive
}

// Zone is the account's time zone.
func (f *Facts) Zone() *time.Location { return f.zone }

func (f *Facts) scheme(s survey.Survey) scoring.Scheme { return f.versions[s.ID].Scheme() }
