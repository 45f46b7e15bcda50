package ui

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden charts")

// The golden charts were looked at in a browser; a change shows as a diff.
func TestChartsLookAsTheyDid(t *testing.T) {
	charts := map[string]templ.Component{
		"rule": RuleChart(sampleRule()), "stackbar": StackBarChart(sampleBar()), "trend": TrendChart(sampleTrend()),
		"histogram": HistogramChart(sampleHistogram(1)), "dotinterval": DotIntervalChart(sampleAspects()),
		"smalls": Smalls(sampleSmalls()), "ledger": LedgerTable(sampleLedger()),
	}
	for name, trend := range oddTrends() {
		charts["trend-"+name] = TrendChart(trend)
	}
	for i, r := range oddRules() {
		charts["rule-odd-"+itoa(i)] = templ.Join(RuleChart(r), StackBarChart(oddBars()[i]))
	}
	for name, c := range charts {
		got := strings.ReplaceAll(render(t, c), "><", ">\n<") + "\n"
		path := filepath.Join("testdata", name+".svg.html")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s changed (go test ./web/templates/ui -update writes it anew):\n%s", name, diff)
		}
	}
}

func TestRunsAreCutAtGapsAndBreaks(t *testing.T) {
	yes, no, brk := Point{OK: true}, Point{}, Point{OK: true, Break: true}
	for _, c := range []struct {
		points []Point
		want   [][]int
	}{
		{nil, nil},
		{[]Point{no, no}, nil},
		{[]Point{yes, yes, no, yes}, [][]int{{0, 1}, {3}}},
		{[]Point{yes, brk, yes}, [][]int{{0}, {1, 2}}},
		{[]Point{brk, no, brk}, [][]int{{0}, {2}}},
	} {
		if diff := cmp.Diff(c.want, runs(c.points)); diff != "" {
			t.Errorf("%v:\n%s", c.points, diff)
		}
	}
}

func TestNothingIsDrawnOutside(t *testing.T) {
	trend := Trend{ID: "x", Title: "x", Lo: -100, Hi: 100, Points: []Point{
		{OK: true, Value: 250, From: -300, To: 300}, {OK: true, Value: math.NaN(), From: math.Inf(-1), To: math.Inf(1)},
	}}
	page := render(t, TrendChart(trend))
	for _, bad := range []string{"NaN", "Inf", "-50", "150"} {
		if strings.Contains(page, bad) {
			t.Errorf("%s in %s", bad, page)
		}
	}
}

func TestRuleKeepsItsLabelsApart(t *testing.T) {
	for now := -100.0; now <= 100; now += 5 {
		for before := -100.0; before <= 100; before += 5 {
			r := sampleRule()
			r.Now.At, r.Before = now, &Mark{before, "+36 before"}
			s := r.shape()
			if s.now.anchor == s.before.anchor && s.now.y == s.before.y {
				t.Fatalf("now %v, before %v: both labels run to the %s in one row", now, before, s.now.anchor)
			}
		}
	}
}

func TestStackBarFillsItsWidth(t *testing.T) {
	for _, b := range append(oddBars(), sampleBar()) {
		parts := b.shape()
		if len(parts) == 0 || parts[0].x != "0%" {
			t.Errorf("%s does not begin at the start: %v", b.ID, parts)
		}
	}
	if got := (StackBar{Parts: []Part{{Worst, 1, "", ""}}}).shape(); len(got) != 1 || got[0].width != "100%" {
		t.Errorf("a single class takes %v", got)
	}
	if got := (StackBar{}).shape(); got != nil {
		t.Errorf("no parts draw %v", got)
	}
}

func TestTicks(t *testing.T) {
	got := Ticks(-1, 1, 0.1, 10, func(v float64) string { return px(v) })
	if len(got) != 21 || got[0].Label != "-1" || got[10].Label != "0" || got[20].Label != "1" || got[5].Label != "" {
		t.Errorf("ticks %v", got)
	}
	if got := Ticks(0, 1, 0, 1, px); got != nil {
		t.Errorf("no step gives %v", got)
	}
}

func TestSparkNeedsTwoPoints(t *testing.T) {
	if got := sparkPath([]Point{{OK: true, Value: 3}, {}}); got != "" {
		t.Errorf("one point draws %q", got)
	}
	if got := sparkPath([]Point{{OK: true, Value: 3}, {OK: true, Value: 3}}); got != "0.8,50 99.2,50" {
		t.Errorf("a level line runs %q", got)
	}
}
