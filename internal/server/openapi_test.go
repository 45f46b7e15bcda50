package server_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// described is the description of the API, read and checked.
func described(t *testing.T, text string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestOpenAPIHasEveryRoute compares the description with the routes, in both directions.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	s := newSite(t, nil)
	doc := described(t, s.browser().get("/api/v1/openapi.json").body)
	var there, told []string
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, r := range s.srv.Routes() {
		if strings.HasPrefix(r.Path, "/api/") {
			there = append(there, r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}"))
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			told = append(told, method+" "+path)
		}
	}
	if diff := cmp.Diff(there, told, cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
		t.Errorf("- routes, + described:\n%s", diff)
	}
}
