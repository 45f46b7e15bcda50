package templates

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// Case is a case with everything about it, beside the list it came from.
type Case struct {
	Inbox
	Case     followup.Case
	Answers  []followup.Answered // newest first
	Versions map[int64]survey.Definition
	Survey   survey.Survey // of the newest answer
	Contact  survey.Contact
	Before   []followup.Rated // the person's answers before this case, newest first
	Log      []followup.Entry
	LogMore  bool           // there are older lines
	Staff    []account.User // who can have it
	AllTags  []string
	Others   []followup.Colleague
	State    CaseForm
	Note     NoteForm
	Conflict *CaseConflict   // somebody else was faster
	Undo     []UndoLine      // what was just done and can be taken back
	Problems ui.Problems     // of the form that was sent
	Done     *ui.Flash       // what was just done
	Reply    templ.Component // the pane for a reply by mail
}

// CaseForm is what the form of a case's state holds.
type CaseForm struct {
	Status followup.Status
	Reason int64
	Owner  int64
	Tags   string
}

// NoteForm is what the form of a note holds.
type NoteForm struct {
	Body  string
	Heard bool // the customer has heard back otherwise than by mail
}

// CaseConflict is what somebody else did to a case while a form was filled in.
type CaseConflict struct {
	Who   string
	Lines []followup.Entry // since the page that the form was on
}

// UndoLine is a line of the log that can be taken back.
type UndoLine struct {
	ID   survey.ID
	Text string
}

// Bounds of what a case shows at once; the rest is a click away.
const (
	longComment = 1500 // runes
	longBody    = 1200 // runes
	pastShown   = 5
)

// path is the address of a part of the case, which keeps the list beside it.
func (v Case) path(part string) string {
	return v.Form.Address(InboxPath + "/" + v.Case.ID.String() + part)
}

// newest is the answer that the case is about: the newest one that counts.
func (v Case) newest() survey.Response {
	for _, a := range v.Answers {
		if a.State != followup.Marked {
			return a.Response
		}
	}
	if len(v.Answers) > 0 {
		return v.Answers[0].Response
	}
	return survey.Response{Rating: survey.NoRating}
}

// older are the other answers of the case.
func (v Case) older() []followup.Answered {
	newest := v.newest().ID
	return slices.DeleteFunc(slices.Clone(v.Answers), func(a followup.Answered) bool { return a.Response.ID == newest })
}

func (v Case) listed() followup.Listed {
	return followup.Listed{Case: v.Case, Name: v.Contact.Name, Email: v.Contact.Email, Order: v.newest().OrderRef}
}

// Heading is the title of the page: who gave which rating.
func (v Case) Heading() string {
	before, after := v.heading()
	return before + v.name() + after
}

func (v Case) name() string { return v.Title(v.listed()) }

// heading is what stands before and after the name.
func (v Case) heading() (before, after string) {
	text := "{name}"
	if rating := rated(v.W, v.newest(), v.Versions[v.newest().VersionID]); rating != "" {
		text = v.W.T("case.heading", "rating", rating)
	}
	before, after, _ = strings.Cut(text, "{name}")
	return before, after
}

// gauge is the rule with this answer and those before; false where the answer has no place on one.
func (v Case) gauge() (g ui.Gauge, ok bool) {
	r := v.newest()
	q, ok := v.Versions[r.VersionID].Primary()
	if !ok || r.Rating == survey.NoRating || q.Scheme == scoring.CLI6 {
		return g, false
	}
	def, ok := q.Scheme.Def()
	if !ok {
		return g, false
	}
	now := strconv.Itoa(r.Rating)
	g = ui.Gauge{ID: "g", Lo: def.Min, Hi: def.Max, Now: ui.Mark{At: float64(r.Rating), Label: v.W.T("case.gauge.now", "rating", now)}}
	g.Title = v.W.T("case.gauge.title", "rating", rated(v.W, r, v.Versions[r.VersionID]))
	var ratings []string
	for _, b := range v.Before {
		if p, ok := v.Versions[b.VersionID].Primary(); !ok || p.Scheme != q.Scheme || len(g.Past) == pastShown {
			continue
		}
		g.Past = append(g.Past, float64(b.Rating))
		ratings = append(ratings, strconv.Itoa(b.Rating))
	}
	if len(ratings) > 0 {
		list := v.list(ratings)
		g.Before = v.W.T("case.gauge.before", "ratings", list)
		g.Title += " " + v.W.T("case.gauge.title_before", "ratings", list)
	}
	return g, true
}

// list joins texts as the language does: 9, 8 and 7.
func (v Case) list(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return v.W.T("case.list.and", "first", strings.Join(texts[:last], ", "), "last", texts[last])
}

