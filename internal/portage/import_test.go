package portage_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// define is a survey of one question, or of the three of a loyalty index.
func define(s scoring.Scheme) survey.Definition {
	d := survey.Definition{AskComment: true}
	n := 1
	if s == scoring.CLI6 {
		n = 3
	}
	for no := 1; no <= n; no++ {
		d.Questions = append(d.Questions, survey.Question{No: no, Kind: survey.Rating, Scheme: s, CantSay: true, Text: survey.Text{"en": "How?"}})
	}
	return d
}

// port imports files into one survey.
type port struct {
	t      testing.TB
	st     *store.Store
	ids    *survey.IDs
	target portage.Target
}

func openPort(t testing.TB, st *store.Store, name string, d survey.Definition) *port {
	t.Helper()
	target, err := portage.OpenTarget(context.Background(), st, name, d.Scheme(), func(scoring.Scheme) survey.Definition { return d }, noon, false)
	if err != nil {
		t.Fatal(err)
	}
	target.Zone = time.UTC
	ids, err := survey.NewIDs(target.Survey.ID, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return &port{t: t, st: st, ids: ids, target: target}
}

type take struct {
	counts  portage.Counts
	rejects string
}

// take imports a file as the command does: it looks at it first.
func (p *port) take(file []byte, mapping string, edit func(*portage.Import)) take {
	p.t.Helper()
	guess, err := portage.DetectEncoding(bytes.NewReader(file))
	if err != nil {
		p.t.Fatal(err)
	}
	sheet, err := portage.ReadSheet(bytes.NewReader(file), portage.Format{Encoding: guess.Encoding})
	if err != nil {
		p.t.Fatal(err)
	}
	given, err := portage.Answers.ParseMapping(mapping, sheet.Header)
	if err != nil {
		p.t.Fatal(err)
	}
	m := portage.Answers.Guess(sheet.Header, given)
	var rejects bytes.Buffer
	rw := portage.NewRejectWriter(&rejects, sheet.Header, portage.Sentence)
	im := &portage.Import{
		Store: p.st, IDs: p.ids, Now: func() time.Time { return noon }, Target: p.target, Format: sheet.Format, Language: "en", Hooks: portage.Hooks{OnReject: rw.Write},
		Options: portage.Options{Mapping: m, Zone: time.UTC, At: noon, Order: sheet.OrderIn(m)},
	}
	if edit != nil {
		edit(im)
	}
	counts, err := im.Run(context.Background(), bytes.NewReader(file))
	if err != nil {
		p.t.Fatal(err)
	}
	return take{counts, rejects.String()}
}

func (p *port) responses() (all []survey.Response) {
	p.t.Helper()
	err := p.st.EachResponse(context.Background(), store.ResponseRange{SurveyID: p.target.Survey.ID}, func(r survey.Response) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

func (p *port) checkRollups() {
	p.t.Helper()
	if diffs, err := p.st.CheckRollups(context.Background(), time.UTC); err != nil || len(diffs) > 0 {
		p.t.Errorf("the rollups differ from the answers: %v, err %v", diffs, err)
	}
}

func TestAnImportTakesGoodRowsAndGivesBadOnesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := openPort(t, st, "Shop", define(scoring.NPS11))
		file := "id;rating;comment;stage;date;email\n" +
			"1;0;\"Столът; \"\"нов\"\"\";Доставка;2026-11-01 10:00:00;Ann@example.org\n" +
			"2;11;too much;Доставка;2026-11-01 10:00:00;\n" +
			"3;;only words;delivery_late;2026-11-02;C-17\n" +
			"4;ten;;;2026-11-01;\n" +
			"5;;;;2026-11-01;\n" +
			"6;9;short\n" +
			"7;I can't say;;;2026-11-01;ann@EXAMPLE.org\n" +
			"8;7;;;1 November;\n" +
			"9;10;\"never closed;;;\n" +
			"10;10;;;2026-11-03;C-17\n"
		got := p.take([]byte(file), "", nil)
		if c := got.counts; c.Read != 10 || c.Added != 4 || c.Bad != 6 || c.Comments != 2 {
			t.Errorf("counts %+v, want 4 of 10 added, 2 with a comment", c)
		}
		for _, reason := range []portage.Reason{portage.OutOfScale, portage.NotANumber, portage.Empty, portage.WrongColumns, portage.TimeUnread, portage.BadQuote} {
			if got.counts.Reasons[reason] != 1 || !strings.Contains(got.rejects, portage.Sentence(reason)) {
				t.Errorf("the row with %q did not come back once:\n%s", reason, got.rejects)
			}
		}
		rs := p.responses()
		if rs[0].Rating != 0 || rs[0].Class != scoring.ClassWorst || rs[0].Comment != `Столът; "нов"` {
			t.Errorf("the first row became %+v", rs[0])
		}
		if rs[1].Rating != survey.NoRating || !rs[1].DateOnly || !rs[2].CantSay {
			t.Errorf("rows without a rating became %+v and %+v", rs[1], rs[2])
		}
		if rs[0].ContactID == 0 || rs[0].ContactID != rs[2].ContactID || rs[1].ContactID != rs[3].ContactID || rs[0].ContactID == rs[1].ContactID {
			t.Errorf("contacts %v %v %v %v, want two people", rs[0].ContactID, rs[1].ContactID, rs[2].ContactID, rs[3].ContactID)
		}
		tps, err := st.Touchpoints(context.Background())
		if err != nil || len(tps) != 2 || tps[0].Key != "dostavka" || tps[1].Key != "delivery_late" {
			t.Errorf("touchpoints %+v, err %v", tps, err)
		}
		p.checkRollups()
		again := p.take([]byte(file), "", nil)
		if c := again.counts; c.Added != 0 || c.Known != 4 || c.Bad != 6 {
			t.Errorf("the second time: %+v, want nothing new", c)
		}
		p.checkRollups()
	})
}

