package browser

import "testing"

// TestBuilder makes a survey as a manager does and looks at the pages on the way: what is missing, a link shown once, and the question before a new version.
func TestBuilder(t *testing.T) {
	p := Open(t, Look{})
	p.Go(Demo(t).Link(t, "sign-in") + "?next=/surveys/new&role=manager")
	p.Follow(`a[href$="template=nps"]`)
	p.Follow(`form.box .btn.main`)
	p.Set(`#kind`, "single")
	p.Follow(`button[value="add"]`)
	p.CheckLooks("builder-choice")
	p.Follow(`button[value="publish"]`)
	p.CheckLooks("builder-missing", "1280-light", "360-dark")

	for i, text := range []string{"In a shop", "By phone", "On the site"} {
		p.Type(`[name="t.q.2.option.`+string(rune('1'+i))+`"]`, text)
	}
	p.Type(`[name="t.q.2.text"]`, "Where did you buy?")
	p.Follow(`button[value="publish"]`)
	if p.Count(`form[action$="/links"]`) != 1 {
		t.Fatalf("it is not published: %s", p.Text("main"))
	}
	p.Type(`#link_name`, "Shop-Door")
	p.Follow(`form[action$="/links"] .btn.main`)
	p.CheckLooks("builder-published", "1280-light", "360-light")
	p.Follow(`main a[href$="/invitations"]`)
	p.Type(`#order`, "10482")
	p.Follow(`form[action$="/invitations"] .btn.main`)
	if p.Count(`.flash .secret`) != 1 {
		t.Error("the personal link is not shown")
	}
	p.CheckLooks("builder-personal-link", "1280-light", "360-dark")
}

// TestBuilderAsksBeforeANewVersion changes the scale of a survey that people have answered.
func TestBuilderAsksBeforeANewVersion(t *testing.T) {
	p := Open(t, Look{})
	p.Go(Demo(t).Link(t, "sign-in") + "?next=/surveys&role=manager")
	p.Follow(`tbody tr:last-child a`)
	p.Follow(`a[href$="/edit"]`)
	p.Set(`#kind`, "open")
	p.Follow(`button[value="add"]`)
	p.Type(`fieldset:last-of-type textarea`, "Anything else?")
	p.Follow(`button[value="publish"]`)
	if p.Count(`form[action$="/publish"] input[name="confirmed"]`) != 1 {
		t.Fatalf("it does not ask: %s", p.Text("main"))
	}
	p.CheckLooks("builder-confirm", "1280-light", "360-dark")
}
