package asking

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Pause says why and since when nothing is sent. It is the same for all processes, and ends when an administrator says so.
type Pause struct {
	At   time.Time     `json:"at"`   // by the clock after its jump
	Jump time.Duration `json:"jump"` // how far the clock went beside the time that passed; negative: back
	By   string        `json:"by"`   // who stopped sending by hand; "": the clock did
}

// keyPause is where the pause stands among the account's settings.
const keyPause = "asking.pause"

// MaxJump is how far a clock may be set without anybody being asked.
const MaxJump = 5 * time.Minute

func pauseFrom(settings map[string]string) (*Pause, error) {
	text := settings[keyPause]
	if text == "" {
		return nil, nil
	}
	var p Pause
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, fmt.Errorf("read why sending is paused: %w", err)
	}
	return &p, nil
}

// ReadPause tells why nothing is sent; nil: sending goes on.
func ReadPause(ctx context.Context, st SettingStore) (*Pause, error) {
	settings, err := st.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return pauseFrom(settings)
}

// Continue lets sending go on.
func Continue(ctx context.Context, st SettingStore) error { return savePause(ctx, st, nil) }

func savePause(ctx context.Context, st SettingStore, p *Pause) error {
	text := []byte{}
	if p != nil {
		var err error
		if text, err = json.Marshal(p); err != nil {
			return fmt.Errorf("write why sending is paused: %w", err)
		}
	}
	return st.SetSetting(ctx, keyPause, string(text))
}

// watch compares the clock on the wall with the time that passes.
type watch struct {
	now     func() time.Time     // the wall's
	elapsed func() time.Duration // since any moment, evenly

	wall   time.Time
	passed time.Duration
}

func newWatch(now func() time.Time, elapsed func() time.Duration) *watch {
	w := &watch{now: now, elapsed: elapsed}
	w.wall, w.passed = now().Round(0), elapsed()
	return w
}

// jump is how far the clock was set since the last call; 0 where it was less than MaxJump. Small steps, as of a clock that is kept right, add up to nothing.
func (w *watch) jump() time.Duration {
	wall, passed := w.now().Round(0), w.elapsed()
	jump := wall.Sub(w.wall) - (passed - w.passed)
	w.wall, w.passed = wall, passed
	if jump.Abs() <= MaxJump {
		return 0
	}
	return jump
}
