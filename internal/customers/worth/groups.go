package worth

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Money is an amount in minor units with the interval that it would have had with other customers like these (bootstrap by customer).
type Money struct {
	Amount   int64             `json:"amount"`
	Interval *scoring.Interval `json:"interval,omitempty"` // nil: of fewer than two customers
}

// Buyers is what a group of customers bought. Customers is n of every figure but the repeat rate.
type Buyers struct {
	Customers int64             `json:"customers"`
	Revenue   Money             `json:"revenue"`  // net, of the last twelve months
	Lifetime  int64             `json:"lifetime"` // net, of all time: over Customers, it is clv_historic (metrics 4.5)
	CLV       *scoring.Interval `json:"clv,omitempty"`
	Bought    int64             `json:"bought"`   // had an order in the last twelve months
	Repeated  int64             `json:"repeated"` // of them, those with two or more: rpr_rate in_window (metrics 4.1)
}

// Class is what the customers of one class of answers did.
type Class struct {
	Class scoring.Class `json:"class"`
	Buyers
	// Churn over the last ChurnDays (metrics 4.2, by orders): of the customers active at its start, by what they had said until then.
	Active int64  `json:"active"`
	Lost   int64  `json:"lost"`
	Back   []Back `json:"back"`
}

// Back is whether answers were followed by an order within so many days. Answers younger than that are left out.
type Back struct {
	Days     int      `json:"days"`
	Case     CaseKind `json:"case"`
	Answers  int64    `json:"answers"`
	Came     int64    `json:"came"`
	Customer int64    `json:"customers"` // who gave them
}

// CaseKind is what became of an answer's case within the days of a Back.
type CaseKind string

// Kinds. Every answer is in AnyCase and in one other.
const (
	AnyCase        CaseKind = "any"
	NoCase         CaseKind = "none"
	CaseResolved   CaseKind = "resolved" // by the end of the days
	CaseUnresolved CaseKind = "unresolved"
)

// CaseKinds lists the kinds in the order of pages.
func CaseKinds() []CaseKind { return []CaseKind{AnyCase, NoCase, CaseResolved, CaseUnresolved} }

// Interval is the 95 % interval of the share of answers that were followed by an order. It counts customers, not answers: answers of one customer are no independent tries.
func (b Back) Interval() (scoring.Interval, bool) {
	if b.Answers == 0 {
		return scoring.Interval{}, false
	}
	return scoring.Wilson((2*b.Came*b.Customer+b.Answers)/(2*b.Answers), b.Customer)
}

// GroupKey is what answers must share to be set beside each other: figures of two schemes or two touchpoints are never joined.
type GroupKey struct {
	SurveyID   int64          `json:"survey"`
	Scheme     scoring.Scheme `json:"scheme"`
	Touchpoint int64          `json:"touchpoint"` // survey.AllTouchpoints: each customer's newest answer, wherever it was given
}

// Group is the customers who gave a rating, by class.
type Group struct {
	GroupKey
	Classes []Class `json:"classes"` // worst, middle, best
}

// AtRisk is the class that revenue at risk is about.
func (g Group) AtRisk() Class { return g.Classes[0] }

// Customers is how many customers are in the group.
func (g Group) Customers() (n int64) {
	for _, c := range g.Classes {
		n += c.Buyers.Customers
	}
	return n
}

// classSum gathers a Class.
type classSum struct {
	Class
	year, lifetime []int64
	back           map[backKey]*Back
	seen           map[backKey]survey.ID // the customer counted last
}

type backKey struct {
	days int
	kind CaseKind
}

// groupSums gathers groups.
type groupSums struct {
	asOf    time.Time
	year    scoring.Period
	schemes map[int64]scoring.Scheme // of versions
	sums    map[GroupKey]*[3]classSum
}

func newGroupSums(asOf time.Time, year scoring.Period, versions []survey.Version) *groupSums {
	s := &groupSums{asOf: asOf, year: year, schemes: map[int64]scoring.Scheme{}, sums: map[GroupKey]*[3]classSum{}}
	for _, v := range versions {
		s.schemes[v.ID] = v.Definition.Scheme()
	}
	return s
}

