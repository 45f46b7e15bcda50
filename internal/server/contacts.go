package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// ContactsDeps is what the pages of contacts work with.
type ContactsDeps struct {
	Store  ContactStore
	Intake *people.Intake
	Stops  *people.Stops
}

// ContactStore is what the pages of contacts read.
type ContactStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
	Contacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
	FindContacts(ctx context.Context, q people.ContactQuery, limit int) ([]survey.Contact, error)
	QualityCounts(ctx context.Context) (map[people.Quality]int64, error)
	Merges(ctx context.Context, before survey.ID, limit int) ([]people.Merge, error)
	MergesInto(ctx context.Context, kept survey.ID, limit int) ([]people.Merge, error)
	Occasions(ctx context.Context, contact survey.ID, limit int) ([]people.Occasion, error)
	ContactInvitations(ctx context.Context, contact survey.ID, limit int) ([]survey.Invitation, error)
	ContactResponses(ctx context.Context, contact survey.ID, limit int) ([]survey.Response, error)
	Ledger(ctx context.Context, f asking.LedgerFilter, limit int) ([]asking.Entry, error)
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	Settings(ctx context.Context) (map[string]string, error)
	SetSetting(ctx context.Context, key, value string) error
}

// contacts has the pages of contacts.
type contacts struct {
	*ContactsDeps
	s *Server
}

const (
	contactsPath     = "/contacts"
	contactsPageSize = 50
)

// contactTabs leads between the pages about contacts.
func (r *Request) contactTabs(active string) []ui.Link {
	links := []ui.Link{{Text: r.Words.T("contacts.tab.all"), Href: contactsPath}}
	if r.s.has(http.MethodGet, contactsPath+"/quality") {
		links = append(links, ui.Link{Text: r.Words.T("contacts.tab.quality"), Href: contactsPath + "/quality"})
	}
	if r.User.Can(account.EditSurveys) && r.s.has(http.MethodGet, templates.SuppressedPath) {
		links = append(links, ui.Link{Text: r.Words.T("contacts.tab.suppressed"), Href: templates.SuppressedPath})
	}
	if r.User.Can(account.EditSurveys) && r.s.has(http.MethodGet, templates.SegmentsPath) {
		links = append(links, ui.Link{Text: r.Words.T("worth.segments.title"), Href: templates.SegmentsPath}, ui.Link{Text: r.Words.T("worth.money.title"), Href: templates.MoneyPath})
	}
	for i := range links {
		links[i].Current = links[i].Href == active
	}
	return links
}

func contactPath(id survey.ID) string { return contactsPath + "/" + id.String() }

// list shows contacts, the newest first, or those that a search finds.
func (h *contacts) list(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	q := people.ContactQuery{Text: shortened(strings.TrimSpace(r.Query("q")))}
	before, err := parseID(r.Query("before"))
	if err == nil {
		q.Before = survey.ID(before)
	}
	found, err := h.Store.FindContacts(ctx, q, contactsPageSize+1)
	if err != nil {
		return err
	}
	zone, err := h.s.zone(ctx)
	if err != nil {
		return err
	}
	p := templates.Contacts{S: r.shell(w.T("contacts.title"), contactsPath), Tabs: r.contactTabs(contactsPath), Search: q.Text, MayEdit: may(r, account.ImportData)}
	p.Pager = contactPager(contactsPath, q, &found)
	p.Table = contactTable(r, w.T("contacts.title"), found, zone)
	return h.s.render(r, http.StatusOK, templates.ContactsPage(p))
}

// contactPager cuts what was found to a page and leads to the next one.
func contactPager(path string, q people.ContactQuery, found *[]survey.Contact) (p ui.Pager) {
	at := func(before survey.ID) string {
		v := url.Values{}
		if q.Text != "" {
			v.Set("q", q.Text)
		}
		if before != 0 {
			v.Set("before", before.String())
		}
		if len(v) == 0 {
			return path
		}
		return path + "?" + v.Encode()
	}
	if q.Before != 0 {
		p.Newer = at(0)
	}
	if len(*found) > contactsPageSize {
		*found = (*found)[:contactsPageSize]
		p.Older = at((*found)[contactsPageSize-1].ID)
	}
	return p
}

// contactTable lists contacts with what names them.
func contactTable(r *Request, caption string, found []survey.Contact, zone *time.Location) ui.Table {
	w := r.Words
	t := ui.Table{Caption: caption, Columns: []ui.Column{
		{Text: w.T("contacts.email")}, {Text: w.T("contacts.name")}, {Text: w.T("contacts.number")}, {Text: w.T("contacts.asked")}, {Text: w.T("contacts.added")},
	}}
	for _, c := range found {
		t.Rows = append(t.Rows, []ui.Cell{
			contactCell(r, c), {Text: dash(c.Name)}, {Text: dash(c.ExternalID)}, {Text: dash(dateTimeOr(r, c.AskedAt, zone))}, {Text: w.DateTime(c.CreatedAt, zone)},
		})
	}
	return t
}

