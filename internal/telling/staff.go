package telling

import (
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
)

// Staff is who could be told, and how they want to be.
type Staff struct {
	Users   []account.User
	Choices map[int64]Choice // of those who made one
	Lead    int64            // a user who hears of what is late; 0: every manager
}

// Choice is what a user chose, or the usual one.
func (s Staff) Choice(user int64) Choice {
	if c, ok := s.Choices[user]; ok {
		return c
	}
	return Usual(user)
}

// user gives somebody who may be told of cases now.
func (s Staff) user(id int64) (account.User, bool) {
	i := slices.IndexFunc(s.Users, func(u account.User) bool { return u.ID == id })
	if i < 0 || !s.Users[i].Can(account.SeeResults) {
		return account.User{}, false
	}
	return s.Users[i], true
}

// among lists users who have signed in before: whoever was only invited may never come.
func (s Staff) among(fits func(account.User) bool) (ids []int64) {
	for _, u := range s.Users {
		if u.Can(account.SeeResults) && !u.LastSeenAt.IsZero() && fits(u) {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func everybody(account.User) bool { return true }

func manages(u account.User) bool { return u.Can(account.EditSurveys) }

// leads are those who hear of what is late.
func (s Staff) leads() []int64 {
	if _, ok := s.user(s.Lead); ok {
		return []int64{s.Lead}
	}
	return s.among(manages)
}

// owner is whose a case is, or otherwise.
func (s Staff) owner(c followup.Case, otherwise func() []int64) []int64 {
	if _, ok := s.user(c.Owner); ok {
		return []int64{c.Owner}
	}
	return otherwise()
}

func nobody() []int64 { return nil }

// Alerts are what a line of the log means for the staff. Nobody is told of what they did themselves, or against their choice.
func (s Staff) Alerts(n News) (all []Alert) {
	what, users := s.readers(n)
	slices.Sort(users)
	for _, id := range slices.Compact(users) {
		if _, ok := s.user(id); !ok || id == n.Line.UserID || s.Choice(id).Cases == Off {
			continue
		}
		all = append(all, Alert{User: id, Line: n.Line.ID, Case: n.Line.CaseID, What: what, At: n.Line.At})
	}
	return all
}

// readers says who is told of a line, and what it is to them.
func (s Staff) readers(n News) (What, []int64) {
	team := func() []int64 { return s.among(everybody) }
	switch n.Line.Kind {
	case followup.LogOpened:
		return Opened, s.owner(n.Case, team)
	case followup.LogReopened:
		if n.Line.UserID != 0 {
			return Reopened, s.owner(n.Case, nobody)
		}
		return Reopened, s.owner(n.Case, team)
	case followup.LogJoined, followup.LogLowered:
		return Joined, s.owner(n.Case, nobody)
	case followup.LogOwner:
		return Given, s.given(n)
	case followup.LogNote:
		return Mentioned, slices.Clone(n.Mentioned)
	case followup.LogIncoming:
		return Incoming, s.owner(n.Case, team)
	case followup.LogUnsent, followup.LogUncertain, followup.LogBounced:
		return Returned, s.owner(n.Case, team)
	case followup.LogReminder:
		if n.Line.After == string(Overdue) {
			return Overdue, append(s.owner(n.Case, nobody), s.leads()...)
		}
		return DueSoon, s.owner(n.Case, s.leads)
	}
	return "", nil
}

// given is who was given a case by somebody. Of one that a rule gave away its opening tells.
func (s Staff) given(n News) []int64 {
	id, err := strconv.ParseInt(n.Line.After, 10, 64)
	if err != nil || n.Line.UserID == 0 {
		return nil
	}
	return []int64{id}
}
