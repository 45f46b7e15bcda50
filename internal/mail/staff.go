package mail

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
	view "github.com/surveyd/surveyd/web/templates/mail"
	"github.com/surveyd/surveyd/web/words"
)

// mostQuoted is how much of what somebody wrote a mail to the staff shows, in characters: the rest is on the page.
const mostQuoted = 400

// defaultBrand is the colour where a shop has set none.
const defaultBrand = "#12262B"

// ChoicePath is the page where a user says what they want to be told.
const ChoicePath = "/profile#alerts"

var _ telling.Composer = (*Composer)(nil)

// Alert implements telling.Composer.
func (c *Composer) Alert(ctx context.Context, l telling.Letter) (asking.Message, error) {
	t := staffTexts{Reader: l.Reader, w: words.For(l.Language())}
	v := t.page()
	v.Subject, v.Heading = t.subject(l), t.heading(l)
	part := view.Part{}
	for _, it := range l.Items {
		part.Rows = append(part.Rows, t.row(it))
	}
	if l.More > 0 {
		part.More = view.Link{Text: t.w.N("alert.more", int64(l.More)), Href: l.BaseURL + "/inbox"}
	}
	v.Preheader = part.Rows[0].Title.Text
	v.Parts = []view.Part{part}
	v.Why = t.w.T("alert.why", "brand", l.Account.Company)
	return c.toStaff(ctx, l.Reader, v)
}

// toStaff makes a message of a page.
func (c *Composer) toStaff(ctx context.Context, r telling.Reader, v view.Staff) (asking.Message, error) {
	m, err := c.Head(ctx, r.Mail)
	if err != nil {
		return m, err
	}
	var html bytes.Buffer
	if err := view.StaffMail(v).Render(ctx, &html); err != nil {
		return m, fmt.Errorf("write the html: %w", err)
	}
	m.To, m.Subject, m.Text, m.HTML, m.Language, m.Auto = r.User.Email, v.Subject, v.Text(), html.String(), v.Lang, true
	if m.FromName == "" {
		m.FromName = r.Account.Company
	}
	return m, nil
}

// staffTexts writes the parts of a mail to the staff in one language.
type staffTexts struct {
	telling.Reader
	w *words.Words
}

func (t staffTexts) page() view.Staff {
	v := view.Staff{
		Lang: t.w.Lang(), Shop: t.Account.Company, Brand: defaultBrand,
		Change: view.Link{Text: t.w.T("alert.change"), Href: t.BaseURL + ChoicePath},
	}
	if t.Account.Brand != "" {
		v.Brand = t.Account.Brand
	}
	return v
}

// subject says what happened, and to which case where it is one.
func (t staffTexts) subject(l telling.Letter) string {
	if len(l.Items) == 1 && l.More == 0 {
		it := l.Items[0]
		return t.label(it.News[0]) + ": " + t.title(it)
	}
	return t.heading(l)
}

func (t staffTexts) heading(l telling.Letter) string {
	n := len(l.Items) + l.More
	switch {
	case l.Pace == telling.Daily:
		return t.w.N("alert.daily", int64(n))
	case n == 1:
		return t.label(l.Items[0].News[0])
	}
	return t.w.N("alert.many", int64(n))
}

// label says what happened.
func (t staffTexts) label(n telling.Told) string {
	if n.By == "" {
		n.By = t.w.T("alert.somebody")
	}
	return t.w.T("alert.what."+string(n.What), "name", oneLine(n.By))
}

// title is the case in a few words: who, and what they gave.
func (t staffTexts) title(it telling.Item) string {
	who := oneLine(it.Customer)
	if who == "" {
		who = t.w.T("inbox.anonymous")
	}
	if rating := t.rating(it.Response, it.Definition); rating != "" {
		return cutQuote(who, 80) + ", " + rating
	}
	return cutQuote(who, 80)
}

func (t staffTexts) rating(r survey.Response, d survey.Definition) string {
	if q, ok := d.Primary(); ok && r.Rating != survey.NoRating {
		if def, ok := q.Scheme.Def(); ok {
			return t.w.T("results.rating_of", "rating", strconv.Itoa(r.Rating), "max", strconv.Itoa(def.Max))
		}
	}
	return ""
}

func (t staffTexts) row(it telling.Item) view.Row {
	r := view.Row{Title: view.Link{Text: t.title(it), Href: t.BaseURL + "/inbox/" + it.Case.ID.String()}, Late: it.Case.Overdue(t.Now)}
	for _, n := range it.News {
		r.Labels = append(r.Labels, t.label(n))
		if n.Text == "" {
			continue
		}
		by := t.label(n)
		if n.What == telling.Mentioned {
			by = oneLine(n.By) + " · " + t.w.T("case.note_internal")
		}
		r.Quotes = append(r.Quotes, view.Quote{By: by, Text: cutQuote(n.Text, mostQuoted), Lang: t.w.Lang()})
	}
	if it.Held {
		r.Labels = append(r.Labels, t.w.T("alert.held"))
	}
	if it.Response.Comment != "" {
		own := view.Quote{Text: cutQuote(it.Response.Comment, mostQuoted), Lang: it.Response.Language}
		r.Quotes = append([]view.Quote{own}, r.Quotes...)
	}
	var facts []string
	if place := it.Touchpoint.In(t.w.Lang(), "en"); place != "" {
		facts = append(facts, place)
	}
	if due := t.due(it.Case); due != "" {
		facts = append(facts, due)
	}
	r.Facts = strings.Join(facts, " · ")
	return r
}

// due says by when the customer hears back; "" when they have.
func (t staffTexts) due(c followup.Case) string {
	left := c.DueAt.Sub(t.Now)
	late := -left
	switch {
	case c.Status == followup.Resolved || !c.RepliedAt.IsZero():
		return ""
	case left >= 72*time.Hour:
		return t.w.N("count.due_in_days", int64(left/(24*time.Hour)))
	case left >= time.Hour:
		return t.w.N("count.due_in_hours", int64(left/time.Hour))
	case left >= 0:
		return t.w.T("inbox.due_within_hour")
	case late < time.Hour:
		return t.w.T("inbox.overdue_within_hour")
	case late < 72*time.Hour:
		return t.w.N("count.overdue_hours", int64(late/time.Hour))
	}
	return t.w.N("count.overdue_days", int64(late/(24*time.Hour)))
}

// cutQuote bounds a text of somebody's.
func cutQuote(s string, most int) string {
	runes := []rune(survey.Clean(s))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
