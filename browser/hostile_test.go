package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// hostile are texts that run or ask for something where they are not escaped: every way of doing so, in every place that a text can break out of.
func hostile() []string {
	outs := []string{"", `">`, `'>`, `</p>`, `</blockquote>`, `</textarea>`, `</title>`, `</option></select>`, `-->`, "` ", `" `, `\"`, `&quot;>`, `{{`, `</script>`, "\u003c/div\u003e"}
	acts := []string{
		`<script>ran()</script>`, `<img src=x onerror=ran()>`, `<svg onload=ran()>`, `<iframe src="javascript:ran()"></iframe>`, `<a href="javascript:ran()">x</a>`,
		`<img src="//other.example/x.gif">`, `<link rel=stylesheet href=//other.example/x.css>`, `<style>@import "//other.example/x.css"</style>`,
		`<meta http-equiv=refresh content="0;url=//other.example">`, `<form action=//other.example><button>x</button></form>`, `<base href=//other.example/>`,
		`onmouseover=ran() autofocus onfocus=ran() x=`, `<details open ontoggle=ran()>`, `<template shadowrootmode=open><script>ran()</script></template>`, `<math><mtext><mglyph><style><!--</style><img src onerror=ran()>`,
	}
	var all []string
	for _, out := range outs {
		for _, act := range acts {
			all = append(all, out+act)
		}
	}
	return all[:200]
}

// quotedSQL writes a text as SQL does.
func quotedSQL(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// infect puts a text of its own into each field of each case that staff read, and one into all names.
func infect(texts []string) string {
	list, err := json.Marshal(texts)
	if err != nil {
		panic(err)
	}
	of := func(rank string) string {
		return fmt.Sprintf(`json_extract(%s, '$[' || ((%s) %% %d) || ']')`, quotedSQL(string(list)), rank, len(texts))
	}
	rank := func(id string) string { return `SELECT COUNT(*) FROM followup_case o WHERE o.id < ` + id }
	one := quotedSQL(texts[0])
	names := "json_object('en', " + one + ", 'bg', " + one + ", 'pl', " + one + ", 'ru', " + one + ")"
	return strings.Join([]string{
		`UPDATE contact SET name = ` + of(rank(`(SELECT f.id FROM followup_case f WHERE f.contact_id = contact.id)`)) + ` WHERE id IN (SELECT contact_id FROM followup_case)`,
		`UPDATE response SET order_ref = T.x, comment = T.x FROM (SELECT c.response_id AS id, ` + of(rank("c.case_id")) + ` AS x FROM case_response c) AS T WHERE response.id = T.id`,
		`UPDATE case_log SET body = ` + of(rank("case_id")) + `, before = ` + of(rank("case_id")) + `, after = ` + of(rank("case_id")) + ` WHERE kind IN ('note', 'tags', 'reply', 'incoming')`,
		`INSERT INTO case_log (id, case_id, at, user_id, kind, before, after, body) SELECT id + 1, id, created_at, owner_id, 'incoming', '', '', '' FROM followup_case WHERE true ON CONFLICT DO NOTHING`,
		`DELETE FROM case_tag`, `INSERT INTO case_tag (case_id, tag) SELECT id, ` + of(rank("followup_case.id")) + ` FROM followup_case`,
		`DELETE FROM case_draft`, `INSERT INTO case_draft (case_id, user_id, kind, body, changed_at) SELECT f.id, s.id, k.kind, ` + of(rank("f.id")) + `, 1 FROM followup_case f, staff s, (SELECT 'note' AS kind UNION SELECT 'reply') AS k`,
		`UPDATE followup_case SET permission = 1, phone = ` + of(rank("followup_case.id")),
		`DELETE FROM case_presence`, `INSERT INTO case_presence (case_id, user_id, since_at, seen_at) SELECT f.id, s.id, 1, 9000000000000 FROM followup_case f, staff s`,
		`DELETE FROM saved_view`, `INSERT INTO saved_view (id, user_id, shared, name, query, created_at) SELECT 1, MIN(id), TRUE, ` + one + `, 'tag=x', 1 FROM staff`,
		`DELETE FROM reply_template`, `INSERT INTO reply_template (id, names, texts, position) VALUES (1, ` + names + `, ` + names + `, 1)`,
		`UPDATE staff SET name = ` + one, `UPDATE touchpoint SET names = ` + names, `UPDATE survey SET name = ` + one, `UPDATE case_reason SET names = ` + names,
		`UPDATE followup_case SET language = 'en"><b onclick=ran()>' WHERE id % 2 = 0`,
	}, ";\n")
}

// strange counts elements that no page of ours has.
const strange = `document.querySelectorAll('iframe, base, object, embed, style, script:not([src^="/assets/"]), img, a[href^="javascript:"], form[action*="other.example"], link:not([href^="/assets/"]):not([href^="data:"]), main meta, math, template').length
	+ [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length + (window.hurt ? 1000 : 0)`

// TestHostileTextsInCases walks the inbox and each case with 200 hostile texts in every field that is stored. Unless SURVEYD_SOAK is full, only some of the texts are tried.
func TestHostileTextsInCases(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	app := Serve(t, "demo", "--keep", file)
	base := strings.TrimSuffix(app.Link(t, "inbox"), "/inbox")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=admin&next=/inbox")
	cases := run(page, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.row header a')].map(a => a.getAttribute('href'))`))
	if len(cases) < 5 {
		t.Fatalf("the inbox has only %d cases", len(cases))
	}
	texts := hostile()
	rounds := 2
	if os.Getenv("SURVEYD_SOAK") == "full" {
		rounds = (len(texts) + len(cases) - 1) / len(cases)
	}
	visits := 0
	for round := range rounds {
		number := round * len(cases)
		if rounds == 2 {
			number *= 7
		}
		shared.run(t, filepath.Dir(file), "db", "shell", "--write", "--database", file, infect(texts[number:min(number+len(cases), len(texts))]))
		for _, path := range append([]string{"/inbox", "/inbox/views", "/inbox?tag=" + strconv.Itoa(round)}, cases...) {
			if status := page.Go(base + path); status != http.StatusOK {
				t.Errorf("round %d: %s answers %d", round, path, status)
			}
			if got := run(page, chromedp.Evaluate[int](strange)); got != 0 {
				t.Errorf("round %d: %s has %d elements of a text", round, path, got)
			}
			if got := run(page, chromedp.Evaluate[bool](`/ran\(|other\.example/.test(document.body.textContent)`)); !got {
				t.Errorf("round %d: %s shows none of the texts", round, path)
			}
			visits++
		}
	}
	t.Logf("%d visits with %d texts", visits, min(len(texts), rounds*len(cases)))
}
