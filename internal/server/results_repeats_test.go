package server

import (
	"context"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestTheDashboardSaysThatCustomersAnsweredMoreThanOnce(t *testing.T) {
	o := openOffice(t)
	o.fill() // 336 answers of nobody who is known
	for c := range survey.ID(6) {
		for day := range 6 {
			o.give(day, []int{10, 0}[c%2], func(r *survey.Response) { r.ContactID = 1 + c })
		}
	}
	counter := reports.New(o.st, func() time.Time { return o.now }, func() *time.Location { return time.UTC })
	o.must(counter.CountRepeats(context.Background()))
	doc := o.page(account.Support, "/dashboard")
	wants(t, doc, ".hero", "372 answers", "10% by customers who answered more than once")
	wants(t, doc, "main", "Counted by customer, the 95% interval is", "as of 22 November 2026, 12:00")
	doc = o.page(account.Support, "/dashboard?touchpoint=checkout")
	if got := doc.Find(".hero").Text(); got == "" || doc.Find(".hero:contains('more than once')").Length() != 0 {
		t.Errorf("a part of the answers claims what is known of all: %s", got)
	}
}
