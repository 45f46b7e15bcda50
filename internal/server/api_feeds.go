package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

// feedIn is a record of a feed as a program tells about it. zone is the account's, for days.
type feedIn interface {
	row(zone *time.Location) customers.Row
}

// postFeed takes records of a feed in, and says of each what became of it.
func (a *api) postFeed(feed customers.Feed, blank func() feedIn) apiHandler {
	return func(c *apiCall) error {
		body, err := c.read()
		if err != nil {
			return err
		}
		texts, batch, err := items(body)
		if err != nil {
			return err
		}
		return a.once(c, body, func(ctx context.Context) (int, any, error) {
			replies, err := a.takeFeed(ctx, feed, texts, blank)
			switch {
			case err != nil:
				return 0, nil, err
			case !batch:
				return replies[0]["status"].(int), replies[0], nil
			}
			return http.StatusOK, map[string]any{"results": replies}, nil
		})
	}
}

func (a *api) takeFeed(ctx context.Context, feed customers.Feed, texts []json.RawMessage, blank func() feedIn) ([]map[string]any, error) {
	replies := make([]map[string]any, len(texts))
	var rows []customers.Row
	var at []int
	for i, text := range texts {
		in := blank()
		if problems := decodeItem(text, in); problems != nil {
			replies[i] = (&apiError{Status: http.StatusUnprocessableEntity, Errors: problems}).reply()
			continue
		}
		row := in.row(a.Feeds.Zone())
		row.Minor, row.Untold = true, untold(text)
		rows, at = append(rows, row), append(at, i)
	}
	results, err := a.Feeds.Take(ctx, feed, rows)
	if err != nil {
		return nil, err
	}
	for i, r := range results {
		replies[at[i]] = feedReply(feed, r)
	}
	return replies, nil
}

// feedReply says what became of a record.
func feedReply(feed customers.Feed, r customers.Result) map[string]any {
	if r.Refused != "" {
		field, text := feedField(feed, r), portage.Sentence(portage.Reason(r.Refused))
		if field == "" {
			if field, text = refusedText(people.Reason(r.Refused)); field != "body" {
				field = "customer." + field
			}
		}
		return (&apiError{Status: http.StatusUnprocessableEntity, Reason: string(r.Refused), Errors: map[string][]string{field: {text}}}).reply()
	}
	m := map[string]any{"status": http.StatusOK, "result": fates[r.Fate]}
	if r.Fate == people.Added {
		m["status"] = http.StatusCreated
	}
	if r.ContactID != 0 {
		m["contact_id"] = idText(r.ContactID)
	}
	if len(r.Notices) > 0 {
		m["warnings"] = r.Notices
	}
	return m
}

// feedRefused says which field a record was refused for, where the reason tells.
var feedRefused = map[customers.Reason]string{
	customers.NoNumber: "id", customers.NoCurrency: "currency", customers.BadCurrency: "currency", customers.OtherCurrency: "currency",
	customers.OverRefunded: "amount_minor", customers.Totals: "refunded_minor", customers.BelowRefunded: "amount_minor", customers.UnknownRefunds: "refunded_minor",
	customers.AmountMissing: "amount_minor", customers.NoAmount: "amount_minor", customers.Decimals: "amount_minor", customers.TooMuch: "amount_minor", customers.Negative: "amount_minor",
	customers.NoOrder: "order", customers.NoOpportunity: "opportunity", customers.BadStatus: "status", customers.NotRunning: "ended_at", customers.BadOutcome: "outcome",
	customers.ClosedMissing: "closed_at", customers.BadKind: "kind", customers.NoCategory: "category", customers.NoAgent: "agent", customers.NoStage: "stage",
	customers.Overlap: "entered_at", customers.BadPosition: "position", customers.BadCount: "count", customers.BadFlag: "body",
	customers.Contradicts: "id", customers.TwiceMember: "joined_at",
}

// partsOf are the parts of records that keys tell.
var partsOf = map[string]customers.Parts{
	"customer": customers.PartCustomer, "created_at": customers.PartCreated, "ended_at": customers.PartEnds, "outcome": customers.PartOutcome,
	"resolved_at": customers.PartEnds, "left_at": customers.PartEnds, "renewed_at": customers.PartRenewed, "amount_minor": customers.PartMoney,
	"refunded_minor": customers.PartRefunded, "status": customers.PartStatus, "kind": customers.PartKind, "agent": customers.PartAgent, "position": customers.PartPosition,
	"interval_count": customers.PartSpans, "count": customers.PartCount, "trial": customers.PartFlag, "excluded": customers.PartFlag,
}

// untold are the parts whose keys a record doesn't have: of a record that is known they stay. A key with null is there, and tells that there is nothing.
func untold(record json.RawMessage) (parts customers.Parts) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(record, &keys) != nil {
		return 0 // it was decoded before
	}
	for _, part := range partsOf {
		parts |= part
	}
	for key := range keys {
		parts &^= partsOf[strings.ToLower(key)] // as the decoder reads keys
	}
	return parts
}

// customerIn names a customer: by the shop's number, by the address, or by both.
type customerIn struct {
	ExternalID string `json:"external_id"`
	Email      string `json:"email"`
}

func (in customerIn) contact() survey.Contact {
	return survey.Contact{ExternalID: in.ExternalID, Email: in.Email}
}

// timeOrDay is a time, or a day of the account's zone.
type timeOrDay struct {
	moment
	day time.Time // midnight in UTC; zero: a time was told
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *timeOrDay) UnmarshalJSON(b []byte) error {
	if len(b) == len(`"2006-01-02"`) && b[0] == '"' {
		if day, err := time.Parse(time.DateOnly, string(b[1:len(b)-1])); err == nil {
			d.day = day
			return nil
		}
	}
	return d.moment.UnmarshalJSON(b)
}

func (d timeOrDay) in(zone *time.Location) customers.Moment {
	if d.day.IsZero() {
		return customers.Moment{Time: d.Time}
	}
	y, m, day := d.day.Date()
	return customers.Moment{Time: time.Date(y, m, day, 12, 0, 0, 0, zone), Day: true}
}

// wholeText writes a whole number that may be missing.
func wholeText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// yesText writes a flag as feeds read it.
func yesText(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
