package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// Take brings about what one message means: that a mail of ours came back, or that a customer wrote. It tells in words for a log what was done. Errors for which LeftAlone is true
// mean that the message is none of ours, and nothing was done.
func (p *Returns) Take(ctx context.Context, message io.Reader) (done string, err error) {
	raw, err := io.ReadAll(io.LimitReader(message, MaxReturned))
	if err != nil {
		return "", fmt.Errorf("read a message: %w", err)
	}
	report, err := ReadReturned(bytes.NewReader(raw))
	if err == nil {
		return "noted: " + string(report.Kind) + " " + report.Detail, p.Bounces.Take(ctx, report)
	}
	if !errors.Is(err, ErrNoReport) || p.Answers == nil {
		return "", err
	}
	in, err := ReadAnswer(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	id, err := p.Answers.Take(ctx, in)
	return "in the log of case " + id.String(), err
}

// LeftAlone tells whether an error says that a message is to be left alone: it is no failure, and trying again changes nothing.
func LeftAlone(err error) bool {
	alone := []error{ErrNoReport, ErrNoMessage, ErrAutomatic, survey.ErrNotFound, followup.ErrOurs, followup.ErrTwice, followup.ErrFlood}
	return slices.ContainsFunc(alone, func(e error) bool { return errors.Is(err, e) })
}
