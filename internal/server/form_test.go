package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/survey"
)

// formRequest makes a request with a form body.
func formRequest(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

const urlencoded = "application/x-www-form-urlencoded"

func TestReadForm(t *testing.T) {
	multi := "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--B--\r\n"
	file := "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"\r\n\r\n1\r\n--B--\r\n"
	for name, c := range map[string]struct {
		kind, body string
		want       url.Values
		err        error
	}{
		"empty":           {urlencoded, "", url.Values{}, nil},
		"values":          {urlencoded + "; charset=utf-8", "a=1&b=x+y&a=2&&c", url.Values{"a": {"1", "2"}, "b": {"x y"}, "c": {""}}, nil},
		"wrong UTF-8":     {urlencoded, "a=%ff%d0%bb", url.Values{"a": {"\uFFFDл"}}, nil},
		"controls":        {urlencoded, "a=%00x%0d%0ay%0dz%09%1b%7f%e2%80%aeq", url.Values{"a": {"x\ny\nz\tq"}}, nil},
		"composed":        {urlencoded, "a=%d0%b8%cc%86", url.Values{"a": {"й"}}, nil},
		"semicolons stay": {urlencoded, "a=1;b=2", url.Values{"a": {"1;b=2"}}, nil},
		"half an escape":  {urlencoded, "a=%4", nil, errBadForm},
		"too many fields": {urlencoded, strings.Repeat("a=&", mostFields), nil, errBadForm},
		"multipart":       {"multipart/form-data; boundary=B", multi, url.Values{"a": {"1", "2"}}, nil},
		"a file":          {"multipart/form-data; boundary=B", file, nil, errBadForm},
		"no boundary":     {"multipart/form-data", multi, nil, errBadForm},
		"cut multipart":   {"multipart/form-data; boundary=B", multi[:60], nil, errBadForm},
		"JSON":            {"application/json", `{"a":1}`, nil, errMediaType},
		"no type":         {"", "a=1", nil, errMediaType},
		"long":            {urlencoded, "a=" + strings.Repeat("x", 99), url.Values{"a": {strings.Repeat("x", 99)}}, ErrTooLarge},
		"far too long":    {urlencoded, "a=" + strings.Repeat("x", hardBody), nil, ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			limit := int64(1 << 20)
			if strings.HasPrefix(name, "long") {
				limit = 100
			}
			got, err := readForm(formRequest(c.kind, c.body), limit)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadFormRefusesEncodedBodies(t *testing.T) {
	r := formRequest(urlencoded, "a=1")
	r.Header.Set("Content-Encoding", "gzip")
	if _, err := readForm(r, 100); !errors.Is(err, errMediaType) {
		t.Errorf("a gzip body: %v, want 415", err)
	}
}

type sample struct {
	Name   string            `form:"name"`
	Count  int               `form:"count"`
	ID     int64             `form:"id"`
	Agreed bool              `form:"agreed"`
	Roles  []string          `form:"role"`
	Texts  map[string]string `form:"text.*"`
	Role   string
}

func TestDecodeForm(t *testing.T) {
	for body, want := range map[string]*sample{
		"":                                    {Texts: map[string]string{}},
		"name=Ann&count=3&id=9&agreed=on":     {Name: "Ann", Count: 3, ID: 9, Agreed: true, Texts: map[string]string{}},
		"agreed=0&count=":                     {Texts: map[string]string{}},
		"role=a&role=b":                       {Roles: []string{"a", "b"}, Texts: map[string]string{}},
		"text.en=x&text.bg=y":                 {Texts: map[string]string{"en": "x", "bg": "y"}},
		"name=a&name=b":                       nil,
		"count=many":                          nil,
		"id=99999999999999999999":             nil,
		"Role=admin":                          nil,
		"name=a&admin=1":                      nil,
		"text.=x":                             nil,
		"text.en=x&text.en=y":                 nil,
		"name=Ann&" + strings.Repeat("x", 99): nil,
	} {
		form, err := readForm(formRequest(urlencoded, body), 1000)
		if err != nil {
			t.Fatal(err)
		}
		var got sample
		err = decodeForm(form, &got)
		if (err != nil) != (want == nil) {
			t.Errorf("%q: error %v", body, err)
		} else if want != nil {
			if diff := cmp.Diff(*want, got); diff != "" {
				t.Errorf("%q: %s", body, diff)
			}
		}
	}
}

// FuzzForm holds what every form must keep: no panic, valid UTF-8 without NUL, and cleaning twice is cleaning once.
func FuzzForm(f *testing.F) {
	for _, body := range []string{"a=1&b=2", "name=%00%ff&role=x&role=y", "text.en=%e2%80%ae", "&&&=", "a=%", "count=-1&id=0x1", "name=\xff\xfe"} {
		f.Add(urlencoded, body)
	}
	f.Add("multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n1\r\n--B--\r\n")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		form, err := readForm(r, 1<<16)
		if err != nil && !errors.Is(err, ErrTooLarge) && form != nil {
			t.Fatalf("fields together with the refusal %v", err)
		}
		for name, values := range form {
			for _, v := range append(values, name) {
				if !utf8.ValidString(v) || strings.ContainsAny(v, "\x00\r\u202e") || survey.CleanText(v) != v {
					t.Fatalf("%q is not clean", v)
				}
			}
		}
		var got sample
		if decodeForm(form, &got) == nil && got.Role != "" {
			t.Fatalf("the form set a field that has no name in it: %q", got.Role)
		}
	})
}
