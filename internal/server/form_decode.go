package server

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// decode reads the form of the request into dst, a pointer to a struct of the handler's own: its fields say by their tag which names the form may have. A
// name that is not among them, or that comes twice for a single value, refuses the form: nothing reaches a struct that was not meant to.
//
//	Email  string            `form:"email"`
//	Roles  []string          `form:"role"`
//	Count  int               `form:"count"`   // "" is 0
//	Agreed bool              `form:"agreed"`  // any value but "" and "0"
//	Texts  map[string]string `form:"text.*"`  // text.en, text.bg: keys en, bg
//
// A form above the route's limit is ErrTooLarge, with dst filled in when it could be read.
func (r *Request) decode(dst any) error {
	form, err := readForm(r.HTTP(), r.limit)
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return err
	}
	if form != nil {
		if bad := decodeForm(form, dst); bad != nil {
			return &Error{Status: errBadForm.Status, Title: errBadForm.Title, Body: errBadForm.Body, Err: bad}
		}
	}
	return err
}

// decodeForm fills dst, a pointer to a struct, from the form; the error names the field.
func decodeForm(form url.Values, dst any) error {
	v := reflect.ValueOf(dst).Elem()
	if err := setFields(v, form); err != nil {
		return err
	}
	for name := range form {
		if !knows(v.Type(), name) {
			return fmt.Errorf("the field %q is not known", cut(name))
		}
	}
	return nil
}

// setFields fills the fields of a struct, and of structs embedded in it.
func setFields(v reflect.Value, form url.Values) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, ok := field.Tag.Lookup("form")
		var err error
		switch {
		case ok:
			err = setField(v.Field(i), name, form)
		case field.Anonymous:
			err = setFields(v.Field(i), form)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setField sets one field of the struct.
func setField(f reflect.Value, name string, form url.Values) error {
	if prefix, ok := strings.CutSuffix(name, "*"); ok {
		return setMap(f, prefix, form)
	}
	values, ok := form[name]
	if !ok {
		return nil
	}
	if f.Kind() == reflect.Slice {
		f.Set(reflect.ValueOf(values))
		return nil
	}
	if len(values) != 1 {
		return fmt.Errorf("the field %q comes %d times", name, len(values))
	}
	return setValue(f, name, values[0])
}

func setValue(f reflect.Value, name, value string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(value)
	case reflect.Bool:
		f.SetBool(value != "" && value != "0")
	case reflect.Int, reflect.Int64:
		if value == "" {
			return nil
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("the field %q is no number", name)
		}
		f.SetInt(n)
	default:
		panic(fmt.Sprintf("server: a form can't fill the field %q of type %s", name, f.Type()))
	}
	return nil
}

// setMap gathers all names with a prefix into a map of string or of []string.
func setMap(f reflect.Value, prefix string, form url.Values) error {
	m := reflect.MakeMap(f.Type())
	for name, values := range form {
		key, ok := strings.CutPrefix(name, prefix)
		if !ok || key == "" {
			continue
		}
		if f.Type().Elem().Kind() == reflect.Slice {
			m.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(values))
			continue
		}
		if len(values) != 1 {
			return fmt.Errorf("the field %q comes %d times", cut(name), len(values))
		}
		m.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(values[0]))
	}
	f.Set(m)
	return nil
}

// knows tells whether a struct has a field for the name.
func knows(t reflect.Type, name string) bool {
	for i := range t.NumField() {
		field := t.Field(i)
		tag, ok := field.Tag.Lookup("form")
		if !ok && field.Anonymous && knows(field.Type, name) {
			return true
		}
		prefix, many := strings.CutSuffix(tag, "*")
		if ok && (tag == name || many && strings.HasPrefix(name, prefix) && name != prefix) {
			return true
		}
	}
	return false
}

// cut keeps a hostile name from filling the log.
func cut(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}
