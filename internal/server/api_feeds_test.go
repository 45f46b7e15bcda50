package server_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestAPITakesEveryFeed(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct{ feed, good, bad, reason, field string }{
		{
			"customers", `{"customer":{"external_id":"C1","email":"ann@shop.example"},"acquired_at":"2025-02-03"}`,
			`{"customer":{},"acquired_at":"2025-02-03"}`, "unnamed", "customer.email",
		},
		{
			"orders", `{"id":"O1","customer":{"external_id":"C1"},"ordered_at":"2026-01-02T10:00:00Z","currency":"EUR","amount_minor":1000,"refunded_minor":100,"status":"paid","kind":"upgrade"}`,
			`{"id":"O2","customer":{"external_id":"C1"},"ordered_at":"2026-01-02","currency":"EUR","amount_minor":1000,"refunded_minor":1001}`, "feed_refund", "refunded_minor",
		},
		{
			"refunds", `{"id":"R1","order":"O1","refunded_at":1767600000,"amount_minor":900}`,
			`{"id":"R2","order":"O1","refunded_at":"2026-01-05","amount_minor":101}`, "feed_refund", "amount_minor",
		},
		{
			"subscriptions", `{"id":"S1","customer":{"external_id":"C1"},"started_at":"2026-01-01","ended_at":null,"currency":"JPY","amount_minor":999,"interval":"month","interval_count":3,"trial":false}`,
			`{"id":"S2","customer":{"external_id":"C1"},"started_at":"2026-01-01","ended_at":"2025-12-31","currency":"JPY","amount_minor":999,"interval":"month"}`, "feed_ends", "ended_at",
		},
		{"contracts", `{"id":"K1","customer":{"external_id":"C1"},"term_ends_at":"2026-12-31","renewed_at":null}`, `{"id":"K1","customer":{"external_id":"C1"}}`, "feed_end", "term_ends_at"},
		{
			"costs", `{"id":"1","spent_at":"2026-01-31","category":"marketing","currency":"EUR","amount_minor":5}`,
			`{"id":"2","spent_at":"2026-01-31","category":"marketing","currency":"EUR","amount_minor":-5}`, "feed_negative", "amount_minor",
		},
		{
			"opportunities", `{"id":"P1","agent":"Ann","created_at":"2026-01-01","closed_at":"2026-01-20","outcome":"won","currency":"EUR","amount_minor":5}`,
			`{"id":"P2","outcome":"won"}`, "feed_closed", "closed_at",
		},
		{
			"stages", `{"opportunity":"P1","stage":"lead","position":1,"entered_at":"2026-01-01","left_at":"2026-01-02"}`,
			`{"opportunity":"P9","stage":"lead","position":1,"entered_at":"2026-01-01"}`, "feed_opportunity", "opportunity",
		},
		{
			"quotas", `{"agent":"Ann","from":"2026-01-01","to":"2026-03-31","currency":"EUR","amount_minor":0}`,
			`{"agent":"","from":"2026-01-01","to":"2026-03-31","currency":"EUR","amount_minor":1}`, "feed_agent", "agent",
		},
		{
			"tickets", `{"id":"T1","customer":{"external_id":"C1"},"agent":"Ann","created_at":"2026-01-01T10:00:00Z","resolved_at":"2026-01-01T11:00:00Z","excluded":true}`,
			`{"id":"T2","agent":"Ann"}`, "time_missing", "created_at",
		},
		{"memberships", `{"customer":{"external_id":"C1"},"joined_at":"2026-01-01"}`, `{"customer":{"external_id":"C1"},"joined_at":"1950-01-01"}`, "feed_time", "joined_at"},
		{"rewards", `{"id":"W1","customer":{"external_id":"C1"},"at":"2026-01-01","kind":"earned","count":50}`, `{"id":"W2","customer":{"external_id":"C1"},"at":"2026-01-01","kind":"gift"}`, "feed_kind", "kind"},
	} {
		path := "/api/v1/" + c.feed
		s.is(s.json("POST", path, c.good), 201, `"result":"added"`)
		s.is(s.json("POST", path, c.good), 200, `"result":"unchanged"`)
		refused := []string{`"reason":"` + c.reason + `"`, `"errors":{"` + c.field + `":["`}
		s.is(s.json("POST", path, c.bad), 422, refused...)
		s.is(s.json("POST", path, "["+c.bad+","+c.good+"]"), 200, append(refused, `"status":422`, `"result":"unchanged"`)...)
		s.is(s.json("POST", path, `{"nonsense":1}`), 422, `unknown field`)
	}
	s.is(s.json("POST", "/api/v1/orders", `{"id":"O1","customer":{"external_id":"C1"},"ordered_at":"2026-01-02T10:00:00Z","currency":"EUR","amount_minor":899}`), 422, "feed_below")
	s.is(s.json("POST", "/api/v1/quotas", `{"agent":"Bo","from":"2026-01-01","to":"2026-03-31","currency":"EUR","amount_minor":0}`), 201, `"warnings":["quota_zero"]`)
	s.is(s.json("POST", "/api/v1/orders", `{"id":"O3","customer":{"external_id":"C1"},"ordered_at":"soon","currency":"EUR","amount_minor":1}`), 422, "must be a time")
	s.is(s.json("POST", "/api/v1/orders", `{"id":"O3","customer":{"external_id":"C1"},"ordered_at":"2026-01-02","currency":"EUR","amount_minor":1.5}`), 422, `"errors":{"amount_minor":["must be a whole number`)
}

