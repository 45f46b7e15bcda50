package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// items cuts a body into the things in it: one object, or an array of them. Numbers stay as they were written.
func items(body []byte) (all []json.RawMessage, batch bool, err error) {
	body = bytes.TrimSpace(body)
	if !json.Valid(body) {
		return nil, false, &apiError{Status: http.StatusBadRequest, Errors: map[string][]string{"body": {"is no JSON"}}}
	}
	switch body[0] {
	case '{':
		return []json.RawMessage{body}, false, nil
	case '[':
	default:
		return nil, false, &apiError{Status: http.StatusBadRequest, Errors: map[string][]string{"body": {"must be an object, or a list of objects"}}}
	}
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, true, &apiError{Status: http.StatusBadRequest, Errors: map[string][]string{"body": {"is no JSON"}}}
	}
	if len(all) == 0 || len(all) > apiItems {
		return nil, true, &apiError{Status: http.StatusUnprocessableEntity, Errors: map[string][]string{"body": {"must hold 1 to " + strconv.Itoa(apiItems) + " things"}}}
	}
	return all, true, nil
}

// decodeItem reads one thing into a struct of the handler's own. A name that the struct does not have is refused, and one that comes twice: something would be
// lost without a word.
func decodeItem(text json.RawMessage, dst any) map[string][]string {
	if text = bytes.TrimSpace(text); text[0] != '{' {
		return map[string][]string{"body": {"must be an object"}}
	}
	if name := doubled(json.NewDecoder(bytes.NewReader(text)), false); name != "" {
		return map[string][]string{name: {"comes twice"}}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(dst)
	var kind *json.UnmarshalTypeError
	var field *fieldError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &field):
		if field.field == momentField {
			field.field = badTime(reflect.TypeOf(dst).Elem(), text)
		}
		return map[string][]string{field.field: {field.text}}
	case errors.As(err, &kind) && kind.Field != "":
		return map[string][]string{sentName(kind.Field): {wrongKind(kind)}}
	case errors.As(err, &kind), errors.Is(err, io.EOF):
		return map[string][]string{"body": {"must be an object"}}
	default:
		return map[string][]string{"body": {strings.TrimPrefix(err.Error(), "json: ")}}
	}
}

// doubled gives a name that comes twice in an object of the value that d reads next; "": none does. Capital letters make no other name, except where names are
// the shop's own: among properties, exact says.
func doubled(d *json.Decoder, exact bool) string {
	t, err := d.Token()
	open, nested := t.(json.Delim)
	if err != nil || !nested {
		return ""
	}
	seen := map[string]bool{}
	for d.More() {
		own := exact
		if open == '{' {
			key, err := d.Token()
			name, ok := key.(string)
			if err != nil || !ok {
				return ""
			}
			folded := strings.ToLower(name)
			own = own || folded == "properties"
			if exact {
				folded = name
			}
			if seen[folded] {
				return name
			}
			seen[folded] = true
		}
		if name := doubled(d, own); name != "" {
			return name
		}
	}
	_, _ = d.Token() // the end of it
	return ""
}

// sentName is the name of a field as it was sent: without those of structs that only we have.
func sentName(path string) string {
	parts := strings.Split(path, ".")
	return strings.Join(slices.DeleteFunc(parts, func(name string) bool { return strings.HasSuffix(name, "In") }), ".")
}

func wrongKind(kind *json.UnmarshalTypeError) string {
	if kind.Type.Kind() == reflect.Int64 && strings.HasPrefix(kind.Value, "number") {
		return "must be a whole number, written in digits alone"
	}
	return "must not be " + article(kind.Value)
}

// badTime finds the field of a struct whose time can't be read in an object that was sent.
func badTime(t reflect.Type, object json.RawMessage) string {
	var sent map[string]json.RawMessage
	if json.Unmarshal(object, &sent) != nil {
		return momentField
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Type != reflect.TypeFor[moment]() && f.Type != reflect.TypeFor[timeOrDay]() {
			continue
		}
		time, _ := reflect.New(f.Type).Interface().(json.Unmarshaler) // both are
		name := f.Tag.Get("json")
		for key, value := range sent {
			if strings.EqualFold(key, name) && time.UnmarshalJSON(value) != nil {
				return name
			}
		}
	}
	return momentField
}

func article(kind string) string {
	kind, _, _ = strings.Cut(kind, " ")
	if strings.HasPrefix(kind, "a") || strings.HasPrefix(kind, "o") {
		return "an " + kind
	}
	return "a " + kind
}

// fieldError is a value that can't be read.
type fieldError struct{ field, text string }

func (e *fieldError) Error() string { return e.field + " " + e.text }

// momentField is what a time is called that doesn't know its name.
const momentField = "at"

// moment is a time in a call: RFC 3339, or Unix seconds.
type moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(b []byte) error {
	bad := &fieldError{momentField, "must be a time such as 2026-03-01T12:00:00Z, or whole Unix seconds"}
	if string(b) == "null" {
		return nil
	}
	if b[0] != '"' {
		n, err := strconv.ParseInt(string(b), 10, 64)
		if err != nil || n > math.MaxInt32*100 || n < -math.MaxInt32 {
			return bad
		}
		m.Time = time.Unix(n, 0).UTC()
		return nil
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return bad
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return bad
	}
	m.Time = t.UTC()
	return nil
}

// bag is what else a shop tells: names with texts, numbers or yes and no, kept as texts. What is null is left out.
type bag map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (p *bag) UnmarshalJSON(b []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return &fieldError{"properties", "must be an object"}
	}
	*p = make(bag, len(all))
	for name, raw := range all {
		switch text := string(raw); {
		case text == "null":
		case text[0] == '"':
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return &fieldError{"properties", "has a text that can't be read"}
			}
			(*p)[name] = s
		case text[0] == '{' || text[0] == '[':
			return &fieldError{"properties", "must hold texts, numbers, true and false"}
		default:
			(*p)[name] = text
		}
	}
	return nil
}

// stamp is how a time is written; null where there is none.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339)
	return &s
}

// orNull is null for what is not known.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// idText is how ids are written: as texts, since programs in JavaScript would round the number.
func idText(id survey.ID) string { return strconv.FormatInt(int64(id), 10) }
