package portage

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Neutral makes a cell harmless to spreadsheets: text that they would take for a formula gets a ' in front. Plain gives the text back.
func Neutral(cell string) string {
	if active(cell) {
		return "'" + cell
	}
	return cell
}

// Plain takes away the ' that Neutral put in front, and nothing else.
func Plain(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && active(cell[1:]) {
		return cell[1:]
	}
	return cell
}

// active tells whether a cell begins like a formula, behind any spaces and quotes: those would hide it from the eye, not from the spreadsheet, and a
// cell that begins with ' itself must not lose it on the way back.
func active(cell string) bool {
	if cell == "" || cell[0] >= '0' && cell[0] <= '9' || cell[0] >= 'A' && cell[0] <= 'z' && cell[0] < utf8.RuneSelf {
		return false
	}
	for _, r := range cell {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', 0, '＝', '＋', '－', '＠':
			return true
		case '\'':
			continue
		}
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return false
}

// appendCell writes a cell as CSV, behind a comma unless it is the first.
func appendCell(b []byte, cell string, first bool) []byte {
	if !first {
		b = append(b, ',')
	}
	neutral := active(cell)
	if !neutral && !strings.ContainsAny(cell, "\",\n\r") {
		return append(b, cell...)
	}
	b = append(b, '"')
	if neutral {
		b = append(b, '\'')
	}
	for {
		i := strings.IndexByte(cell, '"')
		if i < 0 {
			break
		}
		b = append(b, cell[:i+1]...)
		b = append(b, '"')
		cell = cell[i+1:]
	}
	b = append(b, cell...)
	return append(b, '"')
}

// AppendRecord writes cells as one record of CSV, made harmless, with its line end.
func AppendRecord(b []byte, cells []string) []byte {
	if len(cells) == 1 && cells[0] == "" {
		return append(b, "\"\"\n"...) // an empty line would be no record
	}
	for i, c := range cells {
		b = appendCell(b, c, i == 0)
	}
	return append(b, '\n')
}
