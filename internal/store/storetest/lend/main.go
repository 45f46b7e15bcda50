// Command lend prints the address (a postgres:// URL) of an empty PostgreSQL schema, for tests that are no package of this module, and
// drops the schema when its standard input ends: whoever holds the other end may be killed, the pipe ends all the same.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/surveyd/surveyd/internal/store/storetest"
)

func main() {
	if err := lend(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lend:", err)
		os.Exit(1)
	}
}

func lend(until io.Reader, out io.Writer) error {
	dsn, drop, err := storetest.NewSchema()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, dsn)
	if err == nil {
		_, err = io.Copy(io.Discard, until)
	}
	return errors.Join(err, drop())
}
