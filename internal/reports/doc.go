// Package reports is the read side: scores, trends, breakdowns and the lists of comments and responses. Scores come from the rollups and never from single
// responses, so that what a page costs does not grow with the number of answers.
package reports
