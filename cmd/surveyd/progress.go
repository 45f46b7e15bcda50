package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress tells how far long work is: a bar in a terminal, a line now and then elsewhere.
type progress struct {
	w        io.Writer
	what     string
	terminal bool
	start    time.Time
	shown    time.Time
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what, start: time.Now(), shown: time.Now()}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// show tells that n things are done, and part of whole. A whole of 0 is not known.
func (p *progress) show(n, part, whole int64) {
	every := 10 * time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	now := time.Now()
	if now.Sub(p.shown) < every {
		return
	}
	p.shown = now
	rate := float64(n) / now.Sub(p.start).Seconds()
	if !p.terminal {
		fmt.Fprintf(p.w, "%d %s, %.0f/s\n", n, p.what, rate)
		return
	}
	const width = 30
	bar := ""
	if whole > 0 {
		full := int(width * min(part, whole) / whole)
		bar = "[" + strings.Repeat("#", full) + strings.Repeat(" ", width-full) + "] "
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s%d %s, %.0f/s", bar, n, p.what, rate)
}

// end takes the bar away.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
