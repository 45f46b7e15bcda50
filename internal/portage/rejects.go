package portage

import (
	"io"
	"strings"
)

// ReasonColumn is the name of the column that is added to rows that come back.
const ReasonColumn = "reason"

// RejectWriter writes rows that were not imported as CSV: their own columns and a reason. Mended, the file can be imported as it is.
type RejectWriter struct {
	w        io.Writer
	header   []string
	sentence func(Reason) string
	begun    bool
	buf      []byte
}

// NewRejectWriter writes to w. sentence says a reason in words.
func NewRejectWriter(w io.Writer, header []string, sentence func(Reason) string) *RejectWriter {
	return &RejectWriter{w: w, header: header, sentence: sentence}
}

// Write writes one row. The header goes before the first one: without bad rows nothing is written.
func (rw *RejectWriter) Write(r Reject) error {
	rw.buf = rw.buf[:0]
	if !rw.begun {
		rw.begun = true
		cells := make([]string, 0, len(rw.header)+1)
		for _, h := range rw.header {
			cells = append(cells, Plain(h))
		}
		rw.buf = AppendRecord(rw.buf, append(cells, ReasonColumn))
	}
	cells := make([]string, len(rw.header)+1)
	if r.Cells == nil {
		cells[0] = r.Raw
	}
	for i, c := range r.Cells {
		if i < len(rw.header) {
			cells[i] = Plain(c)
		} else { // more columns than the header has: they stay beside the last one, so that nothing is lost
			cells[len(rw.header)-1] += "," + c
		}
	}
	cells[len(rw.header)] = rw.sentence(r.Reason)
	rw.buf = AppendRecord(rw.buf, cells)
	_, err := rw.w.Write(rw.buf)
	return err
}

// Sentence says a reason in English, for the command line.
func Sentence(r Reason) string {
	switch r {
	case TooLong:
		return "longer than 64 KiB"
	case TooManyColumns:
		return "more than 200 columns"
	case BadQuote:
		return "a quotation mark is not closed where the cell ends"
	case WrongColumns:
		return "not as many columns as the header"
	case TimeMissing:
		return "no time"
	case TimeUnread:
		return "the time can't be read"
	case TimeAmbiguous:
		return "day and month can't be told apart"
	case TimeOrder:
		return "day and month stand the other way round than in the rest of the file"
	case TimeZone:
		return "the name of the time zone may mean several: write UTC or an offset such as +02:00, or leave it out and choose the zone of the file"
	case TimeRange:
		return "the time is before 1970 or in the future"
	case Empty:
		return "neither a rating nor words"
	case NotANumber:
		return "the rating is not a whole number"
	case OutOfScale:
		return "the rating is not on the scale"
	case BadOption:
		return "the question has no such option"
	case OtherScheme:
		return "the rating is on another scale than the survey's"
	case LongComment:
		return "the comment is longer than 10,000 characters"
	case ManyTouchpoints:
		return "too many new touchpoints: is this the right column?"
	case BadOwnID:
		return "the answer's own number can't be read: a spreadsheet may have shortened it"
	case BadStatus:
		return "not a known status"
	case Clash:
		return "another response has the same key by chance"
	}
	return personSentence(r)
}

// cut takes a good record apart again.
func cut(raw string, comma byte) []string {
	rec, err := NewReader(strings.NewReader(raw), comma).Next()
	if err != nil {
		return nil
	}
	return rec.Cells
}
