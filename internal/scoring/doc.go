// Package scoring turns counts of ratings into figures: NPS, CSAT, CES and CLI with
// intervals, classes, comparisons, decompositions and trends.
//
// It is pure arithmetic. Nothing here reads a clock, a file or a database, and nothing
// returns NaN or an infinity: a figure that cannot be computed says so (Defined, ok).
// Headline values are exact ratios of integers, rounded once and only for display, half
// away from zero. Intervals are 95 % and treat the answers as a sample of the customers who
// could have answered.
//
// Sources of the formulas: B. Rocks, The American Statistician 70(4), 2016 (adjusted Wald
// and score interval of NPS); T. Tango, Statistics in Medicine 17, 1998 (score interval);
// E. Wilson, JASA 1927, and R. Newcombe, Statistics in Medicine 17, 1998 (shares);
// I. Campbell 2007 (N-1 chi-square); B. Welch 1947 (means); Holm 1979; Benjamini and
// Hochberg 1995; E. Kitagawa 1955 (mix); L. Kish 1965 (weights).
package scoring
