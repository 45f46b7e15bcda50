package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Of the columns that hold text: those that hold what people wrote, as it is or inside JSON, and those that hold words of the program or what only it reads. A new
// column has to be judged.
var (
	written = strings.Fields(`
		answer.text api_key.name ask_rule.name case_draft.body contact.name contact.external_id contact.bad_email contact_alias.name event.title goal.specific goal.achievable goal.relevant goal.unit
		followup_case.phone import_run.file import_run.problem import_reject.body invitation.order_ref mail.problem mail.recipient occasion.external_id occasion.order_ref response.comment response.order_ref
		response.external_id saved_view.name staff.name suppression.email survey.name
		contract.external_id cost.category cost.external_id customer_order.external_id customer_refund.external_id manual_figure.note opportunity.agent opportunity.external_id
		quota.agent reward.external_id stage_stay.stage subscription.external_id ticket.agent ticket.external_id`)
	inJSON = strings.Fields(`survey.draft survey_version.definition touchpoint.names case_reason.names reply_template.names reply_template.texts contact.properties occasion.properties`)
	ours   = strings.Fields(`
		account_link.kind alert_choice.cases api_key.prefix api_key.scopes api_reply.idempotency_key api_reply.body ask_rule.kind ask_rule.plan audit.actor audit.action
		audit.object audit.detail audit.hash audit_head.hash case_draft.kind case_response.state case_rule.kind case_rule.plan click.kind contact.email contact.email_key contact.name_key
		contact.language contact.zone contact_merge.reason contact_merge.detail followup_case.person followup_case.language followup_case.cause followup_case.status followup_case.happened
		followup_case.search_text funnel.language goal.kind goal.measured goal.metric goal.variant goal.currency import_run.state import_run.setup import_run.trial import_run.counts invitation.language invitation.state ledger.decision ledger.reason
		ledger.detail mail.kind mail.content mail.state mail.message_id occasion.kind response.language response_history.before rollup.language setting.key staff.email staff.email_key staff.role
		staff.language staff.password suppression.reason survey.state survey_link.slug survey_link.language touchpoint.key writer_lease.holder case_log.kind case_log.before case_log.after case_log.body setting.value case_alert.what case_tag.tag saved_view.query
		cost.currency customer_order.currency customer_order.kind feed.kind feed_currency.currency feed_currency.kind figure.basis figure.currency figure.metric figure.result figure.variant
		manual_figure.currency manual_figure.inputs manual_figure.metric manual_figure.variant opportunity.currency quota.currency reward.kind subscription.currency subscription.span
		customer_standing.band customer_standing.currency customer_standing.segment segment_rollup.currency segment_rollup.language segment_rollup.segment segment_run.basis segment_run.pictures`)
)

// poison writes every payload into every stored text of a database that nobody serves.
type poison struct {
	t    *testing.T
	path string
	list []string
	turn int
}

// shell runs statements, one a line, and returns the rows of the last one without its heading.
func (p *poison) shell(statements ...string) []string {
	p.t.Helper()
	program, err := shared.surveyd()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(program, "db", "shell", "--write", "--database", p.path)
	cmd.Stdin = strings.NewReader(strings.Join(statements, "\n") + "\n")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil || said.Len() > 0 {
		p.t.Fatalf("%.300s: %v %s", statements[len(statements)-1], err, said.String())
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	return lines[min(1, len(lines)):]
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// next is a text with all payloads that begins with another one each time.
func (p *poison) next() string {
	n := p.turn % len(p.list)
	p.turn++
	return strings.Join(slices.Concat(p.list[n:], p.list[:n]), " ")
}

func (p *poison) all() {
	p.t.Helper()
	statements := []string{"CREATE TABLE payload (n INTEGER PRIMARY KEY, body TEXT)"}
	for n := range p.list {
		statements = append(statements, fmt.Sprintf("INSERT INTO payload VALUES (%d, %s)", n, quoted(p.next())))
	}
	statements = append(statements, `SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type = 'TEXT' AND m.name NOT LIKE 'river%' AND m.name NOT LIKE '%search%' AND m.name != 'payload'`)
	columns := p.shell(statements...)
	if len(columns) < 50 {
		p.t.Fatalf("the database has %d columns of text", len(columns))
	}
	const text = " = (SELECT body FROM payload WHERE n = abs(random()) % 200)"
	updates := []string{
		"UPDATE setting SET value" + text + " WHERE key IN ('company', 'postal')",
		"UPDATE case_log SET body" + text + " WHERE kind IN ('note', 'reply', 'incoming')",
		"UPDATE OR IGNORE case_tag SET tag = substr((SELECT body FROM payload WHERE n = abs(random()) % 200), 1, 40)", // tags stand in addresses, and are short
		"INSERT INTO saved_view SELECT n, (SELECT id FROM staff WHERE role = 'admin'), TRUE, body, 'q=' || substr(body, 1, 100), 1 FROM payload WHERE n % 40 = 0",
		"INSERT OR REPLACE INTO case_draft (case_id, user_id, kind, body, changed_at) SELECT f.id, s.id, k.kind, p.body, 1 FROM followup_case f, staff s, payload p, (SELECT 'note' AS kind UNION SELECT 'reply') k WHERE p.n = f.id % 200",
		"UPDATE followup_case SET permission = 1, phone" + text,
		// Of what the example shop has little of, more.
		"UPDATE response SET comment" + text + ", order_ref" + text + ", external_id" + text + " WHERE id IN (SELECT id FROM response ORDER BY id DESC LIMIT 200)",
		"UPDATE OR IGNORE contact SET name" + text + ", bad_email" + text + ", external_id" + text + " WHERE id IN (SELECT id FROM contact ORDER BY id DESC LIMIT 50)",
		"UPDATE mail SET problem" + text,
	}
	for _, column := range columns {
		table, name, _ := strings.Cut(column, ".")
		switch {
		case slices.Contains(ours, column):
		case slices.Contains(written, column):
			updates = append(updates, fmt.Sprintf("UPDATE OR IGNORE %s SET %s%s WHERE %s != ''", table, name, text, name))
		case slices.Contains(inJSON, column):
			updates = append(updates, p.json(table, name)...)
		default:
			p.t.Errorf("%s holds text: is it written by people?", column)
		}
	}
	p.shell(append(updates, "DROP TABLE payload")...)
}

// json gives the updates that poison the texts inside the JSON of a column: those in a language, and of what shops define themselves all.
func (p *poison) json(table, name string) (updates []string) {
	p.t.Helper()
	for _, row := range p.shell(fmt.Sprintf("SELECT rowid, %s FROM %s WHERE %s != ''", name, table, name)) {
		id, text, _ := strings.Cut(row, "\t")
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			p.t.Fatalf("%s.%s holds %.100q: %v", table, name, text, err)
		}
		poisoned, err := json.Marshal(p.leaves(value, name == "properties"))
		if err != nil {
			p.t.Fatal(err)
		}
		updates = append(updates, fmt.Sprintf("UPDATE %s SET %s = %s WHERE rowid = %s", table, name, quoted(string(poisoned)), id))
	}
	return updates
}

func (p *poison) leaves(value any, inside bool) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = p.leaves(v[key], inside || slices.Contains([]string{"en", "ru", "pl", "bg"}, key))
		}
	case []any:
		for i := range v {
			v[i] = p.leaves(v[i], inside)
		}
	case string:
		if inside && v != "" {
			return p.next()
		}
	}
	return value
}

