package server

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// Caller asks chosen customers.
type Caller interface {
	Weigh(ctx context.Context, surveyID int64, contacts []survey.ID) (asking.Weighed, error)
	Ask(ctx context.Context, call asking.Call) (planned int, err error)
}

// called is a segment and a survey that somebody chose.
type called struct {
	size    worth.SegmentSize
	picture worth.Picture
	survey  survey.Survey
	members []survey.ID
}

// choose reads what was chosen; an empty survey is none yet. Segments that are not shown are not asked.
func (h *worthPages) choose(r *Request, segment, surveyText string) (c called, err error) {
	ctx := r.HTTP().Context()
	currency, name, _ := strings.Cut(segment, ".")
	all, err := h.Store.Pictures(ctx)
	if err != nil {
		return c, err
	}
	for _, p := range all {
		for _, s := range p.Segments {
			if p.Currency == currency && string(s.Segment) == name && p.Shows(s) {
				c.picture, c.size = p, s
			}
		}
	}
	if c.size.Customers == 0 {
		return c, errNotFound
	}
	if c.members, err = h.Store.SegmentMembers(ctx, currency, scoring.Segment(name)); err != nil || surveyText == "" {
		return c, err
	}
	id, err := strconv.ParseInt(surveyText, 10, 64)
	if err != nil {
		return c, errNotFound
	}
	live, err := h.live(r)
	if err != nil {
		return c, err
	}
	i := slices.IndexFunc(live, func(v survey.Survey) bool { return v.ID == id })
	if i < 0 {
		return c, errNotFound
	}
	c.survey = live[i]
	return c, nil
}

// live lists the surveys that customers can be asked.
func (h *worthPages) live(r *Request) ([]survey.Survey, error) {
	all, err := h.results.answerable(r)
	return slices.DeleteFunc(all, func(v survey.Survey) bool { return v.State != survey.Live }), err
}

// askPage lets somebody choose a survey for a segment, and says how many would be asked before anybody is.
func (h *worthPages) askPage(r *Request) error {
	c, err := h.choose(r, r.Query("segment"), r.Query("survey"))
	if err != nil {
		return err
	}
	p := templates.SegmentAsk{Segment: c.size, Currency: c.picture.Currency, AsOf: c.picture.AsOf, Zone: h.Zone(), Survey: c.survey, Key: rand.Text()}
	if p.Surveys, err = h.live(r); err != nil {
		return err
	}
	if c.survey.ID != 0 {
		weighed, err := h.Caller.Weigh(r.HTTP().Context(), c.survey.ID, c.members)
		if err != nil {
			return err
		}
		p.Asked = weighed.Asked
		p.Against = ui.Table{Caption: r.Words.T("worth.ask.against"), Columns: []ui.Column{{Text: r.Words.T("worth.ask.why")}, {Text: r.Words.T("worth.customers"), Num: true}}}
		for _, a := range weighed.Against {
			why := decisionText(r.Words, a.Decision)
			if reason := reasonText(r.Words, a.Reason); reason != "" {
				why += ": " + reason
			}
			p.Against.Rows = append(p.Against.Rows, ui.Cells(why, r.Words.Int(int64(a.Count))))
		}
	}
	p.Shell = r.shell(r.Words.T("worth.ask.title", "segment", templates.SegmentName(r.Words, c.size.Segment)), contactsPath)
	return h.s.render(r, http.StatusOK, templates.SegmentAskPage(p))
}

// ask plans the mails. The same form sent twice asks nobody twice.
func (h *worthPages) ask(r *Request) error {
	var form struct {
		Segment string `form:"segment"`
		Survey  string `form:"survey"`
		Key     string `form:"key"`
	}
	if err := r.decode(&form); err != nil {
		return err
	}
	c, err := h.choose(r, form.Segment, form.Survey)
	if err != nil {
		return err
	}
	if c.survey.ID == 0 || form.Key == "" || len(form.Key) > 40 {
		return errBadForm
	}
	// Who closes the page meanwhile has asked everybody all the same.
	ctx := context.WithoutCancel(r.HTTP().Context())
	planned, err := h.Caller.Ask(ctx, asking.Call{SurveyID: c.survey.ID, Key: form.Key, Contacts: c.members})
	if err != nil {
		return err
	}
	if err := h.s.deps.Accounts.Record(ctx, account.Entry{
		ActorID: r.User.ID, Actor: r.User.Email, Action: "segment.ask", Object: form.Segment,
		Detail: map[string]string{"survey": form.Survey, "planned": strconv.Itoa(planned)},
	}); err != nil {
		return err
	}
	return r.doneCounting(templates.SegmentsPath, tally{"flash.segment_asked", int64(planned)})
}
