package ui

import (
	"math"

	"github.com/surveyd/surveyd/web/words"
)

var weekly = []float64{40, 39, 46, 37, 40, 52, 38, 50, 50, 36, 39, 33}

func samplePoints(values []float64) []Point {
	points := make([]Point, len(values))
	for i, v := range values {
		points[i] = Point{OK: true, Value: v, From: v - 15, To: v + 12}
	}
	return points
}

func sampleTrend() Trend {
	w := words.For("en")
	before := samplePoints([]float64{36, 43, 48, 42, 36, 36, 39, 26, 33, 36, 20, 40})
	return Trend{
		ID: "tr", Title: "Weekly NPS from 31 Aug to 22 Nov: starts at +40, ends at +33, highest +52.",
		Lo: 0, Hi: 80, Ticks: Ticks(0, 80, 20, 1, func(v float64) string { return w.Signed(v, 0) }),
		Times:    []Tick{{1, "September"}, {5, "October"}, {9, "November"}},
		Points:   samplePoints(weekly),
		Previous: before,
		Events:   []Event{{At: 5, Label: "New checkout, 5 Oct"}},
		Last:     "+33",
	}
}

func sampleRule() Rule {
	w := words.For("en")
	return Rule{
		ID: "ru", Title: "Scale from −100 to +100. NPS +42.", Lo: -100, Hi: 100,
		Ticks: Ticks(-100, 100, 10, 5, func(v float64) string { return w.Signed(v, 0) }),
		Now:   Mark{42, "+42 now"}, From: 37, To: 46, Before: &Mark{36, "+36 before"},
	}
}

func sampleBar() StackBar {
	return StackBar{ID: "st", Title: "Promoters 59%, passives 24%, detractors 17%.", Parts: []Part{
		{Best, .5865, "59%", "promoters"}, {Middle, .245, "24%", "passives"}, {Worst, .1685, "17%", "detractors"},
	}}
}

func sampleHistogram(scale float64) Histogram {
	h := Histogram{ID: "hi", Title: "Number of answers for each score."}
	for i, n := range []float64{21, 13, 18, 24, 26, 49, 80, 131, 203, 307, 491} {
		class := Worst
		if i > 8 {
			class = Best
		} else if i > 6 {
			class = Middle
		}
		h.Bars = append(h.Bars, Bar{Label: itoa(i), Count: n * scale, Text: words.For("en").Int(int64(n * scale)), Class: class})
	}
	return h
}

func sampleAspects() DotInterval {
	return DotInterval{
		ID: "as", Title: "Product quality 91% satisfied.", Lo: 50, Hi: 100,
		Ticks: Ticks(50, 100, 10, 5, func(v float64) string { return words.For("en").Percent(v, 0) }),
		Rows: []DotRow{
			{Name: "Product quality", Label: "91%", Value: 91.5, From: 89, To: 93},
			{Name: "Service", Label: "86%", Value: 86, From: 83, To: 89},
			{Name: "Price", Label: "81%", Value: 81, From: 78, To: 84},
			{Name: "Delivery", Label: "73%", Value: 73, From: 55, To: 86, Quiet: true},
		},
	}
}

func sampleSmalls() []Small {
	w := words.For("en")
	small := func(id string, values []float64) Trend {
		return Trend{
			ID: id, Title: id, Lo: -20, Hi: 100, Height: 112,
			Ticks: Ticks(0, 100, 50, 1, func(v float64) string { return w.Signed(v, 0) }), Points: samplePoints(values),
		}
	}
	return []Small{
		{Name: "Checkout", Href: "?touchpoint=checkout", Value: "+37", Delta: "▲ +10", Direction: Better, N: "n = 526", Trend: small("s1", weekly)},
		{Name: "Product", Href: "?touchpoint=product", Value: "+46", Delta: "+1, within chance", N: "n = 466", Trend: small("s2", weekly[4:])},
		{Name: "Delivery", Href: "?touchpoint=delivery", Value: "+42", Delta: "▼ −12", Direction: Worse, N: "n = 343", Trend: small("s3", []float64{70, 60, 50, 20, -10, 5})},
		{Name: "Support", Href: "?touchpoint=support", Value: "+32", Care: "n = 28, too few", Trend: small("s4", []float64{32})},
	}
}

