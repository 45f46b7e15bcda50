package people_test

import (
	"testing"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestARowIsAboutWhomItSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		in, _ := intake(t, st)
		first := take(t, in, who("", "old@example.com"))[0]
		row := who("7", "new@example.com")
		row.Of = []string{people.AddressName("OLD@example.com"), ""}
		r := take(t, in, row)[0]
		if r.ContactID != first.ContactID || r.Contact != people.Changed {
			t.Errorf("%+v, want contact %d", r, first.ContactID)
		}
		if r := take(t, in, who("", "old@example.com"))[0]; r.ContactID != first.ContactID || r.Contact != people.Changed {
			t.Errorf("the old address: %+v", r)
		}
		// What the row says may be another contact's: then the two are one.
		take(t, in, who("8", "eight@example.com"))
		row = people.Row{Contact: survey.Contact{ExternalID: "8"}, Of: []string{people.NumberName("7")}}
		if r := take(t, in, row)[0]; r.ContactID != first.ContactID || r.Contact != people.Merged {
			t.Errorf("two contacts: %+v", r)
		}
	})
}
