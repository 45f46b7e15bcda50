package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route pattern, never by address.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "surveyd_http_requests_total", Help: "Requests by route and class of status.",
		}, []string{"route", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "surveyd_http_request_seconds", Help: "Time to answer a staff page, by route.",
			Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) count(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, class(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func class(status int) string { return strconv.Itoa(status/100) + "xx" }

// counters has a fast route's counters by the first digit of the status, looked up once.
type counters [6]prometheus.Counter

func (m *metrics) fast(route string) *counters {
	var all counters
	for i := range all {
		all[i] = m.requests.WithLabelValues(route, class(i*100))
	}
	return &all
}

func (c *counters) count(status int) {
	if i := status / 100; i >= 0 && i < len(c) {
		c[i].Inc()
	}
}

// Metrics is what Prometheus reads. It belongs on a listener of its own, never on the one that people reach.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}

// Registry takes further figures of other parts of the program.
func (s *Server) Registry() prometheus.Registerer { return s.metrics.registry }
