package templates

import (
	"strconv"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// Bulk is the form that changes several cases of the list.
type Bulk struct {
	Chosen             map[string]bool // ids, of a form that was sent back
	Owner, Tag, Reason string          // typed there
}

// OwnerOptions are those whom a case can be given to; value is who has it now.
func (v Inbox) OwnerOptions(value string) []ui.Option {
	options := []ui.Option{{Value: "0", Label: v.W.T("inbox.owner.nobody")}}
	for _, u := range v.Staff {
		if u.Disabled && strconv.FormatInt(u.ID, 10) != value {
			continue
		}
		label := u.Name
		if u.ID == v.Me {
			label = v.W.T("inbox.owner.you", "name", u.Name)
		}
		options = append(options, ui.Option{Value: strconv.FormatInt(u.ID, 10), Label: label})
	}
	return ui.Select(value, options)
}

// ReasonOptions are why a case can be closed; value is the reason that it has now, which stays though it can't be chosen any more.
func (v Inbox) ReasonOptions(value string) []ui.Option {
	var options []ui.Option
	for _, r := range v.Reasons {
		id := strconv.FormatInt(r.ID, 10)
		if !r.Offered() && id != value {
			continue
		}
		options = append(options, ui.Option{Value: id, Label: r.Names.In(v.W.Lang(), "en")})
	}
	return ui.Select(value, options)
}

// bulkField is a control of the form, whose id is not that of the case's own form.
func (v Inbox) bulkField(name, value string) ui.Field {
	id := "bulk-" + name
	return ui.Field{ID: id, Name: name, Label: v.W.T("inbox.bulk." + name), Value: value, Error: v.Shell.Problems.At(id)}
}

// ownerValue is who is chosen at first: the one who looks.
func (v Inbox) ownerValue() string {
	if v.Bulk.Owner != "" {
		return v.Bulk.Owner
	}
	return strconv.FormatInt(v.Me, 10)
}

// mark is what a row's checkbox sends: which case, and as it was seen.
func mark(l followup.Listed) string {
	return l.ID.String() + "." + strconv.FormatInt(l.Version, 10)
}
