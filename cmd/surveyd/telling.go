package main

import (
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

// newTeller puts together what tells the staff of cases, by the dispatcher that is there.
func (a *app) newTeller(ids *survey.IDs, zone func() *time.Location, results *reports.Service, goals *customers.Goals) {
	a.teller = &telling.Teller{Store: a.store, Server: a.post, Weeks: results, IDs: ids, Now: a.cfg.now, Zone: zone}
	a.staffMails = &telling.Desk{Store: a.store, Composer: a.composer, Now: a.cfg.now, Zone: zone}
	a.dispatcher.Kinds[telling.AlertMail] = telling.Alerts{Desk: a.staffMails}
	a.dispatcher.Kinds[telling.DigestMail] = telling.Digests{Desk: a.staffMails, Weeks: results, Cases: a.store, Goals: goals}
}
