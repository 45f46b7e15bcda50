package followup_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// office is a shop with a case of a Polish customer, a mail server that keeps what it is given, and a clock that the test sets.
type office struct {
	t          *testing.T
	st         *store.Store
	now        time.Time
	ids        *survey.IDs
	writer     *store.Writer
	version    survey.Version
	service    *followup.Service
	opener     *followup.Opener
	replies    *followup.Replies
	sink       *mailtest.Sink
	dispatcher *asking.Dispatcher
	bounces    *asking.Bounces
	returns    account.MailReturns
	anna       survey.ID // contact
	id         survey.ID // case
	dana       int64     // user
}

var addressKey = bytes.Repeat([]byte("a"), 32)

// MailServer implements mail.Settings.
func (o *office) MailServer(context.Context) (account.MailServer, error) {
	return account.MailServer{Host: o.sink.Host(), Port: o.sink.Port(), Security: account.Plain, From: "help@shop.example", Postal: "1 High Street"}, nil
}

// MailReturns implements followup.Mailbox.
func (o *office) MailReturns(context.Context) (account.MailReturns, error) { return o.returns, nil }

func (o *office) clock() time.Time { return o.now }

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) { test(t, openOffice(t, st)) })
}

func openOffice(t *testing.T, st *store.Store) *office {
	t.Helper()
	o, ctx := &office{t: t, st: st, now: noon, dana: 2, sink: mailtest.Start(t, mailtest.Options{})}, t.Context()
	var err error
	o.ids, err = survey.NewIDs(7, o.clock)
	o.must(err)
	o.must(st.InsertUser(ctx, account.User{ID: o.dana, Email: "dana@shop.example", Name: "Dana", Role: account.Support, CreatedAt: noon}, "dana@shop.example"))
	o.must(st.SetSetting(ctx, "company", "Linden Home"))
	v := survey.Survey{Name: "After the purchase", State: survey.Live, CreatedAt: noon, ChangedAt: noon, Edited: survey.Definition{Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "How likely?"}},
	}}}
	o.must(st.CreateSurvey(ctx, &v))
	o.version = survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: noon}
	o.must(st.CreateVersion(ctx, &o.version))
	o.writer, err = st.NewWriter(context.Background(), func(err error) { t.Error(err) })
	o.must(err)
	t.Cleanup(o.writer.Close)
	o.opener = followup.NewOpener(st, o.ids, o.clock)
	o.service = followup.NewService(st, o.opener, o.ids, o.clock)
	composer := &mail.Composer{Settings: o, Secret: []byte("names of mails")}
	o.replies = followup.NewReplies(st, o.service, composer, o, addressKey, []byte("tags of cases"))
	kinds := map[string]asking.Kind{asking.ReplyMail: o.replies}
	post := mail.NewPost(o, o.clock)
	t.Cleanup(post.Close)
	o.dispatcher = &asking.Dispatcher{
		Store: st, Post: post, Composer: composer, IDs: o.ids, AddressKey: addressKey, BaseURL: "https://ask.shop.example", Log: slog.New(slog.DiscardHandler), Now: o.clock,
		Elapsed: func() time.Duration { return o.now.Sub(noon) }, Workers: 1, Alone: true, Kinds: kinds,
	}
	o.bounces = &asking.Bounces{Store: st, IDs: o.ids, AddressKey: addressKey, Now: o.clock, Kinds: kinds}
	o.anna = o.contact("anna@example.com")
	o.id = o.unhappy(o.anna, "Paczka przyszła otwarta.")
	return o
}

func (o *office) contact(email string) survey.ID {
	o.t.Helper()
	id, err := o.st.EnsureContact(o.t.Context(), survey.Contact{ID: o.ids.Next(), Email: email, Name: "Anna Kowalska", Language: "pl", CreatedAt: noon})
	o.must(err)
	return id
}

// unhappy has a contact (0: nobody known) give 3 of 10, and gives the case.
func (o *office) unhappy(contact survey.ID, comment string) survey.ID {
	o.t.Helper()
	in := survey.NewIntake(o.st, o.opener.Recorder(o.writer), o.ids, o.clock, func() *time.Location { return time.UTC })
	r, _, err := in.Give(o.t.Context(), o.version, survey.Response{ID: o.ids.Next(), ContactID: contact, Channel: survey.ViaImport, OrderRef: "10482", Language: "pl", Rating: 3, Comment: comment})
	o.must(err)
	id, err := o.st.CaseOf(o.t.Context(), r.ID)
	o.must(err)
	return id
}

func (o *office) current() followup.Case {
	o.t.Helper()
	c, err := o.st.Case(o.t.Context(), o.id)
	o.must(err)
	return c
}

const sorry = "Dzień dobry,\n\nbardzo przepraszamy. Wysyłamy nowy produkt na nasz koszt."

// send sends a reply over the newest version.
func (o *office) send(status followup.Status) survey.ID {
	o.t.Helper()
	_, id, err := o.replies.Send(o.t.Context(), o.dana, o.id, o.current().Version, followup.Reply{
		Subject: "Państwa opinia o zamówieniu 10482", Text: sorry, Quote: "22 listopada napisali Państwo:\n> Paczka przyszła otwarta.", Language: "pl", Status: status, Reason: 2,
	})
	o.must(err)
	return id
}

// pass lets time go by and hands over what is due then.
func (o *office) pass(d time.Duration) {
	o.now = o.now.Add(d)
	o.dispatcher.Drain(o.t.Context())
}

// log lists the lines of the case with what came before and after.
func (o *office) log() string {
	o.t.Helper()
	lines, err := o.st.CaseLog(o.t.Context(), o.id, 100)
	o.must(err)
	var all []string
	for _, e := range lines {
		all = append(all, strings.Join(strings.Fields(e.Kind+" "+e.Before+" "+e.After), " "))
	}
	return strings.Join(all, "; ")
}

func (o *office) stop(why people.Suppressed) {
	o.t.Helper()
	o.must((&people.Stops{Store: o.st, Key: addressKey, Now: o.clock}).Stop(o.t.Context(), o.anna, why))
}
