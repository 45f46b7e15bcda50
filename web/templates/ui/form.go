package ui

import "strings"

// Problem is what is wrong with one field, said as what to do about it.
type Problem struct {
	Field string // id of the control the summary leads to
	Text  string
}

// Problems are those of a whole form, in the order of its fields.
type Problems []Problem

// At returns the text of the problem at a field, or nothing.
func (ps Problems) At(field string) string {
	for _, p := range ps {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// Field is one control with its label. ID is the id of the control and, unless
// Name is set, also its name.
type Field struct {
	ID           string
	Name         string
	Label        string
	Note         string // after the label, for example "optional"
	Hint         string
	Error        string
	Value        string
	Type         string // of an input; empty is text
	Autocomplete string
	InputMode    string
	Accept       string // of a file input
	Lang         string // of the text typed here, where it is not the page's
	MaxLength    string // in characters, enforced by the browser; empty is none
	Rows         string // of a text area; empty is 4
	Short        bool   // for numbers and codes
}

func (f Field) name() string {
	if f.Name != "" {
		return f.Name
	}
	return f.ID
}

func (f Field) kind() string {
	if f.Type != "" {
		return f.Type
	}
	return "text"
}

func (f Field) rows() string {
	if f.Rows != "" {
		return f.Rows
	}
	return "4"
}

// described lists the ids of what explains the control: its hint, its error.
func (f Field) described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

func (f Field) class() string {
	if f.Error != "" {
		return "field bad"
	}
	return "field"
}

func (f Field) control() string {
	if f.Short {
		return "ctl short"
	}
	return "ctl"
}

// Option is one choice of a select, a radio group or a group of checkboxes.
type Option struct {
	Value    string
	Label    string
	Hint     string // radios and checkboxes only
	Selected bool
	Disabled bool
}

// Select marks the option that has the value.
func Select(value string, options []Option) []Option {
	marked := make([]Option, len(options))
	for i, o := range options {
		o.Selected = o.Value == value
		marked[i] = o
	}
	return marked
}

// optionID is the id of the i-th choice; the first has that of its group, so
// that the error summary leads to it.
func optionID(f Field, i int) string {
	if i == 0 {
		return f.ID
	}
	return f.ID + "-" + itoa(i+1)
}
