package portage

import (
	"maps"
	"slices"
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
