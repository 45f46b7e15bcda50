package survey_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/survey"
)

func TestIDsRiseWhateverTheClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		bucket := rapid.Int64Range(0, survey.MaxBucket).Draw(t, "bucket")
		ids, err := survey.NewIDs(bucket, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		last := survey.ID(-1)
		for _, step := range rapid.SliceOfN(rapid.Int64Range(-5000, 5000), 1, 50).Draw(t, "steps") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			for range rapid.IntRange(1, 1500).Draw(t, "n") {
				id := ids.Next()
				if id <= last || id < 0 {
					t.Fatalf("%d follows %d", id, last)
				}
				last = id
			}
		}
	})
}

func TestIDsOfTwoWritersNeverMeet(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	seen := map[survey.ID]bool{}
	for bucket := range int64(3) {
		ids, err := survey.NewIDs(bucket, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		for range 3000 {
			id := ids.Next()
			if seen[id] {
				t.Fatalf("%d was made twice", id)
			}
			seen[id] = true
		}
	}
	if _, err := survey.NewIDs(survey.MaxBucket+1, time.Now); !errors.Is(err, survey.ErrBucket) {
		t.Errorf("err = %v, want %v", err, survey.ErrBucket)
	}
}

func TestAnIDTellsItsTime(t *testing.T) {
	at := time.Date(2041, 7, 1, 8, 30, 0, 123e6, time.UTC)
	ids, err := survey.NewIDs(7, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	id := ids.Next()
	if !id.Time().Equal(at) {
		t.Errorf("time %v, want %v", id.Time(), at)
	}
	text, err := id.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var back survey.ID
	if err := back.UnmarshalText(text); err != nil || back != id {
		t.Errorf("%d reads back as %d, %v", id, back, err)
	}
}
