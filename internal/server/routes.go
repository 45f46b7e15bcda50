package server

import (
	"net/http"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/web/templates"
)

// register has every route with its policy. There is no other way to add one.
func (s *Server) register() {
	s.fast(http.MethodGet, "/healthz", Public, s.healthz)
	s.fast(http.MethodGet, "/readyz", Public, s.readyz)
	s.fast(http.MethodGet, "/favicon.svg", Public, s.favicon)
	s.fast(http.MethodGet, "/favicon.ico", Public, s.favicon)
	s.fast(http.MethodGet, "/assets/*", Public, s.assets())

	s.get("/", Public, s.home)
	if s.deps.Accounts != nil {
		s.registerAccount()
	}
	if s.deps.Results != nil {
		s.registerResults(s.deps.Results)
	}
	if s.deps.Goals != nil && s.deps.Accounts != nil {
		s.registerGoals(&goals{s.deps.Goals, s})
	}
	if s.deps.Building != nil {
		s.registerBuilding(s.deps.Building)
	}
	if s.deps.Contacts != nil {
		s.registerContacts(s.deps.Contacts)
	}
	if s.deps.Privacy != nil && s.deps.Accounts != nil {
		s.registerPrivacy(s.deps.Privacy)
	}
	if s.deps.API != nil && s.deps.Accounts != nil && s.deps.Privacy != nil {
		s.registerAPI(s.newAPI(s.deps.API))
	}
	if s.deps.Imports != nil {
		s.registerImports(s.deps.Imports)
	}
	if s.deps.Background != nil {
		h := &background{s.deps.Background, s}
		s.get("/settings/jobs", Admins, h.show)
		s.post("/settings/jobs/:id", Admins, h.retry)
	}
	if s.deps.Inviting != nil {
		s.registerInviting(s.deps.Inviting)
	}

	if s.deps.Cases != nil {
		s.registerCaseSettings(&caseSettings{s.deps.Cases, s})
	}
	if s.deps.Inbox != nil {
		s.registerInbox(&inbox{s.deps.Inbox, s})
	}
	if s.deps.Replies != nil && s.deps.Inbox != nil {
		s.registerReplies(&replies{s.deps.Replies, s, &inbox{s.deps.Inbox, s}})
	}
	if s.deps.Alerts != nil && s.deps.Accounts != nil {
		h := &alerts{s.deps.Alerts, s}
		s.post("/profile/alerts", Staff, h.saveOwn)
		s.get(alertsPath, Managers, h.page)
		s.post(alertsPath, Managers, h.saveAll)
	}
	if s.deps.Care != nil && s.deps.Results != nil {
		s.registerCare(&care{s.deps.Care, &results{s.deps.Results, s}, s})
	}
	if s.deps.Worth != nil && s.deps.Results != nil {
		s.registerWorth(&worthPages{s.deps.Worth, &results{s.deps.Results, s}, s})
	}
	if s.deps.Figures != nil && s.deps.Accounts != nil {
		h := &figurePages{s.deps.Figures, s}
		s.registerFigures(h)
		if s.deps.API != nil && s.deps.Privacy != nil {
			a := s.newAPI(s.deps.API)
			s.program(a, http.MethodGet, "/api/v1/metrics", KeyReadFigures, h.listFigures)
			s.program(a, http.MethodGet, "/api/v1/metrics/:key", KeyReadFigures, h.getFigure)
		}
	}
	if s.deps.Mail != nil {
		s.registerMail(&mailPages{s.deps.Mail, s})
	}

	if s.deps.Asking != nil {
		ask := s.newAsker(s.deps.Asking)
		s.front = ask.front
		s.fast(http.MethodGet, askPath, Token, ask.ask)
		s.fast(http.MethodPost, askPath, Token, ask.take)
		s.fast(http.MethodGet, askPath+"/", Token, ask.withoutSlash)
		s.fast(http.MethodGet, "/s/:token/:rating", Token, ask.ask)
		s.fast(http.MethodPost, "/s/:token/score", Token, ask.score)
		s.fast(http.MethodGet, "/s/a/:answer", Token, ask.thanks)
		s.fast(http.MethodPost, "/s/a/:answer/contact", Token, ask.permit)
		s.fast(http.MethodGet, "/s/a/:answer/:screen", Token, ask.change)
		s.fast(http.MethodPost, "/s/a/:answer/:screen", Token, ask.amend)
		if s.deps.Privacy != nil {
			s.registerUnsubscribing(&unsubscriber{ask, s.deps.Privacy.Store, s.deps.Privacy.Stops})
		}
	}
}

