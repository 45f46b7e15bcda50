package server

import (
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// showing is a survey as it is shown to one person.
type showing struct {
	shop    shop
	survey  survey.Survey
	def     survey.Definition
	w       *words.Words
	given   survey.Response // what the page shows as chosen
	said    string          // the rating that came with the link, as the page shows it
	problem ui.Problems
}

// fill puts the shop's name where a text says {brand}.
func (a showing) fill(t survey.Text) string {
	return a.w.Fill(t.In(a.w.Lang(), a.survey.Settings.DefaultLanguage), "brand", a.shop.name, "product", "")
}

// frame is what surrounds the page. href makes the address that shows the same page in another language.
func (a showing) frame(title string, href func(lang string) string) templates.SurveyFrame {
	f := templates.SurveyFrame{W: a.w, Title: title, Brand: a.shop.name, Note: a.w.T("survey.privacy_note_public", "brand", a.shop.name)}
	switch {
	case a.survey.Settings.Anonymous:
		f.Note = a.w.T("survey.privacy_note_anonymous", "brand", a.shop.name)
	case a.given.OrderRef != "":
		f.Note = a.w.T("common.privacy_note", "brand", a.shop.name)
	}
	if len(a.survey.Settings.Languages) > 1 {
		for _, l := range ui.Langs(a.w.Lang(), href) {
			if slices.Contains(a.survey.Settings.Languages, l.Code) {
				f.Langs = append(f.Langs, l)
			}
		}
	}
	return f
}

// page is one screen, counted from 0.
func (a showing) page(screen int, action string, href func(lang string) string) templates.SurveyPage {
	screens := a.def.Screens()
	questions := screens[screen]
	p := templates.SurveyPage{Action: action, Problems: a.problem, Submit: a.w.T("common.send")}
	if screen+1 < len(screens) {
		p.Submit = a.w.T("common.continue")
	}
	switch {
	case len(screens) > 1 && screen > 0:
		p.Context = a.w.T("common.page_of", "page", strconv.Itoa(screen+1), "pages", strconv.Itoa(len(screens)))
	case a.given.OrderRef != "":
		p.Context = a.w.T("survey.order", "order", a.given.OrderRef)
	}
	intro := a.fill(a.def.Intro)
	// Of several pages it stands over the one whose questions share it; the statement of a CES stands alone.
	if (len(questions) > 1 || len(screens) == 1) && questions[0].Kind == survey.Rating && intro != "" {
		p.Heading = intro
	}
	for _, q := range questions {
		p.Questions = append(p.Questions, a.question(q))
	}
	if screen == 0 && a.def.AskComment {
		p.Questions[len(p.Questions)-1].Comment = a.comment()
	}
	title := p.Heading
	if title == "" {
		title = p.Questions[0].Text
	}
	p.Frame = a.frame(title, href)
	return p
}

func fieldOf(q survey.Question) string { return "q" + strconv.Itoa(q.No) }

// part is what was given to a question, of the response's own rating or of its other answers.
func (a showing) part(q survey.Question) survey.Answer {
	if primary, ok := a.def.Primary(); ok && primary.No == q.No {
		return survey.Answer{Question: q.No, Rating: a.given.Rating, CantSay: a.given.CantSay}
	}
	part, _ := a.given.Answer(q.No)
	return part
}

func (a showing) question(q survey.Question) templates.SurveyQuestion {
	name := fieldOf(q)
	part := a.part(q)
	v := templates.SurveyQuestion{ID: name, Name: name, Text: a.fill(q.Text), Short: a.fill(q.Short), Error: a.problem.At(name)}
	switch q.Kind {
	case survey.Rating:
		a.scale(&v, q, part)
	case survey.Single, survey.Multiple:
		v.Kind = templates.SingleChoice
		if q.Kind == survey.Multiple {
			v.Kind, v.Hint = templates.MultiChoice, a.w.T("survey.choose_any")
		}
		for i, o := range q.Options {
			v.Choices = append(v.Choices, ui.Option{Value: strconv.Itoa(i), Label: a.fill(o), Selected: part.Options&(1<<i) != 0})
		}
		if q.CantSay {
			v.Choices = append(v.Choices, ui.Option{Value: cantSay, Label: a.w.T("common.cant_say"), Selected: part.CantSay})
		}
	case survey.Open:
		v.Kind, v.Value, v.MaxLength = templates.OpenQuestion, part.Text, survey.MaxComment
		v.Hint = a.w.T("comment.hint")
	}
	return v
}

// cantSay is the form's value for "I can't say".
const cantSay = "na"

// scale shows the points from low to high. A CLI stores 1 for "definitely yes", which stands last.
func (a showing) scale(v *templates.SurveyQuestion, q survey.Question, part survey.Answer) {
	def, _ := q.Scheme.Def()
	primary, single := a.def.Primary()
	own := single && primary.No == q.No
	v.Low, v.High = a.fill(q.Low), a.fill(q.High)
	for i := range def.Max - def.Min + 1 {
		rating := def.Min + i
		shown := strconv.Itoa(rating)
		if q.Scheme == scoring.CLI6 {
			rating, shown = def.Max-i, "" // people see the words
		}
		p := templates.ScalePoint{Value: strconv.Itoa(rating), Number: shown, Selected: part.Rating == rating}
		switch {
		case i < len(q.Points):
			p.Label = a.fill(q.Points[i])
		case i == 0:
			p.Label = v.Low
		case i == def.Max-def.Min:
			p.Label = v.High
		}
		if own && !a.def.NeutralPrompt {
			p.Class = pointClasses[q.Scheme.Class(rating)]
		}
		v.Points = append(v.Points, p)
	}
	if own && a.said != "" {
		v.Said = a.w.T("nps.from_email", "value", a.said)
	}
	if !own && a.said != "" && q.Scheme == scoring.CLI6 && q.No == a.def.CLI()[0].No {
		for _, p := range v.Points {
			if p.Selected {
				v.Said = a.w.T("nps.from_email", "value", p.Label) // people see the words
			}
		}
	}
	if q.CantSay {
		v.CantSay = &ui.Option{Value: cantSay, Label: a.w.T("common.cant_say"), Selected: part.CantSay}
	}
}

var pointClasses = map[scoring.Class]templates.PointClass{
	scoring.ClassWorst: templates.WorstPoint, scoring.ClassMiddle: templates.MiddlePoint, scoring.ClassBest: templates.BestPoint,
}

func (a showing) comment() *templates.SurveyComment {
	prompts := a.def.CommentPrompts
	c := &templates.SurveyComment{
		ID: "comment", Name: "comment", Label: a.fill(prompts.Default), Hint: a.w.T("comment.hint"), Value: a.given.Comment,
		MaxLength: survey.MaxComment, Error: a.problem.At("comment"),
	}
	if _, ok := a.def.Primary(); ok && !a.def.NeutralPrompt {
		c.Worst, c.Middle, c.Best = a.fill(prompts.Worst), a.fill(prompts.Middle), a.fill(prompts.Best)
	}
	return c
}

// thanks is the page after the last answer. change is where the answer may be changed, until says until when.
func (a showing) thanks(change, until string, href func(lang string) string) templates.ThanksPage {
	p := templates.ThanksPage{Heading: a.w.T("thanks.title"), Body: a.fill(a.def.Thanks.Of(a.given.Class)), Close: a.w.T("thanks.close")}
	p.Frame = a.frame(p.Heading, href)
	if a.def.ReviewURL != "" {
		p.ReviewLead = a.w.T("review.lead")
		p.Review = &ui.Link{Text: a.w.T("review.link", "site", a.def.ReviewSite), Href: a.def.ReviewURL}
	}
	if change != "" {
		p.Until = a.w.T("thanks.change_until", "date", until)
		p.Change = &ui.Link{Text: a.w.T("thanks.change"), Href: change}
	}
	return p
}
