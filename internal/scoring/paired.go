package scoring

// Paired is how much the same people's second ratings differ from their first.
type Paired struct {
	N           int64
	Mean        Ratio // second minus first, in points; undefined when N is 0
	Interval          // of the mean (t, metrics 5.3)
	HasInterval bool  // false below two people, and where all differences are the same
}

// PairedChange sums up differences of two ratings of one person each.
func PairedChange(diffs []int64) Paired {
	p := Paired{N: int64(len(diffs))}
	var sum, squares int64
	for _, d := range diffs {
		sum, squares = sum+d, squares+d*d
	}
	if p.N > 0 {
		p.Mean = Ratio{sum, p.N}
	}
	if sd := sampleSD(p.N, sum, squares); sd > 0 {
		p.Interval, p.HasInterval = MeanInterval(p.N, p.Mean.Float(), sd)
	}
	return p
}
