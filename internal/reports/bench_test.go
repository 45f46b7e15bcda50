package reports_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// BenchmarkDashboard computes the dashboard of 12 weeks and of two years over more and more answers, which are spread over two years, four touchpoints and
// four languages. Its time follows the days, not the answers.
func BenchmarkDashboard(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		s := openShop(b)
		v := s.publish(0, nps, csat)
		langs := []string{"en", "pl", "ru", "bg"}
		recs := make([]survey.Record, 0, 5000)
		for i := range n {
			r := survey.Response{
				ID: s.ids.Next(), SurveyID: v.SurveyID, VersionID: v.ID, Touchpoint: int64(1 + i%4), Language: langs[i/4%4], Rating: i % 11,
				AnsweredAt: (today - survey.Day(i%731)).Start(time.UTC), Answers: []survey.Answer{{Question: 2, Rating: 1 + i%5}},
			}
			if recs = append(recs, survey.NewRecord(r, v.Definition, time.UTC)); len(recs) == cap(recs) {
				if _, err := s.st.Apply(context.Background(), recs); err != nil {
					b.Fatal(err)
				}
				recs = recs[:0]
			}
		}
		for name, p := range map[string]reports.Period{"12 weeks": reports.LastWeeks(12, today), "2 years": {All: true}} {
			b.Run(fmt.Sprintf("%s of %d answers", name, n), func(b *testing.B) {
				f := reports.Filter{Period: p, Compare: reports.Previous, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
				for b.Loop() {
					if _, err := s.reports.Dashboard(context.Background(), f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
