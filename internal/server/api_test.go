package server_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/surveyd/surveyd/internal/account"
)

// program is a program that calls the API with a key of these scopes.
func (s *site) program(admin account.User, scopes ...account.Scope) *browser {
	s.t.Helper()
	_, word, err := s.accounts.MakeKey(context.Background(), admin, account.NewKey{Name: "shop", Scopes: scopes, Days: 365})
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	b.c.Transport = withKey{word}
	return b
}

// withKey sends a key with every request that has none.
type withKey struct{ word string }

func (k withKey) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", "Bearer "+k.word)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// shop is a site with a program that may do everything, held to the description of the API.
type shop struct {
	*site
	t   *testing.T
	b   *browser
	doc *openapi3.T
}

func newShop(t *testing.T) *shop {
	s := newSite(t, nil)
	b := s.program(s.add("ada", account.Admin), account.Scopes()...)
	return &shop{s, t, b, described(t, b.get("/api/v1/openapi.json").body)}
}

// json sends a body; header and values in turn follow. The reply must be what the description says.
func (s *shop) json(method, path, body string, headers ...string) page {
	s.t.Helper()
	p := s.b.send(method, path, strings.NewReader(body), func(r *http.Request) {
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
	})
	s.asDescribed(method, path, p)
	return p
}

// asDescribed holds a reply to the description.
func (s *shop) asDescribed(method, path string, p page) {
	s.t.Helper()
	pattern, params := strings.SplitN(path, "?", 2)[0], map[string]string{}
	if id, ok := strings.CutPrefix(pattern, "/api/v1/contacts/"); ok {
		id, rest, _ := strings.Cut(id, "/")
		pattern, params["id"] = strings.TrimSuffix("/api/v1/contacts/{id}/"+rest, "/"), id
	}
	item := s.doc.Paths.Find(pattern)
	route := &routers.Route{Spec: s.doc, Path: pattern, PathItem: item, Method: method, Operation: item.GetOperation(method)}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: httptest.NewRequest(method, path, nil), PathParams: params, Route: route},
		Status:                 p.status, Header: p.header,
	}
	in.SetBodyBytes([]byte(p.body))
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		s.t.Errorf("%s %s: %d %s\nis not as described: %v", method, path, p.status, p.body, err)
	}
}

// is holds a reply to a status and to parts of its body.
func (s *shop) is(p page, status int, parts ...string) {
	s.t.Helper()
	if p.status != status {
		s.t.Errorf("%d, want %d: %s", p.status, status, p.body)
	}
	for _, part := range parts {
		if !strings.Contains(p.body, part) {
			s.t.Errorf("no %s in %s", part, p.body)
		}
	}
}

