package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// InboxStore is what the lists of cases read.
type InboxStore interface {
	ListCases(ctx context.Context, q followup.Query) (followup.Listing, error)
	CountCases(ctx context.Context, q followup.Query, most int) (int, error)
	OpenTags(ctx context.Context, scan, limit int) ([]followup.TagCount, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
	Users(ctx context.Context) ([]account.User, error)
	Works(ctx context.Context, user int64) (bool, error)
	Case(ctx context.Context, id survey.ID) (followup.Case, error)
	CaseReason(ctx context.Context, id int64) (followup.Reason, error)
	CaseReasons(ctx context.Context) ([]followup.Reason, error)
	SavedViewStore
}

// InboxDeps is what the pages of cases work with.
type InboxDeps struct {
	Store    InboxStore
	One      CaseStore
	Service  *followup.Service
	Together *followup.Together
	Zone     func() *time.Location // of the account
}

// inbox has the pages of cases.
type inbox struct {
	*InboxDeps
	s *Server
}

const (
	inboxPath   = templates.InboxPath
	inboxLength = 30  // cases on a page
	mostCounted = 200 // cases beside a view; more are said to be more
	topTags     = 12
)

// page shows the list without a case.
func (h *inbox) page(r *Request) error {
	v, err := h.frame(r, 0)
	if err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.InboxPage(v))
}

// list is the list alone, for the script that searches while somebody types.
func (h *inbox) list(r *Request) error {
	v, err := h.cases(r, templates.ReadInboxForm(r.Query))
	if err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.InboxList(v))
}

// frame is the inbox as the address says, with the case that is open beside the list; 0: none.
func (h *inbox) frame(r *Request, open survey.ID) (templates.Inbox, error) {
	return h.frameOf(r, templates.ReadInboxForm(r.Query), open)
}

// frameOf is frame for a list that is not in the address.
func (h *inbox) frameOf(r *Request, form templates.InboxForm, open survey.ID) (templates.Inbox, error) {
	v, err := h.cases(r, form)
	if err != nil {
		return v, err
	}
	v.Open = open
	if v.Reasons, err = h.Store.CaseReasons(r.HTTP().Context()); err != nil {
		return v, err
	}
	if err := h.views(r, &v); err != nil {
		return v, err
	}
	v.Shell = r.shell(r.Words.T("nav.inbox"), inboxPath)
	v.Shell.Styles, v.Shell.Scripts = []string{"inbox.css", "case.css"}, []string{"inbox-list.js", "inbox.js"}
	return v, nil
}

// cases reads the list that the form asks for.
func (h *inbox) cases(r *Request, form templates.InboxForm) (templates.Inbox, error) {
	ctx := r.HTTP().Context()
	v := templates.Inbox{Form: form, Me: r.User.ID, Now: h.s.deps.Now(), Zone: h.Zone()}
	v.Form.Search = shortened(v.Form.Search)
	var err error
	if v.Names, err = h.names(r); err != nil {
		return v, err
	}
	if v.Staff, err = h.Store.Users(ctx); err != nil {
		return v, err
	}
	q := h.query(r, &v)
	got, err := h.Store.ListCases(ctx, q)
	if err != nil {
		return v, err
	}
	v.Cases, v.More, v.Next = got.Cases, got.More, casePlaceText(got.Next)
	if v.Definitions, err = h.definitions(ctx, got.Cases); err != nil {
		return v, err
	}
	v.Total, err = h.total(r, q, got)
	return v, err
}

// total says how many cases a list has. Those that are searched for are not counted beyond the page: the rest may be far.
func (h *inbox) total(r *Request, q followup.Query, got followup.Listing) (string, error) {
	n, most, sought := len(got.Cases), mostCounted, q.Search != "" || q.Tag != ""
	switch {
	case sought && q.After.Zero() && got.More:
		n, most = inboxLength+1, inboxLength
	case sought && !q.After.Zero():
		return "", nil
	case got.More || !q.After.Zero():
		var err error
		if n, err = h.Store.CountCases(r.HTTP().Context(), q, mostCounted+1); err != nil {
			return "", err
		}
	}
	if n > most {
		return r.Words.T("inbox.more_than", "n", r.Words.Int(int64(most))), nil
	}
	return r.Words.N("count.cases", int64(n)), nil
}

