package reports

import (
	"context"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Repeats says how far the answers of a version in a period are by customers who answered more than once. A job counts them: it takes a look at every answer.
type Repeats struct {
	VersionID int64
	Period    Period // All: First and Last are not those of the answers
	Answers   int64
	Repeated  int64   // of them, those by customers with more than one
	Widening  float64 // how many times wider the interval is, counted by customer; 0: not known
	AsOf      time.Time
}

// mostRepeated is the share of repeated answers, in percent, above which a score says so.
const mostRepeated = 5

// Notable tells whether there are so many repeated answers that the score's interval claims too much.
func (r Repeats) Notable() bool { return 100*r.Repeated > mostRepeated*r.Answers }

// Share is the percentage of repeated answers.
func (r Repeats) Share() scoring.Ratio { return scoring.Ratio{Num: 100 * r.Repeated, Den: r.Answers} }

// Known is an answer of a customer who is known.
type Known struct {
	Contact   survey.ID
	VersionID int64
	At        time.Time
	Rating    int // of the first question on a scale
}

// UsualPeriods are the periods that everybody can choose, up to today.
func UsualPeriods(today survey.Day) []Period {
	return []Period{
		LastWeeks(4, today), LastWeeks(12, today), LastWeeks(26, today), LastWeeks(52, today), ThisQuarter(today), ThisYear(today), {All: true, First: -1, Last: today},
	}
}

// repeatView is one period of one version on its way.
type repeatView struct {
	Repeats
	headline  Headline
	customers *scoring.Clustered
}

// CountRepeats counts repeated answers of every version in the usual periods, and keeps what it found for dashboards.
func (s *Service) CountRepeats(ctx context.Context) error {
	views, err := s.repeatViews(ctx)
	if err != nil {
		return err
	}
	var one []Known // of one customer
	count := func() {
		for i, k := range one {
			if first := !containsVersion(one[:i], k.VersionID); first {
				for _, v := range views[k.VersionID] {
					v.add(one, s.zone())
				}
			}
		}
		one = one[:0]
	}
	err = s.store.EachKnown(ctx, func(k Known) error {
		if len(one) > 0 && one[0].Contact != k.Contact {
			count()
		}
		one = append(one, k)
		return nil
	})
	if err != nil {
		return fmt.Errorf("count repeated answers: %w", err)
	}
	count()
	var found []Repeats
	for _, periods := range views {
		for _, v := range periods {
			if v.Repeated == 0 {
				continue
			}
			if err := s.finish(ctx, v); err != nil {
				return err
			}
			found = append(found, v.Repeats)
		}
	}
	return s.store.SetRepeats(ctx, found)
}

func (s *Service) repeatViews(ctx context.Context) (map[int64][]*repeatView, error) {
	all, err := s.store.AllVersions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	views := map[int64][]*repeatView{}
	for _, version := range all {
		h, ok := HeadlineOf(version.Definition)
		if !ok || h.Question == survey.Respondent {
			continue // an index of three questions is rarely asked twice, and has no rating of its own
		}
		for _, p := range UsualPeriods(s.Today()) {
			views[version.ID] = append(views[version.ID], &repeatView{
				Repeats: Repeats{VersionID: version.ID, Period: p, AsOf: s.now()}, headline: h, customers: scoring.NewClustered(h.Scheme),
			})
		}
	}
	return views, nil
}

func containsVersion(ks []Known, id int64) bool {
	for _, k := range ks {
		if k.VersionID == id {
			return true
		}
	}
	return false
}

// add counts one customer's answers.
func (v *repeatView) add(answers []Known, zone *time.Location) {
	ratings := make([]int, 0, 8)
	for _, k := range answers {
		day := survey.DayOf(k.At, zone)
		if k.VersionID == v.VersionID && (v.Period.All || day >= v.Period.First && day <= v.Period.Last) {
			ratings = append(ratings, k.Rating)
		}
	}
	v.customers.Add(ratings...)
	if len(ratings) > 1 {
		v.Repeated += int64(len(ratings))
	}
}

// finish sets the customers against all answers, known and unknown ones.
func (s *Service) finish(ctx context.Context, v *repeatView) error {
	sums, err := s.store.Sums(ctx, Slice{
		Versions: []int64{v.VersionID}, Questions: []int{v.headline.Question}, Period: v.Period, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages,
	})
	if err != nil {
		return err
	}
	t := total(sums, func(survey.Cell) bool { return true })
	v.Answers = max(t.N, v.Repeated)
	v.Widening, _ = v.customers.Widening(scoring.Counts(t.R))
	return nil
}

// readRepeats reads what the job found, where nothing is filtered.
func (r *report) readRepeats(ctx context.Context) (err error) {
	p := r.Filter.Period
	if r.Filter.Touchpoint != survey.AllTouchpoints || r.Filter.Language != survey.AllLanguages || r.Filter.Of != (Members{}) {
		return nil
	}
	if p.All {
		p.First, p.Last = -1, r.Today()
	}
	r.Repeats, err = r.store.Repeats(ctx, r.Version.ID, p)
	return err
}
