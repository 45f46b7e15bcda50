package portage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// full is a survey with every kind of question.
func full() survey.Definition {
	return survey.Definition{AskComment: true, Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, CantSay: true, Text: survey.Text{"en": "How likely?"}},
		{No: 2, Kind: survey.Rating, Scheme: scoring.CSAT5, CantSay: true, Text: survey.Text{"en": "The delivery?"}},
		{No: 3, Kind: survey.Multiple, Options: []survey.Text{{"en": "a"}, {"en": "b"}, {"en": "c"}}, Text: survey.Text{"en": "Which?"}},
		{No: 4, Kind: survey.Single, Options: []survey.Text{{"en": "a"}, {"en": "b"}}, Text: survey.Text{"en": "Which one?"}},
		{No: 5, Kind: survey.Open, Text: survey.Text{"en": "Else?"}},
	}}
}

// awkward are texts that spreadsheets and CSV readers spoil.
var awkward = []string{
	"", "plain", "=1+1", "+7 900", "-", "@x", "'=x", "''", "a,b;c\td", "\"quoted\"", "two\nlines", " ", "＝x", "'", "Столът \u00ab;\u00bb", "0", "1e5", "null", "日本", "x\"\n=y",
}

// give stores responses of every kind, and gives them back.
func (p *port) give(n int) {
	p.t.Helper()
	ctx := context.Background()
	var tps [2]survey.Touchpoint
	for i := range tps {
		tps[i] = survey.Touchpoint{Key: fmt.Sprintf("place-%d", i), Names: survey.Text{"en": fmt.Sprintf("Place no %d", i)}}
		if err := p.st.CreateTouchpoint(ctx, &tps[i]); err != nil {
			p.t.Fatal(err)
		}
	}
	who, err := p.st.EnsureContact(ctx, survey.Contact{ID: p.ids.Next(), Email: "ann@example.org", CreatedAt: noon})
	if err != nil {
		p.t.Fatal(err)
	}
	var recs []survey.Record
	for i := range n {
		text := survey.Clean(awkward[i%len(awkward)])
		r := survey.Response{
			ID: p.ids.Next(), SurveyID: p.target.Survey.ID, VersionID: p.target.Version.ID, Rating: i%12 - 1, Comment: text, AnsweredAt: noon.Add(-time.Duration(i) * 12_345_678 * time.Millisecond),
			Language: []string{"", "bg", "pl"}[i%3], OrderRef: text, Status: survey.Status(i % 4), Touchpoint: []int64{0, tps[0].ID, tps[1].ID}[i%3],
		}
		if r.Rating == survey.NoRating {
			r.CantSay = true
		}
		if i%5 == 0 {
			r.AnsweredAt, r.DateOnly = time.Date(2026, 3, 1+i%20, 12, 0, 0, 0, time.UTC), true
		}
		if i%2 == 0 {
			r.ExternalID = fmt.Sprintf("%s#%d", text, i)
			r.ContactID = who
		}
		r.Put(survey.Answer{Question: 2, Rating: i%5 + 1})
		r.Put(survey.Answer{Question: 3, Rating: survey.NoRating, Options: uint16(i % 8)})
		r.Put(survey.Answer{Question: 4, Rating: survey.NoRating, CantSay: i%2 == 0, Options: uint16(i % 2)})
		r.Put(survey.Answer{Question: 5, Rating: survey.NoRating, Text: text})
		r.Classify(p.target.Version.Definition)
		recs = append(recs, survey.NewRecord(r, p.target.Version.Definition, time.UTC))
	}
	if refused, err := p.st.Apply(ctx, recs); err != nil || slices.ContainsFunc(refused, func(err error) bool { return err != nil }) {
		p.t.Fatal(refused, err)
	}
}

func (p *port) export(f portage.ExportFormat, from, to time.Time) (string, int64) {
	p.t.Helper()
	zone, err := time.LoadLocation("Europe/Sofia")
	if err != nil {
		p.t.Fatal(err)
	}
	var out bytes.Buffer
	e := portage.Export{Store: p.st, SurveyID: p.target.Survey.ID, Zone: zone, Format: f, From: from, To: to}
	n, err := e.Run(context.Background(), &out)
	if err != nil {
		p.t.Fatal(err)
	}
	return out.String(), n
}

func TestWhatGoesOutComesBackTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const n = 240
		p := openPort(t, st, "Shop", full())
		p.give(n)
		file, wrote := p.export(portage.CSV, time.Time{}, time.Time{})
		if wrote != n {
			t.Fatalf("%d responses were written of %d", wrote, n)
		}
		other := openPort(t, storetest.SQLite(t), "Copy", full())
		got := other.take([]byte(file), "", nil)
		if got.counts.Added != n {
			t.Fatalf("%+v:\n%s", got.counts, got.rejects)
		}
		ignore := cmpopts.IgnoreFields(survey.Response{}, "ID", "SurveyID", "VersionID", "Channel", "ContactID", "Touchpoint")
		want, have := p.responses(), other.responses()
		if diff := cmp.Diff(want, have, ignore, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("what came back differs:\n%s", diff)
		}
		again, _ := other.export(portage.CSV, time.Time{}, time.Time{})
		if a, b := withoutIDs(file), withoutIDs(again); a != b {
			t.Errorf("the second export differs from the first:\n%s", cmp.Diff(a, b))
		}
		other.checkRollups()
	})
}

