package server

import (
	"net/url"
	"strconv"

	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// versionField names the questions that a form shows.
const versionField = "version"

// firstScreen is the page that a link opens.
func (v *visit) firstScreen(ask showing) templates.SurveyPage {
	page := ask.page(0, v.address("/s/"+v.token), func(lang string) string { return v.address("/s/"+v.token, "lang", lang) })
	page.ScoreURL = v.address("/s/" + v.token + "/score")
	page.Hidden = []ui.Hide{{Name: versionField, Value: strconv.FormatInt(v.target.version.ID, 10)}}
	if v.person {
		opened := ""
		if ask.said != "" {
			opened = ask.said
		}
		page.Hidden = append(page.Hidden, ui.Hide{Name: openedField, Value: opened}, ui.Hide{Name: handField})
		page.Trap = "/s/" + v.token + "/" + trapName
	}
	return page
}

// asShown takes the form's own version for the one that is asked now: a new one may have been published while the form was open, and a 5 of 0 to 10 is
// not a 5 of 1 to 5. A form that names none is one of the shop's own, for the version of now.
func (v *visit) asShown(form url.Values) error {
	text := form.Get(versionField)
	if text == "" || text == strconv.FormatInt(v.target.version.ID, 10) {
		return nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errBadForm
	}
	shown, err := v.cat.st.Version(v.c.Request().Context(), id)
	if err != nil || shown.SurveyID != v.target.survey.ID {
		return errBadForm
	}
	// The catalog's own goes on naming the newest.
	v.target = &target{link: v.target.link, survey: v.target.survey, version: shown}
	return nil
}
