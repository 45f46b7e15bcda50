package portage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestTimesAreReadInManyWays(t *testing.T) {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	p := openPort(t, storetest.SQLite(t), "Shop", define(scoring.CSAT5))
	at := time.Date(2018, 8, 15, 4, 10, 37, 0, zone)
	minute := at.Add(-37 * time.Second)
	noon := time.Date(2018, 8, 15, 12, 0, 0, 0, time.UTC) // a date is the account's day
	cells := map[string]time.Time{
		"2018-08-15 04:10:37": at, "2018-08-15T04:10:37": at, "2018-08-15T07:10:37Z": at, "2018-08-15 09:10:37+02:00": at, "2018-08-15T09:10:37.000+0200": at,
		"2018-08-15 04:10": minute, "15.08.2018 04:10": minute, "15.8.2018 4:10": minute, "2018/08/15 04:10:37": at, "15/08/2018 04:10:37": at, "8/15/2018 4:10 AM": minute,
		"1534317037": at, "1534317037000": at, "Wed, 15 Aug 2018 04:10:37 -0300": at, "Wed, 15 Aug 2018 07:10:37 GMT": at,
		"2018-08-15 07:10:37 UTC": at, "2018-08-15 09:10:37 GMT+2": at, "2018-08-15 01:40:37 UTC-05:30": at, "15/08/2018 07:10:37 Z": at, "2018-08-15 07:10:37+00": at, "Aug 15, 2018 04:10:37": at,
		"2018-08-15": noon, "15.08.2018": noon, "15.08.18": noon, "20180815": noon, "15/08/2018": noon, "Aug 15, 2018": noon,
	}
	for cell, want := range cells {
		file := "rating,time\n5,\"" + cell + "\"\n"
		got := p.take([]byte(file), "", func(im *portage.Import) { im.Options.Zone = zone })
		if got.counts.Added != 1 {
			t.Errorf("%q: %s", cell, got.rejects)
			continue
		}
		rs := p.responses()
		if r := rs[len(rs)-1]; !r.AnsweredAt.Equal(want) || r.DateOnly != (want == noon) {
			t.Errorf("%q is %v, want %v (a day only: %v)", cell, r.AnsweredAt, want, r.DateOnly)
		}
	}
	for cell, want := range map[string]portage.Reason{
		"03/04/2026": portage.TimeAmbiguous, "31.02.2026": portage.TimeUnread, "2026-02-30 10:00:00": portage.TimeUnread, "soon": portage.TimeUnread, "12": portage.TimeUnread,
		"2026-03-04 10:00:00 PST": portage.TimeZone, "2026-03-04 10:00 CET": portage.TimeZone, "\"Wed, 04 Mar 2026 10:00:00 EST\"": portage.TimeZone, "2026-03": portage.TimeUnread,
		"2026-12-24": portage.TimeRange, "1900-01-01": portage.TimeRange, "": portage.TimeMissing,
	} {
		got := p.take([]byte("rating,time\n5,"+cell+"\n"), "", func(im *portage.Import) { im.Options.At = time.Time{} })
		if got.counts.Reasons[want] != 1 {
			t.Errorf("%q: %v, want %s", cell, got.counts.Reasons, want)
		}
	}
	// One date that tells the order tells it for the whole column.
	if got := p.take([]byte("rating,time\n5,03/04/2026\n4,13/04/2026\n"), "", nil); got.counts.Added != 2 {
		t.Errorf("%+v", got.counts)
	}
	if rs := p.responses(); rs[len(rs)-2].AnsweredAt.Month() != time.April {
		t.Errorf("03/04 beside 13/04 is in %v", rs[len(rs)-2].AnsweredAt.Month())
	}
}

func TestALoyaltyIndexRunsAsTheFileSays(t *testing.T) {
	for reversed, want := range map[bool][]int{false: {1, 2, 6}, true: {6, 5, 1}} {
		p := openPort(t, storetest.SQLite(t), "Loyalty", define(scoring.CLI6))
		got := p.take([]byte("recommend,repurchase,cross_buy\n1,2,6\n"), "", func(im *portage.Import) { im.Options.CLIReversed = reversed })
		rs := p.responses()
		if got.counts.Added != 1 || len(rs) != 1 {
			t.Fatalf("%+v: %s", got.counts, got.rejects)
		}
		for i, a := range rs[0].Answers {
			if a.Rating != want[i] {
				t.Errorf("reversed %v: question %d has %d, want %d", reversed, a.Question, a.Rating, want[i])
			}
		}
		p.checkRollups()
	}
}