// contactCell names a contact by its address, or else by what there is, and leads to its page.
func contactCell(r *Request, c survey.Contact) ui.Cell {
	cell := ui.Cell{Text: contactName(r, c), Href: contactPath(c.ID)}
	switch {
	case !c.BouncedAt.IsZero():
		cell.Tag = r.Words.T("contacts.quality.bounced.tag")
	case c.BadEmail != "":
		cell.Tag = r.Words.T("contacts.quality.invalid.tag")
	}
	return cell
}

// contactName is what a contact is called on pages.
func contactName(r *Request, c survey.Contact) string {
	for _, name := range []string{c.Email, c.Name, c.ExternalID} {
		if name != "" {
			return name
		}
	}
	return r.Words.T("contacts.nameless")
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// dateTimeOr writes a time, "" for none.
func dateTimeOr(r *Request, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return r.Words.DateTime(t, zone)
}

// quality shows what is wrong with contacts, and lists those of one kind.
func (h *contacts) quality(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	path := contactsPath + "/quality"
	counts, err := h.Store.QualityCounts(ctx)
	if err != nil {
		return err
	}
	zone, err := h.s.zone(ctx)
	if err != nil {
		return err
	}
	chosen := people.Quality(r.Query("what"))
	if !slices.Contains(people.Qualities(), chosen) {
		chosen = people.MissingAddress
		for _, q := range people.Qualities() {
			if counts[chosen] == 0 && counts[q] > 0 {
				chosen = q
			}
		}
	}
	title := w.T("contacts.quality." + string(chosen))
	p := templates.ContactQuality{S: r.shell(w.T("contacts.quality.title"), contactsPath), Tabs: r.contactTabs(path), Heading: title, Says: w.T("contacts.quality." + string(chosen) + ".sub")}
	for _, q := range people.Qualities() {
		p.Kinds = append(p.Kinds, ui.Link{
			Text: w.T("contacts.quality." + string(q)), Href: path + "?what=" + string(q), Current: q == chosen, Count: w.Int(counts[q]), Counted: w.T("contacts.quality.counted"),
		})
	}
	before, err := parseID(r.Query("before"))
	if err != nil {
		before = 0
	}
	if chosen == people.MergedContacts {
		err = h.merged(r, &p, survey.ID(before), zone)
	} else {
		err = h.listQuality(r, &p, people.ContactQuery{Quality: chosen, Before: survey.ID(before)}, zone)
	}
	if err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.ContactQualityPage(p))
}

func (h *contacts) listQuality(r *Request, p *templates.ContactQuality, q people.ContactQuery, zone *time.Location) error {
	found, err := h.Store.FindContacts(r.HTTP().Context(), q, contactsPageSize+1)
	if err != nil {
		return err
	}
	w, path := r.Words, contactsPath+"/quality?what="+string(q.Quality)
	if q.Before != 0 {
		p.Pager.Newer = path
	}
	if len(found) > contactsPageSize {
		found = found[:contactsPageSize]
		p.Pager.Older = path + "&before=" + found[contactsPageSize-1].ID.String()
	}
	p.Table = contactTable(r, p.Heading, found, zone)
	if q.Quality == people.InvalidAddress {
		p.Table.Columns = append(p.Table.Columns, ui.Column{Text: w.T("contacts.bad_email")})
		for i, c := range found {
			p.Table.Rows[i] = append(p.Table.Rows[i], ui.Cell{Text: c.BadEmail})
		}
	}
	return nil
}

// merged lists who went into whom.
func (h *contacts) merged(r *Request, p *templates.ContactQuality, before survey.ID, zone *time.Location) error {
	ctx, w := r.HTTP().Context(), r.Words
	merges, err := h.Store.Merges(ctx, before, contactsPageSize+1)
	if err != nil {
		return err
	}
	path := contactsPath + "/quality?what=" + string(people.MergedContacts)
	if before != 0 {
		p.Pager.Newer = path
	}
	if len(merges) > contactsPageSize {
		merges = merges[:contactsPageSize]
		p.Pager.Older = path + "&before=" + merges[contactsPageSize-1].ID.String()
	}
	var ids []survey.ID
	for _, m := range merges {
		ids = append(ids, m.Kept)
	}
	slices.Sort(ids)
	found, err := h.Store.Contacts(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	byID := make(map[survey.ID]survey.Contact, len(found))
	for _, c := range found {
		byID[c.ID] = c
	}
	p.Table = ui.Table{Caption: p.Heading, Columns: []ui.Column{
		{Text: w.T("contacts.merge.at")}, {Text: w.T("contacts.merge.gone")}, {Text: w.T("contacts.merge.kept")}, {Text: w.T("contacts.merge.why")},
	}}
	for _, m := range merges {
		kept := ui.Cell{Text: w.T("contacts.gone")}
		if c, ok := byID[m.Kept]; ok {
			kept = contactCell(r, c)
		}
		p.Table.Rows = append(p.Table.Rows, []ui.Cell{{Text: w.DateTime(m.At, zone)}, {Text: mergedNames(m)}, kept, {Text: w.T("contacts.merge." + string(m.Reason))}})
	}
	return nil
}

// mergedNames writes the names of the one that went.
func mergedNames(m people.Merge) string {
	names := make([]string, 0, len(m.Names))
	for _, name := range m.Names {
		if name != "" {
			names = append(names, name[1:])
		}
	}
	return strings.Join(names, ", ")
}
