package templates

import (
	"strconv"

	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// EditPage is the builder: the form at the left, the survey as customers see it at the right.
type EditPage struct {
	W                 *words.Words
	Name, Path        string
	Brand             string
	In                string // the language of the texts
	Revision          string
	Live              bool
	Conflict          bool   // somebody else saved meanwhile
	Left              string // typed texts without a field
	Problems          ui.Problems
	QuestionsError    string
	Screens           int
	TextLanguages     []TextLanguage
	Questions         []EditQuestion
	Prompts, Thanks   []ui.Field
	Intro             ui.Field
	Kinds             []ui.Option
	AskComment        bool
	Neutral           bool
	AskContact        bool
	AllowTouchpoint   bool
	AllowOrder        bool
	Anonymous         bool
	Retention         ui.Field
	DatesHint         string
	NameField         ui.Field
	Languages         ui.Field
	DefaultLanguage   ui.Field
	Touchpoint        ui.Field
	Opens, Closes     ui.Field
	ReviewURL         ui.Field
	ReviewSite        ui.Field
	LanguageOptions   []ui.Option
	DefaultOptions    []ui.Option
	TouchpointOptions []ui.Option
}

// TextLanguage is a language to write texts in.
type TextLanguage struct {
	Code, Text string
	Count      string // "12 of 14"
	Current    bool
}

// EditQuestion is one question in the builder.
type EditQuestion struct {
	No, Heading, Kind string
	Place             int
	First, Last       bool
	Text              ui.Field
	Short             *ui.Field
	Scheme            *ui.Field
	Schemes           []ui.Option
	Labels            []ui.Field
	OpenLabels        bool // a label is missing: do not hide them
	MayCantSay        bool
	CantSay           bool
	Choice            bool
	MoreOptions       bool
	Options           []ui.Field
	OptionsError      string
}

// previews are the pages that the frame can show.
func (p EditPage) previews() (links []ui.Link) {
	base := p.Path + "/preview?in=" + p.In
	for n := range p.Screens {
		no := strconv.Itoa(n + 1)
		links = append(links, ui.Link{Text: p.W.T("preview.page", "n", n+1), Href: base + "&screen=" + no})
	}
	for _, class := range []string{"worst", "middle", "best"} {
		links = append(links, ui.Link{Text: p.W.T("preview.thanks") + ": " + p.W.T("preview.class."+class), Href: base + "&class=" + class})
	}
	return links
}
