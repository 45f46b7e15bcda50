package customers

// orderMetrics are those made from orders and costs.
func orderMetrics() []Metric {
	all := append(repeatMetrics(), retentionMetrics()...)
	all = append(all, lifetimeMetrics()...)
	return append(all, acquisitionMetrics()...)
}
