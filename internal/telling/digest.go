package telling

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	// MostEmpty is after how many weeks without anything to tell the digest stops. It begins again by itself.
	MostEmpty = 4
	// digestLate is for how long after its time a digest is still made.
	digestLate = 24 * time.Hour
)

// Weeks tells what happened in a week.
type Weeks interface {
	// Busy tells whether anything did in a run of days that a digest could tell of.
	Busy(ctx context.Context, p reports.Period) (bool, error)
}

// WeekBefore is the week that the digest of a Monday tells of.
func WeekBefore(monday survey.Day) reports.Period {
	return reports.Period{First: monday - 7, Last: monday - 1}
}

// digests makes the digests of this week, once it is Monday morning.
func (t *Teller) digests(ctx context.Context, staff Staff) error {
	zone := t.Zone()
	monday := survey.DayOf(t.Now(), zone).Week()
	y, m, d := monday.Date()
	at := time.Date(y, m, d, Morning, 0, 0, 0, zone)
	if late := t.Now().Sub(at); late < 0 || late > digestLate {
		return nil
	}
	readers := staff.among(func(u account.User) bool {
		c := staff.Choice(u.ID)
		return manages(u) && c.Digest && c.DigestDay < monday && u.CreatedAt.Before(at)
	})
	if len(readers) == 0 {
		return nil
	}
	busy, err := t.Weeks.Busy(ctx, WeekBefore(monday))
	if err != nil {
		return err
	}
	for _, user := range readers {
		if err := t.digest(ctx, staff.Choice(user), monday, busy); err != nil {
			return err
		}
	}
	return nil
}

// digest makes one user's.
func (t *Teller) digest(ctx context.Context, c Choice, monday survey.Day, busy bool) error {
	empty := c.EmptyWeeks + 1
	if busy {
		empty = 0
	}
	return t.Store.InTx(ctx, func(ctx context.Context) error {
		fresh, err := t.Store.MarkDigest(ctx, c.User, monday, empty)
		if err != nil || !fresh || empty > MostEmpty {
			return err
		}
		return t.mail(ctx, DigestMail, DigestContent{User: c.User, Monday: monday, Last: empty == MostEmpty})
	})
}
