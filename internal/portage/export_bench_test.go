package portage_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func BenchmarkExport(b *testing.B) {
	const n = 300_000
	p := openPort(b, storetest.SQLite(b), "Shop", define(scoring.NPS11))
	p.take(bulk(n), "", nil)
	for b.Loop() {
		e := portage.Export{Store: p.st, SurveyID: p.target.Survey.ID, Zone: time.UTC, Format: portage.CSV}
		if rows, err := e.Run(context.Background(), io.Discard); err != nil || rows != n {
			b.Fatal(rows, err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
