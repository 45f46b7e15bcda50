package server

import (
	"net/http"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// anonymous tells whether nothing may join the answer to its person.
func (v *visit) anonymous() bool { return v.target.survey.Settings.Anonymous }

// newID makes the id of a response. That of an anonymous one tells the day and no more.
func (a *asker) newID(t *target) survey.ID {
	if t.survey.Settings.Anonymous {
		return survey.ScatteredID(a.intake.Day())
	}
	return a.ids.Next()
}

// isOwn tells whether this browser gave the answer that is there: its form may still be changed by the key that it has.
func (a *asker) isOwn(v *visit) bool {
	id, ok := a.ownID(v)
	if !ok {
		return false
	}
	_, err := v.cat.st.Response(v.c.Request().Context(), id)
	return err == nil
}

// showEnded says that the invitation was answered, and leads whoever did it in this browser to the answer. Nobody else can be led there: nothing joins the two.
func (a *asker) showEnded(v *visit, used, kept string) error {
	if used != "" {
		return v.c.Redirect(http.StatusSeeOther, "/s/a/"+used)
	}
	return a.message(v.c, http.StatusConflict, v.cat.shop, v.w, templates.SurveyMessage{
		Heading: v.w.T("error.already_answered.title"), Body: v.w.T("survey.anonymous_answered"), Kept: kept,
	})
}
