package scoring_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestBootstrapNearTheory compares with the normal interval of a sum, sqrt(n) sd (with n) to either side, which is nearly right for many customers who are much alike.
func TestBootstrapNearTheory(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	values, twice := make([]int64, 400), make([]int64, 400)
	var sum, squares float64
	for i := range values {
		values[i] = 1000 + random.Int64N(2000)
		twice[i] = 2 * values[i]
		sum, squares = sum+float64(values[i]), squares+float64(values[i]*values[i])
	}
	half := 1.959963984540054 * math.Sqrt(squares-sum*sum/400)
	b := scoring.NewBootstrap(scoring.Seed("a shop", "revenue", "2026"), values, twice)
	iv, ok := b.Sum(0)
	if !ok || math.Abs(iv.Lo-(sum-half)) > half/10 || math.Abs(iv.Hi-(sum+half)) > half/10 {
		t.Errorf("%v, want about %v to %v", iv, sum-half, sum+half)
	}
	if both, _ := b.Sum(1); both.Lo != 2*iv.Lo || both.Hi != 2*iv.Hi {
		t.Errorf("the columns are not drawn together: %v and %v", iv, both)
	}
	if mean, _ := b.Mean(0); mean.Lo != iv.Lo/400 || mean.Hi != iv.Hi/400 {
		t.Errorf("mean %v of sum %v", mean, iv)
	}
	if again, _ := scoring.NewBootstrap(scoring.Seed("a shop", "revenue", "2026"), values).Sum(0); again != iv {
		t.Errorf("a reload shows %v instead of %v", again, iv)
	}
	if other, _ := scoring.NewBootstrap(scoring.Seed("a shop", "revenue", "2027"), values).Sum(0); other == iv {
		t.Errorf("another period has the same draws: %v", other)
	}
}

func TestBootstrapOfFew(t *testing.T) {
	for _, values := range [][]int64{nil, {5}} {
		if iv, ok := scoring.NewBootstrap(1, values).Sum(0); ok {
			t.Errorf("%v of %v", iv, values)
		}
	}
	// Of two customers, all four draws are as likely: the same one twice is well above 2.5 %.
	if iv, ok := scoring.NewBootstrap(1, []int64{1, 10}).Sum(0); !ok || iv != (scoring.Interval{Lo: 2, Hi: 20}) {
		t.Errorf("%v", iv)
	}
	if scoring.Seed("ab", "c") == scoring.Seed("a", "bc") {
		t.Error("two subjects have one seed")
	}
}
