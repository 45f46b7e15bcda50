package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
)

// purchases is how many are brought in; every third customer bought twice.
const purchases = 100_000

// benchPurchases measures how long a file of purchases takes until every customer in it has an invitation, its line in the ledger and its mail, and how long
// the same file takes when nothing in it is new.
func benchPurchases(ctx context.Context, b *bench) error {
	var first, again []float64
	for range b.rounds {
		f, a, err := b.purchases(ctx)
		if err != nil {
			return err
		}
		first, again = append(first, f), append(again, a)
	}
	b.report("100,000 purchases imported and scheduled", median(first), "s", atMost(60), fmt.Sprintf("rounds %.3v", first))
	b.report("the same file again", median(again), "s", atMost(60), fmt.Sprintf("rounds %.3v", again))
	return nil
}

func (b *bench) purchases(ctx context.Context) (first, again float64, err error) {
	dir, remove, err := b.scratch()
	if err != nil {
		return 0, 0, err
	}
	defer remove()
	s, err := openShop(ctx, filepath.Join(dir, "purchases.db"))
	if err != nil {
		return 0, 0, err
	}
	defer s.close()
	now := time.Now()
	rule := asking.Rule{
		SurveyID: s.survey.ID, Name: "A week later", Active: true, Kind: people.Purchase, CreatedAt: now, ChangedAt: now,
		Plan: asking.Plan{Channel: asking.ByMail, DelayHours: 7 * 24, From: 600, Until: 1080, ContactZone: true, SamplePercent: 100, ReminderDays: 4, ExpiryDays: 30},
	}
	if err := s.st.CreateRule(ctx, &rule); err != nil {
		return 0, 0, err
	}
	file := orders(now)
	if first, err = s.takeOrders(ctx, file, purchases); err != nil {
		return 0, 0, err
	}
	again, err = s.takeOrders(ctx, file, 0)
	return first, again, err
}

// orders is a file as a shop exports it.
func orders(now time.Time) []byte {
	var f bytes.Buffer
	f.WriteString("order_id,customer_id,email,name,locale,time zone,time\n")
	for i := range purchases {
		who := i
		if i%4 == 3 {
			who = i - 3
		}
		fmt.Fprintf(&f, "order-%09d,c%07d,customer.%d@shop%d.example,Customer %d,%s,Europe/Sofia,%s\n", i*7, who, who, who%50, who, shopLanguages[who%len(shopLanguages)],
			now.Add(-time.Duration(i%10_000)*time.Minute).UTC().Format(time.DateTime))
	}
	return f.Bytes()
}

// takeOrders imports the file and gives the seconds that it took. It is an error when not so many purchases are new.
func (s *shop) takeOrders(ctx context.Context, file []byte, fresh int64) (float64, error) {
	key := []byte("0123456789abcdef0123456789abcdef")
	scheduler := &asking.Scheduler{Store: s.st, Keys: s.keys, IDs: s.ids, AddressKey: key, Now: time.Now}
	sheet, err := portage.ReadSheet(bytes.NewReader(file), portage.Format{Encoding: "UTF-8"})
	if err != nil {
		return 0, err
	}
	im := &portage.PeopleImport{
		Taker: people.NewIntake(s.st, s.ids, key, time.Now, scheduler), Touchpoints: s.st, What: portage.Purchases, Zone: time.UTC, Format: sheet.Format, Language: "en",
		Options: portage.Options{Mapping: portage.Purchases.Guess(sheet.Header, nil), Zone: time.UTC},
		Hooks:   portage.Hooks{OnReject: func(r portage.Reject) error { return errors.New(string(r.Reason)) }},
	}
	start := time.Now()
	counts, err := im.Run(ctx, bytes.NewReader(file))
	took := time.Since(start).Seconds()
	if err != nil {
		return 0, err
	}
	if counts.Added != fresh || counts.Read != purchases {
		return 0, fmt.Errorf("%d of %d purchases are new, want %d", counts.Added, counts.Read, fresh)
	}
	return took, nil
}
