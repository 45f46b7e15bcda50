package portage

import "github.com/surveyd/surveyd/internal/customers"

// feedSentences say reasons of files of feeds in English, for the command line.
var feedSentences = map[customers.Reason]string{
	customers.NoNumber:       "no number of the record; with one, the same file again counts once",
	customers.LongNumber:     "a number or a name is longer than 200 characters",
	customers.TimeRange:      "the time is before 1970 or more than a day in the future",
	customers.NoEnd:          "it doesn't say when it ends",
	customers.EndsBefore:     "it ends before it starts",
	customers.NoCurrency:     "no currency",
	customers.BadCurrency:    "the currency is no code of ISO 4217, such as EUR",
	customers.OtherCurrency:  "the currency is not that of the order",
	customers.AmountMissing:  "no amount",
	customers.NoAmount:       "the amount can't be read",
	customers.OtherMark:      "beside the amount stands something that is not its currency, such as another currency, k or mln",
	customers.NotClear:       "the separator in the amount may mean thousands or decimals",
	customers.Decimals:       "the amount has more decimals than the currency",
	customers.TooMuch:        "the amount is too large",
	customers.Negative:       "the amount is below zero",
	customers.Totals:         "amount, refund and total do not add up",
	customers.OverRefunded:   "the refund is larger than what is left of the order",
	customers.NoOrder:        "the order of the refund is not known",
	customers.NoOpportunity:  "the opportunity is not known",
	customers.BadStatus:      "not a known status",
	customers.NotRunning:     "it is cancelled, paused or not paid, but not since when: give the end of what was paid, or leave the row out",
	customers.BadOutcome:     "not a known outcome: write won, lost or open; closed won, closedlost, abandoned and the usual stages are known too",
	customers.ClosedMissing:  "it is won or lost, but not when",
	customers.BadKind:        "not a known kind",
	customers.NoCategory:     "no category",
	customers.NoAgent:        "it doesn't say whose it is",
	customers.NoStage:        "no stage",
	customers.Overlap:        "the opportunity would be in two stages at once",
	customers.BadPosition:    "the place of the stage is not a whole number",
	customers.BadSpan:        "it doesn't say how long a payment lasts: week, month, quarter or year",
	customers.BadCount:       "the count is not a whole number above 0",
	customers.BadFlag:        "neither yes nor no",
	customers.BelowRefunded:  "the order is smaller than what was refunded of it",
	customers.UnknownRefunds: "it was refunded in part, but not how much",
	customers.TwiceMember:    "the customer would be a member twice at once; tell first when the earlier membership ended",
	customers.Contradicts:    "an earlier row of this file tells the same record with other values; give each one row, or import changes from a second file",
}

func feedSentence(r Reason) string {
	if text, ok := feedSentences[customers.Reason(r)]; ok {
		return text
	}
	return string(r)
}