func TestAPIContacts(t *testing.T) {
	s := newShop(t)
	body := `{"external_id":"7","email":"Ann@shop.example","name":"Ann","locale":"pl_PL","time_zone":"Europe/Warsaw","consent":true,"properties":{"vip":true,"orders":3,"city":"Łódź","gone":null}}`
	p := s.json("POST", "/api/v1/contacts", body)
	s.is(p, 201, `"contact":"added"`)
	s.is(s.json("POST", "/api/v1/contacts", body), 200, `"contact":"unchanged"`)
	var made struct {
		ID string `json:"contact_id"`
	}
	if err := json.Unmarshal([]byte(p.body), &made); err != nil {
		t.Fatal(err)
	}
	want := []string{`"external_id":"7"`, `"email":"Ann@shop.example"`, `"locale":"pl"`, `"consent":true`, `"properties":{"city":"Łódź","orders":"3","vip":"true"}`, `"suppressed":null`}
	s.is(s.json("GET", "/api/v1/contacts/"+made.ID, ""), 200, want...)
	s.is(s.json("GET", "/api/v1/contacts?email=ann@SHOP.example", ""), 200, want...)
	s.is(s.json("GET", "/api/v1/contacts?external_id=7", ""), 200, want...)
	s.is(s.json("GET", "/api/v1/contacts?external_id=8", ""), 200, `[]`)
	s.is(s.json("GET", "/api/v1/contacts", ""), 422)
	for _, id := range []string{"1", "0", "-1", "x", "99999999999999999999"} {
		s.is(s.json("GET", "/api/v1/contacts/"+id, ""), 404)
	}
	for body, want := range map[string]string{
		`{"email":"Ann <ann@shop.example>"}`:               `"reason":"no_address"`,
		`{"name":"Ann"}`:                                   `"reason":"unnamed"`,
		`{"email":"a@shop.example","id":5}`:                `unknown field`,
		`{"email":5}`:                                      `"email":["must not be a number"]`,
		`{"email":"a@shop.example","properties":[]}`:       `"properties":["must be an object"]`,
		`{"email":"a@shop.example","properties":{"a":{}}}`: `"properties"`,
		`[null]`: `"body":["must be an object"]`,
		`{"email":"a@shop.example","email":"b@shop.example"}`:             `"email":["comes twice"]`,
		`{"email":"a@shop.example","EMAIL":"b@shop.example"}`:             `"EMAIL":["comes twice"]`,
		`{"email":"a@shop.example","properties":{"size":"1","size":"2"}}`: `"size":["comes twice"]`,
	} {
		p := s.json("POST", "/api/v1/contacts", body)
		if body[0] == '[' {
			s.is(p, 200, `"status":422`, want)
			continue
		}
		s.is(p, 422, want)
	}
	s.is(s.json("POST", "/api/v1/contacts", `{"external_id":"77","properties":{"Size":"1","size":"2"}}`), 201)
	for _, body := range []string{`null`, `"ann@shop.example"`, `5`, `true`} {
		s.is(s.json("POST", "/api/v1/contacts", body), 400, "must be an object, or a list")
	}
	s.is(s.json("POST", "/api/v1/contacts", `{"email":`), 400)
	s.is(s.json("POST", "/api/v1/contacts", ``), 400)
	s.is(s.json("POST", "/api/v1/contacts", `[]`), 422)
	s.is(s.json("POST", "/api/v1/contacts", `{}`, "Content-Type", "text/plain"), 415)
	s.is(s.json("POST", "/api/v1/contacts", `{}`, "Content-Encoding", "gzip"), 415)
	s.is(s.json("POST", "/api/v1/contacts", `{"name":"`+strings.Repeat("x", 4<<20)+`"}`), 413)
}

func TestAPIOccasions(t *testing.T) {
	s := newShop(t)
	purchase := `{"id":"P1","contact":{"email":"ann@shop.example"},"at":"2026-02-28T10:00:00+01:00","order":"A-1"}`
	s.is(s.json("POST", "/api/v1/purchases", purchase), 201, `"result":"added"`, `"contact":"added"`)
	s.is(s.json("POST", "/api/v1/purchases", purchase), 200, `"result":"unchanged"`)
	other := strings.Replace(purchase, "ann@", "bea@", 1)
	p := s.json("POST", "/api/v1/purchases", other)
	s.is(p, 409, `"reason":"other_contact"`, `"id":["was told before, of another contact"]`, `"contact":"added"`)
	if strings.Contains(p.body, `"result"`) {
		t.Errorf("it tells of the other's purchase: %s", p.body)
	}
	s.is(s.json("POST", "/api/v1/purchases", "["+purchase+","+other+"]"), 200, `"result":"unchanged"`, `"status":409`)
	s.is(s.json("POST", "/api/v1/events", `{"event":"ticket.closed","id":"P1","contact":{"email":"ann@shop.example"},"at":1772270000}`), 201, `"result":"added"`)
	s.is(s.json("POST", "/api/v1/events", `{"event":"PURCHASE ","id":"P9","contact":{"email":"ann@shop.example"},"at":1772270000}`), 422)
	for body, want := range map[string]string{
		`{"contact":{"email":"ann@shop.example"}}`:                                       `"time_missing"`,
		`{"contact":{"email":"ann@shop.example"},"at":"yesterday"}`:                      `"at":["must be a time`,
		`{"contact":{"email":"ann@shop.example"},"at":1e300}`:                            `"at":["must be a time`,
		`{"contact":{"email":"ann@shop.example"},"at":"2036-01-01T00:00:00Z"}`:           `"occasion_range"`,
		`{"contact":{"email":"ann@shop.example"},"at":1772270000,"touchpoint":"moon"}`:   `"touchpoint":["is not known"]`,
		`{"contact":{"email":"ann@shop.example","role":"admin"},"at":1772270000}`:        `unknown field`,
		`{"contact":{"email":"a\u202eb@shop.example"},"at":"2026-02-28T10:00:00+01:00"}`: `"no_address"`,
	} {
		s.is(s.json("POST", "/api/v1/purchases", body), 422, want)
	}
}

