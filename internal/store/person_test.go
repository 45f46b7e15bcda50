package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// marker is a word that stands in everything about one person, and nowhere else.
const marker = "zxqvmarker"

var addressSecret = bytes.Repeat([]byte("a"), 32)

// marked is a shop where a person named marker has left traces in every table that can hold one, beside another person who stays.
type marked struct {
	*shop
	t       *testing.T
	people  *people.Intake
	privacy *people.Privacy
	id      survey.ID
	other   survey.ID
}

func (m *marked) sql(format string, args ...any) string {
	m.t.Helper()
	var out bytes.Buffer
	if err := m.st.Shell(context.Background(), &out, fmt.Sprintf(format, args...), !strings.HasPrefix(fmt.Sprintf(format, args...), "SELECT")); err != nil {
		m.t.Fatalf("%s: %v", fmt.Sprintf(format, args...), err)
	}
	return out.String()
}

func mark(t *testing.T, st *store.Store) *marked {
	s, ctx := openShop(t, st), t.Context()
	clock := func() time.Time { return s.now }
	m := &marked{shop: s, t: t, people: people.NewIntake(st, s.ids, addressSecret, clock, nil), privacy: &people.Privacy{Store: st, Key: addressSecret, Now: clock}}
	row := func(number, email, order string) people.Row {
		return people.Row{
			Contact:  survey.Contact{ExternalID: number, Email: email, Name: "Ms " + email, Properties: map[string]string{email: email}},
			Occasion: &people.Occasion{Kind: people.Purchase, ExternalID: order, At: noon, OrderRef: order, Properties: map[string]string{"card": email}},
		}
	}
	// The person changed their address and had two numbers: there is an alias and a merge.
	results, err := m.people.Take(ctx, []people.Row{
		row("N"+marker, "old"+marker+"@shop.example", "O1"+marker), row("N"+marker, marker+"@shop.example", "O2"+marker),
		row("M"+marker, marker+"@shop.example", "O3"+marker), row("other", "other@shop.example", "O4"),
	})
	if err != nil {
		t.Fatal(err)
	}
	m.id, m.other = results[2].ContactID, results[3].ContactID
	var answers []survey.ID
	for i, r := range []survey.Response{s.response(3, "I am "+marker), s.response(9, ""), s.response(2, "we are others")} {
		switch i {
		case 0:
			r.ContactID, r.OrderRef, r.ExternalID = m.id, "O1"+marker, "X"+marker
			r.Answers[2].Text = "call " + marker
		case 1: // through a public link, with the number of their order
			r.OrderRef, r.Comment = "O2"+marker, "again "+marker
		case 2:
			r.ContactID = m.other
		}
		if _, _, err := s.intake.Give(ctx, s.version, r); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, r.ID)
		if i == 0 {
			r.Comment, r.Rating = "I said "+marker, 4
			if _, _, err := s.intake.Give(ctx, s.version, r); err != nil { // and changed it: there is a history
				t.Fatal(err)
			}
		}
	}
	m.traces(answers[0])
	return m
}

