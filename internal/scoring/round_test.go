package scoring_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

// roundOracle rounds with the integer form of the specification, in big integers:
// sign * floor((2|a|+b)/(2b)), then places the point.
func roundOracle(num, den int64, decimals int) string {
	if den == 0 {
		return ""
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	a := new(big.Int).Mul(big.NewInt(num), scale)
	b := big.NewInt(den)
	negative := a.Sign()*b.Sign() < 0
	a.Abs(a).Lsh(a, 1)
	b.Abs(b)
	a.Add(a, b)
	a.Quo(a, b.Lsh(b, 1))
	text := a.String()
	if missing := decimals + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	if decimals > 0 {
		text = text[:len(text)-decimals] + "." + text[len(text)-decimals:]
	}
	if negative && a.Sign() != 0 {
		text = "-" + text
	}
	return text
}

func FuzzRoundHalfAway(f *testing.F) {
	f.Add(int64(1), int64(2), 0)
	f.Add(int64(-5), int64(2), 0)
	f.Add(int64(-1), int64(30), 1)
	f.Add(int64(1005), int64(1000), 2)
	f.Add(int64(0), int64(0), 0)
	f.Add(int64(math.MinInt64), int64(-1), 3)
	f.Add(int64(math.MinInt64), int64(math.MinInt64), 18)
	f.Add(int64(math.MaxInt64), int64(math.MinInt64), 18)
	f.Add(int64(math.MaxInt64-1), int64(math.MaxInt64), 17)
	f.Fuzz(func(t *testing.T, num, den int64, decimals int) {
		decimals = int(uint(decimals) % 19)
		got := scoring.RoundHalfAway(num, den, decimals)
		if want := roundOracle(num, den, decimals); got != want {
			t.Errorf("RoundHalfAway(%d, %d, %d) = %q, want %q", num, den, decimals, got, want)
		}
		if den == 0 {
			return
		}
		if rat := scoring.RoundRat(big.NewRat(num, den), decimals); rat != got {
			t.Errorf("RoundRat(%d/%d, %d) = %q, want %q", num, den, decimals, rat, got)
		}
	})
}

func TestRoundFloat(t *testing.T) {
	tests := []struct {
		x        float64
		decimals int
		want     string
	}{
		{12.5, 0, "13"},
		{-12.5, 0, "-13"},
		{-0.04, 1, "0.0"},
		{math.Copysign(0, -1), 2, "0.00"},
		{99.95, 1, "100.0"},
		{math.NaN(), 1, ""},
		{math.Inf(-1), 1, ""},
	}
	for _, tt := range tests {
		if got := scoring.RoundFloat(tt.x, tt.decimals); got != tt.want {
			t.Errorf("RoundFloat(%v, %d) = %q, want %q", tt.x, tt.decimals, got, tt.want)
		}
	}
}

func TestRatioThresholds(t *testing.T) {
	below := scoring.Ratio{Num: 69999, Den: 1000}
	if below.Text(1) != "70.0" || below.AtLeast(70) {
		t.Error("69.999 shows as 70.0 and is not at least 70")
	}
	if !(scoring.Ratio{Num: 140, Den: 2}).AtLeast(70) || (scoring.Ratio{}).AtLeast(0) {
		t.Error("exactly 70 is at least 70, nothing is not at least 0")
	}
}
