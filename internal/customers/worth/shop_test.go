package worth_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// now is when the job runs in these tests.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const dayTime = 24 * time.Hour

type order struct {
	customer         int
	currency         string
	at               time.Time
	amount, refunded int64
	status           int
}

func (o order) counts() bool {
	return o.status == 0 && o.at.Before(now) && (o.amount == 0 || o.refunded < o.amount)
}

type said struct {
	id, customer, version, touchpoint, rating, status int
	at                                                time.Time
	cased                                             bool // it opened a case
	resolved                                          time.Time
}

type invited struct {
	customer int
	at       time.Time
	bounced  bool
}

// shop is the raw facts of a random shop, which a recount looks at directly. Versions 1 and 2 are of an NPS survey, 3 is of a CSAT survey.
type shop struct {
	customers int
	orders    []order
	answers   []said
	asked     []invited
}

func schemeOf(version int) (surveyID int64, scheme scoring.Scheme) {
	if version == 3 {
		return 2, scoring.CSAT5
	}
	return 1, scoring.NPS11
}

func (a said) class() scoring.Class {
	_, scheme := schemeOf(a.version)
	return scheme.Class(a.rating)
}

// randomShop has few customers, so that there are ties, empty classes and single customers; times fall on the edges of the periods that count.
func randomShop(random *rand.Rand) shop {
	s := shop{customers: 1 + random.IntN(30)}
	when := func(days int) time.Time {
		at := now.Add(-time.Duration(random.IntN(days)) * dayTime)
		if random.IntN(2) == 0 {
			at = at.Add(-time.Duration(random.IntN(86400)) * time.Second)
		}
		return at
	}
	for c := 1; c <= s.customers; c++ {
		for range random.IntN(6) {
			o := order{customer: c, currency: []string{"EUR", "EUR", "PLN"}[random.IntN(3)], at: when(1000), amount: random.Int64N(5) * 1000}
			if random.IntN(5) == 0 {
				o.refunded = random.Int64N(o.amount + 1)
			}
			if random.IntN(8) == 0 {
				o.status = 1 + random.IntN(2)
			}
			s.orders = append(s.orders, o)
		}
		for range random.IntN(4) {
			a := said{id: len(s.answers) + 1, customer: c, version: 1 + random.IntN(3), touchpoint: random.IntN(3), at: when(900)}
			a.rating = random.IntN(11)
			if a.version == 3 {
				a.rating = 1 + random.IntN(5)
			}
			if random.IntN(8) == 0 {
				a.status = 1
			}
			if a.class() == scoring.ClassWorst && random.IntN(2) == 0 {
				a.cased = true
				if random.IntN(2) == 0 {
					a.resolved = a.at.Add(time.Duration(random.IntN(200)) * dayTime)
				}
			}
			s.answers = append(s.answers, a)
		}
		for range random.IntN(3) {
			s.asked = append(s.asked, invited{c, when(40), random.IntN(4) == 0})
		}
	}
	return s
}

// run executes a statement.
func run(t *testing.T, st *store.Store, format string, args ...any) string {
	t.Helper()
	statement := fmt.Sprintf(format, args...)
	var out bytes.Buffer
	if err := st.Shell(context.Background(), &out, statement, !strings.HasPrefix(statement, "SELECT")); err != nil {
		t.Fatalf("%.300s: %v", statement, err)
	}
	return out.String()
}

