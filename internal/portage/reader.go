package portage

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// Limits of a file. A record over them is a bad row: it is passed over without being kept in memory.
const (
	MaxRecord  = 64 << 10 // bytes of one record, in UTF-8
	MaxColumns = 200
)

// Reason tells why a row was not imported; "" is a good row.
type Reason string

// Reasons that a record can't be read at all.
const (
	TooLong        Reason = "too_long"
	TooManyColumns Reason = "too_many_columns"
	BadQuote       Reason = "quote"
	WrongColumns   Reason = "columns"
)

// Record is one record of a file.
type Record struct {
	Line  int64    // of the file, from 1, where the record starts
	Raw   string   // as it stands in the file, without its line end; cut when it is too long
	Cells []string // valid until the next call; nil when Bad is set
	Bad   Reason
}

// Reader reads records of separated values in UTF-8, in bounded memory whatever the file holds. It follows RFC 4180, and a quote inside a cell that is
// not quoted stands for itself. encoding/csv is not used because it has no such bounds: 10 MiB of commas make it allocate 1.67 GiB.
type Reader struct {
	src        io.Reader
	comma      byte
	buf        []byte
	start, end int
	eof        bool
	line       int64
	passed     int64 // bytes before buf[start]
	spans      []span
	cells      []string
}

type span struct {
	from, to int
	escaped  bool // has doubled quotes
}

// NewReader reads records from src, whose cells are parted by comma.
func NewReader(src io.Reader, comma byte) *Reader {
	return &Reader{src: src, comma: comma, buf: make([]byte, 4*MaxRecord), line: 1}
}

// Offset is how many bytes of UTF-8 have been read as records.
func (r *Reader) Offset() int64 { return r.passed }

// Next reads the next record that is not an empty line. At the end it returns io.EOF.
func (r *Reader) Next() (Record, error) {
	for {
		w := r.buf[r.start:r.end]
		end, next, state := r.scan(w)
		if state == partial && !r.eof && len(w) <= MaxRecord {
			if err := r.fill(); err != nil {
				return Record{}, err
			}
			continue
		}
		if len(w) == 0 {
			return Record{}, io.EOF
		}
		if state == partial {
			return r.recover(w)
		}
		if end > MaxRecord {
			rec := Record{Line: r.line, Raw: string(w[:rawKept]), Bad: TooLong}
			r.pass(next)
			return rec, nil
		}
		rec := Record{Line: r.line, Raw: string(w[:end])}
		r.pass(next)
		switch {
		case end == 0:
			continue
		case state == misquoted:
			rec.Bad = BadQuote
		case len(r.spans) > MaxColumns:
			rec.Bad = TooManyColumns
		default:
			rec.Cells = r.split(rec.Raw)
		}
		return rec, nil
	}
}

// Header reads the record that names the columns. A line before it that says what parts the cells is passed over.
func (r *Reader) Header() (Record, error) {
	rec, err := r.Next()
	if err == nil && toldComma(rec.Raw) != "" {
		return r.Next()
	}
	return rec, err
}

type scanState int

const (
	whole scanState = iota
	partial
	misquoted // a closing quote with something behind it
)

// scan finds the first record of w: where it ends and where the next one starts. The spans of its cells are noted, at most MaxColumns+1 of them.
func (r *Reader) scan(w []byte) (end, next int, state scanState) {
	r.spans = r.spans[:0]
	i := 0
	for {
		var sp span
		if i < len(w) && w[i] == '"' {
			closing, escaped := closingQuote(w, i+1)
			if closing < 0 {
				return 0, 0, partial
			}
			sp = span{i + 1, closing, escaped}
			i = closing + 1
			if i == len(w) && !r.eof || i == len(w)-1 && w[i] == '\r' && !r.eof {
				return 0, 0, partial
			}
			if i < len(w) && w[i] != r.comma && w[i] != '\n' && !(w[i] == '\r' && (i+1 == len(w) || w[i+1] == '\n')) {
				end, next := r.lineEnd(w, i)
				if end < 0 {
					return 0, 0, partial
				}
				return end, next, misquoted
			}
		} else {
			sp.from = i
			for i < len(w) && w[i] != r.comma && w[i] != '\n' {
				i++
			}
			sp.to = i
		}
		if len(r.spans) <= MaxColumns {
			r.spans = append(r.spans, sp)
		}
		if i < len(w) && w[i] == r.comma {
			i++
			continue
		}
		end, next := r.lineEnd(w, i)
		if end < 0 {
			return 0, 0, partial
		}
		last := &r.spans[len(r.spans)-1]
		last.to = min(last.to, end)
		return end, next, whole
	}
}

// closingQuote finds the quote that ends a quoted cell, -1 if there is none in w.
func closingQuote(w []byte, i int) (at int, escaped bool) {
	for {
		j := bytes.IndexByte(w[i:], '"')
		if j < 0 {
			return -1, false
		}
		i += j
		if i+1 >= len(w) || w[i+1] != '"' {
			return i, escaped
		}
		escaped = true
		i += 2
	}
}

// lineEnd finds the end of the line from i on: before its \n or \r\n, and behind it. It is -1 when the line may go on behind w.
func (r *Reader) lineEnd(w []byte, i int) (end, next int) {
	j := bytes.IndexByte(w[i:], '\n')
	if j < 0 {
		if !r.eof {
			return -1, -1
		}
		end, next = len(w), len(w)
	} else {
		end, next = i+j, i+j+1
	}
	if end > 0 && w[end-1] == '\r' {
		end--
	}
	return end, next
}

// recover passes over a record that is too long, or whose quote is never closed: then only its first line is bad, and reading goes on behind that.
func (r *Reader) recover(w []byte) (Record, error) {
	rec := Record{Line: r.line, Bad: TooLong}
	if j := bytes.IndexByte(w, '\n'); j >= 0 {
		rec.Bad = BadQuote
		rec.Raw = strings.TrimSuffix(string(w[:min(j, rawKept)]), "\r")
		r.pass(j + 1)
		return rec, nil
	}
	if r.eof && len(w) <= MaxRecord {
		rec.Bad = BadQuote
	}
	rec.Raw = string(w[:min(len(w), rawKept)])
	for {
		w := r.buf[r.start:r.end]
		if j := bytes.IndexByte(w, '\n'); j >= 0 {
			r.pass(j + 1)
			return rec, nil
		}
		r.pass(len(w))
		if r.eof {
			return rec, nil
		}
		if err := r.fill(); err != nil {
			return Record{}, err
		}
	}
}

// rawKept is how much of a record that is too long comes back with its reason, in bytes.
const rawKept = 1 << 10

func (r *Reader) pass(n int) {
	r.line += int64(bytes.Count(r.buf[r.start:r.start+n], []byte{'\n'}))
	r.start += n
	r.passed += int64(n)
}

func (r *Reader) fill() error {
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.end -= r.start
		r.start = 0
	}
	n, err := io.ReadAtLeast(r.src, r.buf[r.end:], 1)
	r.end += n
	switch {
	case errors.Is(err, io.EOF):
		r.eof = true
	case err != nil:
		return err
	}
	return nil
}

func (r *Reader) split(raw string) []string {
	r.cells = r.cells[:0]
	for _, sp := range r.spans {
		cell := raw[sp.from:sp.to]
		if sp.escaped {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		r.cells = append(r.cells, cell)
	}
	return r.cells
}
