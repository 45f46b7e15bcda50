package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// smallAnswers is what the large file is compared with. Both spread over the same 24 weeks, so that their rollups have as many rows.
const smallAnswers = 10_000

// benchLarge compares reading and writing on a large file with the same on a small one.
func benchLarge(ctx context.Context, b *bench) error {
	small, err := b.filled(ctx, smallAnswers)
	if err != nil {
		return err
	}
	large, err := b.filled(ctx, b.large)
	if err != nil {
		return err
	}
	s, err := openShop(ctx, small)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := openShop(ctx, large)
	if err != nil {
		return err
	}
	defer l.close()
	for _, q := range queries() {
		times := func(s *shop) measure {
			return func(ctx context.Context) (float64, error) { return s.time(ctx, q.do) }
		}
		what := fmt.Sprintf("%s over %d answers / over %d", q.name, b.large, smallAnswers)
		if err := b.compare(ctx, what, atMost(q.most), "ms", times(l), times(s)); err != nil {
			return err
		}
	}
	al, as := l.answers(3, time.Now(), time.Second), s.answers(3, time.Now(), time.Second)
	return b.compare(ctx, fmt.Sprintf("writing to %d answers / to %d", b.large, smallAnswers), atLeast(0.85), "answers/s",
		func(ctx context.Context) (float64, error) { return writeGrouped(ctx, l.st, al.take(20_000), 256) },
		func(ctx context.Context) (float64, error) { return writeGrouped(ctx, s.st, as.take(20_000), 256) })
}

// filled is a copy of a file with n answers, which is made once and kept.
func (b *bench) filled(ctx context.Context, n int) (string, error) {
	path := filepath.Join(b.dir, fmt.Sprintf("answers-%d.db", n))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	fmt.Fprintf(b.out, "filling a file with %d answers ...\n", n)
	unfinished := path + ".new"
	for _, old := range []string{unfinished, unfinished + "-wal", unfinished + "-shm"} {
		if err := os.RemoveAll(old); err != nil {
			return "", err
		}
	}
	s, err := openShop(ctx, unfinished)
	if err != nil {
		return "", err
	}
	w, err := s.st.NewWriter(ctx, func(error) {})
	if err != nil {
		return "", err
	}
	w.Close()
	start := time.Now()
	err = fill(ctx, s.st, s.answers(2, s.first, shopDays*24*time.Hour/time.Duration(n)), n, 10_000)
	s.close()
	if err != nil {
		return "", err
	}
	fmt.Fprintf(b.out, "... %.0f answers/s\n", rate(n, start))
	return path, os.Rename(unfinished, path)
}

type query struct {
	name string
	most float64
	do   func(context.Context, *shop) error
}

// queries are what a dashboard asks, alone and together, over the 24 weeks.
func queries() []query {
	sums := func(by reports.Dimension, every reports.Grain) func(context.Context, *shop) error {
		return func(ctx context.Context, s *shop) error {
			got, err := s.st.Sums(ctx, reports.Slice{
				Versions: []int64{s.version.ID}, Period: reports.Period{First: 0, Last: 1 << 20}, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, By: by, Every: every,
			})
			if err == nil && len(got) == 0 {
				err = fmt.Errorf("the sums are empty")
			}
			return err
		}
	}
	return []query{
		{"score", 1.3, sums(reports.ByNothing, reports.Whole)},
		{"daily trend", 1.3, sums(reports.ByNothing, reports.Daily)},
		{"score by touchpoint", 1.3, sums(reports.ByTouchpoint, reports.Whole)},
		{"whole dashboard with comments", 2, dashboard},
	}
}

// dashboard is everything on a manager's page of the last twelve weeks.
func dashboard(ctx context.Context, s *shop) error {
	service := reports.New(s.st, func() time.Time { return s.first.AddDate(0, 0, shopDays-1) }, func() *time.Location { return time.UTC })
	f := reports.Filter{
		SurveyID: s.survey.ID, Period: reports.LastWeeks(12, service.Today()), Compare: reports.Previous,
		Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Grain: reports.Weekly,
	}
	if _, err := service.Dashboard(ctx, f); err != nil {
		return err
	}
	page, err := service.Comments(ctx, f, reports.CommentQuery{Limit: 20})
	if err == nil && len(page.Responses) == 0 {
		err = fmt.Errorf("there are no comments")
	}
	return err
}

// time is how long one call takes, in ms: the mean of as many as fit in a tenth of a second.
func (s *shop) time(ctx context.Context, do func(context.Context, *shop) error) (float64, error) {
	start, n := time.Now(), 0
	for time.Since(start) < 100*time.Millisecond || n < 3 {
		if err := do(ctx, s); err != nil {
			return 0, err
		}
		n++
	}
	return time.Since(start).Seconds() * 1000 / float64(n), nil
}