// traces writes what other parts of the program leave.
func (m *marked) traces(answer survey.ID) {
	m.sql(`INSERT INTO invitation (id, survey_id, contact_id, touchpoint_id, order_ref, state, nonce, key_id, token_hash, created_at, expires_at)
		SELECT %d, survey_id, %d, 0, 'O1%s', 'scheduled', %s, 1, %s, 1, 2 FROM response WHERE id = %d`, answer, m.id, marker, m.blob("00112233445566778899aabbccddeeff"), m.blob("aa"), answer)
	m.sql(`INSERT INTO ledger (id, at, invitation_id, contact_id, survey_id, decision, detail) VALUES (1, 1, %d, %d, 1, 'sent', '550 %s')`, answer, m.id, marker)
	m.sql(`INSERT INTO ledger (id, at, invitation_id, survey_id, decision, detail) VALUES (2, 1, %d, 1, 'sent', '551 %s')`, answer, marker)
	m.sql(`INSERT INTO mail (id, kind, invitation_id, contact_id, state, due_at, problem, created_at) VALUES (1, 'ask', %d, %d, 'sent', 1, '%s', 1)`, answer, m.id, marker)
	m.sql(`INSERT INTO mail (id, kind, recipient, content, state, due_at, created_at) VALUES (2, 'reply', 'Old%s@Shop.example', 'Dear %s', 'sent', 1, 1)`, marker, marker)
	m.sql(`INSERT INTO click (id, invitation_id, at, kind, rating) VALUES (1, %d, 1, 'open', 3)`, answer)
	m.sql(`INSERT INTO suppression (key, reason, email, at) VALUES (%s, 'unsubscribed', '%s@shop.example', 1)`,
		m.blob(fmt.Sprintf("%x", people.AddressKey(addressSecret, marker+"@shop.example"))), marker)
	m.sql(`INSERT INTO followup_case (id, person, contact_id, response_id, survey_id, touchpoint_id, language, cause, status, created_at, opened_at, due_at, search_text, changed_at)
		VALUES (1, 'c%d', %d, %d, 1, 0, 'en', 'class', 'new', 1, 1, 1, '%s', 1)`, m.id, m.id, answer, marker)
	m.sql(`INSERT INTO case_response (case_id, response_id, round, state) VALUES (1, %d, 1, 'stands')`, answer)
	m.sql(`INSERT INTO case_log (id, case_id, at, kind, body) VALUES (1, 1, 1, 'note', 'called %s')`, marker)
	m.sql(`INSERT INTO case_news (log_id) VALUES (1)`)
	m.sql(`INSERT INTO case_alert (user_id, log_id, what, at) VALUES (1, 1, 'mentioned', 1)`)
	m.sql(`INSERT INTO case_draft (case_id, user_id, kind, body, changed_at) VALUES (1, 1, 'note', '%s', 1)`, marker)
	m.sql(`INSERT INTO case_tag (case_id, tag) VALUES (1, '%s')`, marker)
	m.sql(`INSERT INTO case_round (case_id, no, ticket, opened_at, due_at, touchpoint_id) VALUES (1, 1, 1, 1, 1, 0)`)
	m.sql(`INSERT INTO case_presence (case_id, user_id, since_at, seen_at) VALUES (1, 1, 1, 1)`)
	m.sql(`INSERT INTO case_mention (case_id, log_id, user_id) VALUES (1, 1, 1)`)
	for _, values := range []string{
		`customer_order (id, external_id, contact_id, at, currency, amount, refund_told, refunded, status, kind) VALUES (1, 'O1%[2]s', %[1]d, 1, 'EUR', 900, 0, 100, 0, '')`,
		`customer_refund (id, external_id, order_id, at, amount) VALUES (1, 'R1%[2]s', 1, 1, 100)`,
		`customer_since (contact_id, acquired_at) VALUES (%[1]d, 1)`,
		`subscription (id, external_id, contact_id, started_at, currency, amount, span, spans, trial) VALUES (1, 'S%[2]s', %[1]d, 1, 'EUR', 900, 'month', 1, FALSE)`,
		`contract (id, external_id, contact_id, term_ends_at) VALUES (1, 'C%[2]s', %[1]d, 1)`,
		`opportunity (id, external_id, contact_id, agent, outcome, currency, amount) VALUES (1, 'P%[2]s', %[1]d, 'Ann', 0, 'EUR', 1)`,
		`ticket (id, external_id, contact_id, agent, created_at, excluded) VALUES (1, 'T%[2]s', %[1]d, 'Ann', 1, FALSE)`,
		`membership (contact_id, joined_at) VALUES (%[1]d, 1)`,
		`customer_standing (run_id, contact_id, currency, last_at, orders, net, r, f, m, segment, band) VALUES (1, %[1]d, 'EUR', 1, 1, 800, 1, 1, 1, 'lost', '')`,
		`reward (id, external_id, contact_id, at, kind, count) VALUES (1, 'W%[2]s', %[1]d, 1, 'earned', 1)`,
	} {
		m.sql(`INSERT INTO `+values, m.id, marker)
	}
	for i, state := range []string{"done", "mapping"} {
		m.sql(`INSERT INTO import_run (id, state, file, size, setup, trial, counts, created_by, created_at) VALUES (%d, '%s', 'f.csv', 1, '{"s":["%s@shop.example"]}', '{}', '{}', 1, 1)`, i+1, state, strings.ToUpper(marker))
		m.sql(`INSERT INTO import_reject (run_id, no, body) VALUES (%d, 1, 'a,%s@shop.example,bad')`, i+1, marker)
	}
	m.sql(`INSERT INTO import_chunk (run_id, no, body) VALUES (2, 0, %s)`, m.blob(fmt.Sprintf("%x", "email\n"+marker+"@shop.example\n")))
}

