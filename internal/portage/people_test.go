package portage_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// takePeople imports a file as the command does: it looks at it first.
func takePeople(t *testing.T, st *store.Store, what portage.What, file string, dry bool) take {
	t.Helper()
	ids, err := survey.NewIDs(3, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := portage.ReadSheet(strings.NewReader(file), portage.Format{Encoding: "UTF-8"})
	if err != nil {
		t.Fatal(err)
	}
	var rejects strings.Builder
	m := what.Guess(sheet.Header, nil)
	im := &portage.PeopleImport{
		Taker: people.NewIntake(st, ids, []byte("key"), func() time.Time { return noon }, nil), Touchpoints: st, What: what, Zone: time.UTC, Format: sheet.Format,
		Language: "en", DryRun: dry, Hooks: portage.Hooks{OnReject: portage.NewRejectWriter(&rejects, sheet.Header, portage.Sentence).Write},
		Options: portage.Options{Mapping: m, Zone: time.UTC, Order: sheet.OrderIn(m)},
	}
	counts, err := im.Run(context.Background(), strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	counts.Bytes = 0
	return take{counts, rejects.String()}
}

const customers = `Email;Customer ID;Name;Locale;Accepts marketing
ana@example.com;1;Ana Petrova;bg_BG;yes
BORIS@example.com;2;Boris;xx;no
;3;Cyril;en;
Ana <ana@example.com>;4;Dora;en;yes
not an address;;Emil;en;yes
;;Fedor;en;yes
gala@example.com;5;Gala;en;perhaps
Ana@Example.com;;;;
`

func TestAFileOfContacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		want := portage.Counts{
			Read: 8, Added: 4, Known: 1, Bad: 3,
			Reasons:  map[portage.Reason]int64{"no_address": 1, "unnamed": 1, portage.BadConsent: 1},
			Warnings: map[people.Warning]int64{people.NoLanguage: 1, people.BadAddress: 1},
		}
		for _, dry := range []bool{true, false} {
			got := takePeople(t, st, portage.Contacts, customers, dry)
			if !reflect.DeepEqual(got.counts, want) {
				t.Errorf("dry %v: %+v, want %+v", dry, got.counts, want)
			}
			for _, line := range []string{
				"not an address,,Emil,en,yes,\"the e-mail address can't be one, and nothing else names the customer\"",
				",,Fedor,en,yes,neither an e-mail address nor the shop's number of the customer",
				"gala@example.com,5,Gala,en,perhaps,the consent is neither yes nor no",
			} {
				if !strings.Contains(got.rejects, line+"\n") {
					t.Errorf("the rows that come back lack %q:\n%s", line, got.rejects)
				}
			}
		}
		found, _, err := st.FindPeople(context.Background(), []string{"#1", "#2", "#4"})
		if err != nil || len(found) != 3 {
			t.Fatalf("%+v, %v", found, err)
		}
		if c := found[0]; c.Name != "Ana Petrova" || c.Language != "bg" || c.Consent != survey.ConsentGiven {
			t.Errorf("%+v", c)
		}
		if c := found[1]; c.Language != "" || c.Consent != survey.ConsentRefused {
			t.Errorf("%+v", c)
		}
		if c := found[2]; c.Email != "" || c.BadEmail != "Ana <ana@example.com>" {
			t.Errorf("%+v", c)
		}
	})
}

const orders = `order_id,customer_id,customer_email,order_purchase_timestamp,touchpoint
A-1,1,ana@example.com,2026-10-30 10:00:00,delivery
A-1,1,ana@example.com,2026-10-30 10:00:00,delivery
A-2,1,ana@example.com,2026-10-31 10:00:00,delivery
A-3,2,boris@example.com,2016-10-31 10:00:00,
A-4,2,boris@example.com,2026-12-05 10:00:00,
A-5,2,boris@example.com,2126-11-05 10:00:00,
A-6,2,boris@example.com,yesterday,
A-7,,,2026-10-30 10:00:00,
`

func TestAFileOfPurchases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		want := portage.Counts{
			Read: 8, Added: 4, Known: 1, Bad: 3, People: 2, Made: []string{"delivery"},
			Reasons:  map[portage.Reason]int64{portage.TimeUnread: 1, portage.Reason(people.OccasionRange): 1, portage.Reason(people.Unnamed): 1},
			Warnings: map[people.Warning]int64{people.LongAgo: 1, people.InFuture: 1},
		}
		for _, dry := range []bool{true, false} {
			if got := takePeople(t, st, portage.Purchases, orders, dry); !reflect.DeepEqual(got.counts, want) {
				t.Errorf("dry %v: %+v, want %+v", dry, got.counts, want)
			}
		}
		again := takePeople(t, st, portage.Purchases, orders, false).counts
		if again.Added != 0 || again.Known != 5 || again.Changed != 0 || again.People != 0 || again.Bad != 3 {
			t.Errorf("the same file again: %+v", again)
		}
		found, _, err := st.FindPeople(context.Background(), []string{"#1"})
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		list, err := st.Occasions(context.Background(), found[0].ID, 10)
		if err != nil || len(list) != 2 || list[0].ExternalID != "A-2" || list[0].Kind != people.Purchase || list[0].Touchpoint == 0 ||
			!list[0].At.Equal(time.Date(2026, 10, 31, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestWhatAFileHoldsIsGuessed(t *testing.T) {
	for header, want := range map[string]portage.What{
		"rating,comment,email,date": portage.Answers,
		"id,stars,date":             portage.Answers,
		"email,name,locale":         portage.Contacts,
		"id,name,phone":             portage.Contacts,
		"Email,Customer ID,Accepts marketing,Created at": portage.Contacts,
		"order_id,customer_id,order_purchase_timestamp":  portage.Purchases,
		"email,date": portage.Purchases,
		"Номер заказа,Почта,Дата заказа":         portage.Purchases,
		"adres e-mail,imię,język":                portage.Contacts,
		"номер на поръчка,имейл,дата на поръчка": portage.Purchases,
		"a,b,c": portage.Answers,
	} {
		if got := portage.GuessWhat(strings.Split(header, ",")); got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}

func TestFilesAboutPeopleComeInThroughTheDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		desk, _ := openDesk(t, st)
		d := upload(t, desk, orders)
		s := d.is(portage.Mapped).Setup
		if s.What != portage.Purchases {
			t.Fatalf("it holds %s", s.What)
		}
		lost := s
		lost.Mapping = portage.Mapping{portage.FieldTime: 3}
		if _, err := desk.Check(context.Background(), d.is(portage.Mapped), lost); err != portage.ErrNeedsPerson {
			t.Errorf("nobody is named: %v", err)
		}
		s.Mapping[portage.Property("Touchpoint")] = 4
		delete(s.Mapping, portage.FieldTouchpoint)
		if _, err := desk.Check(context.Background(), d.is(portage.Mapped), s); err != nil {
			t.Fatal(err)
		}
		d.work()
		if c := d.is(portage.Checked).Trial.Counts; c.Added != 4 || c.Bad != 3 {
			t.Errorf("the check: %+v", c)
		}
		if err := desk.Start(context.Background(), d.is(portage.Checked)); err != nil {
			t.Fatal(err)
		}
		d.work()
		if c := d.is(portage.Done).Counts; c.Added != 4 || c.People != 2 || c.Warnings[people.LongAgo] != 1 {
			t.Errorf("the import: %+v", c)
		}
		found, _, err := st.FindPeople(context.Background(), []string{"#1"})
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		if list, err := st.Occasions(context.Background(), found[0].ID, 10); err != nil || list[0].Properties["Touchpoint"] != "delivery" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