func TestRowsWithoutAnIDRepeatOnlyAsOftenAsInTheFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := openPort(t, st, "Shop", define(scoring.CSAT5))
		file := []byte("rating,comment\n5,fine\n5,fine\n5,fine\n4,\n")
		dry := p.take(file, "", func(im *portage.Import) { im.DryRun = true })
		if dry.counts.Added != 4 || len(p.responses()) != 0 {
			t.Errorf("the trial says %+v and stored %d", dry.counts, len(p.responses()))
		}
		if c := p.take(file[:len("rating,comment\n5,fine\n5,fine\n")], "", nil).counts; c.Added != 2 {
			t.Errorf("the first half: %+v", c)
		}
		if c := p.take(file, "", nil).counts; c.Added != 2 || c.Known != 2 {
			t.Errorf("the whole: %+v, want the two that were missing", c)
		}
	})
}

// bulk writes n rows in the shape of the speed lines: 30 % with a comment of 60 characters.
func bulk(n int) []byte {
	var b bytes.Buffer
	rnd := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("delivery was late again but the courier called before he came and the box looked new price good quality chair table lamp shop order")
	b.WriteString("external_id,rating,touchpoint,time,comment\n")
	at := noon.AddDate(0, 0, -200)
	for i := range n {
		comment := ""
		if rnd.IntN(10) < 3 {
			for len(comment) < 54 {
				comment += words[rnd.IntN(len(words))] + " "
			}
		}
		at = at.Add(20 * time.Second)
		fmt.Fprintf(&b, "r-%07d,%d,%s,%s,%s\n", i, rnd.IntN(11), []string{"checkout", "product", "delivery", "support"}[rnd.IntN(4)], at.Format(time.DateTime), comment)
	}
	return b.Bytes()
}

func BenchmarkImport(b *testing.B) {
	const n = 200_000
	file := bulk(n)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		b.StopTimer()
		p := openPort(b, storetest.SQLite(b), "Shop", define(scoring.NPS11))
		b.StartTimer()
		if c := p.take(file, "", nil).counts; c.Added != n {
			b.Fatalf("%+v", c)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func TestAnAnswerIsKeptWithoutWhoAskedToBeForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := openPort(t, st, "Reviews", define(scoring.CSAT5))
		key := []byte("key")
		gone := people.Suppression{Key: people.AddressKey(key, "ana@example.com"), Reason: people.Erased, At: noon}
		if err := st.Suppress(t.Context(), gone, nil); err != nil {
			t.Fatal(err)
		}
		in := people.NewIntake(st, p.ids, key, time.Now, nil)
		got := p.take([]byte("rating,email,time\n5,Ana@example.com,2026-11-01\n4,boris@example.com,2026-11-01\n"), "", func(im *portage.Import) { im.Erased = in.Erased })
		if got.counts.Added != 2 || got.counts.Warnings[people.WithoutErased] != 1 {
			t.Errorf("%+v", got.counts)
		}
		found, _, err := st.FindPeople(t.Context(), []string{"@ana@example.com", "@boris@example.com"})
		if err != nil || len(found) != 1 || found[0].Email != "boris@example.com" {
			t.Errorf("%+v, %v", found, err)
		}
		for _, r := range p.responses() {
			if (r.ContactID == 0) != (r.Rating == 5) {
				t.Errorf("%+v", r)
			}
		}
	})
}
