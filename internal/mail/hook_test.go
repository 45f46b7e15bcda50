package mail_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
)

// TestCallsOfRelays reads calls as the relays document them.
func TestCallsOfRelays(t *testing.T) {
	hard := asking.Report{Kind: asking.HardBounce, Address: "maya@example.org", Detail: "no such user"}
	named := hard
	named.MessageID = "<a@shop.example>"
	for name, c := range map[string]struct {
		relay account.Relay
		body  string
		want  []asking.Report
	}{
		"postmark":           {account.Postmark, `{"RecordType":"Bounce","Type":"HardBounce","TypeCode":1,"MessageID":"883953f4","Description":"no such user","Email":"maya@example.org"}`, []asking.Report{hard}},
		"postmark delivery":  {account.Postmark, `{"RecordType":"Delivery","Recipient":"maya@example.org"}`, nil},
		"postmark complaint": {account.Postmark, `{"RecordType":"SpamComplaint","Type":"SpamComplaint","Email":"maya@example.org"}`, []asking.Report{{Kind: asking.Complaint, Address: "maya@example.org"}}},
		"sendgrid": {account.SendGrid, `[{"email":"ben@example.org","event":"delivered"},
			{"email":"maya@example.org","event":"bounce","type":"bounce","smtp-id":"<a@shop.example>","reason":"no such user"},
			{"email":"maya@example.org","event":"bounce","type":"blocked","reason":"policy"},{"email":"maya@example.org","event":"spamreport"}]`, []asking.Report{
			named, {Kind: asking.SoftBounce, Address: "maya@example.org", Detail: "policy"}, {Kind: asking.Complaint, Address: "maya@example.org"},
		}},
		"mailgun": {account.Mailgun, `{"signature":{},"event-data":{"event":"failed","severity":"permanent","recipient":"maya@example.org","delivery-status":{"message":"no such user","code":550},
			"message":{"headers":{"message-id":"<a@shop.example>"}}}}`, []asking.Report{named}},
		"mailgun will try again": {account.Mailgun, `{"event-data":{"event":"failed","severity":"temporary","recipient":"maya@example.org"}}`, nil},
		"ses": {account.SES, `{"Type":"Notification","Message":"{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"maya@example.org\",` +
			`\"diagnosticCode\":\"no such user\"}]},\"mail\":{\"commonHeaders\":{\"messageId\":\"<a@shop.example>\"}}}"}`, []asking.Report{named}},
		"lines":  {account.Postmark, "{\"Type\":\"HardBounce\",\"Email\":\"maya@example.org\",\"Description\":\"no such user\"}\n{\"Type\":\"hardbounce\",\"Email\":\"maya@example.org\",\"Description\":\"no such user\"}\n", []asking.Report{hard, hard}},
		"nobody": {account.Postmark, `{"Type":"HardBounce"}`, nil}, "a number": {account.Postmark, `5`, nil}, "nothing": {account.SendGrid, `[]`, nil}, "null": {account.SES, `null`, nil},
		"odd types": {account.Postmark, `{"Type":["HardBounce"],"Email":{"x":1}}`, nil},
	} {
		got, err := mail.ReadCall(c.relay.Mapping(), []byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestCallsThatAreNone(t *testing.T) {
	for _, body := range []string{"", "x", "{", `{"Type":`, "<xml/>", `{"Type":"HardBounce"} x`} {
		if _, err := mail.ReadCall(account.Postmark.Mapping(), []byte(body)); !errors.Is(err, mail.ErrNoJSON) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

// FuzzCall gives any bytes and any path: whatever is read names somebody.
func FuzzCall(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":"HardBounce","c":"x@example.org"}]}`), "a.0.b")
	f.Add([]byte(`"{\"b\":\"{}\"}"`), "b...")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		got, err := mail.ReadCall(account.Mapping{Kind: path, Address: path, Events: path, Hard: []string{"HardBounce", "x"}}, body)
		if err != nil {
			return
		}
		for _, r := range got {
			if r.Kind == "" || r.Address == "" && r.MessageID == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}
