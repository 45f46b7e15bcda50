package customers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// rules is raised when a formula changes, so that figures of the old one are made anew.
const rules = 4

// footing is what figures are made from at one moment: the feeds, the settings and the zone.
type footing struct {
	feeds    map[Feed]FeedState
	settings Settings
	zone     *time.Location
	now      time.Time
	mark     string // of the settings and the zone
}

func (s *Figures) footing(ctx context.Context) (f footing, err error) {
	f.zone, f.now = s.zone(), s.now()
	if f.feeds, err = s.store.FeedStates(ctx); err != nil {
		return f, fmt.Errorf("read how far the feeds are: %w", err)
	}
	if f.settings, err = s.Settings(ctx); err != nil {
		return f, err
	}
	text, err := json.Marshal(f.settings)
	if err != nil {
		return f, fmt.Errorf("write the settings of figures: %w", err)
	}
	sum := sha256.Sum256(fmt.Appendf(text, "\n%s\n%d", f.zone, rules))
	f.mark = hex.EncodeToString(sum[:8])
	return f, nil
}

// basis names what a metric's figure of a period is made from: while it stays the same, so does the figure. The day belongs to it as long as time itself changes
// the figure: while the period runs, and where records are judged as of now.
func (f footing) basis(m Metric, p scoring.Period) string {
	var b strings.Builder
	for _, feed := range m.reads() {
		fmt.Fprintf(&b, "%s %d, ", feed, f.feeds[feed].Revision)
	}
	b.WriteString(f.mark)
	if f.now.Before(p.To) || m.Ages {
		b.WriteString(", " + survey.DayOf(f.now, f.zone).String())
	}
	return b.String()
}

// records counts what a metric reads.
func (f footing) records(m Metric) (n int64) {
	for _, feed := range m.reads() {
		n += f.feeds[feed].Records
	}
	return n
}

// NeedsOf are the feeds without which a variant cannot be made.
func (m Metric) NeedsOf(variant string) []Feed {
	if feeds, ok := m.Instead[variant]; ok {
		return feeds
	}
	return m.Needs
}

// lacks are the feeds that a variant needs and that have nothing.
func (f footing) lacks(m Metric, variant string) (empty []Feed) {
	for _, feed := range m.NeedsOf(variant) {
		if !slices.ContainsFunc(append([]Feed{feed}, m.AsGood[feed]...), func(feed Feed) bool { return f.feeds[feed].Records > 0 }) {
			empty = append(empty, feed)
		}
	}
	return empty
}

// usual is the first variant that can be made of what the shop has sent. Without any it is that of the newest figure by hand, or else the first there is.
func (f footing) usual(m Metric, byHand []Manual) string {
	for _, v := range m.Variants {
		if len(f.lacks(m, v)) == 0 {
			return v
		}
	}
	for _, e := range byHand {
		if slices.Contains(m.Variants, e.Variant) {
			return e.Variant
		}
	}
	return m.Variants[0]
}

// reads are all feeds that the metric is made from.
func (m Metric) reads() []Feed { return slices.Concat(m.Needs, m.Also) }