func TestAPIFeedsComeInBatches(t *testing.T) {
	s := newShop(t)
	batch := func(n int) string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf(`{"id":"%d","customer":{"external_id":"%d"},"ordered_at":"2026-01-02","currency":"EUR","amount_minor":%d}`, i, i%100, i)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	p := s.json("POST", "/api/v1/orders", batch(1000), "Idempotency-Key", "first")
	s.is(p, 200)
	if n := strings.Count(p.body, `"status":201`); n != 1000 {
		t.Errorf("%d of 1,000 are new", n)
	}
	again := s.json("POST", "/api/v1/orders", batch(1000), "Idempotency-Key", "first")
	if again.body != p.body || again.header.Get("Idempotency-Replayed") != "true" {
		t.Error("the first reply does not come again")
	}
	s.is(s.json("POST", "/api/v1/orders", batch(1001)), 422, "must hold 1 to 1000 things")
}

// TestAPIKeepsWhatIsNotTold leaves keys out: what is known of them stays, and null takes it away.
func TestAPIKeepsWhatIsNotTold(t *testing.T) {
	s := newShop(t)
	const start = `{"id":"1","customer":{"external_id":"C1"},`
	for _, c := range []struct{ feed, first, without, null string }{
		{"orders", `"ordered_at":"2026-01-02","currency":"EUR","amount_minor":1000`, `,"refunded_minor":100,"status":"cancelled","kind":"addon"`, `,"Refunded_minor":null`},
		{"subscriptions", `"started_at":"2026-01-01","currency":"EUR","amount_minor":9,"interval":"month"`, `,"ended_at":"2026-03-01","interval_count":3,"trial":true`, `,"ended_at":null`},
		{"contracts", `"term_ends_at":"2026-12-31"`, `,"renewed_at":"2026-01-10"`, `,"renewed_at":null`},
		{"opportunities", `"agent":"Ann"`, `,"created_at":"2026-01-01","closed_at":"2026-01-02","outcome":"won","currency":"EUR","amount_minor":5`, `,"outcome":"open"`},
		{"tickets", `"created_at":"2026-01-01T10:00:00Z"`, `,"resolved_at":"2026-01-01T12:00:00Z","agent":"Ann","excluded":true`, `,"excluded":false`},
		{"rewards", `"at":"2026-01-01","kind":"earned"`, `,"count":5`, `,"count":null`},
	} {
		path := "/api/v1/" + c.feed
		s.is(s.json("POST", path, start+c.first+c.without+"}"), 201)
		s.is(s.json("POST", path, start+c.first+"}"), 200, `"result":"unchanged"`)
		s.is(s.json("POST", path, start+c.first+c.null+"}"), 200, `"result":"changed"`)
	}
	s.is(s.json("POST", "/api/v1/refunds", `{"id":"R1","order":"1","refunded_at":"2026-01-01","amount_minor":-400}`), 201, `"warnings":["refund_before"]`)
	s.is(s.json("POST", "/api/v1/orders", start+`"ordered_at":"2026-01-02","currency":"EUR","amount_minor":399}`), 422, "feed_below")
}