// publish stores the surveys once.
func publish(t *testing.T, st *store.Store) {
	t.Helper()
	for i, scheme := range []scoring.Scheme{scoring.NPS11, scoring.CSAT5} {
		v := survey.Survey{Name: "S", State: survey.Live, CreatedAt: now, ChangedAt: now, Edited: survey.Definition{Questions: []survey.Question{
			{No: 1, Kind: survey.Rating, Scheme: scheme, Text: survey.Text{"en": "?"}},
		}}}
		if err := st.CreateSurvey(t.Context(), &v); err != nil {
			t.Fatal(err)
		}
		for range 2 - i {
			version := survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: now}
			if err := st.CreateVersion(t.Context(), &version); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := run(t, st, `SELECT survey_id, id FROM survey_version ORDER BY id`); got != "survey_id\tid\n1\t1\n1\t2\n2\t3\n" {
		t.Fatalf("versions: %s", got)
	}
}

func null(at time.Time) string {
	if at.IsZero() {
		return "NULL"
	}
	return fmt.Sprint(at.UnixMilli())
}

// store writes the shop in place of the one before it.
func (s shop) store(t *testing.T, st *store.Store) {
	t.Helper()
	for _, table := range []string{"customer_order", "response", "case_response", "case_round", "followup_case", "invitation", "contact", "feed_currency"} {
		run(t, st, `DELETE FROM %s`, table)
	}
	insert := func(into string, rows []string) {
		for len(rows) > 0 {
			n := min(len(rows), 200)
			run(t, st, `INSERT INTO %s VALUES %s`, into, strings.Join(rows[:n], ","))
			rows = rows[n:]
		}
	}
	var rows []string
	for c := 1; c <= s.customers; c++ {
		rows = append(rows, fmt.Sprintf("(%d, 1)", c))
	}
	insert("contact (id, created_at)", rows)
	insert("feed_currency (kind, currency)", []string{"('orders', 'EUR')", "('orders', 'PLN')"})
	rows = nil
	for i, o := range s.orders {
		rows = append(rows, fmt.Sprintf("(%d, 'n%d', %d, %d, '%s', %d, %d, %d, %d, '')", i+1, i, o.customer, o.at.UnixMilli(), o.currency, o.amount, o.refunded, o.refunded, o.status))
	}
	insert("customer_order (id, external_id, contact_id, at, currency, amount, refund_told, refunded, status, kind)", rows)
	rows = nil
	var cases, rounds, joined []string
	for _, a := range s.answers {
		surveyID, _ := schemeOf(a.version)
		rows = append(rows, fmt.Sprintf("(%d, %d, %d, %d, 'en', %d, %d, %d, %d, 0, 0, 0, %d)", a.id, surveyID, a.version, a.touchpoint, a.at.UnixMilli(), a.rating, a.class(), a.status, a.customer))
		if a.cased { // every answer has a case of its own here; staff opened it again once, so its ticket is resolved with its second round
			cases = append(cases, fmt.Sprintf("(%d, 'r%d', %d, %d, %d, 0, 'en', 'class', 'new', 1, 1, 1, 1)", a.id, a.id, a.customer, a.id, surveyID))
			joined = append(joined, fmt.Sprintf("(%d, %d, 1, 'stands')", a.id, a.id))
			again := a.at.Add(time.Hour)
			rounds = append(rounds, fmt.Sprintf("(%d, 1, 1, %d, 1, 0, %d)", a.id, a.at.UnixMilli(), again.UnixMilli()), fmt.Sprintf("(%d, 2, 1, %d, 1, 0, %s)", a.id, again.UnixMilli(), null(a.resolved)))
		}
	}
	insert("response (id, survey_id, version_id, touchpoint_id, language, answered_at, rating, class, status, channel, flags, revision, contact_id)", rows)
	insert("followup_case (id, person, contact_id, response_id, survey_id, touchpoint_id, language, cause, status, created_at, opened_at, due_at, changed_at)", cases)
	insert("case_response (case_id, response_id, round, state)", joined)
	insert("case_round (case_id, no, ticket, opened_at, due_at, touchpoint_id, resolved_at)", rounds)
	rows = nil
	nonce := map[store.Engine]string{store.SQLite: "x'00'", store.Postgres: "decode('00', 'hex')"}[st.Engine()]
	for i, v := range s.asked {
		bounced := time.Time{}
		if v.bounced {
			bounced = v.at
		}
		rows = append(rows, fmt.Sprintf("(%d, 1, %d, 0, 'sent', %s, 1, 1, 2, %d, %s)", i+1, v.customer, nonce, v.at.UnixMilli(), null(bounced)))
	}
	insert("invitation (id, survey_id, contact_id, touchpoint_id, state, nonce, key_id, created_at, expires_at, sent_at, bounced_at)", rows)
}

// service is the job's part over a store.
func service(st *store.Store) *worth.Service {
	return &worth.Service{Store: st, Now: func() time.Time { return now }, Zone: func() *time.Location { return time.UTC }, Account: func() string { return "a shop" }}
}

// line is a row as Shell prints it.
func line(cells ...any) string {
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = fmt.Sprint(c)
	}
	return strings.Join(texts, "\t") + "\n"
}

// cut takes the heading off what Shell printed.
func cut(printed string) (heading, rows string, ok bool) { return strings.Cut(printed, "\n") }
