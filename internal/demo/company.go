package demo

import (
	"context"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// languages of the shop, in the order in which it offers them.
func languages() []string { return []string{"en", "pl", "ru", "bg"} }

// found writes everything but the answers.
func found(ctx context.Context, st Store, s Setup) (Shop, error) {
	shop := Shop{Touchpoints: map[string]int64{}, Links: map[string]string{}}
	for _, kv := range [][2]string{
		{"company", Company}, {"languages", strings.Join(languages(), ",")}, {"language", "en"}, {"zone", s.Zone.String()}, {"brand", "#0a5c72"},
	} {
		if err := st.SetSetting(ctx, kv[0], kv[1]); err != nil {
			return shop, err
		}
	}
	opened := newCalendar(s).start(0).AddDate(0, 0, -3)
	for _, u := range staff(opened) {
		id, err := s.AddUser(ctx, u)
		if err != nil {
			return shop, err
		}
		u.ID = id
		shop.Users = append(shop.Users, u)
	}
	for _, key := range []string{checkout, product, delivery, support} {
		t := survey.Touchpoint{Key: key, Names: survey.Text{}}
		for _, lang := range languages() {
			t.Names[lang] = s.Say(lang, "touchpoint."+key)
		}
		if err := st.CreateTouchpoint(ctx, &t); err != nil {
			return shop, err
		}
		shop.Touchpoints[key] = t.ID
	}
	if err := publish(ctx, st, s, &shop, opened); err != nil {
		return shop, err
	}
	if err := link(ctx, st, &shop, opened); err != nil {
		return shop, err
	}
	release := newCalendar(s).day(releaseWeek)
	return shop, st.CreateEvent(ctx, &survey.Event{Day: release, Title: "New checkout", CreatedBy: shop.Users[1].ID, CreatedAt: release.Start(s.Zone).Add(9 * time.Hour)})
}

// staff are the people of the shop who sign in.
func staff(since time.Time) []account.User {
	return []account.User{
		{Name: "Mira Angelova", Email: "mira@lindenhome.example", Role: account.Admin, Language: "en", CreatedAt: since},
		{Name: "Dana Keller", Email: "dana@lindenhome.example", Role: account.Manager, Language: "en", CreatedAt: since},
		{Name: "Ivan Petrov", Email: "ivan@lindenhome.example", Role: account.Support, Language: "bg", CreatedAt: since},
	}
}

// publish writes the four surveys, each with its first version.
func publish(ctx context.Context, st Store, s Setup, shop *Shop, opened time.Time) error {
	template := func(kind survey.TemplateKind, scheme scoring.Scheme) survey.Definition {
		return survey.FromTemplate(kind, s.Say, languages(), scheme)
	}
	ease := template(survey.TemplateCES, scoring.CES7)
	for _, lang := range languages() {
		ease.Questions[0].Text[lang] = s.Say(lang, "ces.statement_support")
	}
	for _, v := range []struct {
		name    string
		at      string
		any     bool // a link may name another touchpoint
		def     survey.Definition
		version *survey.Version
	}{
		// The list of surveys shows the newest first, so the one that matters most comes last.
		{"Loyalty", "", false, template(survey.TemplateCLI, scoring.CLI6), &shop.Loyalty},
		{"After support", support, false, ease, &shop.Support},
		{"After delivery", delivery, false, template(survey.TemplateCSAT, scoring.CSAT5), &shop.Delivery},
		{"Post-purchase", "", true, template(survey.TemplateNPS, scoring.NPS11), &shop.Purchase},
	} {
		sv := survey.Survey{Name: v.name, State: survey.Live, Edited: v.def, CreatedAt: opened, ChangedAt: opened, Settings: survey.Settings{
			Languages: languages(), DefaultLanguage: "en", Touchpoint: shop.Touchpoints[v.at], AllowTouchpoint: v.any, AllowOrder: true,
		}}
		if err := st.CreateSurvey(ctx, &sv); err != nil {
			return err
		}
		*v.version = survey.Version{SurveyID: sv.ID, Definition: v.def, PublishedAt: opened}
		if err := st.CreateVersion(ctx, v.version); err != nil {
			return err
		}
		sv.VersionID = v.version.ID
		if err := st.UpdateSurvey(ctx, &sv); err != nil {
			return err
		}
	}
	return nil
}

// link makes a public link in each language at the checkout, and one for each other survey that speaks the customer's own.
func link(ctx context.Context, st Store, shop *Shop, opened time.Time) error {
	links := []survey.Link{
		{Slug: "delivery", SurveyID: shop.Delivery.SurveyID, Touchpoint: shop.Touchpoints[delivery]},
		{Slug: "support", SurveyID: shop.Support.SurveyID, Touchpoint: shop.Touchpoints[support]},
		{Slug: "loyalty", SurveyID: shop.Loyalty.SurveyID},
	}
	for _, lang := range languages() {
		shop.Links[lang] = "checkout-" + lang
		links = append(links, survey.Link{Slug: shop.Links[lang], SurveyID: shop.Purchase.SurveyID, Touchpoint: shop.Touchpoints[checkout], Language: lang})
	}
	for _, l := range links {
		l.Guessable, l.CreatedAt = true, opened
		if err := st.CreateLink(ctx, l); err != nil {
			return err
		}
	}
	return nil
}
