// Command receive is a mail server for tests that are no package of this module. It prints its address, and then each message that it keeps as a line of JSON. It
// ends with its standard input. What goes wrong is said by the recipient: later@ is refused once, gone@ always, silent@ is kept without an answer, cut@ is
// cut off once before its text is asked for.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/surveyd/surveyd/internal/mail/mailtest"
)

// line is a message as it is printed.
type line struct {
	To      string              `json:"to"`
	Subject string              `json:"subject"`
	Text    string              `json:"text"`
	HTML    string              `json:"html"`
	Header  map[string][]string `json:"header"`
	Size    int                 `json:"size"` // bytes as sent
}

func main() {
	if err := receive(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "receive:", err)
		os.Exit(1)
	}
}

func receive(until io.Reader, out io.Writer) error {
	sink, err := mailtest.Listen(mailtest.Options{})
	if err != nil {
		return err
	}
	defer sink.Close()
	sink.Break(trouble())
	if _, err := fmt.Fprintln(out, sink.Addr()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, until)
	}()
	for sink.Wait(ctx, 1) == nil {
		for _, m := range sink.Take() {
			if err := write(out, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(out io.Writer, m mailtest.Message) error {
	parts, err := m.Parts()
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(line{strings.Join(m.To, " "), parts.Subject, parts.Text, parts.HTML, parts.Header, len(m.Raw)})
}

// trouble breaks by recipient.
func trouble() mailtest.Inject {
	var mu sync.Mutex
	seen := map[string]bool{}
	once := func(to string) bool {
		mu.Lock()
		defer mu.Unlock()
		was := seen[to]
		seen[to] = true
		return !was
	}
	return func(p mailtest.Place) *mailtest.Fault {
		who, _, _ := strings.Cut(p.To, "@")
		switch {
		case who == "later" && p.Point == mailtest.Rcpt && once(p.To):
			return &mailtest.Fault{Do: mailtest.Reply, Code: 451, Text: "4.7.1 greylisted, try again later"}
		case who == "gone" && p.Point == mailtest.Rcpt:
			return &mailtest.Fault{Do: mailtest.Reply, Code: 550, Text: "5.1.1 no such mailbox"}
		case who == "silent" && p.Point == mailtest.Dot:
			return &mailtest.Fault{Do: mailtest.Keep}
		case who == "cut" && p.Point == mailtest.Data && once(p.To):
			return &mailtest.Fault{Do: mailtest.Drop}
		}
		return nil
	}
}
