package store

import (
	"strconv"

	"github.com/surveyd/surveyd/internal/survey"
)

// Bits of response.flags: facts that are seldom true share a column.
const (
	flagCantSay = 1 << iota
	flagUnfinished
	flagSplit
	flagRow
	flagDateOnly
	flagCommentGone
)

// commentGone is flagCommentGone as statements have it.
var commentGone = strconv.Itoa(flagCommentGone)

func flagsOf(r *survey.Response) (f int64) {
	if r.CantSay {
		f |= flagCantSay
	}
	if r.Unfinished {
		f |= flagUnfinished
	}
	if r.DateOnly {
		f |= flagDateOnly
	}
	if r.CommentGone {
		f |= flagCommentGone
	}
	switch r.Layout {
	case survey.LayoutSplit:
		f |= flagSplit
	case survey.LayoutRow:
		f |= flagRow
	case survey.LayoutUnknown:
	}
	return f
}

func setFlags(r *survey.Response, f int64) {
	r.CantSay, r.Unfinished, r.DateOnly, r.CommentGone = f&flagCantSay != 0, f&flagUnfinished != 0, f&flagDateOnly != 0, f&flagCommentGone != 0
	switch {
	case f&flagSplit != 0:
		r.Layout = survey.LayoutSplit
	case f&flagRow != 0:
		r.Layout = survey.LayoutRow
	}
}