// strange lists what only a payload can have put into the page.
const strange = `(() => {
	const found = [], say = (what, e) => found.push(what + ": " + e.outerHTML.slice(0, 200));
	if (window.owned) found.push("a script ran");
	for (const e of document.querySelectorAll("*")) {
		for (const a of e.attributes) {
			if (/^on/i.test(a.name)) say("handler", e);
			if (/^(href|src|action|formaction|data|background|xlink:href|srcdoc|style)$/i.test(a.name) && /^\s*javascript:|elsewhere\.example|window\.owned/i.test(a.value) && !a.value.startsWith("/") && !a.value.startsWith("?")) say("address", e);
		}
		if (/^(object|embed|base|marquee|math|audio|video|image|isindex|animate|template|frame)$/i.test(e.localName)) say("element", e);
		if (e.localName === "meta" && e.httpEquiv === "refresh" && /elsewhere/.test(e.content)) say("refresh", e);
		if (e.localName === "iframe" && e.hasAttribute("srcdoc") && /owned/.test(e.srcdoc) && !e.sandbox.length) say("frame", e);
		if (e.localName === "script" && !e.src && /owned/.test(e.textContent)) say("script", e);
	}
	return found.slice(0, 5).join("\n");
})()`

// look reports strange things on the page, and notes which payloads can be read there.
func (p *poison) look(page *Page, seen map[int]bool) {
	p.t.Helper()
	if got := run(page, chromedp.Evaluate[string](strange)); got != "" {
		p.t.Errorf("%s:\n%s", page.Address(), got)
	}
	text := run(page, chromedp.Evaluate[string](`document.documentElement.textContent + [...document.querySelectorAll("input, textarea")].map(e => e.value).join(" ")`))
	for i, one := range p.list {
		seen[i] = seen[i] || strings.Contains(text, one)
	}
}

// TestNothingStoredIsMarkup serves the example shop with payloads in every stored text, walks every page, and answers a survey.
func TestNothingStoredIsMarkup(t *testing.T) {
	p := &poison{t: t, path: filepath.Join(t.TempDir(), "surveyd.db"), list: payloads()}
	if len(p.list) < 200 {
		t.Fatalf("%d payloads", len(p.list))
	}
	shop, err := shared.start(t.TempDir(), "demo", "--keep", p.path)
	if err != nil {
		t.Fatal(err)
	}
	shop.Link(t, "sign-in")
	if err := shop.Stop(); err != nil {
		t.Fatal(err)
	}
	p.all()
	base := Serve(t, "serve", "--database", p.path).Find(t, `(?m)^listen\s+(http\S+)`)

	const email, password = "mira@lindenhome.example", "correct horse battery"
	page, seen := Open(t, Look{}), map[int]bool{}
	page.Go(strings.TrimSpace(shared.run(t, t.TempDir(), "user", "link", email, "--database", p.path, "--base-url", base)))
	p.look(page, seen)
	page.Type("#password", password)
	page.must200("the new password", "main form .btn.main")
	found := crawlAs(t, base+"/profile", func(client *http.Client) {
		res, err := client.PostForm(base+"/sign-in", url.Values{"email": {email}, "password": {password}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	})
	page.Go(base + "/sign-in")
	if page.Count("#password") > 0 {
		page.Type("#email", email)
		page.Type("#password", password)
		page.must200("signing in", "main form .btn.main")
	}
	for _, path := range found.missed("Staff", "Managers", "Admins") {
		t.Errorf("no link leads to %s", path)
	}
	for _, path := range found.sorted() {
		if status := page.Go(found.pages[path]); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
		p.look(page, seen)
	}
	for _, lang := range []string{"en", "ru", "pl", "bg"} {
		customer := Open(t, Look{Width: 360})
		customer.Go(base + "/s/checkout-" + lang + "/2")
		p.look(customer, seen)
		customer.must200("the answer", "form .btn")
		p.look(customer, seen)
	}
	for i, one := range p.list {
		if !seen[i] {
			t.Errorf("no page shows %q", one)
		}
	}
}
