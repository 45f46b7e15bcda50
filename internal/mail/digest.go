package mail

import (
	"context"
	"strings"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
	"github.com/surveyd/surveyd/web/templates"
	view "github.com/surveyd/surveyd/web/templates/mail"
	"github.com/surveyd/surveyd/web/words"
)

// Digest implements telling.Composer.
func (c *Composer) Digest(ctx context.Context, l telling.DigestLetter) (asking.Message, error) {
	t := staffTexts{Reader: l.Reader, w: words.For(l.Language())}
	v := t.page()
	names := templates.Names{W: t.w, Touchpoints: l.Touchpoints, Brand: l.Account.Company}
	v.Heading = t.w.T("digest.none")
	if l.Week != nil {
		d := templates.Digest{Week: *l.Week, Names: names}
		v.Heading = d.Lead()
		v.Remarks = append([]string{d.Survey.Name + " · " + d.Span()}, d.Remarks()...)
		for _, f := range d.Figures() {
			v.Figures = append(v.Figures, view.Figure(f))
		}
		v.Parts = append(v.Parts, t.comments(d)...)
	}
	if l.Last {
		v.Remarks = append(v.Remarks, t.w.N("digest.stops", telling.MostEmpty))
	}
	v.Parts = append(v.Parts, t.overdue(l, names)...)
	v.Parts = append(v.Parts, t.goals(l, names)...)
	v.Subject = t.w.T("digest.subject", "lead", v.Heading)
	v.Preheader = strings.Join(v.Remarks, " ")
	v.Links = []view.Link{{Text: t.w.T("digest.dashboard"), Href: l.BaseURL + "/dashboard"}, {Text: t.w.T("digest.inbox"), Href: l.BaseURL + "/inbox"}}
	v.Why = t.w.T("digest.why", "brand", l.Account.Company)
	return c.toStaff(ctx, l.Reader, v)
}

// comments are the newest of the week.
func (t staffTexts) comments(d templates.Digest) []view.Part {
	if len(d.Newest) == 0 {
		return nil
	}
	part := view.Part{Title: t.w.T("digest.newest")}
	for _, r := range d.Newest {
		title := d.Rated(r)
		if title == "" {
			title = t.w.T("inbox.no_rating")
		}
		row := view.Row{Title: view.Link{Text: title, Href: t.BaseURL + "/responses/" + r.ID.String()}, Facts: t.w.DateYear(r.AnsweredAt.In(t.Zone).Date())}
		if r.Touchpoint != 0 {
			row.Facts = d.Touchpoint(r.Touchpoint) + " · " + row.Facts
		}
		row.Quotes = []view.Quote{{Text: cutQuote(r.Comment, mostQuoted), Lang: r.Language}}
		part.Rows = append(part.Rows, row)
	}
	return []view.Part{part}
}

// overdue are the cases that wait longest.
func (t staffTexts) overdue(l telling.DigestLetter, names templates.Names) []view.Part {
	if len(l.Overdue) == 0 {
		return nil
	}
	part := view.Part{Title: t.w.T("digest.overdue", "n", l.OverdueCount)}
	if l.OverdueCount > telling.MostCounted {
		part.Title = t.w.T("digest.overdue_more", "n", telling.MostCounted)
	}
	for _, c := range l.Overdue {
		it := telling.Item{Case: c.Case, Customer: c.Name, Response: survey.Response{Rating: c.Rating}, Definition: l.Definitions[c.VersionID]}
		if it.Customer == "" {
			it.Customer = c.Email
		}
		row := view.Row{Title: view.Link{Text: t.title(it), Href: t.BaseURL + "/inbox/" + c.ID.String()}, Facts: t.due(c.Case), Late: true}
		if c.Touchpoint != 0 {
			row.Facts = names.Touchpoint(c.Touchpoint) + " · " + row.Facts
		}
		part.Rows = append(part.Rows, row)
	}
	if l.OverdueCount > len(l.Overdue) {
		part.More = view.Link{Text: t.w.T("digest.overdue_all"), Href: l.BaseURL + "/inbox?view=" + string(followup.Overdue)}
	}
	return []view.Part{part}
}

// goals are those that run: a line for each.
func (t staffTexts) goals(l telling.DigestLetter, names templates.Names) []view.Part {
	if len(l.Goals) == 0 {
		return nil
	}
	texts := templates.GoalTexts{Names: names, Surveys: map[int64]survey.Survey{}}
	for _, v := range l.Surveys {
		texts.Surveys[v.ID] = v
	}
	part := view.Part{Title: t.w.T("digest.goals")}
	for _, g := range l.Goals {
		href := t.BaseURL + templates.GoalPath(g.ID)
		part.Rows = append(part.Rows, view.Row{Title: view.Link{Text: oneLine(texts.Title(g.Goal)), Href: href}, Facts: texts.Line(g), Late: texts.Late(g)})
	}
	if l.MoreGoals {
		part.More = view.Link{Text: t.w.T("goals.all"), Href: t.BaseURL + templates.GoalsPath}
	}
	return []view.Part{part}
}