// TestAPIBatch sends a thousand purchases with mistakes among them: each has its own result.
func TestAPIBatch(t *testing.T) {
	s := newShop(t)
	var items []string
	for i := range 1000 {
		email := fmt.Sprintf("c%d@shop.example", i)
		if i%10 == 3 {
			email = "none"
		}
		items = append(items, fmt.Sprintf(`{"id":"P%d","contact":{"email":%q},"at":1772270000}`, i, email))
	}
	p := s.json("POST", "/api/v1/purchases", "["+strings.Join(items, ",")+"]")
	s.is(p, 200)
	var got struct {
		Results []struct {
			Status int    `json:"status"`
			Reason string `json:"reason"`
		} `json:"results"`
	}
	if err := json.Unmarshal([]byte(p.body), &got); err != nil || len(got.Results) != 1000 {
		t.Fatalf("%d results, %v", len(got.Results), err)
	}
	for i, r := range got.Results {
		if i%10 == 3 && (r.Status != 422 || r.Reason != "no_address") || i%10 != 3 && r.Status != 201 {
			t.Errorf("%d: %+v", i, r)
		}
	}
	s.is(s.json("POST", "/api/v1/purchases", "["+strings.Join(append(items, items[0]), ",")+"]"), 422)
}

func TestAPIIdempotency(t *testing.T) {
	s := newShop(t)
	var replies sync.Map
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			p := s.json("POST", "/api/v1/contacts", `{"email":"ann@shop.example"}`, "Idempotency-Key", "k1")
			replies.Store(p.status, p.body)
			if p.status != 201 && p.status != 409 {
				t.Errorf("%d %s", p.status, p.body)
			}
		})
	}
	all.Wait()
	first, _ := replies.Load(201)
	p := s.json("POST", "/api/v1/contacts", `{"email":"ann@shop.example"}`, "Idempotency-Key", "k1")
	if p.status != 201 || p.body != first || p.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %d %s %v", p.status, p.body, p.header)
	}
	s.is(s.json("POST", "/api/v1/contacts", `{"email":"bea@shop.example"}`, "Idempotency-Key", "k1"), 422, "idempotency_key_reused")
	s.is(s.json("POST", "/api/v1/purchases", `{"email":"ann@shop.example"}`, "Idempotency-Key", "k1"), 422, "idempotency_key_reused")
	s.is(s.json("POST", "/api/v1/contacts", `{}`, "Idempotency-Key", strings.Repeat("k", 256)), 422, "Idempotency-Key")
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("a refusal is logged as our own fault: %s", log)
	}
	// What was refused is refused again, and a day later the word is free.
	s.is(s.json("POST", "/api/v1/contacts", `{}`, "Idempotency-Key", "k2"), 422, "unnamed")
	s.is(s.json("POST", "/api/v1/contacts", `{}`, "Idempotency-Key", "k2"), 422, "unnamed")
	s.wait(24 * time.Hour)
	s.is(s.json("POST", "/api/v1/contacts", `{"email":"bea@shop.example"}`, "Idempotency-Key", "k1"), 201)
}

