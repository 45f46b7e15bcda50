package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// Inbox is the frame of the inbox: the views, the list, and room for a case.
type Inbox struct {
	Shell ui.Shell
	Names
	Form        InboxForm
	Cases       []followup.Listed
	Definitions map[int64]survey.Definition // by version, of the cases' answers
	Staff       []account.User
	Reasons     []followup.Reason // of resolutions
	Me          int64
	More        bool
	Next        string // the place after this page
	Views       []ui.Link
	Figures     string // address of the figures; "": the reader may not see them
	Saved       []ui.Link
	MaySave     bool // what is chosen is no view yet
	Bulk        Bulk
	Tags        []ui.Link
	Total       string    // how many cases the list has
	Open        survey.ID // the case beside the list; 0: none
	Now         time.Time
	Zone        *time.Location
}

// Address is the address of a case, which keeps the list beside it.
func (v Inbox) Address(id survey.ID) string {
	return v.Form.Address(InboxPath + "/" + id.String())
}

// class tells the style sheet which of the two a narrow screen shows.
func (v Inbox) class() string {
	if v.Open != 0 {
		return "desk one"
	}
	return "desk"
}

// heading says what the list shows.
func (v Inbox) heading() string {
	return v.W.T("inbox.heading", "view", v.viewName(), "total", v.Total)
}

func (v Inbox) viewName() string {
	for _, l := range slices.Concat(v.Views, v.Saved, v.Tags) {
		if l.Current {
			return l.Text
		}
	}
	return v.W.T("inbox.view.some")
}

// MarkView marks the view that a narrower list comes from, where the list has no entry of its own.
func (v Inbox) MarkView() {
	if slices.ContainsFunc(slices.Concat(v.Views, v.Saved, v.Tags), func(l ui.Link) bool { return l.Current }) {
		return
	}
	for i, name := range InboxViews() {
		if i < len(v.Views) && name == v.Form.View {
			v.Views[i].Current = true
		}
	}
}

// chosen says in words what narrows the list, beside the view and the search.
func (v Inbox) chosen() []ui.Link {
	var all []ui.Link
	add := func(name, value, text string) {
		if value != "" {
			all = append(all, ui.Link{Text: text, Href: v.Form.Address(InboxPath, name, "", "after", "")})
		}
	}
	add("owner", v.Form.Owner, v.userText(v.Form.Owner))
	add("touchpoint", v.Form.Touchpoint, v.touchpointText())
	add("language", v.Form.Language, v.Language(v.Form.Language))
	add("tag", v.Form.Tag, v.Form.Tag)
	return all
}

func (v Inbox) touchpointText() string {
	for _, t := range v.Touchpoints {
		if t.Key == v.Form.Touchpoint {
			return v.Touchpoint(t.ID)
		}
	}
	return v.W.T("results.no_touchpoint")
}

func (v Inbox) userText(id string) string {
	n, _ := strconv.ParseInt(id, 10, 64)
	return v.User(n)
}

// User is what a user is called; who is gone has a number.
func (v Inbox) User(id int64) string {
	for _, u := range v.Staff {
		if u.ID == id {
			return u.Name
		}
	}
	return "#" + strconv.FormatInt(id, 10)
}

// owner says in a row who has the case.
func (v Inbox) owner(c followup.Case) string {
	switch c.Owner {
	case 0:
		return v.W.T("inbox.nobody")
	case v.Me:
		return v.W.T("inbox.you")
	}
	return v.User(c.Owner)
}

// Title is what a case is called: by the person's name or address, by the order, or that nobody knows.
func (v Inbox) Title(l followup.Listed) string {
	switch {
	case strings.TrimSpace(l.Name) != "":
		return shorten(l.Name, 80)
	case l.Email != "":
		return shorten(l.Email, 80)
	case l.Order != "":
		return v.W.T("inbox.order", "order", shorten(l.Order, 40))
	}
	return v.W.T("inbox.anonymous")
}

// nameLang is the language of the title: that of the answer where a person gave their name.
func nameLang(l followup.Listed) string {
	if strings.TrimSpace(l.Name) != "" {
		return l.Language
	}
	return ""
}

// rating is the number in a row's chip, and what is read out for it.
func (v Inbox) rating(l followup.Listed) (short, long string) {
	r := survey.Response{Rating: l.Rating, VersionID: l.VersionID}
	if l.Rating == survey.NoRating {
		return "–", v.W.T("inbox.no_rating")
	}
	return strconv.Itoa(l.Rating), rated(v.W, r, v.Definitions[l.VersionID])
}

// Due says when the first reply is due, or what came of it, and how it is set.
func (v Inbox) Due(c followup.Case) (text, class string) {
	w := v.W
	switch {
	case c.Status == followup.Resolved:
		return w.T("case.resolved"), "due"
	case !c.RepliedAt.IsZero() && c.Status == followup.Waiting:
		return w.T("inbox.waiting"), "due"
	case !c.RepliedAt.IsZero():
		return w.T("inbox.replied"), "due"
	case c.Overdue(v.Now):
		return v.late(v.Now.Sub(c.DueAt)), "due late"
	}
	left := c.DueAt.Sub(v.Now)
	class = "due"
	if left < 12*time.Hour {
		class = "due soon"
	}
	switch {
	case left < time.Hour:
		return w.T("inbox.due_within_hour"), class
	case left < 72*time.Hour:
		return w.N("count.due_in_hours", int64(left/time.Hour)), class
	}
	return w.N("count.due_in_days", int64(left/(24*time.Hour))), class
}

func (v Inbox) late(by time.Duration) string {
	switch {
	case by < time.Hour:
		return v.W.T("inbox.overdue_within_hour")
	case by < 72*time.Hour:
		return v.W.N("count.overdue_hours", int64(by/time.Hour))
	}
	return v.W.N("count.overdue_days", int64(by/(24*time.Hour)))
}

// rowClass marks the case that is open beside the list.
func (v Inbox) rowClass(l followup.Listed) string {
	if l.ID == v.Open {
		return "row on"
	}
	return "row"
}

func (v Inbox) pager() ui.Pager {
	p := ui.Pager{Text: v.Total}
	if v.Form.After != "" {
		p.Newer = v.Form.Address(InboxPath, "after", "")
	}
	if v.More {
		p.Older = v.Form.Address(InboxPath, "after", v.Next)
	}
	return p
}

// empty says why there is nothing, and what to do about it.
func (v Inbox) empty() (title, body string, way ui.Link) {
	w := v.W
	switch {
	case v.Form.narrowed() && v.Form.View != "all":
		return w.T("inbox.none.found"), w.T("inbox.none.found.body"), ui.Link{Text: w.T("inbox.none.everywhere"), Href: v.Form.Address(InboxPath, "view", "all", "after", "")}
	case v.Form.narrowed():
		return w.T("inbox.none.found"), w.T("inbox.none.all.body"), ui.Link{Text: w.T("inbox.none.clear"), Href: InboxPath}
	case v.Form.View == "":
		return w.T("inbox.none.open"), w.T("inbox.none.open.body"), ui.Link{}
	}
	return w.T("inbox.none.view"), w.T("inbox.none.view.body"), ui.Link{Text: w.T("inbox.none.clear"), Href: InboxPath}
}