func TestMappingsAreGuessedFromNames(t *testing.T) {
	for header, want := range map[string]string{
		"Response ID,Score,Comment,Email,Created At,Language":           "comment=Comment contact=Email external_id=Response ID language=Language rating=Score time=Created At",
		"оценка,отзыв,дата,номер заказа":                                "comment=отзыв order=номер заказа rating=оценка time=дата",
		"Ocena,Komentarz,Data,Numer zamówienia,Język":                   "comment=Komentarz language=Język order=Numer zamówienia rating=Ocena time=Data",
		"оценка,коментар,дата,имейл,етап":                               "comment=коментар contact=имейл rating=оценка time=дата touchpoint=етап",
		"Respondent ID,End Date,How likely?,Open-Ended Response,q2,'=x": "comment=Open-Ended Response external_id=Respondent ID q2=q2 time=End Date",
	} {
		columns := strings.Split(header, ",")
		var got []string
		for _, p := range portage.Answers.Guess(columns, nil).Names(columns) {
			got = append(got, p[0]+"="+p[1])
		}
		if diff := cmp.Diff(strings.Fields(sortWords(want)), strings.Fields(sortWords(strings.Join(got, " ")))); diff != "" {
			t.Errorf("%s: %s", header, diff)
		}
	}
	for _, bad := range []string{"rating", "stars=a", "rating=nothing"} {
		if m, err := portage.Answers.ParseMapping(bad, []string{"a"}); err == nil {
			t.Errorf("%q gives %v", bad, m)
		}
	}
}

// sortWords makes lists comparable whatever their order.
func TestColumnsOfOneNameAreToldApart(t *testing.T) {
	for header, want := range map[string]string{
		"rating,rating":               "rating|rating (2)",
		"rating, rating ,rating":      "rating|rating (2)|rating (3)",
		"rating,rating (2),rating":    "rating|rating (2)|rating (3)",
		"Rating,rating":               "Rating|rating",
		"rating,,":                    "rating||",
		"'=rating,'=rating,comment":   "'=rating|'=rating (2)|comment",
		"\"a,b\",\"a,b\",c,\"a,b\",c": "a,b|a,b (2)|c|a,b (3)|c (2)",
	} {
		s, err := portage.ReadSheet(strings.NewReader(header+"\n"), portage.Format{Encoding: "utf-8", Comma: ","})
		if err != nil || strings.Join(s.Header, "|") != want {
			t.Errorf("%s: %q, err %v; want %s", header, s.Header, err, want)
		}
	}
	p := openPort(t, storetest.SQLite(t), "Reviews", define(scoring.CSAT5))
	file := []byte("date,rating,rating,comment\n2026-11-01,3,5,first\n")
	if got := p.take(file, "rating=rating (2)", nil); got.counts.Added != 1 {
		t.Fatalf("counts %+v, rejects %s", got.counts, got.rejects)
	}
	if r := p.responses()[0]; r.Rating != 5 {
		t.Errorf("the second column was asked for, and %d was taken", r.Rating)
	}
}

func sortWords(s string) string {
	m := map[string]int{}
	for _, w := range strings.Fields(s) {
		m[w]++
	}
	return fmt.Sprint(m)
}

func TestTouchpointsAreFoundByKeyOrName(t *testing.T) {
	st := storetest.SQLite(t)
	p := openPort(t, st, "Shop", define(scoring.CSAT5))
	tp := survey.Touchpoint{Key: "delivery", Names: survey.Text{"en": "Delivery", "bg": "Доставка"}}
	if err := st.CreateTouchpoint(t.Context(), &tp); err != nil {
		t.Fatal(err)
	}
	got := p.take([]byte("rating,touchpoint\n5,Delivery\n4,доставка\n3,delivery\n2,Склад №5\n1,客服\n"), "", nil)
	if diff := cmp.Diff([]string{"Склад №5", "客服"}, got.counts.Made); diff != "" {
		t.Error(diff)
	}
	many := "rating,touchpoint\n"
	for i := range 200 {
		many += fmt.Sprintf("5,comment %d\n", i)
	}
	if c := p.take([]byte(many), "", nil).counts; c.Added != 100 || c.Reasons[portage.ManyTouchpoints] != 100 {
		t.Errorf("a column of comments made touchpoints: %+v", c)
	}
}
