package templates

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

func TestTheFilterGoesThroughTheAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := ReadResultsForm(func(string) string { return "" })
		for _, p := range f.pairs() {
			if v := rapid.String().Draw(t, p.name); v != "" {
				*p.value = v
			}
		}
		u, err := url.Parse(f.Address("/dashboard"))
		if err != nil {
			t.Fatal(err)
		}
		got := ReadResultsForm(u.Query().Get)
		if diff := cmp.Diff(f, got); diff != "" {
			t.Fatalf("%s: want -, got +\n%s", u, diff)
		}
		if changed := f.Address("/dashboard", "class", "", "after", ""); strings.Contains(changed, "after=") || strings.Contains(changed, "class=") {
			t.Fatalf("%s: what was cleared is there", changed)
		}
	})
}

func TestTheUsualFilterHasAShortAddress(t *testing.T) {
	if got := ReadResultsForm(func(string) string { return "" }).Address("/dashboard"); got != "/dashboard" {
		t.Errorf("got %s", got)
	}
}

func TestScalesHoldTheirValues(t *testing.T) {
	schemes := append(scoring.Schemes(), scoring.ImportSchemes()...)
	rapid.Check(t, func(t *rapid.T) {
		d, _ := rapid.SampledFrom(schemes).Draw(t, "scheme").Def()
		least, most := measure(d)
		values := rapid.SliceOf(rapid.Float64Range(least, most)).Draw(t, "values")
		lo, hi, step := scaleOf(d, values)
		for _, v := range values {
			if v < lo-1e-9 || v > hi+1e-9 {
				t.Fatalf("%v is not from %v to %v", v, lo, hi)
			}
		}
		if lo < least || hi > most || lo >= hi || step <= 0 || (hi-lo)/step > 8 {
			t.Fatalf("a scale from %v to %v by %v", lo, hi, step)
		}
	})
}

func TestBoxesFillTheirRows(t *testing.T) {
	width := map[string]int{"c4": 4, "c6": 6, "c12": 12}
	for n := range 20 {
		total, rows := 0, fullRows(n)
		for _, w := range rows {
			total += width[w]
		}
		if len(rows) != n || total%12 != 0 {
			t.Errorf("%d boxes: %v", n, rows)
		}
	}
}

// lead makes a dashboard with a score before and now: best and worst of n answers each.
func lead(lang string, before, now scoring.Counts) Dashboard {
	d := Dashboard{Names: Names{W: words.For(lang)}, Form: ResultsForm{Period: usualPeriod, Compare: usualCompare}}
	d.Scheme = scoring.NPS11
	d.Filter = reports.Filter{Period: reports.LastWeeks(12, 20000), Compare: reports.Previous}
	from, to := scoring.Of(scoring.NPS11, before, 0), scoring.Of(scoring.NPS11, now, 0)
	d.Score = reports.Compared{From: from, To: to, Change: scoring.Compare(from, to)}
	return d
}

func TestTheLeadSaysWhatChanged(t *testing.T) {
	low, high := scoring.Counts{10: 50, 0: 50}, scoring.Counts{10: 70, 0: 30}
	for name, c := range map[string]struct {
		before, now scoring.Counts
		want        map[string]string
	}{
		"up": {low, high, map[string]string{
			"en": "NPS is +40, up 40 points on the previous 12 weeks.", "pl": "NPS wynosi +40, o 40 punktów więcej niż w ciągu poprzednich 12 tygodni.",
			"ru": "NPS: +40, выше на 40 пунктов, чем за предыдущие 12 недель.", "bg": "NPS е +40, с 40 пункта повече спрямо предходните 12 седмици.",
		}},
		"down":    {high, low, map[string]string{"en": "NPS is 0, down 40 points on the previous 12 weeks."}},
		"same":    {low, low, map[string]string{"en": "NPS is 0, the same as in the previous 12 weeks."}},
		"nothing": {scoring.Counts{}, high, map[string]string{"en": "NPS is +40.", "ru": "NPS: +40."}},
	} {
		for lang, want := range c.want {
			if got := lead(lang, c.before, c.now).lead(); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
}

func TestFindingsNameTheirTouchpointOnceAndLinkIt(t *testing.T) {
	for _, lang := range words.Languages() {
		d := lead(lang, scoring.Counts{10: 50, 0: 50}, scoring.Counts{10: 70, 0: 30})
		d.Touchpoints = []survey.Touchpoint{{ID: 7, Key: "checkout", Names: survey.Text{"en": "Checkout"}}}
		for _, kind := range []reports.FindingKind{reports.SincePeriod, reports.SinceEvent, reports.Lately, reports.Apart} {
			d.Findings = append(d.Findings, reports.Finding{Kind: kind, Touchpoint: 7, Compared: d.Score, Event: survey.Event{Title: "New {touchpoint}", Day: 20000}})
		}
		for i, f := range d.found() {
			if f.Name != "Checkout" || f.Href != "/dashboard?touchpoint=checkout" || f.Before+f.After == "" || strings.ContainsRune(f.Before+f.After, 0) {
				t.Errorf("%s %d: %+v", lang, i, f)
			}
			if !strings.Contains(f.After, "40") {
				t.Errorf("%s %d: %q does not say how much", lang, i, f.After)
			}
		}
	}
}
