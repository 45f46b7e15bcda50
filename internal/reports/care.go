package reports

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// MostCareDays is the longest period that figures of follow-up are about: what is read grows with the cases of the period.
const MostCareDays = 53 * 7

// Spell is a round of a case, from an opening to its resolution, as figures need it. Rounds of tests and spam are none.
type Spell struct {
	CaseID     survey.ID
	No         int64
	Opened     time.Time
	Due        time.Time
	Replied    time.Time // zero: not yet
	Resolved   time.Time // zero: not yet
	Created    time.Time // when an answer opened the case; earlier than Opened where staff opened it again
	Touchpoint int64
	Owner      int64 // of the case now; 0: nobody
	RepliedBy  int64
	ResolvedBy int64 // 0: the program
	Reason     int64
	Declined   bool // the customer wants no reply
	Again      bool // the case had been open before
	Last       bool // of its ticket: staff did not open it again after this
}

// Withdrawn tells whether the customer raised the answer before anybody had touched the case.
func (s Spell) Withdrawn() bool {
	return !s.Resolved.IsZero() && s.ResolvedBy == 0 && s.Reason == followup.AnswerChanged
}

// who answers for the first reply: who gave it, or else whose the case is.
func (s Spell) who() int64 {
	if s.Replied.IsZero() {
		return s.Owner
	}
	return s.RepliedBy
}

// Care is how unhappy customers heard back. Opened is the sum of Withdrawn, InTime, Late, Declined, Missed and Waiting.
type Care struct {
	Opened    int64 // in the period
	Reopened  int64 // of them: the case had been open before
	Withdrawn int64 // the customer raised the answer before anybody had touched the case
	InTime    int64 // first reply by the time it was due
	Late      int64
	Declined  int64 // no reply, and the customer wants none
	Missed    int64 // no reply, and it was due, or the case is resolved
	Waiting   int64 // no reply yet, and not due

	Reply      scoring.Waits // from the opening to the first reply, of those InTime and Late
	Resolution scoring.Waits // of those resolved in the period (metrics 4.13)

	replies, resolutions []time.Duration
}

// Owed is how many first replies were due.
func (c Care) Owed() int64 { return c.InTime + c.Late + c.Missed }

// Share is the part of the first replies due that came in time, in percent, with its 95% interval; false when none was due.
func (c Care) Share() (scoring.Ratio, scoring.Interval, bool) {
	iv, ok := scoring.Wilson(c.InTime, c.Owed())
	return scoring.Ratio{Num: 100 * c.InTime, Den: c.Owed()}, iv, ok
}

// Empty tells whether nothing happened.
func (c Care) Empty() bool { return c.Opened == 0 && c.Resolution.N == 0 }

func (c *Care) open(s Spell, now time.Time) {
	c.Opened++
	if s.Again {
		c.Reopened++
	}
	switch {
	case s.Withdrawn():
		c.Withdrawn++
	case !s.Replied.IsZero() && s.Replied.After(s.Due):
		c.Late++
	case !s.Replied.IsZero():
		c.InTime++
	case s.Declined:
		c.Declined++
	case s.Resolved.IsZero() && !now.After(s.Due):
		c.Waiting++
	default:
		c.Missed++
	}
	if !s.Replied.IsZero() {
		c.replies = append(c.replies, s.Replied.Sub(s.Opened))
	}
}

func (c *Care) resolve(s Spell) {
	c.resolutions = append(c.resolutions, s.Resolved.Sub(s.Created))
}

func (c *Care) sum() {
	c.Reply, c.Resolution = scoring.WaitsOf(c.replies), scoring.WaitsOf(c.resolutions)
	c.replies, c.resolutions = nil, nil
}

// CarePart is a part of the cases. One of its keys is set.
type CarePart struct {
	User       int64 // who replied, whose the case is, or who resolved it; 0: nobody, the program
	Touchpoint int64
	Tag        string
	Week       survey.Day // its Monday
	Care
}

// CareFilter says which cases figures are about.
type CareFilter struct {
	Period     Period
	Touchpoint int64 // survey.AllTouchpoints: all
}

// Standing is how many cases are open now, each counted up to MostCounted+1.
type Standing struct {
	Open    int
	Overdue int // the first reply is late
	TooLong int // open for more than scoring.OpenLimit (metrics 4.13)
}

// CareReport is what managers see of the follow-up.
type CareReport struct {
	Filter      CareFilter
	Total       Care
	People      []CarePart // most first
	Touchpoints []CarePart
	Tags        []CarePart // a case with two tags is in both
	Weeks       []CarePart // every one of the period
	Now         Standing
}

// CareStore is what figures of follow-up are read from.
type CareStore interface {
	// Spells reads the rounds that opened or ended from from on and before to.
	Spells(ctx context.Context, from, to time.Time, touchpoint int64) ([]Spell, error)
	// SpellTags reads the tags of their cases.
	SpellTags(ctx context.Context, from, to time.Time, touchpoint int64) (map[survey.ID][]string, error)
	// Standing counts the cases that are open, each figure up to most.
	Standing(ctx context.Context, now time.Time, touchpoint int64, most int) (Standing, error)
}