// query is what the address asks for. What makes no sense in it is left out.
func (h *inbox) query(r *Request, v *templates.Inbox) followup.Query {
	f := &v.Form
	q := followup.Query{
		Show: followup.Open, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Tag: shortened(f.Tag), Search: f.Search, Now: v.Now, Limit: inboxLength,
	}
	switch f.View {
	case templates.ViewMine:
		q.Owner = r.User.ID
	case templates.ViewMentions:
		q.Mentioned = r.User.ID
	case templates.ViewUnassigned:
		q.Owner = followup.Nobody
	case "":
	default:
		q.Show = followup.Show(f.View)
	}
	if id, err := parseID(f.Owner); err == nil && q.Owner == 0 {
		q.Owner = id
	} else {
		f.Owner = ""
	}
	if id, ok := touchpointOf(v.Names, f.Touchpoint); ok {
		q.Touchpoint = id
	} else {
		f.Touchpoint = ""
	}
	switch {
	case f.Language == templates.None:
		q.Language = ""
	case f.Language != "":
		q.Language = shortened(f.Language)
	}
	var ok bool
	if q.After, ok = casePlace(f.After); !ok {
		f.After = ""
	}
	return q
}

// touchpointOf finds a touchpoint by its key in the address.
func touchpointOf(names templates.Names, key string) (int64, bool) {
	if key == templates.None {
		return 0, true
	}
	for _, t := range names.Touchpoints {
		if t.Key == key {
			return t.ID, true
		}
	}
	return 0, false
}

// names reads what things are called, in the person's language.
func (h *inbox) names(r *Request) (templates.Names, error) {
	all, err := h.Store.Touchpoints(r.HTTP().Context())
	return templates.Names{W: r.Words, Touchpoints: all}, err
}

// definitions reads those of the answers in the list, for their scales.
func (h *inbox) definitions(ctx context.Context, cases []followup.Listed) (map[int64]survey.Definition, error) {
	all := map[int64]survey.Definition{}
	for _, c := range cases {
		if _, ok := all[c.VersionID]; ok || c.VersionID == 0 {
			continue
		}
		v, err := h.Store.Version(ctx, c.VersionID)
		if err != nil {
			return nil, err
		}
		all[c.VersionID] = v.Definition
	}
	return all, nil
}

// casePlaceText is a place in a list as it stands in addresses: milliseconds and id, those of the reply before them.
func casePlaceText(p followup.Place) string {
	if p.Zero() {
		return ""
	}
	text := strconv.FormatInt(p.At.UnixMilli(), 10) + "." + p.ID.String()
	if !p.Replied.IsZero() {
		text = strconv.FormatInt(p.Replied.UnixMilli(), 10) + "." + text
	}
	return text
}

// casePlace reads what casePlaceText wrote. "" is the zero place.
func casePlace(text string) (p followup.Place, ok bool) {
	if text == "" {
		return p, true
	}
	parts := strings.Split(text, ".")
	if len(parts) == 3 {
		ms, err := strconv.ParseInt(parts[0], 10, 64)
		if err != nil {
			return p, false
		}
		p.Replied, parts = time.UnixMilli(ms), parts[1:]
	}
	if len(parts) != 2 {
		return followup.Place{}, false
	}
	ms, err := strconv.ParseInt(parts[0], 10, 64)
	id, err2 := parseID(parts[1])
	if err != nil || err2 != nil {
		return followup.Place{}, false
	}
	p.At, p.ID = time.UnixMilli(ms), survey.ID(id)
	return p, true
}
