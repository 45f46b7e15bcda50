package templates

import (
	"net/url"
	"slices"

	"github.com/surveyd/surveyd/web/templates/ui"
)

// InboxPath is the address of the inbox.
const InboxPath = "/inbox"

// InboxForm is what the inbox shows, as it stands in the address. Empty fields show everything that is open.
type InboxForm struct {
	View       string // overdue, mine, mentions, unassigned, waiting, resolved, all; "": all that is open
	Owner      string // id of a user
	Touchpoint string // key
	Language   string // code
	Tag        string
	Search     string
	After      string // a place in the list
}

// The views that the inbox has of itself.
const (
	ViewMine       = "mine"
	ViewUnassigned = "unassigned"
	ViewMentions   = "mentions"
)

// InboxViews lists the values of View in their order.
func InboxViews() []string {
	return []string{"", "overdue", ViewMine, ViewMentions, ViewUnassigned, "waiting", "resolved", "all"}
}

// fields lists the fields by their names in the address.
func (f *InboxForm) fields() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"view", &f.View}, {"owner", &f.Owner}, {"touchpoint", &f.Touchpoint}, {"language", &f.Language}, {"tag", &f.Tag}, {"q", &f.Search}, {"after", &f.After},
	}
}

// ReadInboxForm reads the fields from an address. Get gives the value of a name.
func ReadInboxForm(get func(name string) string) InboxForm {
	var f InboxForm
	for _, p := range f.fields() {
		*p.value = get(p.name)
	}
	if !slices.Contains(InboxViews(), f.View) {
		f.View = ""
	}
	return f
}

// Query is the part of an address after "?", "" when nothing is chosen. With changes: names and values by turns.
func (f InboxForm) Query(changes ...string) string {
	q := url.Values{}
	for _, p := range f.fields() {
		value := *p.value
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i] == p.name {
				value = changes[i+1]
			}
		}
		if value != "" {
			q.Set(p.name, value)
		}
	}
	return q.Encode()
}

// Address is path with the query, with changes as for Query.
func (f InboxForm) Address(path string, changes ...string) string {
	if q := f.Query(changes...); q != "" {
		return path + "?" + q
	}
	return path
}

// narrowed tells whether more is chosen than one of the views.
func (f InboxForm) narrowed() bool {
	return f.Owner+f.Touchpoint+f.Language+f.Tag+f.Search != ""
}

// kept are the fields that a search keeps.
func (f InboxForm) kept() []ui.Hide {
	var all []ui.Hide
	for _, p := range f.fields() {
		if *p.value != "" && p.name != "q" && p.name != "after" {
			all = append(all, ui.Hide{Name: p.name, Value: *p.value})
		}
	}
	return all
}
