package scoring_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

// family is a file of cases. Their number is given so that a file that loses some is noticed.
type family struct {
	cases int
	run   func(vector) map[string]any
}

func families() map[string]family {
	return map[string]family{
		"nps":             {52, npsVector},
		"nps_events":      {7, npsEventsVector},
		"nps_compare":     {16, npsCompareVector},
		"csat":            {26, csatVector},
		"ces":             {12, cesVector},
		"cli":             {11, cliVector},
		"prop_compare":    {11, propCompareVector},
		"mean_compare":    {7, meanCompareVector},
		"multiple":        {6, multipleVector},
		"sample_size":     {13, sampleSizeVector},
		"mix":             {5, mixVector},
		"trend":           {5, trendVector},
		"response":        {5, responseVector},
		"weighted":        {3, weightedVector},
		"rounding":        {8, roundingVector},
		"resolution":      {5, resolutionVector},
		"goals":           {7, goalsVector},
		"mrr":             {13, mrrVector},
		"renewal":         {8, renewalVector},
		"upsell":          {3, upsellVector},
		"quota":           {7, quotaVector},
		"close_rate":      {16, closeRateVector},
		"stages":          {4, stagesVector},
		"loyalty":         {7, loyaltyVector},
		"rpr":             {17, rprVector},
		"retention":       {17, retentionVector},
		"cac":             {6, cacVector},
		"clv":             {17, clvVector},
		"net_new_revenue": {7, netNewRevenueVector},
	}
}

// vector is a case of the metric specification.
type vector struct {
	t        *testing.T
	ID       string          `json:"id"`
	Metric   string          `json:"metric"`
	Input    json.RawMessage `json:"input"`
	Expected map[string]any  `json:"expected"`
	RelTol   float64         `json:"rel_tol"`
}

func TestVectors(t *testing.T) {
	for name, f := range families() {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var cases []vector
			if err := json.Unmarshal(raw, &cases); err != nil {
				t.Fatal(err)
			}
			if len(cases) != f.cases {
				t.Errorf("%d cases, want %d", len(cases), f.cases)
			}
			for _, v := range cases {
				t.Run(v.ID, func(t *testing.T) {
					v.t = t
					compareValues(t, "", any(v.Expected), any(f.run(v)), v.RelTol)
				})
			}
		})
	}
}

// in decodes the input of a case.
func in[T any](v vector) T {
	v.t.Helper()
	var input T
	if err := json.Unmarshal(v.Input, &input); err != nil {
		v.t.Fatal(err)
	}
	return input
}

// compareValues compares what a case expects with what we found: all fields, and no others.
// A number may be found where the exact fraction {num, den, value} is expected only as a
// Ratio or a big rational.
func compareValues(t *testing.T, path string, want, got any, tol float64) {
	t.Helper()
	if exact, ok := want.(map[string]any); ok && isFraction(exact) {
		compareFraction(t, path, exact, got)
		return
	}
	switch want := want.(type) {
	case map[string]any:
		found, ok := got.(map[string]any)
		if !ok {
			t.Fatalf("%s: got %v, want an object", path, got)
		}
		for name := range found {
			if _, ok := want[name]; !ok {
				t.Errorf("%s.%s: not expected", path, name)
			}
		}
		for name, value := range want {
			f, ok := found[name]
			if !ok {
				t.Errorf("%s.%s: missing", path, name)
				continue
			}
			compareValues(t, path+"."+name, value, f, tol)
		}
	case []any:
		found, ok := got.([]any)
		if !ok || len(found) != len(want) {
			t.Fatalf("%s: got %v, want %v", path, got, want)
		}
		for i := range want {
			compareValues(t, fmt.Sprintf("%s[%d]", path, i), want[i], found[i], tol)
		}
	case float64:
		if !closeTo(want, got, tol) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s: got %v (%T), want %v", path, got, got, want)
		}
	}
}

func isFraction(m map[string]any) bool {
	_, num := m["num"]
	_, den := m["den"]
	return num && den
}

func compareFraction(t *testing.T, path string, want map[string]any, got any) {
	t.Helper()
	var found *big.Rat
	switch got := got.(type) {
	case scoring.Ratio:
		found = got.Rat()
	case *big.Rat:
		found = got
	}
	if found == nil {
		t.Errorf("%s: got %v, want %v", path, got, want)
		return
	}
	value, _ := found.Float64()
	if !closeTo(want["value"].(float64), value, 1e-15) {
		t.Errorf("%s: got %v, want %v", path, found, want)
	}
	// Numerators above 2^53 lose digits as JSON numbers; below, they must be equal.
	num, den := want["num"].(float64), want["den"].(float64)
	if math.Abs(num) < 1<<53 && den < 1<<53 && found.Cmp(big.NewRat(int64(num), int64(den))) != 0 {
		t.Errorf("%s: got %v, want exactly %v/%v", path, found, num, den)
	}
}

// closeTo compares integers exactly and floats with the tolerance of the case.
func closeTo(want float64, got any, tol float64) bool {
	switch got := got.(type) {
	case float64:
		return math.Abs(got-want) <= tol*max(1, math.Abs(got), math.Abs(want))
	case int64:
		return float64(got) == want
	case int:
		return float64(got) == want
	}
	return false
}

// orNull is nil unless the value is there.
func orNull(value any, ok bool) any {
	if !ok {
		return nil
	}
	return value
}

func ratioOrNull(r scoring.Ratio) any { return orNull(r, r.Defined()) }

func textOrNull(text string) any { return orNull(text, text != "") }

// integerOrNull turns the text of a rounded whole number into a number.
func integerOrNull(t *testing.T, text string) any {
	t.Helper()
	if text == "" {
		return nil
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok || strings.HasPrefix(text, "-0") {
		t.Fatalf("%q is no whole number", text)
	}
	return n.Int64()
}