// Bound makes the period one that figures of follow-up can be of: the last MostCareDays of it.
func (p Period) Bound(today survey.Day) Period {
	if p.All {
		p = Period{First: today - MostCareDays + 1, Last: today}
	}
	p.First = max(p.First, p.Last-MostCareDays+1)
	return p
}

// span gives the instants that the period's days are between.
func (s *Service) span(p Period) (from, to time.Time) {
	return p.First.Start(s.zone()), (p.Last + 1).Start(s.zone())
}

// Care says how unhappy customers heard back in the filter's period, which it bounds.
func (s *Service) Care(ctx context.Context, f CareFilter) (CareReport, error) {
	f.Period = f.Period.Bound(s.Today())
	from, to := s.span(f.Period)
	spells, err := s.store.Spells(ctx, from, to, f.Touchpoint)
	if err != nil {
		return CareReport{}, fmt.Errorf("read the rounds of cases: %w", err)
	}
	tags, err := s.store.SpellTags(ctx, from, to, f.Touchpoint)
	if err != nil {
		return CareReport{}, fmt.Errorf("read the tags of cases: %w", err)
	}
	r := s.sumCare(f, spells, tags)
	r.Now, err = s.store.Standing(ctx, s.now(), f.Touchpoint, MostCounted+1)
	if err != nil {
		return CareReport{}, fmt.Errorf("count open cases: %w", err)
	}
	return r, nil
}

// CareTotal is the Total of Care alone, for which less is read.
func (s *Service) CareTotal(ctx context.Context, f CareFilter) (Care, error) {
	f.Period = f.Period.Bound(s.Today())
	from, to := s.span(f.Period)
	spells, err := s.store.Spells(ctx, from, to, f.Touchpoint)
	if err != nil {
		return Care{}, fmt.Errorf("read the rounds of cases: %w", err)
	}
	return s.sumCare(f, spells, nil).Total, nil
}

// Standing counts the cases that are open.
func (s *Service) Standing(ctx context.Context, touchpoint int64) (Standing, error) {
	return s.store.Standing(ctx, s.now(), touchpoint, MostCounted+1)
}

// careSums gathers parts by their keys.
type careSums[K comparable] map[K]*Care

func (m careSums[K]) of(key K) *Care {
	c := m[key]
	if c == nil {
		c = new(Care)
		m[key] = c
	}
	return c
}

// parts lists what was gathered, the greatest first.
func (m careSums[K]) parts(name func(*CarePart, K), order func(a, b K) int) []CarePart {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b K) int {
		return cmp.Or(cmp.Compare(m[b].Opened, m[a].Opened), cmp.Compare(len(m[b].resolutions), len(m[a].resolutions)), order(a, b))
	})
	all := make([]CarePart, len(keys))
	for i, k := range keys {
		m[k].sum()
		all[i].Care = *m[k]
		name(&all[i], k)
	}
	return all
}

func (s *Service) sumCare(f CareFilter, spells []Spell, tags map[survey.ID][]string) CareReport {
	from, to := s.span(f.Period)
	in, now := scoring.Period{From: from, To: to}, s.now()
	r := CareReport{Filter: f}
	people, touchpoints, byTag, weeks := careSums[int64]{}, careSums[int64]{}, careSums[string]{}, careSums[survey.Day]{}
	for day := f.Period.First.Week(); day <= f.Period.Last; day += 7 {
		weeks.of(day)
	}
	for _, v := range spells {
		tagged := func(who int64, at time.Time) []*Care {
			all := []*Care{&r.Total, people.of(who), touchpoints.of(v.Touchpoint), weeks.of(survey.DayOf(at, s.zone()).Week())}
			for _, t := range tags[v.CaseID] {
				all = append(all, byTag.of(t))
			}
			return all
		}
		if in.Contains(v.Opened) {
			for _, c := range tagged(v.who(), v.Opened) {
				c.open(v, now)
			}
		}
		ticket := scoring.Ticket{Created: v.Created, Resolved: v.Resolved}
		if v.Last && !v.Withdrawn() && ticket.ResolvedIn(in) {
			for _, c := range tagged(v.ResolvedBy, v.Resolved) {
				c.resolve(v)
			}
		}
	}
	r.Total.sum()
	r.People = people.parts(func(p *CarePart, id int64) { p.User = id }, cmp.Compare[int64])
	r.Touchpoints = touchpoints.parts(func(p *CarePart, id int64) { p.Touchpoint = id }, cmp.Compare[int64])
	r.Tags = byTag.parts(func(p *CarePart, tag string) { p.Tag = tag }, cmp.Compare[string])
	r.Weeks = weeks.parts(func(p *CarePart, day survey.Day) { p.Week = day }, cmp.Compare[survey.Day])
	slices.SortFunc(r.Weeks, func(a, b CarePart) int { return cmp.Compare(a.Week, b.Week) })
	return r
}
