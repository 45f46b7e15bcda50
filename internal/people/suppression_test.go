package people_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newStops(st *store.Store) *people.Stops {
	return &people.Stops{Store: st, Key: bytes.Repeat([]byte("a"), 32), Now: func() time.Time { return start }}
}

func addContact(t *testing.T, st *store.Store, id survey.ID, email string) survey.Contact {
	t.Helper()
	if _, err := st.EnsureContact(t.Context(), survey.Contact{ID: id, Email: email, CreatedAt: start}); err != nil {
		t.Fatal(err)
	}
	c, err := st.Contact(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStopAndResume(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, stops := t.Context(), newStops(st)
		ann, nobody := addContact(t, st, 1, "Ann@Shop.example"), addContact(t, st, 2, "")
		if _, err := stops.Of(ctx, ann); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("before: %v", err)
		}
		for range 2 {
			if err := stops.Stop(ctx, ann.ID, people.Unsubscribed); err != nil {
				t.Fatal(err)
			}
		}
		got, err := stops.Of(ctx, survey.Contact{Email: "ann@shop.EXAMPLE"})
		if err != nil || got.Reason != people.Unsubscribed || !got.At.After(start) {
			t.Errorf("in other letters: %+v, %v", got, err)
		}
		// A mail server's opinion does not replace the person's; and taking that back leaves a complaint.
		if err := stops.Stop(ctx, ann.ID, people.Bounced); err != nil {
			t.Fatal(err)
		}
		if got, _ := stops.Of(ctx, ann); got.Reason != people.Unsubscribed {
			t.Errorf("a bounce made it %s", got.Reason)
		}
		if err := stops.Resume(ctx, ann.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := stops.Of(ctx, ann); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("resumed: %+v, %v", got, err)
		}
		if err := errors.Join(stops.Stop(ctx, ann.ID, people.Complained), stops.Resume(ctx, ann.ID)); err != nil {
			t.Fatal(err)
		}
		if got, _ := stops.Of(ctx, ann); got.Reason != people.Complained {
			t.Errorf("a complaint was taken back: %+v", got)
		}
		if err := stops.Stop(ctx, nobody.ID, people.Unsubscribed); !errors.Is(err, people.ErrNoMail) {
			t.Errorf("without an address: %v", err)
		}
		if err := stops.Stop(ctx, 99, people.Unsubscribed); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestSuppressionList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, stops := t.Context(), newStops(st)
		for _, a := range []string{"a_1@shop.example", "ab1@shop.example", " Mira@Shop.example ", "zoe@shop.example"} {
			if err := stops.Add(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range []string{"", "x", "Mira <mira@shop.example>", "a\nb@shop.example", "a\u202eb@shop.example", `"a b"@shop.example`} {
			if err := stops.Add(ctx, a); !errors.Is(err, people.ErrAddress) {
				t.Errorf("%q: %v", a, err)
			}
		}
		erased := people.AddressKey(stops.Key, "gone@shop.example")
		if err := st.Suppress(ctx, people.Suppression{Key: erased, Reason: people.Erased, At: start}, nil); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"": 5, "a_1": 1, "MIRA@": 1, "%": 0, "gone@shop.example": 1, "gone": 0} {
			if got, err := stops.List(ctx, text, nil, 10); err != nil || len(got) != want {
				t.Errorf("%q finds %d, want %d: %v", text, len(got), want, err)
			}
		}
		var walked []people.Suppression
		for after := (*people.Suppression)(nil); ; {
			part, err := stops.List(ctx, "", after, 2)
			if err != nil {
				t.Fatal(err)
			}
			walked = append(walked, part...)
			if len(part) < 2 {
				break
			}
			after = &part[1]
		}
		if len(walked) != 5 || walked[4].Reason != people.Erased {
			t.Errorf("page by page: %+v", walked)
		}
		if got, err := st.SuppressionsOf(ctx, [][]byte{erased, []byte("none")}); err != nil || len(got) != 1 {
			t.Errorf("by key: %+v, %v", got, err)
		}
		if err := stops.Remove(ctx, erased); err != nil {
			t.Error(err)
		}
		if err := stops.Remove(ctx, erased); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("removed twice: %v", err)
		}
	})
}