func TestAnExportAddsNothingWhereItCameFrom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const n = 240
		p := openPort(t, st, "Shop", full())
		p.give(n)
		file, _ := p.export(portage.CSV, time.Time{}, time.Time{})
		dry := p.take([]byte(file), "", func(im *portage.Import) { im.DryRun = true })
		got := p.take([]byte(file), "", nil)
		if got.counts.Known != n || got.counts.Added+got.counts.Bad != 0 || dry.counts.Known != n {
			t.Errorf("%+v, on trial %+v, rejects:\n%s", got.counts, dry.counts, got.rejects)
		}
		if all := len(p.responses()); all != n {
			t.Errorf("%d responses are there, want %d", all, n)
		}
		p.checkRollups()

		// The numbers say nothing in another survey; there its second import is the one that adds nothing.
		other := openPort(t, st, "Copy", full())
		if got := other.take([]byte(file), "", nil); got.counts.Added != n {
			t.Errorf("in another survey: %+v, rejects:\n%s", got.counts, got.rejects)
		}
		if got := other.take([]byte(file), "", nil); got.counts.Known != n {
			t.Errorf("in another survey for the second time: %+v", got.counts)
		}
	})
}

func TestANumberOfAnotherInstallationIsNotOurs(t *testing.T) {
	p := openPort(t, storetest.SQLite(t), "Shop", full())
	p.give(1)
	id := p.responses()[0].ID
	row := func(id, day string) []byte { return []byte("own_id,time,rating\n" + id + "," + day + ",9\n") }
	for _, c := range []struct {
		file        []byte
		added, lost int64
	}{
		{row(id.String(), "2025-01-01 10:00:00Z"), 1, 0}, // answered at another time, so another answer
		{row("", "2025-01-02 10:00:00Z"), 1, 0},
		{row("12345", "2025-01-03 10:00:00Z"), 1, 0},
		{row("1.80144E+17", "2025-01-04 10:00:00Z"), 0, 1}, // what a spreadsheet leaves of it
	} {
		if got := p.take(c.file, "own_id=own_id", nil); got.counts.Added != c.added || got.counts.Bad != c.lost {
			t.Errorf("%s: %+v", c.file, got.counts)
		}
	}
}

// withoutIDs leaves our own numbers of the responses out: they are new on the other side.
func withoutIDs(file string) string {
	var out strings.Builder
	for line := range strings.Lines(file) {
		if id, rest, ok := strings.Cut(line, ","); ok && len(id) > 15 && strings.Trim(id, "0123456789") == "" {
			line = "," + rest
		}
		out.WriteString(line)
	}
	return out.String()
}

func TestAnExportIsBoundedByTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := openPort(t, st, "Shop", full())
		p.give(60)
		from, to := noon.AddDate(0, 0, -3), noon.AddDate(0, 0, -1)
		want := 0
		for _, r := range p.responses() {
			if !r.AnsweredAt.Before(from) && r.AnsweredAt.Before(to) {
				want++
			}
		}
		text, n := p.export(portage.JSONL, from, to)
		if n != int64(want) || want == 0 {
			t.Errorf("%d responses of %d in the time", n, want)
		}
		for line := range strings.Lines(text) {
			var v struct {
				Rating *int
				Time   string
				Status string
			}
			if err := json.Unmarshal([]byte(line), &v); err != nil || v.Time == "" || v.Status == "" {
				t.Errorf("%s: %v", line, err)
			}
		}
		if all, _ := p.export(portage.JSONL, time.Time{}, time.Time{}); !strings.Contains(all, `"rating":0,`) || !strings.Contains(all, `"rating":null,"cant_say":true`) {
			t.Errorf("0 and none are not told apart:\n%.600s", all)
		}
	})
}

// counter counts what is written.
type counter struct{ most uint64 }

func (c *counter) Write(b []byte) (int, error) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	c.most = max(c.most, m.HeapAlloc)
	return len(b), nil
}

func TestAnExportsMemoryDoesNotGrowWithTheRows(t *testing.T) {
	peak := func(rows int) uint64 {
		p := openPort(t, storetest.SQLite(t), "Shop", define(scoring.NPS11))
		p.take(bulk(rows), "", nil)
		c := &counter{}
		e := portage.Export{Store: p.st, SurveyID: p.target.Survey.ID, Zone: time.UTC, Format: portage.CSV}
		if n, err := e.Run(context.Background(), c); err != nil || n != int64(rows) {
			t.Fatal(n, err)
		}
		return c.most
	}
	small, large := peak(15_000), peak(150_000)
	t.Logf("%d KiB for 15,000 rows, %d KiB for 150,000", small>>10, large>>10)
	if large > 3*small && large > 32<<20 {
		t.Errorf("%d bytes for ten times the rows that took %d", large, small)
	}
}
