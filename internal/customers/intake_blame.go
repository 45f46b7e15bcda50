package customers

import "unicode/utf8"

// Blame is the part of a Row that it was refused for, by its name there.
type Blame string

// Parts that a reason may blame, where the reason alone leaves it open.
const (
	BlameAt       Blame = "At"
	BlameEnds     Blame = "Ends"
	BlameRenewed  Blame = "Renewed"
	BlameNumber   Blame = "Number"
	BlameOf       Blame = "Of"
	BlameAgent    Blame = "Agent"
	BlameStage    Blame = "Stage"
	BlameCategory Blame = "Category"
	BlameAmount   Blame = "Amount"
	BlameRefunded Blame = "Refunded"
	BlameSpan     Blame = "Span"
	BlameSpans    Blame = "Spans"
)

// blame tells which part of a row was refused, "" where the reason says so itself.
func (b *batch) blame(r *Row, reason Reason) Blame {
	switch reason {
	case NoTime:
		return BlameAt
	case NoEnd, EndsBefore:
		return BlameEnds
	case TimeRange:
		return b.outside(r)
	case LongNumber:
		return tooLong(r)
	case AmountMissing, NoAmount, OtherMark, NotClear, Decimals, TooMuch, Negative:
		if _, bad := r.amount(r.Refunded, false); bad == reason {
			return BlameRefunded
		}
		return BlameAmount
	case BadSpan:
		if _, ok := meaning(spans, r.Span); ok {
			return BlameSpans
		}
		return BlameSpan
	}
	return ""
}

// outside finds the time that is out of range: one that can be in no feed, or else the first that is in the future.
func (b *batch) outside(r *Row) Blame {
	never := func(m Moment) bool { return !m.IsZero() && (m.Year() < firstYear || m.Year() > 2200) }
	ahead := func(m Moment) bool { return !m.IsZero() && m.After(b.now.Add(maxAhead)) }
	times := []struct {
		part Blame
		at   Moment
	}{{BlameAt, r.At}, {BlameRenewed, r.Renewed}, {BlameEnds, r.Ends}}
	for _, bad := range []func(Moment) bool{never, ahead} {
		for _, t := range times {
			if bad(t.at) {
				return t.part
			}
		}
	}
	return BlameAt
}

// tooLong finds the text that is; they are judged in this order.
func tooLong(r *Row) Blame {
	texts := []struct {
		part Blame
		text string
	}{{BlameNumber, r.Number}, {BlameOf, r.Of}, {BlameAgent, r.Agent}, {BlameStage, r.Stage}, {BlameCategory, r.Category}}
	for _, t := range texts {
		if utf8.RuneCountInString(t.text) > maxText {
			return t.part
		}
	}
	return BlameNumber
}
