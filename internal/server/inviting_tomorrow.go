package server

import (
	"net/http"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// tomorrow says who would be asked on the next day, and why the others not. It changes nothing.
func (h *inviting) tomorrow(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	got, err := asking.Foresee(ctx, h.Store, h.AddressKey, h.s.deps.Now())
	if err != nil {
		return err
	}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	frame, err := h.frame(r, "tomorrow.title", "/invitations/tomorrow")
	if err != nil {
		return err
	}
	frame.Sub = w.T("tomorrow.sub", "date", w.DateYear(got.Day.Date()))
	p := templates.TomorrowPage{F: frame, Summary: w.N("tomorrow.none", 0)}
	names := surveyNames(surveys)
	var asked, others int64
	for _, g := range got.Groups {
		if g.Decision == asking.Sent || g.Decision == asking.Reminded {
			asked += int64(g.Count)
		} else {
			others += int64(g.Count)
		}
		p.Groups = append(p.Groups, h.tomorrowGroup(r, g, names))
	}
	if len(got.Groups) > 0 {
		p.Summary = w.N("tomorrow.asked", asked) + " " + w.N("tomorrow.others", others)
	}
	if got.More {
		p.More = w.T("tomorrow.more")
	}
	return h.s.render(r, http.StatusOK, templates.Tomorrow(p))
}

func (h *inviting) tomorrowGroup(r *Request, g asking.ForecastGroup, names map[int64]string) templates.TomorrowGroup {
	w := r.Words
	heading := decisionText(w, g.Decision)
	switch g.Decision {
	case asking.Sent, asking.Reminded:
		heading = w.T("tomorrow.group." + string(g.Decision))
	}
	out := templates.TomorrowGroup{Heading: heading, Why: reasonText(w, g.Reason), Count: w.Int(int64(g.Count))}
	out.Table = ui.Table{Caption: heading, Columns: []ui.Column{{Text: w.T("ledger.person")}, {Text: w.T("ledger.survey")}, {Text: w.T("tomorrow.at")}}}
	for _, l := range g.Lines {
		out.Table.Rows = append(out.Table.Rows, []ui.Cell{
			r.personCell(l.Contact.ID, l.Contact), {Text: names[l.Invitation.SurveyID], Sub: l.Invitation.OrderRef}, {Text: l.At.In(h.Zone()).Format("15:04")},
		})
	}
	if g.Count > len(g.Lines) {
		out.Rest = w.N("tomorrow.rest", int64(g.Count-len(g.Lines)))
	}
	return out
}
