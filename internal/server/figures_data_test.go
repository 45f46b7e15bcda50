package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// seen is a figure that people and programs must see the same.
type seen struct {
	metric, mode, period string
	panel                string // how the formula ends on the page
	value                string // in files and for programs
}

// realFigures are those of every order of a cohort of customers, and of a pipeline, computed elsewhere.
var realFigures = []seen{
	{"repeat-purchase-rate", "in_window", "1997-01-01_1998-06-30", "100 × 11,662 ÷ 23,570 = 49.478%", "49.4782"},
	{"repeat-purchase-ratio", "in_window", "1997-01-01_1998-06-30", "11,662 ÷ 11,908 = 0.9793", "0.97934"},
	{"repurchase-rate", "next_period", "1997-01", "100 × 1,157 ÷ 7,846 = 14.746%", "14.7464"},
	{"historic-customer-lifetime-value", "to_date", "1997-01-01_1998-06-30", "2,500,315.63\u00a0USD ÷ 23,570 = 106.08", "106.08043"},
	{"close-rate", "closed", "2016-01-01_2017-12-31", "100 × 4,238 ÷ 6,711 = 63.150%", "63.1501"},
	{"close-rate", "closed", "2017-q4", "100 × 1,196 ÷ 1,985 = 60.252%", "60.2519"},
	{"close-rate", "funnel", "2017-q4", "100 × 1,196 ÷ 3,574 = 33.464%", "33.4639"},
}

// smallFigures are those of small files with the same columns.
var smallFigures = []seen{
	{"repeat-purchase-rate", "in_window", "2026-q1", "100 × 3 ÷ 4 = 75.000%", "75.0000"},
	{"close-rate", "closed", "2017-q4", "100 × 1 ÷ 2 = 50.000%", "50.0000"},
}

// TestRealFeedsAreSeenTheSame brings in the files of the folder SURVEYD_DATA through the pages, and reads their figures on a page, in a file and through the API.
// Without it small files of our own stand in.
func TestRealFeedsAreSeenTheSame(t *testing.T) {
	folder, figures := os.Getenv("SURVEYD_DATA"), realFigures
	orders := "cdnow_orders.csv"
	if folder == "" {
		fmt.Println("SURVEYD_DATA names no folder of real data: small files stand in for it")
		folder, figures, orders = filepath.Join("..", "customers", "testdata"), smallFigures, "orders.csv"
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := newSiteOn(t, st, func(d *server.Deps) {
			d.Imports.Desk.Limit = 16 << 20
			atWork(t, st, d.Figures.Figures)
		})
		s.now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
		admin := s.add("chief", account.Admin)
		b, program := s.signedIn("chief"), s.program(admin, account.Scopes()...)
		b.bringIn("1", filepath.Join(folder, orders), "use.0", "number", "use.1", "customer", "use.2", "time", "use.3", "amount_minor", "currency", "USD")
		b.bringIn("2", filepath.Join(folder, "crm_opportunities.csv"), "use.0", "number", "use.1", "agent", "use.4", "outcome", "use.5", "time", "use.6", "ends", "use.7", "amount", "currency", "USD")
		for _, want := range figures {
			want.check(t, b, program)
		}
		if len(figures) == len(realFigures) {
			b.post("/settings/figures", "once", "1").wants(t, http.StatusSeeOther)
			seen{"repeat-purchase-rate", "in_window", "1997-01-01_1998-06-30", "100 × 11,516 ÷ 23,570 = 48.859%", "48.8587"}.check(t, b, program)
		}
	})
}

// atWork has figures made in the background, as serve does.
func atWork(t *testing.T, st *store.Store, figures *customers.Figures) {
	t.Helper()
	jobs := st.NewJobs(slog.New(slog.DiscardHandler))
	jobs.Handle(customers.FiguresKind, figures.Work)
	if err := jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := jobs.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// bringIn imports a file through the pages; id is the number that its import gets, setup what its columns hold.
func (b *browser) bringIn(id, path string, setup ...string) {
	b.s.t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		b.s.t.Fatal(err)
	}
	work := func() {
		b.s.t.Helper()
		if err := b.s.desk.Work(b.s.t.Context()); err != nil {
			b.s.t.Fatal(err)
		}
	}
	b.upload("/imports", filepath.Base(path), string(file)).wants(b.s.t, http.StatusSeeOther)
	b.post("/imports/"+id+"/check", append([]string{"zone", "UTC", "at", "", "order", ""}, setup...)...).wants(b.s.t, http.StatusSeeOther)
	work()
	b.post("/imports/"+id+"/start").wants(b.s.t, http.StatusSeeOther)
	work()
	b.get("/imports/"+id).wants(b.s.t, http.StatusOK, "Imported")
}

func (want seen) check(t *testing.T, b, program *browser) {
	t.Helper()
	var told struct {
		Renewing bool
		Figure   struct {
			Known bool
			Value json.Number
		}
	}
	for tries := 0; ; tries++ {
		p := program.get("/api/v1/metrics/" + want.metric + "?mode=" + want.mode + "&period=" + want.period)
		p.wants(t, http.StatusOK)
		if err := json.Unmarshal([]byte(p.body), &told); err != nil {
			t.Fatal(err)
		}
		if told.Figure.Known && !told.Renewing {
			break
		}
		if tries == 400 {
			t.Fatalf("%s is never made", want.metric)
		}
		time.Sleep(time.Second / 2) // until the job is done: programs may not ask for ever
	}
	if told.Figure.Value.String() != want.value {
		t.Errorf("%s %s: programs read %s, want %s", want.metric, want.mode, told.Figure.Value, want.value)
	}
	query := "?mode=" + want.mode + "&period=" + want.period
	doc := shown(t, b, "/metrics/"+want.metric+query)
	if got := strings.Join(strings.FieldsFunc(doc.Find("dl.formula dd").Last().Text(), func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), " "); !strings.HasPrefix(got, want.panel) {
		t.Errorf("%s %s: the page says %q, want %q", want.metric, want.mode, got, want.panel)
	}
	rows := table(t, b, "/metrics/"+want.metric+"/trend.csv"+query)
	if got := rows[len(rows)-1][4]; got != want.value {
		t.Errorf("%s %s: the file ends with %s, want %s", want.metric, want.mode, got, want.value)
	}
}
