package asking

import (
	"math/rand/v2"
	"testing"
	"time"
)

var zoneNames = []string{
	"UTC", "Europe/Sofia", "Europe/Warsaw", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "Pacific/Apia",
	"America/Havana", "Asia/Tehran", "Pacific/Chatham", "Africa/Casablanca",
}

func load(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestNextIsTheFirstOpenInstant compares Next with a walk by minutes, around changes of clocks and elsewhere.
func TestNextIsTheFirstOpenInstant(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range zoneNames {
		zone := load(t, name)
		for range 60 {
			at := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.Int64N(7*365*24*60)) * time.Minute)
			if _, change := at.In(zone).ZoneBounds(); !change.IsZero() && rng.IntN(2) == 0 {
				at = change.Add(time.Duration(rng.IntN(180)-120) * time.Minute)
			}
			p := Plan{From: 15 * rng.IntN(96), Until: 15 * rng.IntN(96), Days: uint8(rng.IntN(128))}
			got := p.Next(at, zone)
			if !p.Open(got, zone) || got.Before(at) {
				t.Fatalf("%s: %+v from %v gives %v, which is closed or earlier", name, p, at.In(zone), got.In(zone))
			}
			for w := at; w.Before(got); w = w.Add(time.Minute) {
				if p.Open(w, zone) {
					t.Fatalf("%s: %+v from %v gives %v, open is already %v", name, p, at.In(zone), got.In(zone), w.In(zone))
				}
			}
		}
	}
}

func TestNextByTheClockOnTheWall(t *testing.T) {
	const form = "2006-01-02 15:04:05 MST"
	workdays := uint8(1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday)
	for _, c := range []struct {
		zone, at, want string
		plan           Plan
	}{
		{"Europe/Sofia", "2026-05-05T03:30:20Z", "2026-05-05 10:00:00 EEST", Plan{From: 600, Until: 1080}},
		{"Europe/Sofia", "2026-05-05T07:30:20Z", "2026-05-05 10:30:20 EEST", Plan{From: 600, Until: 1080}},
		{"Europe/Sofia", "2026-05-05T15:00:00Z", "2026-05-06 10:00:00 EEST", Plan{From: 600, Until: 1080}},
		{"Europe/Sofia", "2026-05-08T16:00:00Z", "2026-05-11 10:00:00 EEST", Plan{From: 600, Until: 1080, Days: workdays}},
		// 03:00 to 04:00 does not exist on this day.
		{"Europe/Sofia", "2026-03-28T23:00:00Z", "2026-03-29 04:00:00 EEST", Plan{From: 190, Until: 1080}},
		// 03:30 comes twice: the first one is taken, and the second one is in the window as well.
		{"Europe/Sofia", "2026-10-25T00:10:00Z", "2026-10-25 03:30:00 EEST", Plan{From: 210, Until: 220}},
		{"Europe/Sofia", "2026-10-25T00:45:00Z", "2026-10-25 03:30:00 EET", Plan{From: 210, Until: 220}},
		// Past midnight: the night from Friday to Saturday is Friday's.
		{"Europe/Warsaw", "2026-05-08T23:30:00Z", "2026-05-09 01:30:00 CEST", Plan{From: 1320, Until: 120, Days: workdays}},
		{"Europe/Warsaw", "2026-05-09T23:30:00Z", "2026-05-11 22:00:00 CEST", Plan{From: 1320, Until: 120, Days: workdays}},
		{"Asia/Kathmandu", "2026-05-05T00:00:00Z", "2026-05-05 09:00:00 +0545", Plan{From: 540, Until: 541}},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.plan.Next(at, load(t, c.zone)).In(load(t, c.zone)).Format(form); got != c.want {
			t.Errorf("%s from %s: %s, want %s", c.zone, c.at, got, c.want)
		}
	}
}

func TestZoneOfAContact(t *testing.T) {
	account := load(t, "Europe/Sofia")
	for _, c := range []struct {
		contact string
		on      bool
		want    string
	}{
		{"America/New_York", true, "America/New_York"},
		{"America/New_York", false, "Europe/Sofia"},
		{"", true, "Europe/Sofia"},
		{"Local", true, "Europe/Sofia"},
		{"Europe/Nowhere", true, "Europe/Sofia"},
	} {
		if got := (Plan{ContactZone: c.on}).Zone(c.contact, account).String(); got != c.want {
			t.Errorf("zone %q, %v: %s, want %s", c.contact, c.on, got, c.want)
		}
	}
}