// registerContacts has the pages of contacts and of what happened to them.
func (s *Server) registerContacts(d *ContactsDeps) {
	h := &contacts{d, s}
	s.get("/contacts", Staff, h.list)
	s.get("/contacts/quality", Staff, h.quality)
	s.get("/contacts/new", Managers, h.newPage)
	s.post("/contacts/new", Managers, h.create)
	s.get("/contacts/:id", Staff, h.show)
	s.get("/contacts/:id/more", Managers, h.morePage)
	s.post("/contacts/:id/more", Managers, h.more)
}

// registerPrivacy has the pages about a person's rights that staff use.
func (s *Server) registerPrivacy(d *PrivacyDeps) {
	h := &privacy{d, s}
	s.get("/contacts/suppressed", Managers, h.suppressed)
	s.post("/contacts/suppressed", Managers, h.suppress)
	s.get("/contacts/suppressed.csv", Managers, h.suppressedCSV)
	s.get("/contacts/:id/export.json", Managers, h.personCopy)
	s.get("/contacts/:id/erase", Managers, h.confirmErase)
	s.post("/contacts/:id/erase", Managers, h.erase)
	s.get("/contacts/suppressed/:key/remove", Managers, h.confirmUnsuppress)
	s.post("/contacts/suppressed/:key/remove", Managers, h.unsuppress)
}

// registerAPI has what programs call; docs and tests compare it with openapi.json.
func (s *Server) registerAPI(a *api) {
	s.get("/api/v1/openapi.json", Public, openAPI)
	s.program(a, http.MethodGet, "/api/v1/contacts", KeyReadContacts, a.findContacts)
	s.program(a, http.MethodPost, "/api/v1/contacts", KeyWriteContacts, a.postContacts)
	s.program(a, http.MethodGet, "/api/v1/contacts/:id", KeyReadContacts, a.getContact)
	s.program(a, http.MethodDelete, "/api/v1/contacts/:id", KeyEraseContacts, a.eraseContact)
	s.program(a, http.MethodGet, "/api/v1/contacts/:id/export", KeyReadContacts, a.exportContact)
	s.program(a, http.MethodPost, "/api/v1/purchases", KeyWritePurchases, a.postPurchases)
	s.program(a, http.MethodPost, "/api/v1/events", KeyWriteEvents, a.postEvents)
	s.registerFeeds(a)
}

// registerFeeds has what programs tell about customers' money.
func (s *Server) registerFeeds(a *api) {
	s.program(a, http.MethodPost, "/api/v1/orders", KeyWriteFeeds, a.postFeed(customers.Orders, func() feedIn { return new(orderIn) }))
	s.program(a, http.MethodPost, "/api/v1/refunds", KeyWriteFeeds, a.postFeed(customers.Refunds, func() feedIn { return new(refundIn) }))
	s.program(a, http.MethodPost, "/api/v1/customers", KeyWriteFeeds, a.postFeed(customers.Since, func() feedIn { return new(acquiredIn) }))
	s.program(a, http.MethodPost, "/api/v1/subscriptions", KeyWriteFeeds, a.postFeed(customers.Subscriptions, func() feedIn { return new(subscriptionIn) }))
	s.program(a, http.MethodPost, "/api/v1/contracts", KeyWriteFeeds, a.postFeed(customers.Contracts, func() feedIn { return new(contractIn) }))
	s.program(a, http.MethodPost, "/api/v1/costs", KeyWriteFeeds, a.postFeed(customers.Costs, func() feedIn { return new(costIn) }))
	s.program(a, http.MethodPost, "/api/v1/opportunities", KeyWriteFeeds, a.postFeed(customers.Opportunities, func() feedIn { return new(opportunityIn) }))
	s.program(a, http.MethodPost, "/api/v1/stages", KeyWriteFeeds, a.postFeed(customers.Stages, func() feedIn { return new(stayIn) }))
	s.program(a, http.MethodPost, "/api/v1/quotas", KeyWriteFeeds, a.postFeed(customers.Quotas, func() feedIn { return new(quotaIn) }))
	s.program(a, http.MethodPost, "/api/v1/tickets", KeyWriteFeeds, a.postFeed(customers.Tickets, func() feedIn { return new(ticketIn) }))
	s.program(a, http.MethodPost, "/api/v1/memberships", KeyWriteFeeds, a.postFeed(customers.Memberships, func() feedIn { return new(membershipIn) }))
	s.program(a, http.MethodPost, "/api/v1/rewards", KeyWriteFeeds, a.postFeed(customers.Rewards, func() feedIn { return new(rewardIn) }))
}