// given are the other answers of the same response.
func (v Case) given() []Pair {
	r := v.newest()
	d := v.Versions[r.VersionID]
	page := Response{Feed: Feed{Names: v.Names, Definitions: v.Versions, Now: v.Now, Zone: v.Zone}, Survey: v.Survey, One: r}
	if p, ok := d.Primary(); ok {
		page.One.Rating, page.One.CantSay = survey.NoRating, false
		page.One.Answers = slices.DeleteFunc(slices.Clone(r.Answers), func(a survey.Answer) bool { return a.Question == p.No })
	}
	return page.given()
}

// stamp is a day and a time of day, short; the year only when it is another one.
func (v Case) stamp(t time.Time) string {
	return Responses{Feed: Feed{Names: v.Names, Now: v.Now, Zone: v.Zone}}.stamp(t)
}

func (v Case) statusOptions() []ui.Option {
	var all []ui.Option
	for _, s := range followup.Statuses() {
		all = append(all, ui.Option{Value: string(s), Label: v.W.T("case.status." + string(s))})
	}
	return ui.Select(string(v.State.Status), all)
}

func (v Case) ownerOptions() []ui.Option {
	all := []ui.Option{{Value: "0", Label: v.W.T("case.owner.nobody")}}
	known := v.State.Owner == 0
	for _, u := range v.Staff {
		label := shorten(u.Name, 80)
		if u.ID == v.Me {
			label = v.W.T("case.owner.you", "name", label)
		}
		known = known || u.ID == v.State.Owner
		all = append(all, ui.Option{Value: strconv.FormatInt(u.ID, 10), Label: label})
	}
	if !known {
		all = append(all, ui.Option{Value: strconv.FormatInt(v.State.Owner, 10), Label: v.User(v.State.Owner)})
	}
	return ui.Select(strconv.FormatInt(v.State.Owner, 10), all)
}

func (v Case) reasonOptions() []ui.Option {
	all := []ui.Option{{Value: "0", Label: v.W.T("case.reason.choose")}}
	for _, r := range v.Reasons {
		if !r.Offered() && r.ID != v.State.Reason {
			continue
		}
		all = append(all, ui.Option{Value: strconv.FormatInt(r.ID, 10), Label: v.reason(r.ID)})
	}
	return ui.Select(strconv.FormatInt(v.State.Reason, 10), all)
}

func (v Case) reason(id int64) string {
	for _, r := range v.Reasons {
		if r.ID == id {
			return r.Names.In(v.W.Lang(), "en")
		}
	}
	return ""
}

func (v Case) me() string { return strconv.FormatInt(v.Me, 10) }

// allLog is added to the address for the whole log.
func (v Case) allLog() string {
	if v.Form.Query() == "" {
		return "?log=all#log"
	}
	return "&log=all#log"
}

// doneRole has a refusal read out at once.
func doneRole(v Case) string {
	if v.Done.Bad {
		return "alert"
	}
	return "status"
}

// inboxKey is a key of the inbox and what it does.
type inboxKey struct {
	key, does string
	often     bool
}

func inboxKeys() []inboxKey {
	return []inboxKey{
		{"j", "next", true},
		{"k", "previous", true},
		{"o", "open", false},
		{"r", "reply", true},
		{"n", "note", true},
		{"a", "assign", true},
		{"e", "resolve", true},
		{"t", "tags", false},
		{"/", "search", true},
		{"?", "help", true},
		{"Ctrl+Enter", "send", false},
	}
}

// seen is the newest line of the log on the page.
func (v Case) seen() string {
	if len(v.Log) == 0 {
		return "0"
	}
	return slices.MaxFunc(v.Log, func(a, b followup.Entry) int { return cmp.Compare(a.ID, b.ID) }).ID.String()
}

func (v Case) version() string { return strconv.FormatInt(v.Case.Version, 10) }

// together says who else is at the case.
func (v Case) together(c followup.Colleague) (name, before, after string) {
	w, text := v.W, ""
	switch {
	case !c.Since.IsZero() && !c.DraftAt.IsZero():
		text = w.T("case.here_with_draft", "ago", w.Ago(v.Now.Sub(c.Since)))
	case !c.Since.IsZero():
		text = w.T("case.here", "ago", w.Ago(v.Now.Sub(c.Since)))
	default:
		text = w.T("case.left_draft", "ago", w.Ago(v.Now.Sub(c.DraftAt)))
	}
	before, after, _ = strings.Cut(text, "{name}")
	return shorten(v.User(c.UserID), 80), before, after
}

// permission says whether the customer may be contacted.
func (v Case) permission() string {
	switch {
	case v.Case.Permission == followup.Declined:
		return v.W.T("case.permission.no")
	case v.Case.Permission == followup.Agreed && v.Case.Phone != "":
		return v.W.T("case.permission.phone")
	case v.Case.Permission == followup.Agreed:
		return v.W.T("case.permission.yes")
	}
	return ""
}

// phoneLink is where a telephone calls the customer.
func (v Case) phoneLink() string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, v.Case.Phone)
	return "tel:" + digits
}
