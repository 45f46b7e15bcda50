package server

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// Asking is what the pages of customers read.
type Asking interface {
	Settings(ctx context.Context) (map[string]string, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	Link(ctx context.Context, slug string) (survey.Link, error)
	Survey(ctx context.Context, id int64) (survey.Survey, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
	InvitationByToken(ctx context.Context, hash []byte) (survey.Invitation, error)
	Response(ctx context.Context, id survey.ID) (survey.Response, error)
	Epoch() int64                                // changes when this process changed what customers see
	Revision(ctx context.Context) (int64, error) // changes when any process did
}

// catalogAge is how old a catalog may be before the database is asked whether another process changed something.
const catalogAge = time.Second

// catalogs holds the newest catalog.
type catalogs struct {
	st  Asking
	now func() time.Time

	mu  sync.Mutex
	cur atomic.Pointer[catalog]
}

// catalog is what customers see, as of one revision: the shop, its surveys and links, with their pages once rendered. What is found is kept; what is
// not found is not, or made-up addresses could fill the memory.
type catalog struct {
	st       Asking
	epoch    int64
	revision int64
	checked  atomic.Int64 // unix nanoseconds

	shop        shop
	touchpoints map[string]int64

	targets  sync.Map // slug -> *target
	versions sync.Map // version id -> *target
}

// shop is who asks.
type shop struct {
	name  string
	look  templates.Look
	zone  *time.Location
	langs []string
	lang  string
}

// target is a survey with the version that is asked now.
type target struct {
	link    survey.Link
	survey  survey.Survey
	version survey.Version

	pages    sync.Map // language -> *page
	accepted accepted
}

// closed tells whether the link takes no answers now.
func (t *target) closed(now time.Time) bool {
	return !t.link.ClosedAt.IsZero() || !t.survey.TakesAnswers(now)
}

// page is that of the language if it was rendered since the last change; else nil.
func (t *target) page(lang string) *page {
	p, _ := t.pages.Load(lang)
	rendered, _ := p.(*page)
	return rendered
}

// get gives the newest catalog. When the database does not answer, the last one goes on serving.
func (cs *catalogs) get(ctx context.Context) (*catalog, error) {
	cur, now := cs.cur.Load(), cs.now()
	if cur != nil && cur.epoch == cs.st.Epoch() && now.UnixNano()-cur.checked.Load() < int64(catalogAge) {
		return cur, nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cur = cs.cur.Load()
	epoch := cs.st.Epoch()
	if cur != nil && cur.epoch == epoch && now.UnixNano()-cur.checked.Load() < int64(catalogAge) {
		return cur, nil
	}
	ctx = context.WithoutCancel(ctx) // it serves everybody, not only this visitor
	revision, err := cs.st.Revision(ctx)
	if err == nil && cur != nil && cur.revision == revision && cur.epoch == epoch {
		cur.checked.Store(now.UnixNano())
		return cur, nil
	}
	var next *catalog
	if err == nil {
		next, err = readCatalog(ctx, cs.st)
	}
	if err != nil {
		if cur != nil {
			return cur, nil
		}
		return nil, err
	}
	next.epoch, next.revision = epoch, revision
	next.checked.Store(now.UnixNano())
	cs.cur.Store(next)
	return next, nil
}

func readCatalog(ctx context.Context, st Asking) (*catalog, error) {
	settings, err := st.Settings(ctx)
	if err != nil {
		return nil, err
	}
	c := &catalog{st: st, touchpoints: map[string]int64{}, shop: shop{name: settings["company"], lang: settings["language"], langs: strings.FieldsFunc(settings["languages"], func(r rune) bool { return r == ',' || r == ' ' })}}
	if c.shop.lang == "" {
		c.shop.lang = "en"
	}
	c.shop.look, _ = templates.NewLook(settings["brand"])
	if c.shop.zone, err = time.LoadLocation(settings["zone"]); err != nil {
		return nil, err
	}
	tps, err := st.Touchpoints(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tps {
		if t.ArchivedAt.IsZero() {
			c.touchpoints[t.Key] = t.ID
		}
	}
	return c, nil
}

// link finds a public link that is open or closed.
func (c *catalog) link(ctx context.Context, typed string) (*target, error) {
	if t, ok := c.targets.Load(typed); ok { // as nearly everybody comes
		return t.(*target), nil
	}
	for _, slug := range survey.Slugs(typed) {
		if t, ok := c.targets.Load(slug); ok {
			return t.(*target), nil
		}
		link, err := c.st.Link(ctx, slug)
		if errors.Is(err, survey.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		t, err := c.target(ctx, link.SurveyID)
		if err != nil {
			return nil, err
		}
		t.link = link
		c.targets.Store(slug, t)
		return t, nil
	}
	return nil, survey.ErrNotFound
}

// target reads a survey and the version that is asked now. A draft is asked nowhere.
func (c *catalog) target(ctx context.Context, surveyID int64) (*target, error) {
	var t target
	var err error
	if t.survey, err = c.st.Survey(ctx, surveyID); err != nil {
		return nil, err
	}
	if t.survey.VersionID == 0 {
		return nil, survey.ErrNotFound
	}
	t.version, err = c.st.Version(ctx, t.survey.VersionID)
	return &t, err
}

// answered is the survey and the version of a response, which need not be the newest.
func (c *catalog) answered(ctx context.Context, r survey.Response) (*target, error) {
	if t, ok := c.versions.Load(r.VersionID); ok {
		return t.(*target), nil
	}
	var t target
	var err error
	if t.survey, err = c.st.Survey(ctx, r.SurveyID); err != nil {
		return nil, err
	}
	if t.version, err = c.st.Version(ctx, r.VersionID); err != nil {
		return nil, err
	}
	c.versions.Store(r.VersionID, &t)
	return &t, nil
}
