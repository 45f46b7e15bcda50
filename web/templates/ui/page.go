package ui

import "github.com/surveyd/surveyd/web/words"

// Link is one entry of a navigation.
type Link struct {
	Text    string
	Href    string
	Current bool
	Count   string // shown after the text when not empty
	Counted string // what Count counts, for those who do not see it
}

// Lang is one language a page can be read in.
type Lang struct {
	Code    string // as in the lang attribute
	Name    string // in the language itself
	Href    string
	Current bool
}

// Langs lists all languages of the interface; href makes the address that
// switches to one.
func Langs(current string, href func(code string) string) []Lang {
	var langs []Lang
	for _, code := range words.Languages() {
		langs = append(langs, Lang{
			Code: code, Name: words.For(code).T("lang.name"), Href: href(code), Current: code == current,
		})
	}
	return langs
}

// Menu belongs to the person who is signed in.
type Menu struct {
	Name    string
	Links   []Link
	SignOut string // address of the POST that signs out
}

// Flash tells what the last action did.
type Flash struct {
	Text string
	Bad  bool // it did not do it
}

// Shell is what surrounds a page. Page shows all of it; AuthPage leaves out
// navigation and menu.
type Shell struct {
	W        *words.Words
	Title    string // of the document, without the name of the program
	Home     string // where the logo leads
	Nav      []Link
	User     *Menu // nil when nobody is signed in
	Langs    []Lang
	Flash    *Flash
	Demo     bool     // a ribbon says that the data are made up
	Problems Problems // the title then begins with "Error: "
	Styles   []string // files beside those of every page
	Scripts  []string // files; a page works without them
	Refresh  int      // seconds until the page loads itself again; 0 is never
}

func (s Shell) title() string {
	title := s.Title + " – surveyd"
	if len(s.Problems) > 0 {
		return s.W.T("error.title_prefix") + title
	}
	return title
}