func sampleLedger() Ledger {
	return Ledger{
		Caption: "CSAT, CES and CLI", Columns: [4]string{"Score", "12 weeks", "Value", "Change"},
		Rows: []LedgerRow{
			{Name: "CSAT", Sub: "satisfied or very satisfied", N: "n = 684", Spark: samplePoints(weekly), Value: "86", Unit: "%", Delta: "▲ +1", Margin: "±3"},
			{Name: "CES", Sub: "ease, 1 to 7", N: "n = 512", Spark: samplePoints([]float64{5, 5.1, 5.2, 5.6, 5.7}), Value: "5.7", Delta: "▲ +0.4", Direction: Better, Margin: "±0.1"},
			{Name: "CLI", Sub: "loyalty, 0 to 100", Care: "Only 38 answers: read with care", Value: "74", Delta: "▼ −3", Margin: "±9"},
		},
	}
}

func sampleTable() Table {
	return Table{
		Caption: "NPS by week",
		Columns: []Column{{Text: "Week of"}, {Text: "NPS", Num: true}, {Text: "95% interval", Num: true, Wraps: true}, {Text: "Answers", Num: true}},
		Rows:    [][]Cell{Cells("31 Aug", "+40", "+25 to +52", "116"), Cells("7 Sept", "+39", "+24 to +52", "115")},
	}
}

// oddTrends are the shapes that a chart meets on a bad day.
func oddTrends() map[string]Trend {
	one := sampleTrend()
	one.ID, one.Points, one.Previous, one.Times, one.Events = "one", samplePoints([]float64{80}), nil, nil, nil
	none := one
	none.ID, none.Points, none.Last = "none", nil, ""
	broken := sampleTrend()
	broken.ID, broken.Points = "broken", samplePoints(weekly)
	broken.Points[3].OK = false
	broken.Points[5].OK = false
	broken.Points[8].Break = true
	broken.Events = []Event{{0, "At the very start"}, {1, "The day after that"}, {8, "Version 2"}, {11, "Yesterday's release"}}
	daily := sampleTrend()
	daily.ID, daily.Points, daily.Previous = "daily", nil, nil
	for i := range 180 {
		v := 40 + 30*math.Sin(float64(i)/17)
		daily.Points = append(daily.Points, Point{OK: i%50 != 20, Value: v, From: v - 20, To: v + 15})
	}
	daily.Times = []Tick{{0, "June"}, {30, "July"}, {61, "August"}, {92, "September"}, {122, "October"}, {153, "November"}, {176, "December"}}
	return map[string]Trend{"one": one, "none": none, "broken": broken, "daily": daily}
}

// oddRules put the two labels where they could run into each other or out.
func oddRules() []Rule {
	var rules []Rule
	for i, at := range [][2]float64{{-100, -96}, {100, 95}, {0, 0}} {
		r := sampleRule()
		r.ID = "odd-rule-" + itoa(i)
		r.Now, r.Before = Mark{at[0], "now"}, &Mark{at[1], "before"}
		r.From, r.To = max(at[0]-20, -120), min(at[0]+20, 120)
		rules = append(rules, r)
	}
	return rules
}

// oddBars lack one class, or have nothing but one.
func oddBars() []StackBar {
	var bars []StackBar
	for i, shares := range [][3]float64{{1, 0, 0}, {0, 0, 1}, {.999, .0005, .0005}} {
		b := sampleBar()
		b.ID = "odd-bar-" + itoa(i)
		b.Parts = []Part{{Best, shares[0], "a", "promoters"}, {Middle, shares[1], "b", "passives"}, {Worst, shares[2], "c", "detractors"}}
		bars = append(bars, b)
	}
	return bars
}
