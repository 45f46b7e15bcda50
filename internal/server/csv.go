package server

import (
	"encoding/csv"
	"io"
	"strings"
)

// csvWriter writes small tables as CSV. The first error stays until flush returns it.
type csvWriter struct{ w *csv.Writer }

func newCSV(w io.Writer) csvWriter { return csvWriter{csv.NewWriter(w)} }

func (c csvWriter) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = harmless(cell)
	}
	_ = c.w.Write(cells) // the error comes back from flush
}

func (c csvWriter) flush() error {
	c.w.Flush()
	return c.w.Error()
}

// harmless puts a ' before what a spreadsheet would take for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(strings.TrimLeft(cell, " \n") + " ")[0]) {
		return "'" + cell
	}
	return cell
}
