package server

import (
	"strconv"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// segmentTables make the files of the page of segments.
func segmentTables() map[string]func(templates.WorthMoney) [][]string {
	return map[string]func(templates.WorthMoney) [][]string{
		"segments": func(m templates.WorthMoney) [][]string {
			rows := [][]string{{"currency", "as_of", "segment", "customers", "revenue_12_months_minor", "revenue_ever_minor", "risk_known", "high_risk"}}
			for _, s := range m.Picture.Segments {
				cells := []string{m.Picture.Currency, madeAt(m), string(s.Segment)}
				if !m.Picture.Shows(s) {
					rows = append(rows, row(cells, make([]string, 5)))
					continue
				}
				rows = append(rows, row(cells, []string{count(s.Customers), count(s.Revenue), count(s.Lifetime), count(s.Known), count(s.High)}))
			}
			return rows
		},
		"risk": func(m templates.WorthMoney) [][]string {
			rows := [][]string{{"currency", "as_of", "predicted_percent", "happened_percent", "happened", "customers"}}
			for _, c := range m.Picture.Risk.Calibration {
				rows = append(rows, []string{m.Picture.Currency, madeAt(m), scoring.RoundFloat(100*c.Predicted, 1), scoring.Ratio{Num: 100 * c.Happened, Den: c.N}.Text(1), count(c.Happened), count(c.N)})
			}
			return rows
		},
		"bands": func(m templates.WorthMoney) [][]string {
			rows := [][]string{{"currency", "as_of", "band", "customers", "revenue_12_months_minor"}}
			for _, b := range m.Picture.ShownBands() {
				rows = append(rows, []string{m.Picture.Currency, madeAt(m), string(b.Band), count(b.Customers), count(b.Revenue)})
			}
			return rows
		},
	}
}

func madeAt(m templates.WorthMoney) string {
	return m.Picture.AsOf.UTC().Format("2006-01-02T15:04:05Z07:00")
}

// buyerColumns and buyerCells are what a group of customers bought.
var buyerColumns = []string{"customers", "revenue_12_months_minor", "low", "high", "clv_historic_minor", "clv_low", "clv_high", "bought", "bought_again", "repeat_rate_percent"}

func buyerCells(b worth.Buyers, hidden bool) []string {
	if hidden || b.Customers < worth.FewestShown {
		return make([]string, len(buyerColumns))
	}
	return row([]string{count(b.Customers), count(b.Revenue.Amount)}, spanCells(b.Revenue.Interval),
		[]string{scoring.Ratio{Num: b.Lifetime, Den: b.Customers}.Text(0)}, spanCells(b.CLV),
		[]string{count(b.Bought), count(b.Repeated), scoring.Ratio{Num: 100 * b.Repeated, Den: b.Bought}.Text(1)})
}

func spanCells(iv *scoring.Interval) []string {
	if iv == nil {
		return []string{"", ""}
	}
	return []string{scoring.RoundFloat(iv.Lo, 0), scoring.RoundFloat(iv.Hi, 0)}
}

// moneyTables make the files of the page of what scores are worth, of all surveys and touchpoints.
func moneyTables() map[string]func(templates.WorthMoney) [][]string {
	head := []string{"currency", "as_of", "survey", "scheme", "touchpoint", "class"}
	cells := func(m templates.WorthMoney, g worth.Group, c worth.Class) []string {
		touchpoint := "*"
		if g.Touchpoint != survey.AllTouchpoints {
			touchpoint = m.TouchpointKey(g.Touchpoint)
		}
		return []string{m.Picture.Currency, madeAt(m), strconv.FormatInt(g.SurveyID, 10), string(g.Scheme), text(touchpoint), classNamed(c.Class)}
	}
	return map[string]func(templates.WorthMoney) [][]string{
		"classes": func(m templates.WorthMoney) [][]string {
			rows := [][]string{row(head, buyerColumns, []string{"active_90_days_ago", "lost", "churn_percent"})}
			bought, active := m.Picture.HiddenClasses(worth.CustomersOf), m.Picture.HiddenClasses(worth.ActiveOf)
			for _, g := range m.Picture.Groups {
				for i, c := range g.Classes {
					churn := make([]string, 3)
					if c.Active >= worth.FewestShown && !active[g.GroupKey][i] {
						churn = []string{count(c.Active), count(c.Lost), scoring.Ratio{Num: 100 * c.Lost, Den: c.Active}.Text(1)}
					}
					rows = append(rows, row(cells(m, g, c), buyerCells(c.Buyers, bought[g.GroupKey][i]), churn))
				}
			}
			return rows
		},
		"back": func(m templates.WorthMoney) [][]string {
			rows := [][]string{row(head, []string{"case", "days", "came_back", "answers", "customers", "percent", "low", "high"})}
			for _, g := range m.Picture.Groups {
				for _, c := range g.Classes {
					for _, b := range c.Back {
						if c.ShowsBack(b) {
							iv, _ := b.Interval()
							rows = append(rows, row(cells(m, g, c), []string{
								string(b.Case), strconv.Itoa(b.Days), count(b.Came), count(b.Answers), count(b.Customer),
								scoring.Ratio{Num: 100 * b.Came, Den: b.Answers}.Text(1), scoring.RoundFloat(iv.Lo, 1), scoring.RoundFloat(iv.Hi, 1),
							}))
						}
					}
				}
			}
			return rows
		},
		"heard": func(m templates.WorthMoney) [][]string {
			rows := [][]string{row([]string{"currency", "as_of", "voice"}, buyerColumns)}
			hidden := m.Picture.HiddenVoices()
			for i, v := range m.Picture.Heard {
				rows = append(rows, row([]string{m.Picture.Currency, madeAt(m), string(v.Voice)}, buyerCells(v.Buyers, hidden[i])))
			}
			return rows
		},
	}
}

// classNamed is a class as addresses and files have it.
func classNamed(c scoring.Class) string {
	return map[scoring.Class]string{scoring.ClassWorst: "worst", scoring.ClassMiddle: "middle", scoring.ClassBest: "best"}[c]
}
