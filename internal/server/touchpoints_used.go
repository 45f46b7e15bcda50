package server

import (
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// usedBy names the open surveys that ask at a touchpoint: because it is their own, or because an open link says so.
func (b *builder) usedBy(ctx context.Context, touchpoint int64) (names []string, err error) {
	all, err := b.store.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.State != survey.Live || s.Over(b.s.deps.Now()) {
			continue
		}
		used := s.Settings.Touchpoint == touchpoint
		if !used {
			links, err := b.store.Links(ctx, s.ID)
			if err != nil {
				return nil, err
			}
			used = slices.ContainsFunc(links, func(l survey.Link) bool { return l.Touchpoint == touchpoint && l.ClosedAt.IsZero() })
		}
		if used {
			names = append(names, s.Name)
		}
	}
	return names, nil
}
