package reports

import (
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Trend is a score over time.
type Trend struct {
	Grain  Grain
	Points []Point         // one for every step of the period; where two versions meet, of the newer one
	Rows   []Point         // those with answers, of every version
	Before []scoring.Score // of the period before: Before[i] belongs under Points[i]
}

// Point is one step of a trend.
type Point struct {
	Day     survey.Day // the first of the step, or of the period if that begins later
	Version int64      // its number; 0: no answers
	Score   scoring.Score
	Break   bool // the version is another one than before: never join
}

// LineFrom is how many answers a period must have for a line over time.
const LineFrom = 50

// Line tells whether there are answers enough to draw a line.
func (t Trend) Line() bool {
	n, _ := weigh(t.Points)
	return n >= LineFrom
}

// SmallLine is Line for a part: where its answers are so thinly spread that single points say nothing, a small chart has none.
func (p Part) SmallLine() bool {
	n, answered := weigh(p.Points)
	return n >= LineFrom && n >= scoring.HideBelow*answered
}

// weigh counts the answers of points, and the points that have any.
func weigh(points []Point) (n, answered int64) {
	for _, p := range points {
		if n += p.Score.N; p.Score.Defined {
			answered++
		}
	}
	return n, answered
}

// Sparse tells which points are left to the table: those of fewer than five answers, where the others have so many that such a point would only be noise.
func Sparse(points []Point) func(scoring.Score) bool {
	n, answered := weigh(points)
	dense := answered > 0 && n >= 4*scoring.HideBelow*answered
	return func(s scoring.Score) bool { return dense && s.N < scoring.HideBelow }
}

// readTrend computes the course of the headline's score over all versions with its scheme.
func (r *report) readTrend(ctx context.Context) error {
	grain := r.Filter.PointWidth()
	heads := map[int64]Headline{}
	in := r.slice(r.Filter.Period)
	for _, v := range r.versions {
		if h, ok := HeadlineOf(v.Definition); ok && h.Scheme == r.Scheme {
			heads[v.ID] = h
			in.Versions = append(in.Versions, v.ID)
			if !slices.Contains(in.Questions, h.Question) {
				in.Questions = append(in.Questions, h.Question)
			}
		}
	}
	in.Every = grain
	sums, err := r.store.Sums(ctx, in)
	if err != nil {
		return err
	}
	sums = slices.DeleteFunc(sums, func(s Sum) bool { return heads[s.Cell.VersionID].Question != s.Cell.Question || s.Tally.N == 0 })
	r.Trend = Trend{Grain: grain, Points: r.points(sums, grain), Rows: r.rows(sums)}
	if len(r.was) == 0 {
		return nil
	}
	in = r.slice(r.Before, r.Version.ID)
	in.Questions, in.Every = []int{r.Question}, grain
	if sums, err = r.store.Sums(ctx, in); err != nil {
		return err
	}
	for i, p := range course(r.Before, grain, sums, r.Headline) {
		if i < len(r.Trend.Points) {
			r.Trend.Before = append(r.Trend.Before, p.Score)
		}
	}
	return nil
}

// number is the number of a version by its id.
func (r *report) number(id int64) int64 {
	for _, v := range r.versions {
		if v.ID == id {
			return v.Number
		}
	}
	return 0
}

// points lays the sums out over the period, the newest version first where two have answers in one step.
func (r *report) points(sums []Sum, grain Grain) []Point {
	newest := map[survey.Day]Sum{}
	for _, s := range sums {
		if old, ok := newest[s.Cell.Day]; !ok || r.number(s.Cell.VersionID) > r.number(old.Cell.VersionID) {
			newest[s.Cell.Day] = s
		}
	}
	var points []Point
	last := int64(0)
	for day := grain.Bucket(r.Filter.Period.First); day <= r.Filter.Period.Last; day += grain.Step() {
		p := Point{Day: max(day, r.Filter.Period.First)}
		if s, ok := newest[day]; ok {
			p.Version, p.Score = r.number(s.Cell.VersionID), r.score(s.Tally)
			p.Break = last != 0 && last != p.Version
			last = p.Version
		}
		points = append(points, p)
	}
	return points
}

// rows lists every sum by day, then by version.
func (r *report) rows(sums []Sum) []Point {
	rows := make([]Point, len(sums))
	for i, s := range sums {
		rows[i] = Point{Day: max(s.Cell.Day, r.Filter.Period.First), Version: r.number(s.Cell.VersionID), Score: r.score(s.Tally)}
	}
	slices.SortFunc(rows, func(a, b Point) int {
		if a.Day != b.Day {
			return int(a.Day - b.Day)
		}
		return int(a.Version - b.Version)
	})
	return rows
}

// course lays sums of one version out over a period.
func course(p Period, grain Grain, sums []Sum, h Headline) []Point {
	byDay := map[survey.Day]survey.Tally{}
	for _, s := range sums {
		t := byDay[s.Cell.Day]
		t.Add(s.Tally, 1)
		byDay[s.Cell.Day] = t
	}
	var points []Point
	for day := grain.Bucket(p.First); day <= p.Last; day += grain.Step() {
		points = append(points, Point{Day: max(day, p.First), Score: h.score(byDay[day])})
	}
	return points
}