// TestAPIErrorsNameWhatWasSent has the keys of the call in them, not those of our structs.
func TestAPIErrorsNameWhatWasSent(t *testing.T) {
	s := newShop(t)
	const who = `"customer":{"external_id":"C1"},`
	long := strings.Repeat("x", 201)
	for _, c := range []struct{ feed, record, field string }{
		{"orders", `{"id":"1",` + who + `"currency":"EUR","amount_minor":1}`, "ordered_at"},
		{"orders", `{"id":"1",` + who + `"ordered_at":"2050-01-01","currency":"EUR","amount_minor":1}`, "ordered_at"},
		{"orders", `{"id":"1",` + who + `"ordered_at":"soon","currency":"EUR","amount_minor":1}`, "ordered_at"},
		{"orders", `{"id":"1",` + who + `"ordered_at":"2026-01-01","currency":"EUR","amount_minor":1e3}`, "amount_minor"},
		{"orders", `{"id":"1",` + who + `"ordered_at":"2026-01-01","currency":"EUR","amount_minor":5,"refunded_minor":-1}`, "refunded_minor"},
		{"orders", `{"id":"1","customer":{"external_id":5},"ordered_at":"2026-01-01","currency":"EUR","amount_minor":5}`, "customer.external_id"},
		{"orders", `{"id":"1","customer":{"external_id":"` + long + `"},"ordered_at":"2026-01-01","currency":"EUR","amount_minor":5}`, "customer.external_id"},
		{"refunds", `{"id":"1","order":"` + long + `","refunded_at":"2026-01-01","amount_minor":5}`, "order"},
		{"customers", `{"customer":{"external_id":"C1"}}`, "acquired_at"},
		{"subscriptions", `{"id":"1",` + who + `"started_at":"2026-01-01","ended_at":"1950-01-01","currency":"EUR","amount_minor":5,"interval":"month"}`, "ended_at"},
		{"subscriptions", `{"id":"1",` + who + `"started_at":"2026-01-01","ended_at":"never","currency":"EUR","amount_minor":5,"interval":"month"}`, "ended_at"},
		{"subscriptions", `{"id":"1",` + who + `"started_at":"2026-01-01","currency":"EUR","amount_minor":5,"interval":"month","interval_count":0}`, "interval_count"},
		{"subscriptions", `{"id":"1",` + who + `"started_at":"2026-01-01","currency":"EUR","amount_minor":5,"interval":"month","status":"unpaid"}`, "ended_at"},
		{"subscriptions", `{"id":"1",` + who + `"started_at":"2026-01-01","currency":"EUR","amount_minor":5,"interval":"month","status":"purple"}`, "status"},
		{"contracts", `{"id":"1",` + who + `"term_ends_at":"2026-12-31","renewed_at":"2050-01-01"}`, "renewed_at"},
		{"costs", `{"id":"1","spent_at":"2050-01-31","category":"ads","currency":"EUR","amount_minor":5}`, "spent_at"},
		{"costs", `{"id":"1","spent_at":"2026-01-31","category":"` + long + `","currency":"EUR","amount_minor":5}`, "category"},
		{"opportunities", `{"id":"1","created_at":"2026-01-01","closed_at":"2050-01-20","outcome":"won"}`, "closed_at"},
		{"opportunities", `{"id":"1","created_at":"2026-01-01","closed_at":"2025-01-20","outcome":"won"}`, "closed_at"},
		{"quotas", `{"agent":"Ann","from":"2026-01-01","currency":"EUR","amount_minor":1}`, "to"},
		{"quotas", `{"agent":"Ann","from":"2050-01-01","to":"2300-01-01","currency":"EUR","amount_minor":1}`, "to"},
		{"tickets", `{"id":"1","created_at":"2026-01-02","resolved_at":"2026-01-01"}`, "resolved_at"},
		{"memberships", `{` + who + `"joined_at":"2026-01-02","left_at":"2026-01-01"}`, "left_at"},
	} {
		if p := s.json("POST", "/api/v1/"+c.feed, c.record); p.status != 422 || !strings.Contains(p.body, `"errors":{"`+c.field+`":["`) {
			t.Errorf("%s %.200s: %d %s, want %s", c.feed, c.record, p.status, p.body, c.field)
		}
	}
	s.is(s.json("POST", "/api/v1/events", `{"id":"1","event":"delivery","contact":{"email":"a@shop.example"},"at":"soon"}`), 422, `"errors":{"at":["must be a time`)
}
