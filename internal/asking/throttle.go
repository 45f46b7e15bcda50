package asking

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Throttle says how long nobody is asked again: over all surveys, with other numbers for some. Days are 0 (no limit) to MaxThrottle.
type Throttle struct {
	Days        int                    `json:"days"`
	Schemes     map[scoring.Scheme]int `json:"schemes,omitempty"`
	Touchpoints map[int64]int          `json:"touchpoints,omitempty"` // these weigh more than schemes
}

// Bounds of a throttle.
const (
	UsualThrottle = 30 // days
	MaxThrottle   = 366
)

// For gives the days that must have passed since a person was last asked about anything.
func (t Throttle) For(scheme scoring.Scheme, touchpoint int64) int {
	if days, ok := t.Touchpoints[touchpoint]; ok && touchpoint != 0 {
		return days
	}
	if days, ok := t.Schemes[scheme]; ok {
		return days
	}
	return t.Days
}

// Until is when somebody who was last asked at this time may be asked again; zero: now.
func (t Throttle) Until(asked time.Time, scheme scoring.Scheme, touchpoint int64) time.Time {
	if asked.IsZero() {
		return time.Time{}
	}
	return asked.Add(time.Duration(t.For(scheme, touchpoint)) * 24 * time.Hour)
}

// keyThrottle is where it stands among the account's settings.
const keyThrottle = "asking.throttle"

// SettingStore keeps settings of the account by key.
type SettingStore interface {
	Settings(ctx context.Context) (map[string]string, error)
	SetSetting(ctx context.Context, key, value string) error
}

func throttleFrom(settings map[string]string) (Throttle, error) {
	t := Throttle{Days: UsualThrottle}
	if text := settings[keyThrottle]; text != "" {
		if err := json.Unmarshal([]byte(text), &t); err != nil {
			return t, fmt.Errorf("read the throttle: %w", err)
		}
	}
	return t, nil
}

// ReadThrottle gives the account's throttle, the usual one where none is set.
func ReadThrottle(ctx context.Context, st SettingStore) (Throttle, error) {
	settings, err := st.Settings(ctx)
	if err != nil {
		return Throttle{}, err
	}
	return throttleFrom(settings)
}

// SaveThrottle stores the throttle of the account. It has been checked.
func SaveThrottle(ctx context.Context, st SettingStore, t Throttle) error {
	text, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write the throttle: %w", err)
	}
	return st.SetSetting(ctx, keyThrottle, string(text))
}