// registerUnsubscribing has the page to stop survey mails.
func (s *Server) registerUnsubscribing(u *unsubscriber) {
	s.fast(http.MethodGet, "/u/:token", Token, u.page)
	s.fast(http.MethodPost, "/u/:token", Token, u.take)
}

// registerCaseSettings has the routes of the rules of cases.
func (s *Server) registerCaseSettings(h *caseSettings) {
	s.get(caseSettingsPath, Admins, h.page)
	s.post(caseSettingsPath, Admins, h.save)
	s.post(caseSettingsPath+"/reasons", Admins, h.saveReasons)
}

// registerInbox has the pages of cases.
func (s *Server) registerInbox(h *inbox) {
	s.get("/inbox", Staff, h.page)
	s.get("/inbox/list", Staff, h.list)
	s.post("/inbox/bulk", Staff, h.bulk)
	s.get("/inbox/views", Staff, h.savedPage)
	s.post("/inbox/views", Staff, h.saveView)
	s.post("/inbox/views/:id", Staff, h.changeView)
	s.post("/inbox/views/:id/delete", Staff, h.deleteView)
	s.get("/inbox/:id", Staff, h.showCase)
	s.post("/inbox/:id", Staff, h.saveCase)
	s.post("/inbox/:id/note", Staff, h.addNote)
	s.post("/inbox/:id/undo", Staff, h.undo)
	s.post("/inbox/:id/draft", Staff, h.keepDraft)
	s.post("/inbox/:id/here", Staff, h.here)
}

// registerReplies has the routes of mails to the customers of cases.
func (s *Server) registerReplies(h *replies) {
	s.post("/inbox/:id/reply", Staff, h.send)
	s.post("/inbox/:id/reply/:mail/undo", Staff, h.undo)
	s.get(templatesPath, Admins, h.templates)
	s.post(templatesPath, Admins, h.saveTemplates)
}

// registerCare has the figures of follow-up.
func (s *Server) registerCare(h *care) {
	s.get("/inbox/figures", Managers, h.page)
	s.get("/inbox/figures/comments", Managers, h.comments)
	s.get("/inbox/figures/:table", Managers, h.table)
	s.get("/inbox/log.csv", Managers, h.log)
}

// registerWorth has the segments of customers, and what scores are worth in money.
func (s *Server) registerWorth(h *worthPages) {
	s.get(templates.MoneyPath, Managers, h.money)
	s.get(templates.MoneyPath+"/:table", Managers, h.file(moneyTables()))
	s.get(templates.SegmentsPath, Managers, h.segments)
	s.get(templates.SegmentsPath+"/ask", Managers, h.askPage)
	s.post(templates.SegmentsPath+"/ask", Managers, h.ask)
	s.get(templates.SegmentsPath+"/:table", Managers, h.file(segmentTables()))
}

// registerFigures has the figures of customers, money and service.
func (s *Server) registerFigures(h *figurePages) {
	s.get("/metrics", Managers, h.overview)
	s.get("/metrics/all.csv", Managers, h.allTable)
	s.get(templates.QuotasPath, Managers, h.quotas)
	s.post(templates.QuotasPath, Managers, h.enterQuota)
	s.post(templates.QuotasPath+"/remove", Managers, h.removeQuota)
	s.get("/metrics/:key", Managers, h.page)
	s.get("/metrics/:key/by-hand", Managers, h.byHand)
	s.post("/metrics/:key/by-hand", Managers, h.enter)
	s.post("/metrics/:key/by-hand/:id/remove", Managers, h.remove)
	s.get("/metrics/:key/:table", Managers, h.table)
	s.get("/settings/figures", Admins, h.settings)
	s.post("/settings/figures", Admins, h.saveSettings)
}

