package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// view shows the rules, with what was typed in place of what could not be read.
func (h *caseSettings) view(r *Request, rules followup.Rules, typed *caseForm, ps ui.Problems) (templates.CaseSettings, error) {
	ctx := r.HTTP().Context()
	sh := r.shell(r.Words.T("cases.settings.title"), "/settings")
	sh.Problems = ps
	c := rules.Calendar
	p := templates.CaseSettings{
		S: sh, Tabs: r.settingsTabs(caseSettingsPath), Class: rules.Class, Contact: rules.Request, Words: keywordLines(rules.Keywords),
		Drop: strconv.Itoa(rules.Drop), Hours: strconv.Itoa(int(c.Wait() / time.Hour)), Business: c.Business, Opens: clock(c.Opens, "09:00"), Closes: clock(c.Closes, "17:00"),
		Days: workdays(r.Words, c), Holidays: holidayLines(c.Holidays),
	}
	if typed != nil {
		p.Words, p.Drop, p.Hours, p.Opens, p.Closes, p.Holidays = typed.Words, typed.Drop, typed.Hours, typed.Opens, typed.Closes, typed.Holidays
	}
	zone := c.Zone
	if zone == "" {
		own, err := h.s.deps.Accounts.Settings(ctx)
		if err != nil {
			return p, err
		}
		zone = own.Zone
	}
	p.Zones = zoneOptions(zone)
	tps, err := h.Store.Touchpoints(ctx)
	if err != nil {
		return p, err
	}
	users, err := h.Store.Users(ctx)
	if err != nil {
		return p, err
	}
	p.Leads = leadOptions(r, rules.Lead, users)
	for i, a := range append(rules.Assign, followup.Assignment{}) {
		p.Assign = append(p.Assign, assignRow(r, i, a, tps, users))
	}
	return p, nil
}

func assignRow(r *Request, i int, a followup.Assignment, tps []survey.Touchpoint, users []account.User) templates.AssignRow {
	row := templates.AssignRow{N: strconv.Itoa(i), Touchpoints: touchpointOptions(r, tps, a.Touchpoint, r.Words.T("cases.assign.any_touchpoint"))}
	langs := append([]ui.Option{{Label: r.Words.T("cases.assign.any_language")}}, languageOptions("")...)
	row.Languages = ui.Select(a.Language, langs)
	for _, u := range users {
		if u.Disabled && !slices.Contains(a.Users, u.ID) {
			continue
		}
		row.Users = append(row.Users, ui.Option{Value: fmt.Sprintf("user.%d.%d", i, u.ID), Label: u.Name, Selected: slices.Contains(a.Users, u.ID)})
	}
	return row
}

// leadOptions are the users who could hear of what is late.
func leadOptions(r *Request, lead int64, users []account.User) []ui.Option {
	options := []ui.Option{{Label: r.Words.T("cases.lead.managers")}}
	for _, u := range users {
		if !u.Disabled {
			options = append(options, ui.Option{Value: strconv.FormatInt(u.ID, 10), Label: u.Name})
		}
	}
	return ui.Select(strconv.FormatInt(lead, 10), options)
}

func keywordLines(all []followup.Keyword) string {
	lines := make([]string, 0, len(all))
	for _, k := range all {
		lines = append(lines, k.Typed)
	}
	return strings.Join(lines, "\n")
}

func holidayLines(days []survey.Day) string {
	lines := make([]string, 0, len(days))
	for _, d := range days {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}

// clock is a time of day such as 09:30. Where no hours of work were ever set, it is the usual one.
func clock(minutes int, usual string) string {
	if minutes <= 0 {
		return usual
	}
	return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60)
}

// workdays are from Monday; a calendar without any has the usual ones.
func workdays(w *words.Words, c followup.Calendar) (days []ui.Option) {
	for i := range 7 {
		d := (i + 1) % 7
		days = append(days, ui.Option{Value: strconv.Itoa(d), Label: w.T("cases.day." + strconv.Itoa(d)), Selected: c.Days[d] || c.Days == [7]bool{} && !c.Business && i < 5})
	}
	return days
}
