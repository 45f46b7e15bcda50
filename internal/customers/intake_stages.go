package customers

import (
	"cmp"
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

func checkStay(b *batch, i int) Reason {
	r, v := &b.rows[i], &b.read[i]
	switch {
	case r.Of == "":
		return NoOpportunity
	case r.Stage == "":
		return NoStage
	}
	var ok bool
	if v.position, ok = whole(r.Position, 0, 0); !ok {
		return BadPosition
	}
	return firstBad(b.happened(&r.At, true), b.happened(&r.Ends, false), b.inOrder(r))
}

func stayOf(b *batch, i int) Stay {
	r, v := &b.rows[i], &b.read[i]
	return Stay{OpportunityID: v.of, Stage: r.Stage, Position: v.position, Entered: r.At.Time, Left: r.Ends.Time, Untold: r.Untold}
}

// referStays finds the opportunities of stays, and refuses those that would have one in two stages at once. The order of the rows doesn't matter.
func referStays(ctx context.Context, b *batch) error {
	var numbers []string
	for i := range b.rows {
		if b.results[i].Refused == "" {
			numbers = append(numbers, b.rows[i].Of)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	known, err := b.in.Store.OpportunitiesByNumber(ctx, numbers)
	if err != nil {
		return err
	}
	for i := range b.rows {
		if b.results[i].Refused != "" {
			continue
		}
		if b.read[i].of = known[b.rows[i].Of].ID; b.read[i].of == 0 {
			b.results[i].Refused = NoOpportunity
		}
	}
	stored, err := b.in.Store.Stays(ctx, distinctIDs(b.read))
	if err != nil {
		return err
	}
	b.refuseOverlaps(stored)
	return nil
}

// placed is a stay with the row that tells it; -1: it is stored.
type placed struct {
	Stay
	row int
}

func (b *batch) refuseOverlaps(stored []Stay) {
	all := map[survey.ID][]placed{}
	for _, s := range stored {
		all[s.OpportunityID] = append(all[s.OpportunityID], placed{s, -1})
	}
	for i := range b.rows {
		if b.results[i].Refused != "" {
			continue
		}
		next := placed{stayOf(b, i), i}
		id := next.OpportunityID
		stays := slices.DeleteFunc(slices.Clone(all[id]), func(p placed) bool { // told again
			again := p.Stage == next.Stage && p.Entered.Equal(next.Entered)
			if again {
				next.keep(p.Stay)
			}
			return again
		})
		stays = append(stays, next)
		slices.SortFunc(stays, func(x, y placed) int {
			return cmp.Or(x.Entered.Compare(y.Entered), cmp.Compare(x.Position, y.Position))
		})
		if overlap(stays) {
			b.results[i].Refused = Overlap
			continue
		}
		all[id] = stays
		if next.Position == 0 && b.rows[i].Position == "" {
			b.note(i, NoPosition)
		}
		if wentBack(stays, i) {
			b.note(i, WentBack)
		}
	}
}

// wentBack tells whether the stay of a row, among those of its opportunity, came after a stage with a higher place. Stages without a place tell no way.
func wentBack(stays []placed, row int) bool {
	k := slices.IndexFunc(stays, func(p placed) bool { return p.row == row })
	return k > 0 && stays[k].Position > 0 && stays[k-1].Position > stays[k].Position
}

// keep takes over what a stay that is told again says nothing of.
func (s *Stay) keep(stored Stay) {
	if s.Untold&PartPosition != 0 {
		s.Position = stored.Position
	}
	if s.Untold&PartEnds != 0 {
		s.Left = stored.Left
	}
}

// overlap tells whether one of the stays, sorted by when they began, goes on when the next one has begun, or two begin at once and their places don't tell which is first.
func overlap(stays []placed) bool {
	for k := 1; k < len(stays); k++ {
		before, next := stays[k-1], stays[k]
		if before.Left.After(next.Entered) || before.Entered.Equal(next.Entered) && before.Position == next.Position {
			return true
		}
	}
	return false
}
