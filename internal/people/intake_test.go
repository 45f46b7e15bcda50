package people_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var secret = []byte("a key that is not in the database")

// plan remembers what it was told to schedule.
type plan struct {
	mu  sync.Mutex
	got []people.Occasion
}

func (p *plan) Schedule(_ context.Context, occasions []people.Occasion) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, occasions...)
	return nil
}

func intake(t testing.TB, st *store.Store) (*people.Intake, *plan) {
	t.Helper()
	ids, err := survey.NewIDs(1, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	p := &plan{}
	return people.NewIntake(st, ids, secret, func() time.Time { return noon }, p), p
}

func take(t testing.TB, in *people.Intake, rows ...people.Row) []people.Result {
	t.Helper()
	results, err := in.Take(context.Background(), rows)
	if err != nil || len(results) != len(rows) {
		t.Fatalf("%d results of %d rows, %v", len(results), len(rows), err)
	}
	return results
}

func who(number, email string) people.Row {
	return people.Row{Contact: survey.Contact{ExternalID: number, Email: email}}
}

func bought(r people.Row, number string, at time.Time) people.Row {
	r.Occasion = &people.Occasion{Kind: people.Purchase, ExternalID: number, At: at}
	return r
}

func TestRowsNamePeople(t *testing.T) {
	for name, c := range map[string]struct {
		rows []people.Row
		want []int // rows with the same figure are the same person
	}{
		"the same number":                          {[]people.Row{who("1", ""), who("1", "")}, []int{0, 0}},
		"the same address in another case":         {[]people.Row{who("", "ana@example.com"), who("", "ANA@example.COM")}, []int{0, 0}},
		"two people":                               {[]people.Row{who("1", "a@example.com"), who("2", "b@example.com")}, []int{0, 1}},
		"a number, later with its address":         {[]people.Row{who("1", ""), who("1", "a@example.com"), who("", "a@example.com")}, []int{0, 0, 0}},
		"two that turn out to be one":              {[]people.Row{who("1", ""), who("", "a@example.com"), who("1", "a@example.com")}, []int{0, 0, 0}},
		"a new address, and the old one again":     {[]people.Row{who("1", "a@example.com"), who("1", "b@example.com"), who("", "a@example.com")}, []int{0, 0, 0}},
		"two numbers of one address":               {[]people.Row{who("1", "a@example.com"), who("2", "a@example.com"), who("1", "")}, []int{0, 0, 0}},
		"a chain":                                  {[]people.Row{who("1", "a@example.com"), who("2", "b@example.com"), who("3", "c@example.com"), who("1", "b@example.com"), who("3", "a@example.com")}, []int{0, 0, 0, 0, 0}},
		"a number that reads like another address": {[]people.Row{who("a@example.com", ""), who("", "a@example.com")}, []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				in, _ := intake(t, st)
				for _, oneByOne := range []bool{false, true} {
					if oneByOne {
						for _, row := range c.rows {
							take(t, in, row)
						}
					}
					take(t, in, c.rows...)
					results := take(t, in, c.rows...) // by now everything is known
					for i := range results {
						for k := range results {
							if (results[i].ContactID == results[k].ContactID) != (c.want[i] == c.want[k]) {
								t.Errorf("rows %d and %d: contacts %d and %d", i, k, results[i].ContactID, results[k].ContactID)
							}
						}
					}
				}
			})
		})
	}
}

func TestWhatIsBlankLeavesWhatIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, _ := intake(t, st)
		first := people.Row{Contact: survey.Contact{
			ExternalID: " 1 ", Email: "Ana@Example.com", Name: "Ana  Petrova", Language: "bg_BG", Zone: "Europe/Sofia", Consent: survey.ConsentGiven,
			Properties: map[string]string{"tier": "gold", "city": "Sofia"},
		}}
		second := people.Row{Contact: survey.Contact{ExternalID: "1", Properties: map[string]string{"tier": "silver"}}}
		if r := take(t, in, first)[0]; r.Contact != people.Added || len(r.Warnings) != 0 {
			t.Errorf("a new one: %+v", r)
		}
		r := take(t, in, second)[0]
		if r.Contact != people.Changed {
			t.Errorf("a changed one: %+v", r)
		}
		if r := take(t, in, second)[0]; r.Contact != people.Same {
			t.Errorf("nothing new: %+v", r)
		}
		c, err := st.Contact(context.Background(), r.ContactID)
		if err != nil || c.ExternalID != "1" || c.Email != "Ana@Example.com" || c.Name != "Ana Petrova" || c.Language != "bg" || c.Zone != "Europe/Sofia" ||
			c.Consent != survey.ConsentGiven || c.Properties["tier"] != "silver" || c.Properties["city"] != "Sofia" || !c.ChangedAt.Equal(noon) {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestOddRowsAreKeptOrRefusedByName(t *testing.T) {
	in, _ := intake(t, storetest.SQLite(t))
	person := func(change func(*people.Row)) people.Row {
		r := bought(who("1", "ana@example.com"), "P-1", noon)
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		row     people.Row
		refused people.Reason
		warning people.Warning
	}{
		"nothing odd":              {row: person(func(*people.Row) {})},
		"nobody":                   {row: who("", ""), refused: people.Unnamed},
		"only a bad address":       {row: who("", "Ana <ana@example.com>"), refused: people.NoAddress},
		"a bad address":            {row: who("9", "\"ana\"@example.com"), warning: people.BadAddress},
		"a turned address":         {row: who("9", "ana\u202e@example.com"), warning: people.BadAddress},
		"a header in an address":   {row: who("9", "ana@example.com\r\nBcc: b@example.com"), warning: people.BadAddress},
		"a locale that is none":    {row: person(func(r *people.Row) { r.Contact.Language = "xx_YY" }), warning: people.NoLanguage},
		"a language by its name":   {row: person(func(r *people.Row) { r.Contact.Language = "klingon" }), warning: people.NoLanguage},
		"a zone that is none":      {row: person(func(r *people.Row) { r.Contact.Zone = "Europe/Atlantis" }), warning: people.NoZone},
		"a zone out of its folder": {row: person(func(r *people.Row) { r.Contact.Zone = "../../etc/passwd" }), warning: people.NoZone},
		"no time":                  {row: person(func(r *people.Row) { r.Occasion.At = time.Time{} }), refused: people.NoTime},
		"tomorrow":                 {row: person(func(r *people.Row) { r.Occasion.At = noon.Add(24 * time.Hour) }), warning: people.InFuture},
		"in two years":             {row: person(func(r *people.Row) { r.Occasion.At = noon.AddDate(2, 0, 0) }), refused: people.OccasionRange},
		"ten years ago":            {row: person(func(r *people.Row) { r.Occasion.At = noon.AddDate(-10, 0, 0) }), warning: people.LongAgo},
		"a hundred years ago":      {row: person(func(r *people.Row) { r.Occasion.At = noon.AddDate(-100, 0, 0) }), refused: people.OccasionRange},
		"an event without a name":  {row: person(func(r *people.Row) { r.Occasion.Kind = " - " }), refused: people.BadKind},
		"an event in words":        {row: person(func(r *people.Row) { r.Occasion.Kind = "was delivered" }), refused: people.BadKind},
	} {
		got := take(t, in, c.row)[0]
		var warnings []people.Warning
		if c.warning != "" {
			warnings = []people.Warning{c.warning}
		}
		if got.Refused != c.refused || !slices.Equal(got.Warnings, warnings) || (got.ContactID == 0) != (c.refused != "") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAPurchaseIsOneHoweverOftenItIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, p := intake(t, st)
		var wg sync.WaitGroup
		ids := make([]survey.ID, 100)
		for i := range ids {
			wg.Go(func() {
				email := "ana@example.com"
				if i%2 == 1 {
					email = "ANA@example.com"
				}
				results, err := in.Take(context.Background(), []people.Row{bought(who("1", email), "P-1", noon)})
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = results[0].OccasionID
			})
		}
		wg.Wait()
		if slices.Sort(ids); ids[0] == 0 || ids[0] != ids[99] || len(p.got) != 1 {
			t.Errorf("ids %d to %d, scheduled %d times", ids[0], ids[99], len(p.got))
		}
	})
}

func TestPurchasesWithoutANumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, p := intake(t, st)
		ordered := func(order string) people.Row {
			r := bought(who("", "ana@example.com"), "", noon.Add(-time.Hour))
			r.Occasion.OrderRef = order
			return r
		}
		rows := []people.Row{
			ordered("O-1"), ordered("O-1"), ordered("O-2"), // two orders
			bought(who("", "ana@example.com"), "", noon), bought(who("", "Ana@example.com"), "", noon), // one moment
			bought(who("", "ana@example.com"), "", noon.Add(-time.Minute)),
			bought(who("7", ""), "", noon.Add(-time.Minute)),
		}
		take(t, in, rows...)
		take(t, in, rows...)
		if len(p.got) != 5 {
			t.Fatalf("%d purchases, want 5", len(p.got))
		}
		// The two turn out to be one person: what they bought at that minute stays two purchases, and the file again adds none.
		take(t, in, who("7", "ana@example.com"))
		take(t, in, rows...)
		if len(p.got) != 5 {
			t.Errorf("%d purchases after the merge, want 5", len(p.got))
		}
		list, err := st.Occasions(context.Background(), take(t, in, who("7", ""))[0].ContactID, 100)
		if err != nil || len(list) != 5 {
			t.Errorf("the person has %d purchases, %v", len(list), err)
		}
	})
}

