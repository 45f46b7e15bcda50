package people_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// told is what a row says about who it is: figures, so that the same ones come often. 0: not said.
type told struct{ number, address int }

// same tells by the rows alone, without any order, which of them are one person: those that are joined by a number or an address, however many rows lie between.
func same(rows []told) []int {
	group := make([]int, len(rows))
	for i := range group {
		group[i] = i
	}
	for again := true; again; {
		again = false
		for i, a := range rows {
			for k, b := range rows {
				if joined := a.number != 0 && a.number == b.number || a.address != 0 && a.address == b.address; joined && group[i] != group[k] {
					group[i] = min(group[i], group[k])
					group[k], again = group[i], true
				}
			}
		}
	}
	return group
}

// Any order of rows, any case of letters, any repetition and any cut into batches makes the same people, with the same purchases.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, _ := intake(t, st)
		world := 0
		rapid.Check(t, func(t *rapid.T) {
			world++ // names of its own
			rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) told {
				r := told{rapid.IntRange(0, 5).Draw(t, "number"), rapid.IntRange(0, 5).Draw(t, "address")}
				if r.number == 0 && r.address == 0 {
					r.number = 1
				}
				return r
			}), 1, 12).Draw(t, "rows")
			group := same(rows)
			order := rapid.Permutation(repeated(t, len(rows))).Draw(t, "order")
			var batch []people.Row
			for at, i := range order {
				batch = append(batch, row(world, rows[i], i, rapid.Bool().Draw(t, "capitals")))
				if at == len(order)-1 || rapid.IntRange(0, 3).Draw(t, "cut") == 0 {
					if _, err := in.Take(t.Context(), batch); err != nil {
						t.Fatal(err)
					}
					batch = nil
				}
			}
			checkPeople(t, st, in, world, rows, group)
		})
	})
}

// repeated is each of n rows, some of them more than once.
func repeated(t *rapid.T, n int) (order []int) {
	for i := range n {
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			order = append(order, i)
		}
	}
	return order
}

func row(world int, r told, purchase int, capitals bool) people.Row {
	var c survey.Contact
	if r.number != 0 {
		c.ExternalID = fmt.Sprintf("w%d-%d", world, r.number)
	}
	if r.address != 0 {
		if c.Email = fmt.Sprintf("w%d.%d@example.com", world, r.address); capitals {
			c.Email = strings.ToUpper(c.Email)
		}
	}
	return people.Row{Contact: c, Occasion: &people.Occasion{Kind: people.Purchase, ExternalID: fmt.Sprintf("w%d-p%d", world, purchase), At: noon}}
}

func checkPeople(t *rapid.T, st *store.Store, in *people.Intake, world int, rows []told, group []int) {
	var all []people.Row
	for i, r := range rows {
		all = append(all, row(world, r, i, false))
	}
	results, err := in.Take(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	count := map[int]int{}
	for i, r := range results {
		count[group[i]]++
		if r.Contact == people.Added || r.Contact == people.Merged || r.Occasion != people.Same {
			t.Fatalf("row %d was known: %+v", i, r)
		}
		for k := range i {
			if (r.ContactID == results[k].ContactID) != (group[i] == group[k]) {
				t.Fatalf("rows %d %+v and %d %+v: contacts %d and %d", k, rows[k], i, rows[i], results[k].ContactID, r.ContactID)
			}
		}
	}
	for i, r := range results {
		list, err := st.Occasions(t.Context(), r.ContactID, 100)
		if err != nil || len(list) != count[group[i]] {
			t.Fatalf("contact %d has %d purchases, want %d, %v", r.ContactID, len(list), count[group[i]], err)
		}
	}
}
