package portage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// figure is what a file must show, computed elsewhere.
type figure struct {
	file, mapping string
	scheme        scoring.Scheme
	zone          string
	n             int64
	score, lo, hi string
	touchpoints   map[string][2]string // score and n, by name
	comments      int
	search        map[string]int
}

var real = []figure{
	{
		file: "garden_chain_nps10.csv", mapping: "rating=nps,external_id=id", scheme: scoring.NPS10, n: 13_612, score: "53", lo: "52.3", hi: "54.5",
	},
	{file: "garden_chain_nps10.csv", mapping: "rating=satisfaction,external_id=id", scheme: scoring.CSS10, n: 13_893, score: "92.8"},
	{
		file: "olist_reviews.csv", mapping: "touchpoint=delivery,time=review_answer_timestamp,external_id=review_row", scheme: scoring.CSAT5,
		zone: "America/Sao_Paulo", n: 8_225, score: "55.2",
		touchpoints: map[string][2]string{"on_time": {"82.1", "4893"}, "late": {"24.3", "345"}, "not_delivered": {"14.6", "2987"}},
		comments:    4_109, search: map[string]int{"prazo": 631},
	},
}

// TestRealFilesShowTheirFigures imports the files of the folder SURVEYD_DATA. Without it a small file of our own stands in.
func TestRealFilesShowTheirFigures(t *testing.T) {
	folder, figures := os.Getenv("SURVEYD_DATA"), real
	if folder == "" {
		fmt.Println("SURVEYD_DATA names no folder of real data: the small files in testdata stand in for it")
		folder, figures = "testdata", []figure{{
			file: "small.csv", mapping: "touchpoint=delivery", scheme: scoring.CSAT5, zone: "America/Sao_Paulo", n: 5, score: "40.0",
			touchpoints: map[string][2]string{"on_time": {"50.0", "4"}, "late": {"0.0", "1"}}, comments: 3, search: map[string]int{"prazo": 2},
		}}
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for _, f := range figures {
			t.Run(string(f.scheme), func(t *testing.T) { f.check(t, st, folder) })
		}
	})
}

func (f figure) check(t *testing.T, st *store.Store, folder string) {
	file, err := os.ReadFile(filepath.Join(folder, f.file))
	if err != nil {
		t.Fatal(err)
	}
	p := openPort(t, st, f.file+string(f.scheme), portage.Define(func(lang, key string) string { return words.For(lang).T(key) }, []string{"en"}, f.scheme))
	zone, err := time.LoadLocation(f.zone)
	if err != nil {
		t.Fatal(err)
	}
	inZone := func(im *portage.Import) { im.Options.Zone = zone }
	first := p.take(file, f.mapping, inZone)
	t.Logf("%+v", first.counts)
	again := p.take(file, f.mapping, inZone)
	if again.counts.Added != 0 || again.counts.Known != first.counts.Added {
		t.Errorf("the second time %+v, want nothing new", again.counts)
	}
	p.checkRollups()
	p.show(f, zone)
}

// show compares what the store shows with the figure.
func (p *port) show(f figure, zone *time.Location) {
	p.t.Helper()
	ctx := context.Background()
	slice := reports.Slice{
		Versions: []int64{p.target.Version.ID}, Period: reports.Period{First: -20_000, Last: 40_000}, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages,
	}
	sums, err := p.st.Sums(ctx, slice)
	if err != nil || len(sums) != 1 {
		p.t.Fatalf("sums %v, err %v", sums, err)
	}
	s := reports.ScoreOf(f.scheme, 1, sums[0].Tally)
	if s.Text() != f.score || s.N != f.n {
		p.t.Errorf("score %s of %d answers, want %s of %d", s.Text(), s.N, f.score, f.n)
	}
	if lo, hi := fmt.Sprintf("%.1f", s.Lo), fmt.Sprintf("%.1f", s.Hi); f.lo != "" && (lo != f.lo || hi != f.hi) {
		p.t.Errorf("interval %s to %s, want %s to %s", lo, hi, f.lo, f.hi)
	}
	tps, err := p.st.Touchpoints(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	found := 0
	for _, tp := range tps {
		want, ok := f.touchpoints[tp.Names["en"]]
		if !ok {
			continue
		}
		slice.Touchpoint = tp.ID
		sums, err := p.st.Sums(ctx, slice)
		if err != nil || len(sums) != 1 {
			p.t.Fatalf("sums at %s: %v, err %v", tp.Key, sums, err)
		}
		if s := reports.ScoreOf(f.scheme, 1, sums[0].Tally); s.Text() != want[0] || fmt.Sprint(s.N) != want[1] {
			p.t.Errorf("%s: %s of %d, want %s of %s", tp.Key, s.Text(), s.N, want[0], want[1])
		}
		found++
	}
	if found != len(f.touchpoints) {
		p.t.Errorf("%d touchpoints of %d were made", found, len(f.touchpoints))
	}
	q := reports.CommentQuery{SurveyID: p.target.Survey.ID, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	f.count(p, q, "", f.comments)
	for word, n := range f.search {
		f.count(p, q, word, n)
	}
}

func (f figure) count(p *port, q reports.CommentQuery, search string, want int) {
	p.t.Helper()
	q.Search = search
	if n, err := p.st.CountComments(context.Background(), q, 100_000); err != nil || n != want {
		p.t.Errorf("%d comments with %q, want %d; err %v", n, search, want, err)
	}
}
