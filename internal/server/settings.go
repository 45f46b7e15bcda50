package server

import (
	"net/http"
	"slices"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// settingsForm is what the settings page and the setup page send.
type settingsForm struct {
	Company   string   `form:"company"`
	Languages []string `form:"languages"`
	Language  string   `form:"language"`
	Zone      string   `form:"zone"`
	Brand     string   `form:"brand"`
}

func (f settingsForm) settings() account.Settings {
	return account.Settings{Company: f.Company, Languages: f.Languages, Language: f.Language, Zone: f.Zone, Brand: f.Brand}
}

// company fills the fields of the settings.
func company(w *words.Words, v account.Settings) templates.Company {
	c := templates.Company{Name: v.Company, Language: languageOptions(v.Language), Zone: zoneOptions(v.Zone), Brand: v.Brand}
	for _, o := range languageOptions("") {
		o.Selected = slices.Contains(v.Languages, o.Value)
		c.Languages = append(c.Languages, o)
	}
	return c
}

// languageOptions offers every language by its own name.
func languageOptions(selected string) []ui.Option {
	var options []ui.Option
	for _, lang := range words.Languages() {
		options = append(options, ui.Option{Value: lang, Label: words.For(lang).T("lang.name")})
	}
	return ui.Select(selected, options)
}

// settingsTabs leads between the pages of the settings.
func (r *Request) settingsTabs(active string) []ui.Link {
	var tabs []ui.Link
	for _, t := range []struct{ href, key string }{
		{"/settings", "settings.tab.company"},
		{"/settings/mail", "settings.tab.mail"},
		{caseSettingsPath, "settings.tab.cases"},
		{templatesPath, "settings.tab.replies"},
		{templates.FigureSettingsPath, "settings.tab.figures"},
		{"/users", "settings.tab.users"},
		{templates.KeysPath, "settings.tab.keys"},
		{templates.JobsPath, "settings.tab.jobs"},
		{"/audit", "settings.tab.audit"},
	} {
		// A page that is not there has no dead link.
		if r.s.has(http.MethodGet, t.href) {
			tabs = append(tabs, ui.Link{Text: r.Words.T(t.key), Href: t.href, Current: active == t.href})
		}
	}
	return tabs
}

func (s *Server) settingsPage(r *Request) error {
	v, err := s.deps.Accounts.Settings(r.HTTP().Context())
	if err != nil {
		return err
	}
	return s.renderSettings(r, http.StatusOK, v, nil)
}

func (s *Server) settingsPost(r *Request) error {
	var f settingsForm
	if err := r.decode(&f); err != nil {
		return err
	}
	err := s.deps.Accounts.SaveSettings(r.HTTP().Context(), *r.User, f.settings(), words.Languages())
	if _, ok := r.problems(err); ok {
		return s.renderSettings(r, http.StatusUnprocessableEntity, f.settings(), err)
	}
	if err != nil {
		return err
	}
	return r.done("/settings", "flash.saved")
}

func (s *Server) renderSettings(r *Request, status int, v account.Settings, problem error) error {
	sh := r.shell(r.Words.T("settings.title"), "/settings")
	sh.Problems, _ = r.problems(problem)
	return s.render(r, status, templates.SettingsPage(templates.Settings{S: sh, Tabs: r.settingsTabs("/settings"), Company: company(r.Words, v)}))
}