// registerMail has the routes of the mail server and of mails that wait.
func (s *Server) registerMail(h *mailPages) {
	s.get("/settings/mail", Admins, h.settings)
	s.post("/settings/mail", Admins, h.save)
	s.post("/settings/mail/test", Admins, h.test)
	s.get("/settings/mail/returns", Admins, h.returns)
	s.post("/settings/mail/returns", Admins, h.saveReturns)
	s.post("/settings/mail/returns/key", Admins, h.hookKey)
	s.fast(http.MethodPost, "/hooks/bounces/:key", Token, h.bounces)
}

// registerAccount has the routes of people, settings and signing in.
func (s *Server) registerAccount() {
	s.accountMeanings()
	s.get("/sign-in", Public, s.signInPage)
	s.post("/sign-in", Public, s.signInPost)
	s.post("/sign-out", Staff, s.signOut)
	s.get("/setup", Public, s.setupPage)
	s.post("/setup", Public, s.setupPost)
	s.get("/join/:token", Public, s.linkPage(account.Join))
	s.post("/join/:token", Public, s.linkPost(account.Join))
	s.get("/reset/:token", Public, s.linkPage(account.Reset))
	s.post("/reset/:token", Public, s.linkPost(account.Reset))
	if s.deps.Demo {
		s.get("/demo/sign-in", Loopback, s.demoSignIn)
	}

	s.get("/profile", Staff, s.profilePage)
	s.post("/profile", Staff, s.profilePost)
	s.post("/profile/password", Staff, s.passwordPost)
	s.post("/profile/sign-out", Staff, s.leaveEverywhere)

	s.get("/settings", Admins, s.settingsPage)
	s.post("/settings", Admins, s.settingsPost)
	s.get("/settings/keys", Admins, s.keysPage)
	s.get("/settings/keys/new", Admins, s.newKeyPage)
	s.post("/settings/keys", Admins, s.newKeyPost)
	s.get("/settings/keys/:id/revoke", Admins, s.confirmRevokeKey)
	s.post("/settings/keys/:id/revoke", Admins, s.revokeKey)
	s.get("/users", Admins, s.usersPage)
	s.post("/users", Admins, s.newUserPost)
	s.get("/users/new", Admins, s.newUserPage)
	s.get("/users/:id", Admins, s.userPage)
	s.post("/users/:id", Admins, s.userPost)
	s.post("/users/:id/link", Admins, s.linkOf)
	s.get("/users/:id/remove", Admins, s.removeUserPage)
	s.post("/users/:id/remove", Admins, s.removeUserPost)
	s.get("/audit", Admins, s.auditPage)
	s.get("/audit.csv", Admins, s.auditCSV)
}

// registerResults has the routes of dashboards, answers and dated notes.
func (s *Server) registerResults(d *Results) {
	h := &results{d, s}
	s.get("/dashboard", Staff, h.dashboard)
	s.get("/dashboard/:chart", Staff, h.chartCSV)
	s.get("/how", Staff, h.how)
	s.get("/responses", Staff, h.responses)
	s.get("/responses/:id", Staff, h.response)
	s.post("/responses/:id/mark", Staff, h.mark)
	s.get("/responses/:id/delete", Managers, h.confirmDelete)
	s.post("/responses/:id/delete", Managers, h.delete)
	s.get("/events", Staff, h.events)
	s.post("/events", Managers, h.addEvent)
	s.post("/events/:id/delete", Managers, h.deleteEvent)
}

// registerGoals has the pages of what is to be reached: everybody of the staff may look, managers may change.
func (s *Server) registerGoals(h *goals) {
	s.get("/goals", Staff, h.list)
	s.get("/goals/new", Managers, h.newPage)
	s.post("/goals/new", Managers, h.create)
	s.get("/goals/:id", Staff, h.show)
	s.get("/goals/:id/edit", Managers, h.editPage)
	s.post("/goals/:id/edit", Managers, h.save)
	s.post("/goals/:id/values", Managers, h.write)
	s.post("/goals/:id/archive", Managers, h.archive)
}

