package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// longestEvent is how long a dated note may be, in characters: charts write it in one line.
const longestEvent = 60

// events lists the dated notes.
func (h *results) events(r *Request) error {
	return h.eventsPage(r, http.StatusOK, templates.EventsView{Day: h.today().String()}, nil)
}

func (h *results) eventsPage(r *Request, status int, v templates.EventsView, problems ui.Problems) error {
	var err error
	if v.Events, err = h.Store.Events(r.HTTP().Context(), 0, farDay); err != nil {
		return err
	}
	slices.Reverse(v.Events)
	v.MayEdit = may(r, account.EditSurveys)
	v.Shell = r.shell(r.Words.T("events.title"), "/dashboard")
	v.Shell.Problems = problems
	return h.s.render(r, status, templates.EventsPage(v))
}

// addEvent adds a dated note.
func (h *results) addEvent(r *Request) error {
	var form struct {
		Day   string `form:"day"`
		Title string `form:"title"`
	}
	if err := r.decode(&form); err != nil {
		return err
	}
	var problems ui.Problems
	day, err := survey.ParseDay(form.Day)
	if err != nil || day < 0 || day > farDay {
		problems = append(problems, ui.Problem{Field: "day", Text: r.Words.T("events.error.day")})
	}
	title := strings.Join(strings.Fields(survey.Clean(form.Title)), " ")
	if title == "" || utf8.RuneCountInString(title) > longestEvent {
		problems = append(problems, ui.Problem{Field: "title", Text: r.Words.T("events.error.title")})
	}
	if problems != nil {
		return h.eventsPage(r, http.StatusUnprocessableEntity, templates.EventsView{Day: form.Day, Title: form.Title}, problems)
	}
	e := survey.Event{Day: day, Title: title, CreatedBy: r.User.ID, CreatedAt: h.s.deps.Now()}
	err = h.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := h.Store.CreateEvent(ctx, &e); err != nil {
			return err
		}
		return h.record(ctx, r, "event.add", "event "+strconv.FormatInt(e.ID, 10))
	})
	if err != nil {
		return err
	}
	return r.done("/events", "flash.event.added")
}

// deleteEvent removes a dated note.
func (h *results) deleteEvent(r *Request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	err = h.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := h.Store.DeleteEvent(ctx, id); err != nil {
			return err
		}
		return h.record(ctx, r, "event.delete", "event "+strconv.FormatInt(id, 10))
	})
	if err != nil {
		return err
	}
	return r.done("/events", "flash.event.deleted")
}
