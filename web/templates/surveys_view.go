package templates

import (
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// SurveysPage lists all surveys.
type SurveysPage struct {
	W       *words.Words
	MayEdit bool
	Table   ui.Table
}

// TemplatesPage offers the templates.
type TemplatesPage struct {
	W         *words.Words
	Templates []TemplateChoice
}

// TemplateChoice is one template.
type TemplateChoice struct{ Name, Body, Href string }

// NewSurveyPage asks for what a draft needs beside its template.
type NewSurveyPage struct {
	W                                   *words.Words
	Template, Heading, Body             string
	Problems                            ui.Problems
	Name, Scheme, Languages, Touchpoint ui.Field
	Schemes, LanguageOptions            []ui.Option
	Touchpoints                         []ui.Option
}

// Fact is a line about a survey.
type Fact struct{ Name, Value string }

// SurveyOverview is the page of one survey.
type SurveyOverview struct {
	W                      *words.Words
	Name, Path, State      string
	Results                string // address of its figures; "": none
	Revision               string
	MayEdit                bool
	Draft, Live, Archived  bool
	Me                     string // where a test mail goes; "": none can be sent
	TestLanguage           ui.Field
	TestLanguages          []ui.Option
	Takes                  bool // answers, now
	Changed                bool // the draft differs from what is published
	Facts                  []Fact
	Versions               []VersionRow
	Links                  []LinkRow
	Problems               ui.Problems
	LinkName, LinkLanguage ui.Field
	LinkTouchpoint         ui.Field
	LinkLanguages          []ui.Option
	LinkTouchpoints        []ui.Option
}

// VersionRow is a published version.
type VersionRow struct {
	Name, Path, Published, Scale string
	Question                     string // the first; "": none
	Now                          bool   // this one is asked
}

// LinkRow is one public link.
type LinkRow struct {
	Slug, Address, Path  string
	Touchpoint, Language string
	Guessable, Closed    bool
}

// QRCode is a code as a path of an SVG of Size by Size modules, with its quiet zone.
type QRCode struct {
	Size        int
	Path, Title string
}

// QRPage shows a link's code, and a card to print.
type QRPage struct {
	W                  *words.Words
	Title              string
	Back, BackText     string
	Address, File      string
	Code               QRCode
	Brand              string
	CardText, CardLang string
}

// InvitationsPage makes personal links and lists them.
type InvitationsPage struct {
	W                      *words.Words
	Path, Name             string
	Live                   bool
	Made                   string // the address of the link just made
	Problems               ui.Problems
	Order, Email, Customer ui.Field
	Touchpoint, Language   ui.Field
	Touchpoints, Languages []ui.Option
	Days, File, FileDays   ui.Field
	Rows                   []InvitationRow
	Older, Newest          string
}

// InvitationRow is one personal link, without its address: that is not stored.
type InvitationRow struct {
	Made, Order, Email, Touchpoint, Until, Opened string
	State                                         string // why it does not work; "": it does
	Revoke                                        string // address of the POST; "": nothing to revoke
}

// TouchpointsPage lists the touchpoints and adds one.
type TouchpointsPage struct {
	W        *words.Words
	MayEdit  bool
	Problems ui.Problems
	Rows     []TouchpointRow
	Key      ui.Field
	Names    []ui.Field
}

// TouchpointRow is one touchpoint.
type TouchpointRow struct {
	ID, Name, Key, Path   string
	Archived, First, Last bool
	Open                  bool // its names are being typed
	Fields                []ui.Field
}

// address turns the address of a link into the words before its slug and the slug, so that it may break there.
func (l LinkRow) before() string { return l.Address[:len(l.Address)-len(l.Slug)] }
