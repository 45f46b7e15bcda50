// Package customers is what a shop knows about its customers' money: the feeds it sends, the figures made from them, and what they say beside the scores.
// A customer is a contact. Amounts are integers in minor units of one currency and are never added across currencies.
package customers