// keys lists the groups that the answers belong to.
func (s *groupSums) keys(answers []Answer) (keys []GroupKey) {
	for _, a := range answers {
		if a.Class == scoring.ClassNone {
			continue
		}
		for _, touchpoint := range []int64{survey.AllTouchpoints, a.Touchpoint} {
			if k := (GroupKey{a.SurveyID, s.schemes[a.VersionID], touchpoint}); !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

func (s *groupSums) of(k GroupKey, c scoring.Class) *classSum {
	if s.sums[k] == nil {
		var classes [3]classSum
		for i := range classes {
			classes[i] = classSum{Class: Class{Class: scoring.Class(i + 1)}, back: map[backKey]*Back{}, seen: map[backKey]survey.ID{}}
		}
		s.sums[k] = &classes
	}
	return &s.sums[k][c-1]
}

// add counts one customer.
func (s *groupSums) add(c customer) {
	start := s.asOf.Add(-ChurnDays * day)
	for _, k := range s.keys(c.Answers) {
		fits := func(a Answer) bool {
			return a.SurveyID == k.SurveyID && s.schemes[a.VersionID] == k.Scheme && (k.Touchpoint == survey.AllTouchpoints || a.Touchpoint == k.Touchpoint)
		}
		if class := newest(c.Answers, s.asOf, fits); class != scoring.ClassNone {
			s.of(k, class).buys(c)
		}
		if class := newest(c.Answers, start, fits); class != scoring.ClassNone && c.activeAt(start) {
			sum := s.of(k, class)
			if sum.Active++; !c.activeAt(s.asOf) {
				sum.Lost++
			}
		}
		for _, a := range c.Answers {
			if a.Class != scoring.ClassNone && fits(a) {
				s.of(k, a.Class).cameBack(c, a, s.asOf)
			}
		}
	}
}

// buys adds what a customer of the class bought.
func (s *classSum) buys(c customer) {
	s.Buyers.add(c)
	s.year, s.lifetime = append(s.year, c.year), append(s.lifetime, c.Net)
}

func (b *Buyers) add(c customer) {
	b.Customers++
	b.Revenue.Amount += c.year
	b.Lifetime += c.Net
	if c.inYear > 0 {
		b.Bought++
	}
	if c.inYear > 1 {
		b.Repeated++
	}
}

// cameBack counts an answer.
func (s *classSum) cameBack(c customer, a Answer, asOf time.Time) {
	for _, days := range BackDays() {
		end := a.At.Add(time.Duration(days) * day)
		if end.After(asOf) {
			continue
		}
		kind := NoCase
		switch {
		case a.Case && !a.Resolved.IsZero() && !a.Resolved.After(end):
			kind = CaseResolved
		case a.Case:
			kind = CaseUnresolved
		}
		came := c.orderedIn(a.At, end)
		for _, kind := range []CaseKind{AnyCase, kind} {
			k := backKey{days, kind}
			if s.back[k] == nil {
				s.back[k] = &Back{Days: days, Case: kind}
			}
			b := s.back[k]
			if b.Answers++; came {
				b.Came++
			}
			if b.Customer == 0 || s.seen[k] != c.id {
				b.Customer++
				s.seen[k] = c.id
			}
		}
	}
}

// draw adds the intervals of customers whose numbers are in the columns.
func (b *Buyers) draw(seed uint64, year, lifetime []int64) {
	boot := scoring.NewBootstrap(seed, year, lifetime)
	if iv, ok := boot.Sum(0); ok {
		b.Revenue.Interval = &iv
	}
	if iv, ok := boot.Mean(1); ok {
		b.CLV = &iv
	}
}

// done makes the groups, in the order of their keys: a survey's whole, then its touchpoints.
func (s *groupSums) done(seed func(about ...string) uint64) []Group {
	groups := make([]Group, 0, len(s.sums))
	for k, classes := range s.sums {
		g := Group{GroupKey: k}
		for i := range classes {
			c := &classes[i]
			c.draw(seed("money", fmt.Sprint(k, c.Class.Class)), c.year, c.lifetime)
			for _, days := range BackDays() {
				for _, kind := range CaseKinds() {
					if b := c.back[backKey{days, kind}]; b != nil {
						c.Back = append(c.Back, *b)
					}
				}
			}
			g.Classes = append(g.Classes, c.Class)
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.SurveyID, b.SurveyID), cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Touchpoint, b.Touchpoint))
	})
	return groups
}
