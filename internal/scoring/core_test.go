package scoring_test

import (
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

func TestOfWorkedExample(t *testing.T) {
	s := scoring.Of(scoring.NPS11, scoring.Counts{10: 50, 9: 40, 8: 40, 7: 30, 6: 20, 5: 10, 3: 5, 0: 5}, 0)
	lo, hi := s.IntervalText()
	if s.Text() != "25" || lo != "14" || hi != "35" || s.N != 200 {
		t.Errorf("got %s, %s to %s of %d, want 25, 14 to 35 of 200", s.Text(), lo, hi, s.N)
	}
}
