package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// BackgroundDeps is what the page of background work reads.
type BackgroundDeps struct {
	Jobs interface {
		Overview(ctx context.Context) (reports.Jobs, error)
		Retry(ctx context.Context, id int64) error // survey.ErrNotFound
	}
	Store interface {
		asking.SettingStore
		CountMails(ctx context.Context) (map[asking.MailState]int64, error)
	}
}

// background has the page's handlers.
type background struct {
	*BackgroundDeps
	s *Server
}

// show says what is due, what runs and what failed.
func (h *background) show(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	zone, err := h.s.zone(ctx)
	if err != nil {
		return err
	}
	all, err := h.Jobs.Overview(ctx)
	if err != nil {
		return err
	}
	mails, err := h.Store.CountMails(ctx)
	if err != nil {
		return err
	}
	pause, err := asking.ReadPause(ctx, h.Store)
	if err != nil {
		return err
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return "–"
		}
		return w.DateTime(t, zone)
	}
	p := templates.Background{S: r.shell(w.T("jobs.title"), "/settings"), Tabs: r.settingsTabs(templates.JobsPath), Idle: !all.Started, Kinds: kindTable(w, all, at)}
	if pause != nil {
		p.Pause = pauseText(w, pause, zone)
	}
	for _, run := range all.Running {
		p.Running = append(p.Running, templates.BackgroundRun{Name: jobName(w, run.Kind), At: w.T("jobs.since", "time", at(run.Began))})
	}
	for _, run := range all.Failed {
		p.Failed = append(p.Failed, templates.BackgroundRun{
			Name: jobName(w, run.Kind), At: at(run.Ended), Problem: run.Problem, Retry: templates.JobsPath + "/" + strconv.FormatInt(run.ID, 10),
		})
	}
	for _, m := range []struct {
		state asking.MailState
		href  string
	}{
		{asking.Due, "/invitations/tomorrow"},
		{asking.Handed, ""},
		{asking.Kept, "/invitations/outbox"},
		{asking.MailUncertain, "/invitations/uncertain"},
		{asking.MailFailed, "/invitations/uncertain?state=failed"},
	} {
		p.Mails = append(p.Mails, ui.Fact{Before: w.T("jobs.mail." + string(m.state)), Bold: w.Int(mails[m.state]), Href: m.href})
	}
	return h.s.render(r, http.StatusOK, templates.BackgroundPage(p))
}

// kindTable lists what is done from time to time.
func kindTable(w *words.Words, all reports.Jobs, at func(time.Time) string) ui.Table {
	t := ui.Table{Caption: w.T("jobs.regular"), Columns: []ui.Column{{Text: w.T("jobs.work")}, {Text: w.T("jobs.last")}, {Text: w.T("jobs.state")}, {Text: w.T("jobs.next")}}}
	for _, k := range all.Kinds {
		state := "–"
		if k.Last.State != reports.JobUnknown {
			state = w.T("jobs.state." + string(k.Last.State))
		}
		t.Rows = append(t.Rows, ui.Cells(jobName(w, k.Name), at(k.Last.Began), state, at(k.Next)))
	}
	return t
}

// jobName says what a kind of work does; one without words is named as the program names it.
func jobName(w *words.Words, kind string) string {
	if key := "jobs.kind." + kind; w.Has(key) {
		return w.T(key)
	}
	return kind
}

// retry has work that failed done again.
func (h *background) retry(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	id, err := r.id("id")
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	if err := h.Jobs.Retry(ctx, id); err != nil {
		return missing(err)
	}
	if err := h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: "settings.job_retry", Object: "job " + strconv.FormatInt(id, 10)}); err != nil {
		return err
	}
	return r.done(templates.JobsPath, "flash.job_retry")
}
