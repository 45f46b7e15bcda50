package demo

import (
	"context"
	"math/big"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
)

// GoalStore is where goals are written.
type GoalStore interface {
	CreateGoal(ctx context.Context, g *customers.Goal) error
	AddGoalValue(ctx context.Context, v *customers.GoalValue) error
}

// goals are what the shop wants to reach: by a score, by hand, by a task, and one that was missed; and a draft.
func goals(ctx context.Context, st GoalStore, s Setup, shop Shop) error {
	today := survey.DayOf(s.Now, s.Zone)
	hand := customers.Measure{By: customers.MeasuredByHand}
	all := []customers.Goal{
		{
			Specific: "Bring the score at delivery back up", Kind: customers.GoalNumber, Baseline: big.NewRat(35, 1), Target: big.NewRat(48, 1),
			Measure:    customers.Measure{By: customers.MeasuredByScore, SurveyID: shop.Purchase.SurveyID, Touchpoint: shop.Touchpoints[delivery]},
			Achievable: "A second carrier for the north, rain covers for every parcel; the budget of the quarter covers both.",
			Relevant:   "Late and wet parcels are what unhappy customers write of most.", Start: today - 40, Deadline: today + 52,
		},
		{
			Specific: "Win 12 new corporate customers", Kind: customers.GoalNumber, Measure: hand, Unit: "customers", Baseline: new(big.Rat), Target: big.NewRat(12, 1),
			Achievable: "Dana calls two offices a day; the showroom hosts an open evening each month.", Relevant: "Offices order chairs by the dozen.", Start: today - 92, Deadline: today + 91,
		},
		{
			Specific: "Spend less on returns", Kind: customers.GoalMoney, Measure: customers.Measure{By: customers.MeasuredByHand, Currency: "EUR"}, Baseline: big.NewRat(4_800_00, 1),
			Target: big.NewRat(3_000_00, 1), Achievable: "Pictures with measures on every product page.", Relevant: "A returned sofa costs more than it earns.", Start: today - 60, Deadline: today + 30,
		},
		{
			Specific: "Print the QR card for the showroom", Kind: customers.GoalTask, Measure: hand, Achievable: "Ivan, one afternoon.", Relevant: "Showroom visitors are not asked yet.",
			Start: today - 5, Deadline: today + 9,
		},
		{
			Specific: "Answer 95 of 100 cases in time", Kind: customers.GoalNumber, Measure: hand, Unit: "%", Baseline: big.NewRat(70, 1), Target: big.NewRat(95, 1),
			Achievable: "Somebody of the desk is on duty on Saturdays.", Relevant: "Those who hear back stay.", Start: today - 120, Deadline: today - 20,
		},
		{Specific: "Offer assembly", Kind: customers.GoalYesNo, Measure: hand, Relevant: "Customers ask for it every week."},
	}
	for i := range all {
		g := &all[i]
		g.Published = i < len(all)-1
		g.CreatedAt = s.Now
		if g.Published {
			g.CreatedAt = g.Start.Start(s.Zone)
		}
		g.ChangedAt = g.CreatedAt
		g.Tidy()
		if err := st.CreateGoal(ctx, g); err != nil {
			return err
		}
	}
	for _, v := range []struct {
		goal  int
		ago   survey.Day
		value int64
	}{{1, 70, 2}, {1, 41, 4}, {1, 12, 7}, {2, 30, 4_350_00}, {2, 2, 4_120_00}, {4, 90, 78}, {4, 50, 84}, {4, 21, 91}} {
		value := customers.GoalValue{GoalID: all[v.goal].ID, Day: today - v.ago, Value: big.NewRat(v.value, 1), By: shop.Users[1].ID, At: (today - v.ago).Start(s.Zone)}
		if err := st.AddGoalValue(ctx, &value); err != nil {
			return err
		}
	}
	return nil
}
