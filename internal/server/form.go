package server

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// hardBody is how far a form that is too long is read all the same, in bytes, so that the page can give the text back.
const hardBody = 1 << 20

// mostFields is the greatest number of values in a form.
const mostFields = 2000

// ErrTooLarge says that a form is longer than its limit. What was read comes back with it, when the whole form was under 1 MiB.
var ErrTooLarge = errors.New("the form is too long")

// readForm reads the body of a form of at most limit bytes: urlencoded, or multipart without files. Texts come back as valid UTF-8 without control
// characters. Above the limit it returns ErrTooLarge together with the fields, or without them above 1 MiB. Other errors are refusals.
//
// It stands in for http.Request.ParseForm, which drops what is too long without a word, and holds files in memory.
func readForm(r *http.Request, limit int64) (url.Values, error) {
	if enc := r.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return nil, errMediaType
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errMediaType
	}
	hard := max(limit, hardBody)
	body, err := io.ReadAll(io.LimitReader(r.Body, hard+1))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, ErrTooLarge
		}
		return nil, errBadForm // the browser broke off, or was too slow
	}
	if int64(len(body)) > hard {
		return nil, ErrTooLarge
	}
	var form url.Values
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err = parseURLEncoded(string(body))
	case "multipart/form-data":
		form, err = parseMultipart(string(body), params["boundary"])
	default:
		err = errMediaType
	}
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return form, ErrTooLarge
	}
	return form, nil
}

func parseURLEncoded(body string) (url.Values, error) {
	if strings.Count(body, "&") >= mostFields {
		return nil, errBadForm
	}
	form := url.Values{}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, errBadForm
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			return nil, errBadForm
		}
		form.Add(survey.CleanText(name), survey.CleanText(value))
	}
	return form, nil
}

func parseMultipart(body, boundary string) (url.Values, error) {
	if boundary == "" {
		return nil, errBadForm
	}
	form := url.Values{}
	parts := multipart.NewReader(strings.NewReader(body), boundary)
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil || n >= mostFields || part.FileName() != "" || part.FormName() == "" {
			return nil, errBadForm
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, errBadForm
		}
		form.Add(survey.CleanText(part.FormName()), survey.CleanText(string(value)))
	}
}
