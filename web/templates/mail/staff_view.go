package mail

import "strings"

// Staff is a mail to somebody of the staff, with every text written.
type Staff struct {
	Lang      string
	Subject   string
	Preheader string
	Shop      string
	Brand     string // colour of the line on top, as #rrggbb
	Heading   string
	Remarks   []string // under it
	Figures   []Figure
	Parts     []Part
	Links     []Link
	Why       string
	Change    Link // of what the reader is told
}

// Figure is a number with what it means.
type Figure struct {
	Name   string
	Value  string
	Change string   // since the week before; "": there is none
	Notes  []string // the interval, of how many
}

// Part is a list under a heading.
type Part struct {
	Title string // "": none
	Rows  []Row
	More  Link // to the rest; no Href: it is only said
}

// Row is a case or a comment.
type Row struct {
	Labels []string // what happened
	Title  Link
	Facts  string // when it is due, where it was
	Late   bool
	Quotes []Quote
}

// Quote is what somebody wrote.
type Quote struct {
	By   string // "": the customer
	Text string
	Lang string
}

// Text is the plain text. Lines end with \n.
func (v Staff) Text() string {
	var b strings.Builder
	b.WriteString(v.Heading + "\n\n")
	for _, s := range v.Remarks {
		b.WriteString(s + "\n\n")
	}
	for _, f := range v.Figures {
		b.WriteString(f.Name + ": " + f.Value + "\n")
		for _, s := range append([]string{f.Change}, f.Notes...) {
			if s != "" {
				b.WriteString("   " + s + "\n")
			}
		}
	}
	if len(v.Figures) > 0 {
		b.WriteString("\n")
	}
	for _, p := range v.Parts {
		p.text(&b)
	}
	for _, l := range v.Links {
		b.WriteString(l.Text + ":\n" + l.Href + "\n\n")
	}
	b.WriteString("-- \n" + v.Why + "\n" + v.Change.Text + ": " + v.Change.Href + "\n")
	return b.String()
}

func (p Part) text(b *strings.Builder) {
	if p.Title != "" {
		b.WriteString(p.Title + "\n\n")
	}
	for _, r := range p.Rows {
		for _, s := range append(append([]string{}, r.Labels...), r.Title.Text, r.Facts) {
			if s != "" {
				b.WriteString(s + "\n")
			}
		}
		for _, q := range r.Quotes {
			if q.By != "" {
				b.WriteString(q.By + ":\n")
			}
			b.WriteString("  " + strings.ReplaceAll(q.Text, "\n", "\n  ") + "\n")
		}
		b.WriteString(r.Title.Href + "\n\n")
	}
	if p.More.Text != "" {
		b.WriteString(strings.TrimSpace(p.More.Text+"\n"+p.More.Href) + "\n\n")
	}
}
