package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// slug is the address of the shop's public link.
const slug = "after-purchase"

// The shop's answers spread over this many days, touchpoints and languages, as those of a shop after 24 weeks do.
const (
	shopDays        = 168
	shopTouchpoints = 4
)

var shopLanguages = []string{"en", "pl", "ru", "bg"}

// shop is a database with one live survey of the kind everybody asks: recommend, and a comment.
type shop struct {
	st      *store.Store
	survey  survey.Survey
	version survey.Version
	link    survey.Link
	ids     *survey.IDs
	keys    survey.Keys
	first   time.Time // the day of the first answer
}

// openShop opens the database, and makes the survey where there is none.
func openShop(ctx context.Context, dsn string) (*shop, error) {
	st, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	s := &shop{st: st, first: time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -shopDays)}
	if s.keys, err = survey.NewKeys(1, map[int64][]byte{1: []byte("0123456789abcdef0123456789abcdef")}); err != nil {
		return nil, err
	}
	if s.ids, err = survey.NewIDs(0, time.Now); err != nil {
		return nil, err
	}
	if s.link, err = st.Link(ctx, slug); err == nil {
		if s.survey, err = st.Survey(ctx, s.link.SurveyID); err != nil {
			return nil, err
		}
		s.version, err = st.Version(ctx, s.survey.VersionID)
		return s, err
	}
	return s, s.create(ctx)
}

func (s *shop) create(ctx context.Context) error {
	return s.st.InTx(ctx, func(ctx context.Context) error {
		for key, value := range map[string]string{"company": "Linden Home", "zone": "UTC", "language": "en", "languages": strings.Join(shopLanguages, ",")} {
			if err := s.st.SetSetting(ctx, key, value); err != nil {
				return err
			}
		}
		for i := range shopTouchpoints {
			if err := s.st.CreateTouchpoint(ctx, &survey.Touchpoint{Key: fmt.Sprintf("t%d", i), Names: survey.Text{"en": fmt.Sprintf("Touchpoint %d", i)}}); err != nil {
				return err
			}
		}
		say := func(lang, key string) string { return words.For(lang).T(key) }
		s.survey = survey.Survey{
			Name: "After the purchase", State: survey.Live, CreatedAt: s.first, ChangedAt: s.first,
			Edited:   survey.FromTemplate(survey.TemplateNPS, say, shopLanguages, ""),
			Settings: survey.Settings{Languages: shopLanguages, DefaultLanguage: "en", Touchpoint: 1, AllowTouchpoint: true, AllowOrder: true},
		}
		if err := s.st.CreateSurvey(ctx, &s.survey); err != nil {
			return err
		}
		s.version = survey.Version{SurveyID: s.survey.ID, Definition: s.survey.Edited, PublishedAt: s.first}
		if err := s.st.CreateVersion(ctx, &s.version); err != nil {
			return err
		}
		s.survey.VersionID = s.version.ID
		if err := s.st.UpdateSurvey(ctx, &s.survey); err != nil {
			return err
		}
		s.link = survey.Link{Slug: slug, SurveyID: s.survey.ID, Guessable: true, CreatedAt: s.first}
		return s.st.CreateLink(ctx, s.link)
	})
}

// handler serves the shop with answers going to the recorder.
func (s *shop) handler(rec survey.Recorder) (*server.Server, error) {
	utc := func() *time.Location { return time.UTC }
	opener := followup.NewOpener(s.st, s.ids, time.Now)
	in := survey.NewIntake(s.st, opener.Recorder(rec), s.ids, time.Now, utc)
	return server.New(server.Deps{
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Rand: rand.Reader,
		Asking: &server.AskingDeps{Store: s.st, Intake: in, Reception: survey.NewReception(opener.Received(s.st), in, s.ids, time.Now, utc, func(error) {}), IDs: s.ids, Keys: s.keys},
	})
}

// crowd makes answers that differ the way people's do. The same seed gives the same answers.
type crowd struct {
	shop *shop
	r    *mrand.Rand
	ids  *survey.IDs
	at   time.Time
}

// answers makes a crowd whose answers begin at the time and follow one another by gap.
func (s *shop) answers(seed uint64, at time.Time, gap time.Duration) *crowd {
	c := &crowd{shop: s, r: mrand.New(mrand.NewPCG(seed, 1)), at: at}
	c.ids, _ = survey.NewIDs(0, func() time.Time { c.at = c.at.Add(gap); return c.at })
	return c
}

// next is one answer: 30 in 100 have a comment of 60 characters.
func (c *crowd) next() survey.Record {
	s := c.shop
	r := survey.Response{
		ID: c.ids.Next(), SurveyID: s.survey.ID, VersionID: s.version.ID, AnsweredAt: c.at, Touchpoint: 1 + c.r.Int64N(shopTouchpoints),
		Language: shopLanguages[c.r.IntN(len(shopLanguages))], Rating: 10 - min(c.r.IntN(11), c.r.IntN(11)), Layout: survey.LayoutRow,
	}
	if c.r.IntN(10) < 3 {
		r.Comment = c.comment(60)
	}
	r.Classify(s.version.Definition)
	return survey.NewRecord(r, s.version.Definition, time.UTC)
}

// comment is n characters of words. Few words make most of a text, as in every language: the k-th of 5,000 comes up about 1/k as often as the first.
func (c *crowd) comment(n int) string {
	z := mrand.NewZipf(c.r, 1.1, 2, 4999)
	var b strings.Builder
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word(z.Uint64()))
	}
	return b.String()[:n]
}

// word is the k-th word of a made-up language. Ten frequent words have two letters, some have four, the rest six: ten words fill 60 characters, as in English.
func word(k uint64) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	syllables := 3
	switch {
	case k < 10:
		syllables = 1
	case k < 200:
		syllables = 2
	}
	var b strings.Builder
	for range syllables {
		b.WriteByte(consonants[k%70/5])
		b.WriteByte(vowels[k%5])
		k /= 70
	}
	return b.String()
}

// take is the next n answers.
func (c *crowd) take(n int) []survey.Record {
	recs := make([]survey.Record, n)
	for i := range recs {
		recs[i] = c.next()
	}
	return recs
}

func (s *shop) close() { _ = s.st.Close() }
