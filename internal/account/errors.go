package account

import (
	"errors"
	"fmt"
	"time"
)

// What can't be done.
var (
	ErrNotFound      = errors.New("no such user")
	ErrEmailTaken    = errors.New("this address belongs to a user")
	ErrWrongPassword = errors.New("address and password do not fit")
	ErrLastAdmin     = errors.New("the last administrator must stay one")
	ErrLink          = errors.New("the link is unknown, used or expired")
	ErrSetUp         = errors.New("surveyd is set up already")
	ErrBusy          = errors.New("too many passwords are being checked")
	ErrForbidden     = errors.New("the role does not include this")
)

// Wait says that somebody failed too often and may try again after a while.
type Wait struct{ For time.Duration }

func (w *Wait) Error() string { return fmt.Sprintf("too many attempts, wait %s", w.For) }

// Invalid says which field of a form is wrong and how: a key of the words.
type Invalid struct{ Problems []Problem }

// Problem is what is wrong with one field.
type Problem struct {
	Field string
	Key   string // of the words
}

func (i *Invalid) Error() string {
	if len(i.Problems) == 0 {
		return "nothing is wrong"
	}
	return fmt.Sprintf("the field %s is wrong: %s", i.Problems[0].Field, i.Problems[0].Key)
}

// check gathers what is wrong with a form.
type check []Problem

func (c *check) add(bad bool, field, key string) {
	if bad {
		*c = append(*c, Problem{field, key})
	}
}

// join takes over what another check found.
func (c *check) join(err error) {
	var invalid *Invalid
	if errors.As(err, &invalid) {
		*c = append(*c, invalid.Problems...)
	}
}

func (c check) err() error {
	if len(c) == 0 {
		return nil
	}
	return &Invalid{Problems: c}
}
