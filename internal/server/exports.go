package server

import (
	"fmt"
	"net/http"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

// export sends the answers to a survey as a file. It is sent as it is read; when it breaks off, the connection is cut, so that nobody takes half a file for a
// whole one.
func (h *imports) export(r *Request) error {
	id, err := surveyID(r.Query("survey"))
	if err != nil {
		return err
	}
	e := &portage.Export{Store: h.Exports, SurveyID: id, Zone: h.Zone(), Format: portage.CSV}
	kind := "text/csv; charset=utf-8"
	if portage.ExportFormat(r.Query("format")) == portage.JSONL {
		e.Format, kind = portage.JSONL, "application/jsonl; charset=utf-8"
	}
	for _, edge := range []struct {
		name  string
		after survey.Day
		t     *time.Time
	}{{"from", 0, &e.From}, {"to", 1, &e.To}} {
		text := r.Query(edge.name)
		if text == "" {
			continue
		}
		day, err := survey.ParseDay(text)
		if err != nil || day < 0 || day > farDay {
			return errBadForm
		}
		*edge.t = (day + edge.after).Start(e.Zone)
	}
	ctx := r.HTTP().Context()
	all, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	if _, err := portage.FindSurvey(all, fmt.Sprint(id)); err != nil {
		return errNotFound
	}
	if err := h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: "export.responses", Object: fmt.Sprintf("survey %d", id)}); err != nil {
		return err
	}
	w := download(r, kind, fmt.Sprintf("responses-%d.%s", id, e.Format))
	if _, err := e.Run(ctx, w); err != nil {
		h.s.deps.Log.Warn("an export broke off", "survey", id, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}
