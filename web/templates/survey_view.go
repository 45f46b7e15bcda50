package templates

import (
	"strconv"

	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// SurveyFrame surrounds every page a customer sees.
type SurveyFrame struct {
	W     *words.Words
	Title string // of the document: the question, without the shop
	Brand string // the shop that asks
	Langs []ui.Lang
	Note  string // who sees the answers
	Links []ui.Link
}

// title puts "Error: " first when the form came back, so that it is heard.
func (f SurveyFrame) title(problems ui.Problems) string {
	title := f.Title
	if f.Brand != "" && f.Brand != title {
		title += " – " + f.Brand
	}
	if len(problems) > 0 {
		return f.W.T("error.title_prefix") + title
	}
	return title
}

// SurveyPage is one screen of questions with one button.
type SurveyPage struct {
	Frame     SurveyFrame
	Context   string // "Order 10482, delivered 18 November" or "Page 2 of 2"
	Heading   string // over several questions of one scale; empty makes the first question the heading
	Action    string // address of the POST
	ScoreURL  string // where the script sends a rating as soon as it is chosen; empty is nowhere
	Hidden    []ui.Hide
	Questions []SurveyQuestion
	Problems  ui.Problems
	Submit    string
	Notice    *SurveyNotice
	Trap      string // address of a link that no person sees; empty: none
	Preview   bool   // for the builder: nothing is sent
}

// SurveyNotice stands above the questions: this browser has answered before.
type SurveyNotice struct {
	Text, Link, Href string
}

// QuestionKind is how a question is answered.
type QuestionKind int

// A question is answered on a scale, by one or several choices, or in words.
const (
	ScaleQuestion QuestionKind = iota
	SingleChoice
	MultiChoice
	OpenQuestion
)

// SurveyQuestion is one question with what was answered so far.
type SurveyQuestion struct {
	ID    string // unique on the page; that of the control an error leads to
	Name  string // of the form field
	Kind  QuestionKind
	Text  string
	Short string // shown instead of Text where it heads one of several: "Delivery"
	Hint  string
	Error string

	Points    []ScalePoint // of a scale, from low to high
	Low, High string       // the words at its ends
	Said      string       // "You chose 9 in the email. You can still change it."
	CantSay   *ui.Option   // a way out, below the scale

	Choices []ui.Option // of single and multiple choice

	Value     string // of an open question
	MaxLength int    // of it, in characters; 0 is none

	Comment *SurveyComment // asked right after this question
}

// ScalePoint is one cell of a scale.
type ScalePoint struct {
	Value    string // what the form sends
	Number   string // what the cell shows; empty shows the label instead
	Label    string // the point in words, read aloud; may be empty between the ends
	Class    PointClass
	Selected bool
}

// PointClass picks the comment prompt that follows a rating.
type PointClass string

// The classes of a rating; none leaves the default prompt.
const (
	WorstPoint  PointClass = "d"
	MiddlePoint PointClass = "n"
	BestPoint   PointClass = "p"
)

// SurveyComment asks for the reason of a rating. The prompts by class may be
// empty: then Label stays, whatever was chosen.
type SurveyComment struct {
	ID, Name            string
	Label               string
	Worst, Middle, Best string
	Hint                string
	Error               string
	Value               string
	MaxLength           int // in characters; 0 is none
}

// byClass reports whether the prompt follows the rating.
func (c SurveyComment) byClass() bool { return c.Worst != "" && c.Middle != "" && c.Best != "" }

// ThanksPage follows the last answer.
type ThanksPage struct {
	Frame      SurveyFrame
	Heading    string
	Body       string
	Contact    *ContactQuestion // asked of who was unhappy
	ReviewLead string           // "If you like, share your honest experience in a public review."
	Review     *ui.Link         // shown to every class of rating alike
	Until      string           // "You can change your answer until 2 December."
	Change     *ui.Link
	Close      string // "You can close this page now."
}

// ContactQuestion asks whether somebody may get back to the customer.
type ContactQuestion struct {
	Action   string
	Email    string // "Yes, by email (a•••@example.com)"; empty: there is no address
	Chosen   string // "email", "phone", "no" or nothing
	Phone    string
	Promise  string // "We reply within 48 hours."
	Done     string // said already: what follows from it, instead of the question
	Problems ui.Problems
}

// SurveyMessage says why there is no survey, or why an answer was not taken,
// and gives back what was typed.
type SurveyMessage struct {
	Frame   SurveyFrame
	Heading string
	Body    string
	Kept    string // the comment that was typed
	Retry   *Retry
	Links   []ui.Link
}

// Retry sends the same answers again, or does the one thing that a page offers.
type Retry struct {
	Action string
	Fields []ui.Hide
	Button string
	Quiet  bool // nothing that the page is for
}

// scaleClass names the grid: how many cells, words or numbers in them.
func (q SurveyQuestion) scaleClass() string {
	class := "rule n" + strconv.Itoa(len(q.Points))
	if len(q.Points) > 0 && q.Points[0].Number == "" {
		class += " words"
	}
	return class
}

// worded reports whether the cells show words, so that the ends need none.
func (q SurveyQuestion) worded() bool { return len(q.Points) > 0 && q.Points[0].Number == "" }

// pointID gives the first cell the id of the question.
func (q SurveyQuestion) pointID(i int) string {
	if i == 0 {
		return q.ID
	}
	return ""
}

// described lists the ids of what explains the question.
func (q SurveyQuestion) described() string {
	return describe(q.ID, q.Hint, q.Error)
}

func (c SurveyComment) described() string { return describe(c.ID, c.Hint, c.Error) }

func describe(id, hint, problem string) string {
	switch {
	case hint != "" && problem != "":
		return id + "-h " + id + "-e"
	case hint != "":
		return id + "-h"
	case problem != "":
		return id + "-e"
	default:
		return ""
	}
}

// group is the class of a question after the first, or one with a problem.
func (q SurveyQuestion) group(first bool) string {
	class := ""
	if !first {
		class = "aside"
	}
	if q.Error != "" {
		class += " bad"
	}
	return class
}

func (p SurveyPage) hasScale() bool {
	for _, q := range p.Questions {
		if q.Kind == ScaleQuestion {
			return true
		}
	}
	return false
}