func (m *marked) blob(hexed string) string {
	if m.st.Engine() == store.Postgres {
		return `decode('` + hexed + `', 'hex')`
	}
	return `x'` + hexed + `'`
}

// tables lists all tables of the program.
func (m *marked) tables() []string {
	list := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'response_search_%' AND name NOT LIKE 'case_search_%'`
	if m.st.Engine() == store.Postgres {
		list = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	return strings.Fields(m.sql("%s", list))[1:]
}

// found are the tables whose rows hold the marker.
func (m *marked) found() (names []string) {
	for _, table := range m.tables() {
		if table == "response_search" || table == "case_search" {
			continue // searched below
		}
		text := strings.ToLower(m.sql(`SELECT * FROM %s`, table))
		if strings.Contains(text, marker) || strings.Contains(text, fmt.Sprintf("%x", marker)) {
			names = append(names, table)
		}
	}
	return names
}

func (m *marked) searched() string {
	if m.st.Engine() == store.Postgres {
		return strings.TrimSpace(strings.TrimPrefix(m.sql(`SELECT count(*) FROM response_search WHERE words @@ CAST('%s' AS tsquery)`, marker), "count\n"))
	}
	_, n, _ := strings.Cut(m.sql(`SELECT count(*) FROM response_search WHERE response_search MATCH '%s'`, marker), "\n")
	return strings.TrimSpace(n)
}

func TestErase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		m, ctx := mark(t, st), t.Context()
		before := m.found()
		if len(before) < 15 || m.searched() != "2" {
			t.Fatalf("the marker is only in %s, and %s answers are found", before, m.searched())
		}
		done, err := m.privacy.EraseAddress(ctx, " OLD"+marker+"@shop.example")
		if err != nil || !done.Known || done.Responses != 2 || done.Comments != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		if left := m.found(); len(left) > 0 || m.searched() != "0" {
			t.Errorf("the marker is still in %s, and %s answers are found", left, m.searched())
		}
		m.scoresStay()
		if got, want := m.sql(`SELECT external_id, contact_id, amount, refunded FROM customer_order`), "external_id\tcontact_id\tamount\trefunded\nerased:1\t"+m.id.String()+"\t900\t100\n"; got != want {
			t.Errorf("what they paid: %q, want %q", got, want)
		}
		for _, name := range []string{"old", ""} {
			results, err := m.people.Take(ctx, []people.Row{{Contact: survey.Contact{Email: name + strings.ToUpper(marker) + "@shop.example"}}})
			if err != nil || results[0].Refused != people.WasErased {
				t.Errorf("%s comes back: %+v, %v", name, results, err)
			}
		}
		for _, number := range []string{"N", "M"} { // a former number and the newest one
			results, err := m.people.Take(ctx, []people.Row{{Contact: survey.Contact{ExternalID: number + marker}}})
			if err != nil || results[0].Refused != people.WasErased {
				t.Errorf("%s comes back by number: %+v, %v", number, results, err)
			}
		}
		if _, err := m.privacy.Find(ctx, marker+"@shop.example"); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("they are found: %v", err)
		}
		if _, err := m.privacy.Erase(ctx, m.id); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("again: %v", err)
		}
		if got, err := st.Contact(ctx, m.other); err != nil || got.Email != "other@shop.example" {
			t.Errorf("the other person: %+v, %v", got, err)
		}
		if since, err := st.ScrubSince(ctx); err != nil || !since.Equal(noon) {
			t.Errorf("to be scrubbed since %v, %v", since, err)
		}
		if err := st.Scrub(ctx); err != nil {
			t.Fatal(err)
		}
		if since, err := st.ScrubSince(ctx); err != nil || !since.IsZero() {
			t.Errorf("afterwards: %v, %v", since, err)
		}
		if st.Engine() == store.SQLite {
			m.notInFiles()
		}
	})
}

// scoresStay sees that the answers count as before, as those of nobody.
func (m *marked) scoresStay() {
	m.t.Helper()
	diffs, err := m.st.CheckRollups(context.Background(), time.UTC)
	if err != nil || len(diffs) > 0 {
		m.t.Errorf("sums differ: %+v, %v", diffs, err)
	}
	want := "rating\tcontact_id\tcomment\n2\t" + m.other.String() + "\twe are others\n4\tNULL\tNULL\n9\tNULL\tNULL\n"
	if got := m.sql(`SELECT rating, contact_id, comment FROM response ORDER BY rating`); got != want {
		m.t.Errorf("answers:\n%s", got)
	}
}

// notInFiles looks for the marker in the bytes of the database and its log.
func (m *marked) notInFiles() {
	m.t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		text, err := os.ReadFile(m.st.Path() + suffix)
		if err != nil {
			m.t.Fatal(err)
		}
		text = bytes.ToLower(text)
		if n := bytes.Count(text, []byte(marker)) + bytes.Count(text, []byte("xqvmark")); n > 0 {
			m.t.Errorf("the marker is %d times in the file%s of %d bytes", n, suffix, len(text))
		}
	}
}

// TestMarkerIsInTheFileWithoutErasing holds the test above to finding what is there.
func TestMarkerIsInTheFileWithoutErasing(t *testing.T) {
	st := storetest.SQLite(t)
	m := mark(t, st)
	if err := st.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(m.st.Path())
	if err != nil || bytes.Count(bytes.ToLower(text), []byte(marker)) < 20 {
		t.Errorf("%d times, %v", bytes.Count(bytes.ToLower(text), []byte(marker)), err)
	}
}

func TestCopyOfAPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		m, ctx := mark(t, st), t.Context()
		c, err := m.privacy.Find(ctx, "Old"+marker+"@shop.example")
		if err != nil || c.ID != m.id {
			t.Fatalf("%+v, %v", c, err)
		}
		got, err := m.privacy.Copy(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{
			"contact", "contact_alias", "contact_merge", "occasion", "invitation", "ledger", "mail", "click", "response", "answer", "response_history", "followup_case", "case_log", "case_tag", "case_draft",
			"customer_order", "customer_refund", "customer_since", "subscription", "contract", "opportunity", "ticket", "membership", "reward", "customer_standing",
		} {
			if len(got.Stored[table]) == 0 {
				t.Errorf("nothing of %s: %s", table, text)
			}
		}
		for _, secret := range []string{"nonce", "token_hash", "we are others", "other@shop"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("it has %s", secret)
			}
		}
		if got.Stopped != people.Unsubscribed || !bytes.Contains(text, []byte(`"created_at":"2026-11-22T12:00:00Z"`)) || !bytes.Contains(text, []byte(`"properties":{"card":`)) {
			t.Errorf("%s", text)
		}
	})
}

// TestEveryTableIsKnown fails when a table is added and nobody has said whether it holds something about people.
func TestEveryTableIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		m := &marked{shop: &shop{st: st}, t: t}
		about := map[string]bool{}
		for _, table := range store.PersonTables() {
			about[table] = true
		}
		for _, table := range m.tables() {
			if !about[table] && !holdsNobody(table) {
				t.Errorf("does %s hold something about a person? Then add it to personParts, and to this test's traces", table)
			}
		}
	})
}

func holdsNobody(table string) bool {
	for _, prefix := range []string{"river_", "goose_"} {
		if strings.HasPrefix(table, prefix) {
			return true // the tools' own
		}
	}
	switch table {
	case "suppression", "import_run", "import_chunk", "import_reject", "response_search", "case_search": // by other ways
		return true
	case "response_key": // hashes of an import's ids
		return true
	case "setting", "touchpoint", "survey", "survey_version", "survey_link", "rollup", "repeat_count", "event", "goal", "goal_value", "writer_lease", "ask_rule", "funnel", "case_reason", "case_rule", "saved_view", "reply_template":
		return true // what staff write about surveys
	case "cost", "quota", "stage_stay", "manual_figure", "feed", "feed_currency", "figure", "segment_run", "segment_rollup":
		return true // the shop's own figures, and how long deals stayed in stages: of a person they hold no more than the row of opportunity
	case "staff", "session", "account_link", "attempt", "audit", "audit_head", "alert_choice", "api_key", "api_reply":
		return true // about staff and programs; the audit log and replies name people by ids and keys only
	}
	return false
}
