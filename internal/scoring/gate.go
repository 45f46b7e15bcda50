package scoring

// Gate tells how much of a figure may be shown.
type Gate uint8

// Gates by number of answers (metrics 5.5).
const (
	GateNoData Gate = iota // n = 0: no figure
	GateGrey               // n < 10: grey, no colour, no trend
	GateFew                // n < 30: badge "few answers"
	GateOK
)

// Limits of the gates, and the size below which a segment is hidden for privacy.
const (
	GreyBelow = 10
	FewBelow  = 30
	HideBelow = 5
)

// GateOf is the gate for n answers.
func GateOf(n int64) Gate {
	switch {
	case n <= 0:
		return GateNoData
	case n < GreyBelow:
		return GateGrey
	case n < FewBelow:
		return GateFew
	default:
		return GateOK
	}
}

// Gate is the gate of the score's number of answers.
func (s Score) Gate() Gate { return GateOf(s.N) }
