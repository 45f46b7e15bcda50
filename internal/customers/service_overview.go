package customers

import "context"

// overviewRoom is how many times the records of a page an overview reads while somebody waits; what needs more is made by jobs.
const overviewRoom = 4

// Overview has the usual form of every metric for one span, as their pages have it.
func (s *Figures) Overview(ctx context.Context, span Span) ([]Page, error) {
	f, err := s.footing(ctx)
	if err != nil {
		return nil, err
	}
	if span == (Span{}) {
		if span, err = s.UsualSpan(ctx); err != nil {
			return nil, err
		}
	}
	room := overviewRoom * s.AtOnce
	var all []Page
	for _, m := range s.metrics {
		p, err := s.page(ctx, f, Wanted{Metric: m.Key, Span: span}, min(room, s.AtOnce), TrendLength)
		if err != nil {
			return nil, err
		}
		if !p.AsOf.IsZero() && p.AsOf.Equal(f.now) { // it was made just now
			room -= f.records(m)
		}
		all = append(all, p)
	}
	return all, nil
}
