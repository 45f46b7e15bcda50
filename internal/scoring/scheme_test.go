package scoring_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestClassesOfEveryRating spells out the class of every rating from the scale's lowest to
// its highest: w worst, m middle, b best.
func TestClassesOfEveryRating(t *testing.T) {
	tests := []struct {
		scheme  scoring.Scheme
		lowest  int
		classes string
	}{
		{scoring.NPS11, 0, "wwwwwwwmmbb"},
		{scoring.NPS10, 1, "wwwwwwmmbb"},
		{scoring.NPS5, 1, "wwmbb"},
		{scoring.NPS5Strict, 1, "wwwmb"},
		{scoring.CSAT5, 1, "wwmbb"},
		{scoring.CSAT7, 1, "wwwmmbb"},
		{scoring.CSAT7Top3, 1, "wwwmbbb"},
		{scoring.CSS10, 1, "wwwwwbbbbb"},
		{scoring.CSAT10Top3, 1, "wwwwmmmbbb"},
		{scoring.CES7, 1, "wwwmbbb"},
		{scoring.CLI6, 1, "bbmmww"},
		{scoring.CSAT3, 1, "wmb"},
		{scoring.CES5, 1, "wwmbb"},
		{scoring.Stars5, 1, "wwmbb"},
		{scoring.Smileys5, 1, "wwmbb"},
		{scoring.Thumbs, 0, "wb"},
		{scoring.PMF3, 1, "wmb"},
	}
	var tested []scoring.Scheme
	for _, tt := range tests {
		tested = append(tested, tt.scheme)
		var got strings.Builder
		for rating := -2; rating <= 12; rating++ {
			got.WriteByte("-wmb"[tt.scheme.Class(rating)])
		}
		outside := 15 - 2 - tt.lowest - len(tt.classes)
		want := strings.Repeat("-", 2+tt.lowest) + tt.classes + strings.Repeat("-", outside)
		if got.String() != want {
			t.Errorf("%s: classes of -2..12 are %s, want %s", tt.scheme, got.String(), want)
		}
	}
	if all := append(scoring.Schemes(), scoring.ImportSchemes()...); !slices.Equal(all, tested) {
		t.Errorf("schemes are %v, tested %v", all, tested)
	}
}

func TestCLIClassOfRespondent(t *testing.T) {
	tests := []struct {
		points float64
		want   scoring.Class
	}{
		{-1, scoring.ClassNone},
		{0, scoring.ClassWorst},
		{100.0 / 3, scoring.ClassWorst},
		{40, scoring.ClassMiddle},
		{220.0 / 3, scoring.ClassMiddle},
		{80, scoring.ClassBest},
		{100, scoring.ClassBest},
		{101, scoring.ClassNone},
	}
	for _, tt := range tests {
		if got := scoring.CLIClass(tt.points); got != tt.want {
			t.Errorf("CLIClass(%v) = %v, want %v", tt.points, got, tt.want)
		}
	}
}

func TestCLITallyClassesAndSub(t *testing.T) {
	var tally, other scoring.CLITally
	tally.Count([3]int{1, 2, 3}) // 80
	tally.Count([3]int{3, 4, 4}) // 46.7
	tally.Count([3]int{5, 4, 4}) // 33.3
	tally.Count([3]int{1, 0, 1})
	other.Count([3]int{5, 4, 4})
	s := tally.Score()
	if s.Best != 1 || s.Middle != 1 || s.Worst != 1 || s.Invalid != 1 || s.Text() != "53.3" {
		t.Errorf("got %+v", s)
	}
	tally.Sub(other)
	if s := tally.Score(); s.Worst != 0 || s.N != 2 || s.Text() != "63.3" {
		t.Errorf("without the last: %+v", s)
	}
}

func TestSchemeDefinitions(t *testing.T) {
	tests := []struct {
		scheme   scoring.Scheme
		kind     scoring.Kind
		unit     scoring.Unit
		decimals int
		readOnly bool
	}{
		{scoring.NPS11, scoring.KindNPS, scoring.UnitPoints, 0, false},
		{scoring.CSS10, scoring.KindCSAT, scoring.UnitPercent, 1, false},
		{scoring.CES7, scoring.KindCES, scoring.UnitScore, 2, false},
		{scoring.CLI6, scoring.KindCLI, scoring.UnitScore, 1, false},
		{scoring.CSAT3, scoring.KindCSAT, scoring.UnitPercent, 1, true},
		{scoring.Stars5, scoring.KindMean, scoring.UnitScore, 1, true},
		{scoring.Thumbs, scoring.KindShare, scoring.UnitPercent, 1, true},
	}
	for _, tt := range tests {
		d, ok := tt.scheme.Def()
		if !ok || d.Kind != tt.kind || d.Unit != tt.unit || d.Decimals != tt.decimals || d.ReadOnly != tt.readOnly {
			t.Errorf("%s: %+v, %v", tt.scheme, d, ok)
		}
	}
	if d, ok := scoring.Scheme("nps12").Def(); ok || d != (scoring.Def{}) {
		t.Errorf("an unknown scheme has %+v", d)
	}
}
