package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestContactsAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		ids, err := survey.NewIDs(1, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		in := people.NewIntake(st, ids, []byte("key"), time.Now, nil)
		row := func(number, email, name, order string) people.Row {
			r := people.Row{Contact: survey.Contact{ExternalID: number, Email: email, Name: name}}
			if order != "" {
				r.Occasion = &people.Occasion{Kind: people.Purchase, ExternalID: "P" + order, OrderRef: order, At: time.Now()}
			}
			return r
		}
		if _, err := in.Take(ctx, []people.Row{
			row("1", "Ana@example.com", "Ana Petrova", "A-1"), row("2", "anastasia@example.com", "", "A-2"), row("3", "boris@example.com", "Борис Ананьев", ""),
			row("4", "", "Łucja", ""), row("5", "not one", "", ""), row("6", "zoë@example.com", "Zo", ""), row("1", "petrova@example.com", "", ""),
		}); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]string{
			"":                "[6 5 4 3 2 1]",
			"ANA":             "[2 1]", // an address and a name
			"ana@example.com": "[1]",   // an address that it had
			"petrova":         "[1]",
			"petrova@":        "[1]",
			"ананьев":         "[3]",
			"lucja":           "[4]",
			"5":               "[5]",
			"A-2":             "[2]",
			"PA-1":            "[1]",
			"example.com":     "[]",
			"%":               "[]",
			"_":               "[]",
			"' OR 1=1 --":     "[]",
			"b":               "[3]",
			"\U0010FFFF":      "[]",
		} {
			if got := numbers(t, st, people.ContactQuery{Text: text}); got != want {
				t.Errorf("%q finds %s, want %s", text, got, want)
			}
		}
		if got := numbers(t, st, people.ContactQuery{Quality: people.MissingAddress}); got != "[4]" {
			t.Errorf("without an address: %s", got)
		}
		if got := numbers(t, st, people.ContactQuery{Quality: people.InvalidAddress}); got != "[6 5]" {
			t.Errorf("with one that is none: %s", got)
		}
		counts, err := st.QualityCounts(ctx)
		if err != nil || counts[people.MissingAddress] != 1 || counts[people.InvalidAddress] != 2 || counts[people.BouncedAddress] != 0 || counts[people.MergedContacts] != 0 {
			t.Errorf("%v, %v", counts, err)
		}
		// Page by page, everybody comes once.
		var seen []string
		for q := (people.ContactQuery{Text: "a"}); ; {
			page, err := st.FindContacts(ctx, q, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			seen = append(seen, page[0].ExternalID)
			q.Before = page[0].ID
		}
		if fmt.Sprint(seen) != "[4 2 1]" {
			t.Errorf("page by page: %v", seen)
		}
	})
}

func numbers(t *testing.T, st *store.Store, q people.ContactQuery) string {
	t.Helper()
	found, err := st.FindContacts(context.Background(), q, 50)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	numbers := []string{}
	for _, c := range found {
		numbers = append(numbers, c.ExternalID)
	}
	return fmt.Sprint(numbers)
}
