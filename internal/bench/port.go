package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

// portRows is how many rows are imported and exported at a time.
const portRows = 300_000

// benchPort measures how fast files come in and go out, and what an answer with the shop's own id of 20 characters takes.
func benchPort(ctx context.Context, b *bench) error {
	var in, out, size []float64
	for range b.rounds {
		i, o, s, err := b.port(ctx)
		if err != nil {
			return err
		}
		in, out, size = append(in, i), append(out, o), append(size, s)
	}
	b.report("import from CSV", median(in), "rows/s", atLeast(100_000), fmt.Sprintf("rounds %.4v", in))
	b.report("export to CSV", median(out), "rows/s", atLeast(400_000), fmt.Sprintf("rounds %.4v", out))
	b.report("file per imported answer with an external id", median(size), "bytes", atMost(140), fmt.Sprintf("%d rows", portRows))
	return nil
}

func (b *bench) port(ctx context.Context) (in, out, size float64, err error) {
	dir, remove, err := b.scratch()
	if err != nil {
		return 0, 0, 0, err
	}
	defer remove()
	path := filepath.Join(dir, "port.db")
	s, err := openShop(ctx, path)
	if err != nil {
		return 0, 0, 0, err
	}
	defer s.close()
	file := s.csv(portRows)
	im, err := s.importing(ctx, file)
	if err != nil {
		return 0, 0, 0, err
	}
	start := time.Now()
	counts, err := im.Run(ctx, bytes.NewReader(file))
	if err != nil || counts.Added != portRows {
		return 0, 0, 0, fmt.Errorf("imported %+v: %w", counts, err)
	}
	in = rate(portRows, start)
	ex := &portage.Export{Store: s.st, SurveyID: im.Target.Survey.ID, Zone: time.UTC, Format: portage.CSV}
	start = time.Now()
	rows, err := ex.Run(ctx, io.Discard)
	if err != nil || rows != portRows {
		return 0, 0, 0, fmt.Errorf("exported %d rows: %w", rows, err)
	}
	out = rate(portRows, start)
	if err := s.st.Close(); err != nil {
		return 0, 0, 0, err
	}
	bytes, err := fileSize(path)
	return in, out, float64(bytes) / portRows, err
}

// csv is a shop's own file.
func (s *shop) csv(n int) []byte {
	var f bytes.Buffer
	f.WriteString("external_id,rating,touchpoint,time,comment\n")
	people := s.answers(5, s.first, shopDays*24*time.Hour/10_000_000)
	for i := range n {
		r := people.next().Response
		fmt.Fprintf(&f, "order-%014d,%d,t%d,%s,%s\n", i*7, r.Rating, r.Touchpoint-1, r.AnsweredAt.Format(time.DateTime), r.Comment)
	}
	return f.Bytes()
}

// importing looks at the file as the command does.
func (s *shop) importing(ctx context.Context, file []byte) (*portage.Import, error) {
	d := s.version.Definition
	target, err := portage.OpenTarget(ctx, s.st, s.survey.Name, d.Scheme(), nil, time.Now(), false)
	if err != nil {
		return nil, err
	}
	target.Zone = time.UTC
	guess, err := portage.DetectEncoding(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	sheet, err := portage.ReadSheet(bytes.NewReader(file), portage.Format{Encoding: guess.Encoding})
	if err != nil {
		return nil, err
	}
	mapping := portage.Answers.Guess(sheet.Header, nil)
	ids, err := survey.NewIDs(1, time.Now)
	return &portage.Import{
		Store: s.st, IDs: ids, Now: time.Now, Target: target, Format: sheet.Format, Language: "en", Hooks: portage.Hooks{OnReject: func(r portage.Reject) error { return errors.New(string(r.Reason)) }},
		Options: portage.Options{Mapping: mapping, Zone: time.UTC, At: time.Now(), Order: sheet.OrderIn(mapping)},
	}, err
}