// registerBuilding has the routes where surveys are made: everybody of the staff may look, managers may change.
func (s *Server) registerBuilding(d *BuildingDeps) {
	b := s.newBuilder(d)
	s.get("/surveys", Staff, b.list)
	s.get("/surveys/new", Managers, b.choose)
	s.post("/surveys/new", Managers, b.create)
	s.get("/surveys/:id", Staff, b.show)
	s.get("/surveys/:id/preview", Staff, b.preview)
	s.get("/surveys/:id/edit", Managers, b.edit)
	s.post("/surveys/:id/edit", Managers, b.save)
	s.post("/surveys/:id/publish", Managers, b.publish)
	s.post("/surveys/:id/duplicate", Managers, b.duplicate)
	if s.deps.Mail != nil {
		s.post("/surveys/:id/test", Managers, b.trial)
	}
	s.post("/surveys/:id/close", Managers, b.closeNow)
	s.post("/surveys/:id/archive", Managers, b.archive)
	s.post("/surveys/:id/restore", Managers, b.restore)
	s.get("/surveys/:id/links/:slug", Staff, b.qrPage)
	s.get("/surveys/:id/links/:slug/qr.svg", Staff, b.qrFile)
	s.post("/surveys/:id/links", Managers, b.createLink)
	s.post("/surveys/:id/links/:slug/close", Managers, b.closeLink)
	s.post("/surveys/:id/links/:slug/open", Managers, b.openLink)
	s.get("/surveys/:id/invitations", Managers, b.invitations)
	s.post("/surveys/:id/invitations", Managers, b.invite)
	s.post("/surveys/:id/invitations/file", Managers, b.inviteFile, body(inviteFileBody))
	s.post("/surveys/:id/invitations/:invitation/revoke", Managers, b.revoke)
	s.get("/touchpoints", Staff, b.touchpoints)
	s.post("/touchpoints", Managers, b.addTouchpoint)
	s.post("/touchpoints/:id", Managers, b.changeTouchpoint)
}

// registerImports has the routes of files on their way in and out.
func (s *Server) registerImports(d *Imports) {
	h := &imports{d, s}
	s.get("/imports", Managers, h.list)
	s.post("/imports", Managers, h.upload, body(d.Desk.Limit+uploadOverhead))
	s.get("/imports/:id", Managers, h.show)
	s.post("/imports/:id/check", Managers, h.check)
	s.post("/imports/:id/start", Managers, h.start)
	s.post("/imports/:id/back", Managers, h.back)
	s.post("/imports/:id/cancel", Managers, h.cancel)
	s.get("/imports/:id/rejects.csv", Managers, h.rejects)
	s.get("/exports/responses", Managers, h.export)
}

// registerInviting has the pages about who is asked and when.
func (s *Server) registerInviting(d *InvitingDeps) {
	h := &inviting{d, s}
	s.get("/invitations", Managers, h.ledger)
	s.post("/invitations/continue", Admins, h.carryOn)
	s.get("/invitations/rules", Managers, h.rules)
	s.get("/invitations/rules/new", Managers, h.newRule)
	s.post("/invitations/rules/new", Managers, h.createRule)
	s.get("/invitations/rules/:id", Managers, h.editRule)
	s.post("/invitations/rules/:id", Managers, h.saveRule)
	s.post("/invitations/rules/:id/switch", Managers, h.switchRule)
	s.post("/invitations/throttle", Managers, h.saveThrottle)
	s.get("/invitations/tomorrow", Managers, h.tomorrow)
	s.get("/invitations/uncertain", Managers, h.uncertain)
	s.post("/invitations/uncertain/:mail", Managers, h.resend)
	s.get("/invitations/funnel", Managers, h.funnel)
	s.get("/invitations/funnel.csv", Managers, h.funnelCSV)
	s.get("/invitations/unconfirmed", Managers, h.unconfirmed)
	s.post("/invitations/unconfirmed/:id", Managers, h.countClick)
	if s.deps.Mail != nil {
		s.registerOutbox(&outbox{h, s.deps.Mail.Outbox})
	}
}

// registerOutbox has the pages of mails that wait for a mail server.
func (s *Server) registerOutbox(h *outbox) {
	s.get("/invitations/outbox", Managers, h.list)
	s.post("/invitations/outbox/release", Admins, h.release)
	s.get("/invitations/outbox/drop", Admins, h.confirmDrop)
	s.post("/invitations/outbox/drop", Admins, h.drop)
	s.get("/invitations/outbox/:mail", Managers, h.show)
	s.get("/invitations/outbox/:mail/html", Managers, h.html)
}
