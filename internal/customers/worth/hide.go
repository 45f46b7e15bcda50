package worth

import (
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Hidden tells which groups of a split are not shown, by their sizes: those of one customer to four, and of the next smallest as many as it takes that nobody works out
// what is hidden by subtracting the others from the total. So there are two hidden groups or more, with FewestShown customers or more between them, unless there is
// no other group left (complementary suppression, as official statistics do it). A group of nobody hides nobody.
func Hidden(sizes []int64) []bool {
	hidden := make([]bool, len(sizes))
	hideMore(sizes, hidden)
	return hidden
}

// hideMore adds to what is hidden already, and tells whether it did.
func hideMore(sizes []int64, hidden []bool) (more bool) {
	groups, people := 0, int64(0)
	hide := func(i int) {
		more = more || !hidden[i]
		hidden[i] = true
		groups, people = groups+1, people+sizes[i]
	}
	for i, n := range sizes {
		if hidden[i] || n > 0 && n < FewestShown {
			hide(i)
		}
	}
	for groups > 0 && (groups < 2 || people < FewestShown) {
		next := -1
		for i, n := range sizes {
			if !hidden[i] && n > 0 && (next < 0 || n < sizes[next]) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		hide(next)
	}
	return more
}

// sizesOf are the sizes of groups.
func sizesOf[T any](groups []T, size func(T) int64) []int64 {
	sizes := make([]int64, len(groups))
	for i, g := range groups {
		sizes[i] = size(g)
	}
	return sizes
}

// HiddenSegments are the segments that are not shown, asked, or looked at by themselves. All of them split the customers of the currency.
func (p Picture) HiddenSegments() map[scoring.Segment]bool {
	hidden := map[scoring.Segment]bool{}
	for i, is := range Hidden(sizesOf(p.Segments, func(s SegmentSize) int64 { return s.Customers })) {
		hidden[p.Segments[i].Segment] = is
	}
	return hidden
}

// Shows tells whether a segment has enough customers to be shown, and none that would be known by leaving it out.
func (p Picture) Shows(s SegmentSize) bool {
	return s.Customers >= FewestShown && !p.HiddenSegments()[s.Segment]
}

// ShownBands are the bands of risk that are shown.
func (p Picture) ShownBands() []BandSize {
	hidden := Hidden(sizesOf(p.Risk.Bands, func(b BandSize) int64 { return b.Customers }))
	var shown []BandSize
	for i, b := range p.Risk.Bands {
		if b.Customers >= FewestShown && !hidden[i] {
			shown = append(shown, b)
		}
	}
	return shown
}

// HiddenVoices tells of each of Heard whether it is not shown.
func (p Picture) HiddenVoices() []bool {
	return Hidden(sizesOf(p.Heard, func(h Heard) int64 { return h.Customers }))
}

// HiddenClasses tells of each class of each group whether it is not shown, by a size of classes: customers who bought, or who were active. A class is one part of its
// group, and of the same class at all touchpoints; hiding goes on until neither gives a hidden one away.
func (p Picture) HiddenClasses(size func(Class) int64) map[GroupKey][]bool {
	all := map[GroupKey][]bool{}
	for _, g := range p.Groups {
		all[g.GroupKey] = make([]bool, len(g.Classes))
	}
	for more := true; more; {
		more = false
		for _, g := range p.Groups {
			more = hideMore(sizesOf(g.Classes, size), all[g.GroupKey]) || more
			more = p.hideAcross(g.GroupKey, size, all) || more
		}
	}
	return all
}

// hideAcross hides among the touchpoints of a survey and scale, class by class. What was said anywhere is their total.
func (p Picture) hideAcross(of GroupKey, size func(Class) int64, all map[GroupKey][]bool) (more bool) {
	var places []Group
	for _, g := range p.Groups {
		if g.SurveyID == of.SurveyID && g.Scheme == of.Scheme && g.Touchpoint != survey.AllTouchpoints {
			places = append(places, g)
		}
	}
	for class := range all[of] {
		hidden := make([]bool, len(places))
		for i, g := range places {
			hidden[i] = all[g.GroupKey][class]
		}
		more = hideMore(sizesOf(places, func(g Group) int64 { return size(g.Classes[class]) }), hidden) || more
		for i, g := range places {
			all[g.GroupKey][class] = hidden[i]
		}
	}
	return more
}

// CustomersOf and ActiveOf are the sizes of classes.
func CustomersOf(c Class) int64 { return c.Customers }

// ActiveOf is how many customers churn is counted of.
func ActiveOf(c Class) int64 { return c.Active }

// ShowsBack tells whether it is shown how many came back: the kinds of cases split all answers of the class, so that of any case is their total.
func (c Class) ShowsBack(b Back) bool {
	if b.Customer < FewestShown || b.Case == AnyCase {
		return b.Customer >= FewestShown
	}
	parts := slices.DeleteFunc(slices.Clone(c.Back), func(o Back) bool { return o.Days != b.Days || o.Case == AnyCase })
	hidden := Hidden(sizesOf(parts, func(o Back) int64 { return o.Customer }))
	for i, o := range parts {
		if o.Case == b.Case {
			return !hidden[i]
		}
	}
	return false
}
