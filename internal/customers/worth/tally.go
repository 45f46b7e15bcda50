package worth

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// membership is the segment of a customer in a currency.
type membership struct {
	currency string
	segment  scoring.Segment
}

type tallyKey struct {
	membership
	survey.Cell
}

// tally counts the answers of the members of each segment, as the rollups count everybody's: so a dashboard of a segment reads as little as any other.
func (s *Service) tally(ctx context.Context, run int64, members map[survey.ID][]membership, pictures []Picture, versions []survey.Version) error {
	definitions := map[int64]survey.Definition{}
	for _, v := range versions {
		definitions[v.ID] = v.Definition
	}
	hidden := map[membership]bool{}
	for _, p := range pictures {
		for segment, is := range p.HiddenSegments() {
			hidden[membership{p.Currency, segment}] = is
		}
	}
	cells := map[tallyKey]*survey.Tally{}
	zone := s.Zone()
	err := s.Store.EachKnownResponse(ctx, func(r survey.Response) error {
		in := members[r.ContactID]
		if len(in) == 0 {
			return nil
		}
		for _, delta := range r.Deltas(definitions[r.VersionID], survey.DayOf(r.AnsweredAt, zone), 1) {
			for _, m := range in {
				if hidden[m] {
					continue // who is in it, or in another that is left, would be known by what it says
				}
				k := tallyKey{m, delta.Cell}
				if cells[k] == nil {
					cells[k] = &survey.Tally{}
				}
				cells[k].Add(delta.Tally, 1)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count the answers of segments: %w", err)
	}
	all := make([]SegmentTally, 0, len(cells))
	for k, t := range cells {
		all = append(all, SegmentTally{k.currency, k.segment, k.Cell, *t})
	}
	slices.SortFunc(all, compareTallies)
	for part := range slices.Chunk(all, aboutChunk) {
		if err := s.Store.AddSegmentTallies(ctx, run, part); err != nil {
			return err
		}
	}
	return nil
}

func compareTallies(a, b SegmentTally) int {
	return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Cell.VersionID, b.Cell.VersionID),
		cmp.Compare(a.Cell.Question, b.Cell.Question), cmp.Compare(a.Cell.Touchpoint, b.Cell.Touchpoint), cmp.Compare(a.Cell.Language, b.Cell.Language), cmp.Compare(a.Cell.Day, b.Cell.Day))
}
