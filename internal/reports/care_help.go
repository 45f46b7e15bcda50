package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// MostReturns is how many cases, the newest of a period, are looked at for a later answer.
const MostReturns = 5000

// Return is the next answer of a customer after one that opened a case, to the same survey.
type Return struct {
	Contact             survey.ID
	VersionID, NextID   int64 // versions of the survey
	Rating, Next        int
	Class, NextClass    scoring.Class
	AnsweredAt, Replied time.Time // of the first answer, and of the first reply to it; zero: none
	NextAt              time.Time
}

// Heard tells whether the customer had been replied to before answering again.
func (r Return) Heard() bool { return !r.Replied.IsZero() && r.Replied.Before(r.NextAt) }

// Help is how customers answered again after a case.
type Help struct {
	Scheme   scoring.Scheme
	Heard    bool          // they had been replied to
	Before   scoring.Ratio // mean of the ratings that opened the cases
	After    scoring.Ratio // of the next ones
	Change   scoring.Paired
	Happier  int64            // those whose next answer is not in the worst class
	Share    scoring.Interval // of Happier among Change.N
	HasShare bool
}

// Happy is the share of those who are not in the worst class any more, in percent.
func (h Help) Happy() scoring.Ratio { return scoring.Ratio{Num: 100 * h.Happier, Den: h.Change.N} }

// HelpStore is what Helped reads.
type HelpStore interface {
	// Returns reads the next answers of customers whose cases an answer opened from from on and before to, those of the newest cases first, up to most.
	Returns(ctx context.Context, from, to time.Time, touchpoint int64, most int) ([]Return, error)
}

// Helped compares customers' next answers with those that opened a case in the filter's period, one pair for each of them: the newest. Those who were replied to
// stand beside those who were not, because after a bad answer the next one is better by chance alone. Figures of each scale are for themselves.
func (s *Service) Helped(ctx context.Context, f CareFilter) ([]Help, error) {
	from, to := s.span(f.Period.Bound(s.Today()))
	all, err := s.store.Returns(ctx, from, to, f.Touchpoint, MostReturns)
	if err != nil {
		return nil, fmt.Errorf("read the next answers of customers: %w", err)
	}
	versions, err := s.store.AllVersions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	schemes := map[int64]scoring.Scheme{}
	for _, v := range versions {
		if q, ok := v.Definition.Primary(); ok {
			schemes[v.ID] = q.Scheme
		}
	}
	return sumReturns(all, schemes), nil
}

type helpKey struct {
	scheme scoring.Scheme
	heard  bool
}

func sumReturns(all []Return, schemes map[int64]scoring.Scheme) []Help {
	pairs, seen := map[helpKey][]Return{}, map[survey.ID]bool{}
	for _, r := range all {
		scheme, next := schemes[r.VersionID], schemes[r.NextID]
		if scheme == "" || scheme != next || seen[r.Contact] {
			continue
		}
		seen[r.Contact] = true
		k := helpKey{scheme, r.Heard()}
		pairs[k] = append(pairs[k], r)
	}
	var out []Help
	for k, rs := range pairs {
		out = append(out, helpOf(k, rs))
	}
	slices.SortFunc(out, func(a, b Help) int {
		if c := cmp.Compare(a.Scheme, b.Scheme); c != 0 || a.Heard == b.Heard {
			return c
		}
		if a.Heard {
			return -1
		}
		return 1
	})
	return out
}

func helpOf(k helpKey, pairs []Return) Help {
	h, n := Help{Scheme: k.scheme, Heard: k.heard}, int64(len(pairs))
	var before, after int64
	diffs := make([]int64, n)
	for i, r := range pairs {
		before, after = before+int64(r.Rating), after+int64(r.Next)
		diffs[i] = int64(r.Next - r.Rating)
		if r.NextClass != scoring.ClassWorst {
			h.Happier++
		}
	}
	h.Before, h.After = scoring.Ratio{Num: before, Den: n}, scoring.Ratio{Num: after, Den: n}
	h.Change = scoring.PairedChange(diffs)
	h.Share, h.HasShare = scoring.Wilson(h.Happier, n)
	return h
}
