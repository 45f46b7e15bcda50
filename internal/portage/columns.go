package portage

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// For parts the mapping: asked is what answers to the survey are made of, unasked are the fields of questions that it does not have beside its primary one, in the
// order of their numbers.
func (m Mapping) For(d survey.Definition) (asked Mapping, unasked []Field) {
	known := questionFields(d)
	asked = maps.Clone(m)
	for f, column := range m {
		if !questionField.MatchString(string(f)) || slices.Contains(known, f) {
			continue
		}
		delete(asked, f)
		if column >= 0 {
			unasked = append(unasked, f)
		}
	}
	slices.SortFunc(unasked, func(a, b Field) int { // q2 before q10
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	return asked, unasked
}

// FieldList names fields in a row.
func FieldList(fields []Field) string {
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// rates tells whether a column holds what the score is made of: the survey's rating, or a question of its index.
func (m Mapping) rates(d survey.Definition) bool {
	if _, ok := d.Primary(); ok {
		column, mapped := m[FieldRating]
		return mapped && column >= 0
	}
	for _, q := range d.CLI() {
		if column, ok := m[Field("q"+strconv.Itoa(q.No))]; ok && column >= 0 {
			return true
		}
	}
	return false
}
