package telling

import (
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	ann = iota + 1 // support
	bob            // support
	meg            // a manager
	ada            // an administrator
	ivo            // was only invited
	zed            // disabled
)

func team() Staff {
	seen := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	return Staff{Users: []account.User{
		{ID: ann, Role: account.Support, LastSeenAt: seen},
		{ID: bob, Role: account.Support, LastSeenAt: seen},
		{ID: meg, Role: account.Manager, LastSeenAt: seen},
		{ID: ada, Role: account.Admin, LastSeenAt: seen},
		{ID: ivo, Role: account.Manager},
		{ID: zed, Role: account.Manager, LastSeenAt: seen, Disabled: true},
	}}
}

func TestWhoIsToldOfWhat(t *testing.T) {
	type line = followup.Entry
	for name, c := range map[string]struct {
		line    followup.Entry
		owner   int64
		lead    int64
		named   []int64
		choices map[int64]Choice
		want    string
	}{
		"opened for nobody":             {line: line{Kind: "opened"}, want: "opened to [1 2 3 4]"},
		"opened for somebody":           {line: line{Kind: "opened"}, owner: ann, want: "opened to [1]"},
		"opened for who is gone":        {line: line{Kind: "opened"}, owner: zed, want: "opened to [1 2 3 4]"},
		"opened for who never came":     {line: line{Kind: "opened"}, owner: ivo, want: "opened to [5]"},
		"opened for who wants nothing":  {line: line{Kind: "opened"}, owner: ann, choices: map[int64]Choice{ann: {Cases: Off}}, want: ""},
		"opened, one wants nothing":     {line: line{Kind: "opened"}, choices: map[int64]Choice{bob: {Cases: Off}, ann: {Cases: Daily}}, want: "opened to [1 3 4]"},
		"opened again by an answer":     {line: line{Kind: "reopened"}, owner: bob, want: "reopened to [2]"},
		"opened again by its owner":     {line: line{Kind: "reopened", UserID: bob}, owner: bob, want: ""},
		"opened again by another":       {line: line{Kind: "reopened", UserID: ann}, owner: bob, want: "reopened to [2]"},
		"opened again, nobody's":        {line: line{Kind: "reopened", UserID: ann}, want: ""},
		"another answer":                {line: line{Kind: "joined"}, owner: bob, want: "joined to [2]"},
		"another answer, nobody's":      {line: line{Kind: "joined"}, want: ""},
		"the same answer, low again":    {line: line{Kind: "lowered"}, owner: bob, want: "joined to [2]"},
		"given":                         {line: line{Kind: "owner", UserID: ann, After: "2"}, owner: bob, want: "given to [2]"},
		"given away":                    {line: line{Kind: "owner", UserID: ann, Before: "1", After: ""}, want: ""},
		"taken":                         {line: line{Kind: "owner", UserID: ann, After: "1"}, owner: ann, want: ""},
		"given by a rule":               {line: line{Kind: "owner", After: "2"}, owner: bob, want: ""},
		"a note":                        {line: line{Kind: "note", UserID: ann}, owner: bob, want: ""},
		"a note that names people":      {line: line{Kind: "note", UserID: ann}, named: []int64{meg, ann, bob, meg, zed, 77}, want: "mentioned to [2 3]"},
		"the customer wrote":            {line: line{Kind: "incoming"}, owner: ann, want: "incoming to [1]"},
		"the customer wrote to nobody":  {line: line{Kind: "incoming"}, want: "incoming to [1 2 3 4]"},
		"a reply came back":             {line: line{Kind: "reply_bounced"}, owner: ann, want: "returned to [1]"},
		"soon late":                     {line: line{Kind: "reminder", After: "due"}, owner: ann, lead: meg, want: "due to [1]"},
		"soon late, nobody's":           {line: line{Kind: "reminder", After: "due"}, lead: bob, want: "due to [2]"},
		"late":                          {line: line{Kind: "reminder", After: "overdue"}, owner: ann, lead: meg, want: "overdue to [1 3]"},
		"late, no lead":                 {line: line{Kind: "reminder", After: "overdue"}, owner: ann, want: "overdue to [1 3 4]"},
		"late, the lead is gone":        {line: line{Kind: "reminder", After: "overdue"}, owner: ann, lead: zed, want: "overdue to [1 3 4]"},
		"late, the lead's own":          {line: line{Kind: "reminder", After: "overdue"}, owner: meg, lead: meg, want: "overdue to [3]"},
		"what concerns nobody: status":  {line: line{Kind: "status", After: "waiting"}, owner: ann, want: ""},
		"what concerns nobody: merging": {line: line{Kind: "merged"}, owner: ann, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := team()
			s.Lead, s.Choices = c.lead, c.choices
			all := s.Alerts(News{Line: c.line, Case: followup.Case{Owner: c.owner}, Mentioned: c.named})
			got := ""
			if len(all) > 0 {
				var users []int64
				for _, a := range all {
					users = append(users, a.User)
				}
				got = fmt.Sprintf("%s to %v", all[0].What, users)
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestOneCaseIsOneLineOfAMail(t *testing.T) {
	at := func(line int64, c int64, what What) Alert { return Alert{Line: id(line), Case: id(c), What: what} }
	got := fmt.Sprint(group([]Alert{at(1, 7, Opened), at(2, 8, Given), at(3, 7, Mentioned), at(4, 7, Mentioned), at(5, 9, Overdue), at(6, 8, Joined)}))
	if want := "[{9 [{overdue 5}]} {7 [{mentioned 4} {opened 1}]} {8 [{given 2} {joined 6}]}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	var many []Alert
	for n := range int64(MostLines + 5) {
		many = append(many, at(n+1, n+1, Opened))
	}
	if c := (AlertContent{Cases: group(many)}).cut(); len(c.Cases) != MostLines || c.More != 5 {
		t.Errorf("%d and %d more", len(c.Cases), c.More)
	}
}

func id(n int64) survey.ID { return survey.ID(n) }
