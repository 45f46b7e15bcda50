package portage

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Errors of whole files.
var (
	ErrNoHeader = errors.New("the first line names no columns")
	ErrEmpty    = errors.New("the file has no rows")
)

// Format is how a file is written.
type Format struct {
	Encoding string `json:"encoding"`
	Comma    string `json:"comma"` // one byte
}

// Sheet is what the beginning of a file shows.
type Sheet struct {
	Format   Format
	Header   []string   // no name twice: the second column "rating" is "rating (2)"
	Repeated []string   // the names that several columns have in the file
	Samples  [][]string // for each column up to three values that are not blank
	orders   []evidence
	scheme   []string
}

// headRows is how many rows a sheet is made from.
const headRows = 1000

// Separators lists what may part cells.
func Separators() []string { return []string{",", ";", "\t", "|"} }

// ReadSheet reads the beginning of a file. A blank comma in f is found out.
func ReadSheet(src io.Reader, f Format) (Sheet, error) {
	text, err := Decode(src, f.Encoding)
	if err != nil {
		return Sheet{}, err
	}
	head, err := io.ReadAll(io.LimitReader(text, 4*MaxRecord))
	if err != nil {
		return Sheet{}, fmt.Errorf("read the file: %w", err)
	}
	if f.Comma == "" {
		f.Comma = findComma(string(head))
	}
	s := Sheet{Format: f}
	r := NewReader(strings.NewReader(string(head)), f.Comma[0])
	first, err := r.Header()
	if err != nil || first.Bad != "" {
		return s, ErrNoHeader
	}
	s.Header, s.Repeated = distinct(first.Cells)
	s.Samples, s.orders, s.scheme = make([][]string, len(s.Header)), make([]evidence, len(s.Header)), make([]string, len(s.Header))
	for range headRows {
		rec, err := r.Next()
		if err != nil {
			break // the end, or of what was looked at
		}
		s.look(rec)
	}
	return s, nil
}

// distinct trims the names of columns, and numbers those that come again, so that each column can be said. Columns without a name stay so.
func distinct(cells []string) (names, repeated []string) {
	own, count := make(map[string]bool, len(cells)), map[string]int{}
	for _, c := range cells {
		own[strings.TrimSpace(c)] = true
	}
	for _, c := range cells {
		name := strings.TrimSpace(c)
		if count[name]++; count[name] == 1 || Plain(name) == "" {
			names = append(names, name)
			continue
		}
		if count[name] == 2 {
			repeated = append(repeated, Plain(name))
		}
		numbered := fmt.Sprintf("%s (%d)", name, count[name])
		for own[numbered] {
			count[name]++
			numbered = fmt.Sprintf("%s (%d)", name, count[name])
		}
		names = append(names, numbered)
	}
	return names, repeated
}

func (s *Sheet) look(rec Record) {
	for i, cell := range rec.Cells {
		if i >= len(s.Header) {
			return
		}
		if cell = strings.TrimSpace(Plain(cell)); cell == "" {
			continue
		}
		if len(s.Samples[i]) < 3 {
			s.Samples[i] = append(s.Samples[i], short(cell))
		}
		s.orders[i].see(orderOf(cell))
		if s.scheme[i] == "" {
			s.scheme[i] = cell
		}
	}
}

// SchemeIn gives the scheme that the file's own column names, if it has one.
func (s Sheet) SchemeIn(m Mapping) string {
	if i, ok := m[FieldScheme]; ok && i < len(s.scheme) {
		return s.scheme[i]
	}
	return ""
}

// evidence is which orders the dates of a column show without a doubt.
type evidence struct{ dayFirst, monthFirst bool }

func (e *evidence) see(o DateOrder) {
	e.dayFirst, e.monthFirst = e.dayFirst || o == DayFirst, e.monthFirst || o == MonthFirst
}

// shown is what all columns of times show together.
func (s Sheet) shown(m Mapping) (all evidence) {
	for _, f := range []Field{FieldTime, FieldEnds, FieldRenewed, FieldCancelled} {
		if i, ok := m[f]; ok && i >= 0 && i < len(s.orders) {
			all.dayFirst, all.monthFirst = all.dayFirst || s.orders[i].dayFirst, all.monthFirst || s.orders[i].monthFirst
		}
	}
	return all
}

// OrderIn tells the order of dates in the columns of times; it is unknown where nothing shows it, and where they contradict each other.
func (s Sheet) OrderIn(m Mapping) DateOrder {
	switch e := s.shown(m); {
	case e.dayFirst && !e.monthFirst:
		return DayFirst
	case e.monthFirst && !e.dayFirst:
		return MonthFirst
	}
	return OrderUnknown
}

// CheckOrder refuses a file that has dates in both orders, until somebody says which one is meant.
func (s Sheet) CheckOrder(m Mapping, said DateOrder) error {
	if e := s.shown(m); said == OrderUnknown && e.dayFirst && e.monthFirst {
		return ErrDates
	}
	return nil
}

func short(cell string) string {
	const most = 60 // runes
	n := 0
	for i := range cell {
		if n++; n > most {
			return cell[:i] + "…"
		}
	}
	return cell
}

// findComma takes the separator that the first line tells, else the one that gives the most records the same number of cells, and more than one.
func findComma(head string) string {
	if line, _, _ := strings.Cut(head, "\n"); toldComma(strings.TrimSuffix(line, "\r")) != "" {
		return toldComma(strings.TrimSuffix(line, "\r"))
	}
	best, bestScore := ",", 0
	for _, sep := range Separators() {
		r := NewReader(strings.NewReader(head), sep[0])
		width, same := 0, 0
		for range 50 {
			rec, err := r.Next()
			if err != nil {
				break
			}
			if width == 0 {
				width = len(rec.Cells)
			}
			if len(rec.Cells) == width && width > 1 {
				same++
			}
		}
		if score := same*1000 + width; same > 0 && score > bestScore {
			best, bestScore = sep, score
		}
	}
	return best
}
