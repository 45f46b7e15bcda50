package scoring

import (
	"cmp"
	"math"
	"slices"
)

// AUC is the area under the ROC curve: how often, of a pair with one event and one without, the predicted probability is the higher one for the event, equal ones counted half.
// 0.5 is a coin, 1 never wrong. The interval is 95 %, by the standard error of J. Hanley and B. McNeil, Radiology 143, 1982, clipped to 0..1. False unless there
// are events and others.
func AUC(predicted []float64, happened []bool) (area float64, iv Interval, ok bool) {
	order := byPrediction(predicted)
	var events, ranks float64
	for first := 0; first < len(order); {
		end := sameEnd(predicted, order, first)
		rank := float64(first+end+1) / 2 // of all that are equal, from 1
		for _, i := range order[first:end] {
			if happened[i] {
				events++
				ranks += rank
			}
		}
		first = end
	}
	others := float64(len(order)) - events
	if events == 0 || others == 0 {
		return 0, Interval{}, false
	}
	area = (ranks - events*(events+1)/2) / (events * others)
	q1, q2 := area/(2-area), 2*area*area/(1+area)
	se := math.Sqrt((area*(1-area) + (events-1)*(q1-area*area) + (others-1)*(q2-area*area)) / (events * others))
	return area, Interval{area - z95*se, area + z95*se}.clip(0, 1), true
}

// Calibration sets what was predicted for a group of customers against what happened.
type Calibration struct {
	N         int64   `json:"n"`
	Predicted float64 `json:"predicted"` // mean probability, 0..1
	Happened  int64   `json:"happened"`
}

// Calibrate sorts by what was predicted and cuts into at most so many groups of about equal size. Equal predictions are never cut apart.
func Calibrate(predicted []float64, happened []bool, groups int) (table []Calibration) {
	order := byPrediction(predicted)
	n := len(order)
	for g, first := 0, 0; g < groups && first < n; g++ {
		end := (g + 1) * n / groups
		if end <= first {
			continue
		}
		end = sameEnd(predicted, order, end-1)
		var c Calibration
		for _, i := range order[first:end] {
			c.N++
			c.Predicted += predicted[i]
			if happened[i] {
				c.Happened++
			}
		}
		c.Predicted /= float64(c.N)
		table, first = append(table, c), end
	}
	return table
}

func byPrediction(predicted []float64) []int {
	order := make([]int, len(predicted))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(predicted[a], predicted[b]) })
	return order
}

// sameEnd is the end of the run of equal predictions that the place is in.
func sameEnd(predicted []float64, order []int, place int) int {
	end := place + 1
	for end < len(order) && predicted[order[end]] == predicted[order[place]] {
		end++
	}
	return end
}
