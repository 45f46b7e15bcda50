package customers

// contractMetrics are those made from subscriptions, contracts, the pipeline, tickets and the loyalty programme.
func contractMetrics() []Metric { return nil }
