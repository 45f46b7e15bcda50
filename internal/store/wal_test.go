package store_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestAnExportHoldsNoWriterUp exports while answers come in, to somebody who reads slowly: between two parts no read goes on, so that the log of
// the writes can always be emptied into the file, however long the export takes.
func TestAnExportHoldsNoWriterUp(t *testing.T) {
	ctx := context.Background()
	st := storetest.SQLite(t)
	s := openShop(t, st)
	give := func(n int) {
		t.Helper()
		recs := make([]survey.Record, 0, n)
		for i := range n {
			r := s.response(i%11, fmt.Sprintf("answer no %d", i))
			r.SurveyID, r.VersionID, r.AnsweredAt = s.version.SurveyID, s.version.ID, noon
			recs = append(recs, survey.NewRecord(r, s.version.Definition, time.UTC))
		}
		errs, err := st.Apply(ctx, recs)
		if err = cmp.Or(append(errs, err)...); err != nil {
			t.Fatal(err)
		}
	}
	const pages = 4
	give(pages*portage.PageRows + 1)
	parts := 0
	e := portage.Export{Store: st, SurveyID: s.version.SurveyID, Zone: time.UTC, Format: portage.CSV, OnPage: func(int64) error {
		parts++
		give(100)
		size, err := st.EmptyLog(ctx)
		if err != nil || size != 0 {
			t.Errorf("at part %d the log keeps %d bytes that cannot go into the file: %v", parts, size, err)
		}
		return nil
	}}
	rows, err := e.Run(ctx, io.Discard)
	if err != nil || rows != pages*portage.PageRows+1 || parts != pages+1 {
		t.Errorf("%d rows in %d parts, %v", rows, parts, err)
	}
}
