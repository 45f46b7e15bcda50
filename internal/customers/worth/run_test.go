package worth_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// patternShop has customers who stay away the likelier the longer they have not bought and if they were unhappy; how likely, is known.
func patternShop(random *rand.Rand, customers int) shop {
	s := shop{customers: customers}
	for c := 1; c <= customers; c++ {
		at := now.Add(-time.Duration(400+random.IntN(350)) * dayTime)
		unhappy := random.IntN(2) == 0
		rating := 10
		if unhappy {
			rating = 2
		}
		s.answers = append(s.answers, said{id: c, customer: c, version: 1, rating: rating, at: at.Add(dayTime)})
		for at.Before(now) {
			s.orders = append(s.orders, order{customer: c, currency: "EUR", at: at, amount: 1000 + random.Int64N(9000)})
			gap := 20 + random.ExpFloat64()*60
			if unhappy {
				gap = 20 + random.ExpFloat64()*400
			}
			at = at.Add(time.Duration(gap * float64(dayTime)))
		}
	}
	return s
}

func TestRiskIsLearntAndChecked(t *testing.T) {
	st := storetest.SQLite(t)
	publish(t, st)
	patternShop(rand.New(rand.NewPCG(1, 1)), 1200).store(t, st)
	if err := service(st).Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	pictures, err := st.Pictures(t.Context())
	if err != nil || len(pictures) != 1 {
		t.Fatalf("%+v, %v", pictures, err)
	}
	risk := pictures[0].Risk
	if risk.Refused != worth.Computed || risk.AUC < 0.65 || risk.AUCInterval.Lo > risk.AUC || risk.AUCInterval.Hi < risk.AUC {
		t.Fatalf("%+v", risk)
	}
	odds := map[worth.Feature]float64{}
	for _, term := range risk.Terms {
		odds[term.Feature] = term.Odds
	}
	if _, told := odds[worth.OpenCase]; told || odds[worth.SaidWorst] < 1.5*odds[worth.SaidBest] {
		t.Errorf("odds %v: an open case says nothing where there is none, and who was unhappy stays away", odds)
	}
	var n, happened int64
	var expected, spread float64
	for _, c := range risk.Calibration {
		n, happened = n+c.N, happened+c.Happened
		expected += c.Predicted * float64(c.N)
		spread += c.Predicted * (1 - c.Predicted) * float64(c.N)
	}
	if n != risk.Check.N || happened != risk.Check.Stayed || math.Abs(expected-float64(happened)) > 6*math.Sqrt(spread) {
		t.Errorf("predicted %v of %d, happened %d: %+v", expected, n, happened, risk.Check)
	}
	var sized int64
	for _, b := range risk.Bands {
		sized += b.Customers
	}
	if want := int64(1200); sized != want {
		t.Errorf("%d of %d customers are in a band: %+v", sized, want, risk.Bands)
	}
	if got := run(t, st, `SELECT count(*) FROM customer_standing WHERE (band = 'gone') <> (risk IS NULL) OR risk < 0 OR risk > 1`); got != "count(*)\n0\n" {
		t.Errorf("risks out of their band: %s", got)
	}
	asOf := run(t, st, `SELECT as_of, id FROM segment_run`)
	if err := service(st).Refresh(t.Context()); err != nil || run(t, st, `SELECT as_of, id FROM segment_run`) != asOf {
		t.Errorf("nothing has changed, and there is another run: %v", err)
	}
}

func TestRiskIsRefusedWhereDataIsThin(t *testing.T) {
	st := storetest.SQLite(t)
	publish(t, st)
	noise := rand.New(rand.NewPCG(2, 2))
	few := patternShop(noise, worth.FewestCustomers-1)
	loyal := shop{customers: 400}
	chance := shop{customers: 900}
	for c := 1; c <= 900; c++ {
		// Whatever a customer did before, a coin says whether they buy in a half year.
		for _, half := range []int{0, 1, 2} {
			if half == 2 || noise.IntN(2) == 0 {
				chance.orders = append(chance.orders, order{customer: c, currency: "EUR", at: now.Add(-time.Duration(180*half+10) * dayTime), amount: 100})
			}
		}
		for days := 5; days < 500 && c <= 400; days += 60 {
			loyal.orders = append(loyal.orders, order{customer: c, currency: "EUR", at: now.Add(-time.Duration(days) * dayTime), amount: 100})
		}
	}
	// Who bought little left all along, until nearly everybody did.
	left := shop{customers: 900}
	for c := 1; c <= 900; c++ {
		for days := 700 + c%30; days > 0; days -= 40 {
			if days < 370 && c%10 == 0 || days < 180 && c%10 < 8 {
				break
			}
			left.orders = append(left.orders, order{customer: c, currency: "EUR", at: now.Add(-time.Duration(days) * dayTime), amount: int64(100 * (1 + c%10))})
		}
	}
	for _, c := range []struct {
		name string
		shop shop
		want worth.Refusal
	}{{"another time", left, worth.Drifted}, {"few", few, worth.FewCustomers}, {"loyal", loyal, worth.OneSided}, {"chance", chance, worth.NoBetter}} {
		c.shop.store(t, st)
		run(t, st, `DELETE FROM segment_run`)
		if err := service(st).Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		pictures, err := st.Pictures(t.Context())
		if err != nil || len(pictures) != 1 || pictures[0].Risk.Refused != c.want || len(pictures[0].Risk.Terms) > 0 {
			t.Errorf("%s: %+v, %v; want %q", c.name, pictures, err, c.want)
		}
		if got := run(t, st, `SELECT count(*) FROM customer_standing WHERE risk IS NOT NULL`); got != "count(*)\n0\n" {
			t.Errorf("%s: %s have a risk", c.name, got)
		}
	}
}

// TestARunIsShownOnceItIsDone stops a run half way: pages go on with the one before it, and the next run clears it away.
func TestARunIsShownOnceItIsDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		publish(t, st)
		s := randomShop(rand.New(rand.NewPCG(7, 7)))
		s.store(t, st)
		if err := service(st).Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows := run(t, st, `SELECT count(*) FROM customer_standing`)
		half, err := st.BeginRun(t.Context(), now.Add(time.Hour))
		if err == nil {
			err = st.AddStandings(t.Context(), half, []worth.Standing{{Contact: 999, Currency: "EUR", Risk: -1}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if asOf, _, err := st.NewestRun(t.Context()); err != nil || !asOf.Equal(now) {
			t.Errorf("as of %v, %v", asOf, err)
		}
		later := service(st)
		later.Now = func() time.Time { return now.Add(7 * time.Hour) }
		if err := later.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if asOf, _, err := st.NewestRun(t.Context()); err != nil || !asOf.Equal(now.Add(7*time.Hour)) {
			t.Errorf("as of %v, %v", asOf, err)
		}
		if got := run(t, st, `SELECT count(*) FROM customer_standing`); got != rows {
			t.Errorf("%s rows instead of %s", got, rows)
		}
	})
}
