package mail_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/survey"
)

// BenchmarkDeliver writes letters and gives them to a sink of this machine over eight connections.
func BenchmarkDeliver(b *testing.B) {
	s := mailtest.Start(b, mailtest.Options{HeadersOnly: true})
	p := mail.NewPost(given(server(s)), time.Now)
	b.Cleanup(p.Close)
	c := composer(b, s)
	l := letter(survey.TemplateNPS, "ru")
	var n atomic.Int64
	var workers sync.WaitGroup
	b.ResetTimer()
	for range 8 {
		workers.Go(func() {
			for n.Add(1) <= int64(b.N) {
				m, err := c.Compose(b.Context(), l)
				if err != nil {
					b.Error(err)
					return
				}
				if out := p.Deliver(b.Context(), m); out.Delivery != asking.Accepted {
					b.Errorf("%+v", out)
					return
				}
			}
		})
	}
	workers.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
