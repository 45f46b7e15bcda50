package scoring

// ResponseRate puts a score beside the people who did not answer (metrics 5.8).
type ResponseRate struct {
	Delivered, Responses int64
	Rate                 Ratio // percent; undefined when nothing was delivered
	NPS                  Ratio // of those who answered
	// Lo and Hi bound the NPS over all delivered invitations, whatever the silent ones
	// think. Undefined when nothing was delivered or when there are more answers than
	// delivered invitations, which means that the two do not belong together.
	Lo, Hi Ratio
}

// ResponseBounds computes the response rate of sent invitations, of which some bounced, and
// the worst-case bounds of the NPS.
func ResponseBounds(sent, bounced int64, c Classes) ResponseRate {
	r := ResponseRate{Delivered: max(sent-bounced, 0), Responses: c.N(), NPS: c.NPS()}
	if r.Delivered == 0 {
		return r
	}
	r.Rate = Ratio{100 * r.Responses, r.Delivered}
	silent := r.Delivered - r.Responses
	if silent < 0 {
		return r
	}
	r.Lo = Ratio{100 * (c.Best - c.Worst - silent), r.Delivered}
	r.Hi = Ratio{100 * (c.Best - c.Worst + silent), r.Delivered}
	return r
}

// WorstCase bounds a score over all who were asked, of whom rate (a percentage, 0..100) answered and gave it: each of the silent might have stood at either end
// of the measure from lo to hi (metrics 5.8). Both bounds are the score when all answered.
func WorstCase(score, rate, lo, hi float64) (from, to float64) {
	share := min(max(rate/100, 0), 1)
	return share*score + (1-share)*lo, share*score + (1-share)*hi
}