func TestMergedPeopleKeepWhatTheyHad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, _ := intake(t, st)
		ctx := context.Background()
		a := take(t, in, bought(who("1", "a@example.com"), "P-1", noon))[0]
		other := bought(who("2", "b@example.com"), "P-2", noon.Add(-time.Hour))
		other.Contact.Name, other.Contact.Consent = "Ana", survey.ConsentRefused
		b := take(t, in, other)[0]
		r := take(t, in, who("1", "b@example.com"))[0]
		if r.Contact != people.Merged || r.ContactID != a.ContactID {
			t.Errorf("%+v", r)
		}
		c, err := st.Contact(ctx, a.ContactID)
		if err != nil || c.ExternalID != "1" || c.Email != "b@example.com" || c.Name != "Ana" || c.Consent != survey.ConsentRefused {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := st.Contact(ctx, b.ContactID); err != survey.ErrNotFound {
			t.Errorf("the other one: %v", err)
		}
		list, err := st.Occasions(ctx, a.ContactID, 10)
		if err != nil || len(list) != 2 || list[0].ExternalID != "P-1" || list[1].ExternalID != "P-2" {
			t.Errorf("%+v, %v", list, err)
		}
		merges, err := st.Merges(ctx, 0, 10)
		if err != nil || len(merges) != 1 || merges[0].Kept != a.ContactID || merges[0].Gone != b.ContactID ||
			fmt.Sprint(merges[0].Names) != "[#2 @b@example.com]" || merges[0].Reason != people.SameNumber {
			t.Errorf("the log: %+v, %v", merges, err)
		}
	})
}

func TestWhoWasErasedDoesNotComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, p := intake(t, st)
		ctx := context.Background()
		if err := st.Suppress(ctx, people.Suppression{Key: people.AddressKey(secret, "ana@example.com"), Reason: people.Erased, At: noon}, nil); err != nil {
			t.Fatal(err)
		}
		results := take(t, in, bought(who("1", "ANA@example.com"), "P-1", noon), bought(who("2", "b@example.com"), "P-2", noon))
		if results[0].Refused != people.WasErased || results[1].Refused != "" || len(p.got) != 1 {
			t.Errorf("%+v", results)
		}
		if found, _, err := st.FindPeople(ctx, []string{"#1", "@ana@example.com"}); err != nil || len(found) != 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

func TestANoFollowsThePersonToANewAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, _ := intake(t, st)
		ctx := context.Background()
		take(t, in, who("1", "old@example.com"), who("2", "two@example.com"))
		if err := st.Suppress(ctx, people.Suppression{Key: people.AddressKey(secret, "old@example.com"), Reason: people.Unsubscribed, Email: "old@example.com", At: noon}, nil); err != nil {
			t.Fatal(err)
		}
		results := take(t, in, who("1", "new@example.com"), who("2", "deux@example.com"))
		if !slices.Equal(results[0].Warnings, []people.Warning{people.StaysOptedOut}) || results[1].Warnings != nil {
			t.Errorf("%+v", results)
		}
		found, err := st.SuppressionsOf(ctx, [][]byte{people.AddressKey(secret, "NEW@example.com"), people.AddressKey(secret, "deux@example.com")})
		if err != nil || len(found) != 1 || found[0].Reason != people.Unsubscribed || found[0].Email != "new@example.com" {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

func TestALookChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, p := intake(t, st)
		take(t, in, bought(who("1", "a@example.com"), "P-1", noon), who("2", "b@example.com"), bought(who("1", ""), "", noon))
		rows := []people.Row{
			bought(who("1", ""), "P-1", noon), bought(who("1", ""), "", noon), bought(who("3", ""), "", noon), bought(who("3", ""), "P-2", noon), bought(who("3", ""), "P-2", noon),
			who("1", "b@example.com"), who("", "no address"),
		}
		for range 2 {
			got, err := in.Look(context.Background(), rows)
			if err != nil {
				t.Fatal(err)
			}
			var fates []string
			for _, r := range got {
				fates = append(fates, fmt.Sprint(r.Contact, r.Occasion, r.Refused))
			}
			want := []string{"0 0", "0 0", "1 1", "0 1", "0 0", "3 0", "0 0no_address"}
			if !slices.Equal(fates, want) {
				t.Errorf("%q, want %q", fates, want)
			}
		}
		found, _, err := st.FindPeople(context.Background(), []string{"#1", "#2", "#3", "@b@example.com"})
		if err != nil || len(found) != 2 || len(p.got) != 2 {
			t.Errorf("%d contacts, %d purchases, %v", len(found), len(p.got), err)
		}
	})
}
