package server

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Fields of a personal page's form that say how the answer came about.
const (
	openedField = "opened" // the rating that the link carried
	handField   = "hand"   // the page's script met a finger, a key or a mouse that the browser vouches for
	touchField  = "touch"  // the page was touched, and nothing chosen yet
)

// trapName is the last part of the address that no person sees: who goes there follows every link.
const trapName = "all"

// noteTime is how long noting a click may take, after its page has gone out.
const noteTime = 5 * time.Second

// opened notes that the link was opened, or its trap, or its headers asked for: as far as possible, and after the page has gone out.
func (a *asker) opened(v *visit) {
	kind := survey.ClickOpen
	switch {
	case v.c.Param("rating") == trapName:
		kind = survey.ClickTrap
	case v.c.Request().Method == http.MethodHead:
		kind = survey.ClickHead
	}
	if v.invitation.State == survey.TestState {
		return
	}
	_ = http.NewResponseController(v.c.Response()).Flush() // who has gone has gone
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.c.Request().Context()), noteTime)
	defer cancel()
	if err := a.reception.Opened(ctx, v.id, a.click(v, kind, v.opened)); err != nil {
		a.s.deps.Log.Warn("an open was not noted", "err", err)
	}
}

// click is one thing done by this visitor.
func (a *asker) click(v *visit, kind survey.ClickKind, rating int) survey.Click {
	c := survey.Click{InvitationID: v.id, Kind: kind, Rating: rating, Visitor: a.keys.Visitor(v.id, v.c.RealIP(), v.c.Request().UserAgent())}
	if scannerAgent(v.c.Request().UserAgent()) {
		c.Signs |= survey.SignAgent
	}
	return c
}

// giving says how a form came in.
func (a *asker) giving(v *visit, form url.Values, rating bool) survey.Giving {
	kind := survey.ClickSend
	if rating {
		kind = survey.ClickGesture
	}
	link := showing{def: v.target.version.Definition}
	c := a.click(v, kind, link.choose(form.Get(openedField)))
	if rating || form.Get("layout") != "" {
		c.Signs |= survey.SignScript // without scripts nobody fills it in
	}
	if rating || form.Get(handField) != "" {
		c.Signs |= survey.SignHand
	}
	return survey.Giving{Click: c, Rating: rating, Touch: rating && form.Get(touchField) != ""}
}

// give stores what a form gave: by a personal link with all that tells people from programs, else at once.
func (a *asker) give(v *visit, form url.Values, rating bool) (survey.Response, survey.Outcome, error) {
	ctx := v.c.Request().Context()
	switch {
	case v.person:
		return a.reception.Take(ctx, v.invitation, v.target.version, v.given, a.giving(v, form, rating))
	case v.anonymous():
		return a.intake.GiveAnonymously(ctx, v.target.version, v.given, rating, v.ends)
	case rating:
		return a.intake.GiveRating(ctx, v.target.version, v.given)
	}
	return a.intake.Give(ctx, v.target.version, v.given)
}

// scannerAgent tells whether a browser calls itself what mail scanners and programs do. It is a hint: many don't.
func scannerAgent(agent string) bool {
	agent = strings.ToLower(agent)
	if agent == "" {
		return true
	}
	for _, name := range []string{
		"bot", "crawl", "spider", "scan", "preview", "headless", "curl", "wget", "python", "go-http-client", "java/", "okhttp", "proofpoint", "mimecast", "barracuda", "safelinks",
	} {
		if strings.Contains(agent, name) {
			return true
		}
	}
	return false
}
