package followup

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// rulesAge is how long rules are used before they are read again: another process may have changed them.
const rulesAge = 5 * time.Second

// Rated is an earlier answer of a person.
type Rated struct {
	ResponseID survey.ID
	VersionID  int64
	Rating     int
	AnsweredAt time.Time
}

// OpenerStore is what an Opener reads.
type OpenerStore interface {
	CaseRules(ctx context.Context) (Rules, error)
	RatedBefore(ctx context.Context, contact, response survey.ID, limit int) ([]Rated, error) // newest first, those that count
	Version(ctx context.Context, id int64) (survey.Version, error)
	Epoch() int64 // changes when this process changed the rules
}

// Opener decides which answers open a case, before they are queued for the writer.
type Opener struct {
	store OpenerStore
	ids   *survey.IDs
	now   func() time.Time

	mu      sync.Mutex
	current atomic.Pointer[readRules]
	schemes sync.Map     // version id -> scoring.Scheme; versions never change
	turn    atomic.Int64 // whose turn it is, where several share the work
}

type readRules struct {
	Rules
	epoch int64
	at    time.Time
}

// NewOpener makes an opener with the writer's ids and the clock.
func NewOpener(st OpenerStore, ids *survey.IDs, now func() time.Time) *Opener {
	return &Opener{store: st, ids: ids, now: now}
}

// Rules gives the rules as they are now.
func (o *Opener) Rules(ctx context.Context) (Rules, error) {
	now, epoch := o.now(), o.store.Epoch()
	if cur := o.current.Load(); cur != nil && cur.epoch == epoch && now.Sub(cur.at) < rulesAge {
		return cur.Rules, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	cur := o.current.Load()
	if cur != nil && cur.epoch == epoch && now.Sub(cur.at) < rulesAge {
		return cur.Rules, nil
	}
	rules, err := o.store.CaseRules(ctx)
	if err != nil {
		return Rules{}, err
	}
	o.current.Store(&readRules{rules, epoch, now})
	return rules, nil
}

// Recorder gives a recorder that decides about each record and hands it on to next.
func (o *Opener) Recorder(next survey.Recorder) survey.Recorder { return recorder{o, next} }

type recorder struct {
	opener *Opener
	next   survey.Recorder
}

// Record implements survey.Recorder.
func (r recorder) Record(ctx context.Context, rec survey.Record) error {
	if err := r.opener.Decide(ctx, &rec); err != nil {
		return err
	}
	return r.next.Record(ctx, rec)
}

// Moderated gives a store whose changes of status reach the cases.
func (o *Opener) Moderated(st survey.ModerationStore) survey.ModerationStore {
	return moderated{st, o}
}

type moderated struct {
	survey.ModerationStore
	opener *Opener
}

// Apply implements survey.ModerationStore.
func (m moderated) Apply(ctx context.Context, recs []survey.Record) ([]error, error) {
	return m.opener.apply(ctx, m.ModerationStore, recs)
}

// Received is Moderated for what is done with personal links.
func (o *Opener) Received(st survey.ReceptionStore) survey.ReceptionStore { return received{st, o} }

type received struct {
	survey.ReceptionStore
	opener *Opener
}

// Apply implements survey.ModerationStore.
func (r received) Apply(ctx context.Context, recs []survey.Record) ([]error, error) {
	return r.opener.apply(ctx, r.ReceptionStore, recs)
}

func (o *Opener) apply(ctx context.Context, st survey.ModerationStore, recs []survey.Record) ([]error, error) {
	for i := range recs {
		if err := o.Decide(ctx, &recs[i]); err != nil {
			return nil, err
		}
	}
	return st.Apply(ctx, recs)
}

// Decide sets what the record means for its person's case. A new answer from a public link that opens none costs no read.
func (o *Opener) Decide(ctx context.Context, rec *survey.Record) error {
	rules, err := o.Rules(ctx)
	if err != nil {
		return err
	}
	r := rec.Response
	var cause Cause
	if r.Status == survey.Counted {
		if cause, err = o.cause(ctx, rules, r, rec.Words); err != nil {
			return err
		}
	}
	if cause == "" && !mayHaveCase(rules, rec) {
		return nil
	}
	rec.Following = o.following(rules, r, cause, rec.At)
	return nil
}

// mayHaveCase tells whether a record that opens no case may end one.
func mayHaveCase(rules Rules, rec *survey.Record) bool {
	b := rec.Before
	if b == nil {
		return false
	}
	return b.ContactID != 0 || b.Status != rec.Response.Status || rules.Cause(Said{Class: b.Class, Rating: b.Rating, Words: rec.Unwords, Last: survey.NoRating}) != ""
}

func (o *Opener) following(rules Rules, r survey.Response, cause Cause, at time.Time) *survey.Following {
	f := &survey.Following{Person: Person(r), Cause: string(cause), LogIDs: [3]survey.ID{o.ids.Next(), o.ids.Next(), o.ids.Next()}}
	if cause != "" {
		f.CaseID, f.DueAt, f.Owner = o.ids.Next(), rules.Calendar.Due(at), o.assign(rules, r)
	}
	return f
}

func (o *Opener) assign(rules Rules, r survey.Response) int64 {
	for _, a := range rules.Assign {
		if n := int64(len(a.Users)); n > 0 && a.fits(r) {
			return a.Users[(o.turn.Add(1)-1)%n]
		}
	}
	return 0
}

func (o *Opener) cause(ctx context.Context, rules Rules, r survey.Response, words string) (Cause, error) {
	said := Said{Class: r.Class, Rating: r.Rating, Words: words, Last: survey.NoRating}
	cause := rules.Cause(said)
	if cause != "" || rules.Drop == 0 || r.ContactID == 0 || r.Rating == survey.NoRating {
		return cause, nil
	}
	var err error
	if said.Last, err = o.last(ctx, r); err != nil {
		return "", err
	}
	return rules.Cause(said), nil
}

// lookBack is among how many of a person's newest answers the last one on the same scheme is looked for.
const lookBack = 20

// last is the rating that the person of r gave before on the same scheme.
func (o *Opener) last(ctx context.Context, r survey.Response) (int, error) {
	before, err := o.store.RatedBefore(ctx, r.ContactID, r.ID, lookBack)
	if err != nil || len(before) == 0 {
		return survey.NoRating, err
	}
	scheme, err := o.scheme(ctx, r.VersionID)
	if err != nil {
		return survey.NoRating, err
	}
	for _, b := range before {
		if s, err := o.scheme(ctx, b.VersionID); err != nil || s == scheme {
			return b.Rating, err
		}
	}
	return survey.NoRating, nil
}

// scheme of a version's ratings.
func (o *Opener) scheme(ctx context.Context, version int64) (scoring.Scheme, error) {
	if s, ok := o.schemes.Load(version); ok {
		return s.(scoring.Scheme), nil
	}
	v, err := o.store.Version(ctx, version)
	if err != nil {
		return "", err
	}
	s := v.Definition.Scheme()
	o.schemes.Store(version, s)
	return s, nil
}