func TestAPIKeysAndLimits(t *testing.T) {
	s := newShop(t)
	keys, err := s.accounts.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	word := s.b.c.Transport.(withKey).word
	for header, want := range map[string]int{
		"Bearer " + word: 404, "bearer " + word: 404, "Basic " + basic(word+":"): 404, "Basic " + basic(word): 404,
		"Basic " + basic(":"+word): 401, word: 401, "Bearer": 401, "Bearer " + word + "0": 401, "Basic %%%": 401,
	} {
		p := s.json("GET", "/api/v1/contacts/1", "", "Authorization", header)
		s.is(p, want)
		if want == 401 && p.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", header)
		}
	}
	if p := s.b.get("/api/v1/nowhere"); p.status != 404 || !bytes.HasPrefix([]byte(p.body), []byte("{")) {
		t.Errorf("an unknown address: %d %s", p.status, p.body)
	}
	last := 0
	for range 40 {
		p := s.json("GET", "/api/v1/contacts/1", "", "Authorization", "Bearer wrong")
		if last = p.status; last == 429 && p.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if last != 429 {
		t.Errorf("wrong keys end with %d", last)
	}
	s.wait(time.Minute)
	for range 600 {
		if p := s.b.get("/api/v1/contacts/1"); p.status != 404 {
			t.Fatalf("%d %s", p.status, p.body)
		}
	}
	p := s.json("GET", "/api/v1/contacts/1", "")
	if s.is(p, 429); p.header.Get("Retry-After") != "60" {
		t.Errorf("wait %q", p.header.Get("Retry-After"))
	}
	s.wait(time.Minute)
	ada, err := s.accounts.User(t.Context(), keys[0].CreatedBy)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.accounts.RevokeKey(t.Context(), ada, keys[0].ID); err != nil {
		t.Fatal(err)
	}
	s.is(s.json("GET", "/api/v1/contacts/1", ""), 401)
	if strings.Contains(s.log.String(), word) {
		t.Error("the log has the key")
	}
}

func TestKeyPages(t *testing.T) {
	s := newSite(t, nil)
	s.add("ada", account.Admin)
	b := s.signedIn("ada")
	if p := b.get("/settings/keys/new"); p.status != 200 || parse(t, p).Find("input[name=scopes]").Length() != len(account.Scopes()) {
		t.Errorf("the form: %d", p.status)
	}
	if p := b.post("/settings/keys", "name", "", "days", "7"); p.status != 422 || parse(t, p).Find(".errs li").Length() != 3 {
		t.Errorf("three mistakes: %d %s", p.status, p.body)
	}
	p := b.post("/settings/keys", "name", "Shop", "scopes", "contacts:write", "scopes", "contacts:read", "days", "30")
	word := strings.TrimSpace(parse(t, p).Find(".secret").Text())
	if p.status != 201 || !strings.HasPrefix(word, "svd_") {
		t.Fatalf("%d %s", p.status, p.body)
	}
	list := b.get("/settings/keys")
	if strings.Contains(list.body, word) || !strings.Contains(list.body, word[:8]) {
		t.Errorf("the list: %s", list.body)
	}
	href, _ := parse(t, list).Find("tbody td a").Attr("href")
	if p := b.get(href); p.status != 200 || !strings.Contains(p.body, "Shop") {
		t.Errorf("%s: %d", href, p.status)
	}
	if p := b.post(href); p.status != 303 {
		t.Errorf("%d %s", p.status, p.body)
	}
	if _, err := s.accounts.KeyFor(t.Context(), word); err == nil {
		t.Error("the revoked key works")
	}
	if p := b.get("/settings/keys?lang=ru"); parse(t, p).Find("tbody td a").Length() != 0 || parse(t, p).Find("tbody tr").Length() != 1 {
		t.Errorf("afterwards: %s", p.body)
	}
}

func basic(user string) string { return base64.StdEncoding.EncodeToString([]byte(user)) }
