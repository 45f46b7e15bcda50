package portage

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"
)

// withLineFeeds gives the text the line ends that Reader knows: where its beginning has only the lone carriage returns of old Macs, they become line feeds.
func withLineFeeds(text io.Reader) io.Reader {
	b := bufio.NewReaderSize(text, MaxRecord)
	head, _ := b.Peek(MaxRecord) // what is wrong with it is told again by the reads that follow
	if bytes.IndexByte(head, '\n') >= 0 || bytes.IndexByte(head, '\r') < 0 || len(head) < MaxRecord && bytes.IndexByte(head, '\r') == len(head)-1 {
		return b
	}
	return lineFeeds{b}
}

// lineFeeds reads a text with line feeds for its carriage returns.
type lineFeeds struct{ text io.Reader }

// Read implements io.Reader.
func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.text.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// toldComma is what parts the cells by the line that Excel reads before the header, such as sep=; and "" where it is no such line.
func toldComma(line string) string {
	sep, ok := strings.CutPrefix(strings.ToLower(strings.Trim(line, `"`)), "sep=")
	if !ok || !slices.Contains(Separators(), sep) {
		return ""
	}
	return sep
}
