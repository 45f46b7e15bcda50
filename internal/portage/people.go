package portage

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// BadConsent is the reason of a row whose consent is neither yes nor no: what it means is not ours to guess.
const BadConsent Reason = "consent"

// Taker takes people in; see people.Intake.
type Taker interface {
	Take(ctx context.Context, rows []people.Row) ([]people.Result, error)
	Look(ctx context.Context, rows []people.Row) ([]people.Result, error) // changes nothing
	Erased(ctx context.Context, addresses []string) (map[string]bool, error)
}

// TouchpointStore finds and makes touchpoints.
type TouchpointStore interface {
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	CreateTouchpoint(ctx context.Context, t *survey.Touchpoint) error // sets ID
}

// PeopleImport is a file of contacts or of purchases on its way in.
type PeopleImport struct {
	Taker       Taker
	Touchpoints TouchpointStore
	What        What
	Event       string // what happened, of rows that don't say it; "": a purchase
	Options     Options
	Zone        *time.Location // the account's, for days
	Format      Format
	Language    string // of the names of new touchpoints
	DryRun      bool
	Hooks
	seen map[string]bool // in a dry run: names of people and numbers of purchases
}

// personRow is a row of such a file.
type personRow struct {
	people.Row
	raw string
}

// Run reads the file and takes it in. Bad rows never keep good ones out. It may be stopped at any point, and run again from the start.
func (im *PeopleImport) Run(ctx context.Context, file io.Reader) (Counts, error) {
	tps, err := openTouchpoints(ctx, im.Touchpoints, im.Language, im.DryRun)
	if err != nil {
		return Counts{}, err
	}
	im.seen = map[string]bool{}
	f := flow[personRow]{
		format: im.Format, hooks: im.Hooks, take: im.take, raw: func(r personRow) string { return r.raw },
		open: func(header []string) func(Record) (personRow, Reason, error) {
			return newPersonParser(im, header, tps).row
		},
	}
	counts, err := f.run(ctx, file)
	counts.Made = tps.made
	return counts, err
}

func (im *PeopleImport) take(ctx context.Context, rows []personRow, c *Counts) ([]Reason, error) {
	plain := make([]people.Row, len(rows))
	for i := range rows {
		plain[i] = rows[i].Row
	}
	take := im.Taker.Take
	if im.DryRun {
		take = im.Taker.Look
	}
	results, err := take(ctx, plain)
	if err != nil {
		return nil, err
	}
	refused := make([]Reason, len(rows))
	for i, r := range results {
		if refused[i] = Reason(r.Refused); r.Refused != "" {
			continue
		}
		if im.DryRun {
			im.again(&rows[i].Row, &r)
		}
		im.count(r, c)
	}
	return refused, nil
}

// again tells rows apart that are new, and rows that repeat what an earlier part of the file would have stored by now.
func (im *PeopleImport) again(row *people.Row, r *people.Result) {
	known := func(key string, fate *people.Fate) {
		if *fate == people.Added && im.seen[key] {
			*fate = people.Same
		}
		im.seen[key] = true
	}
	who := people.NumberName(row.Contact.ExternalID)
	if who != "" {
		known(who, &r.Contact)
	}
	if name := people.AddressName(row.Contact.Email); name != "" {
		known(name, &r.Contact)
		who += name
	}
	if o := row.Occasion; o != nil {
		switch {
		case o.ExternalID != "":
			who = o.ExternalID
		case o.OrderRef != "":
			who = o.OrderRef
		default:
			who += o.At.Format(time.RFC3339Nano)
		}
		known("!"+o.Kind+" "+who, &r.Occasion)
	}
}

func (im *PeopleImport) count(r people.Result, c *Counts) {
	for _, w := range r.Warnings {
		if c.Warnings == nil {
			c.Warnings = map[people.Warning]int64{}
		}
		c.Warnings[w]++
	}
	switch r.Contact {
	case people.Changed:
		c.Changed++
	case people.Merged:
		c.Merged++
	case people.Added:
		c.People++
	}
	fate := r.Contact
	if im.What == Purchases {
		fate = r.Occasion
	} else if fate == people.Added {
		c.People--
	}
	switch fate {
	case people.Added:
		c.Added++
	case people.Same:
		c.Known++
	}
}

// personParser makes rows of records.
type personParser struct {
	im      *PeopleImport
	columns []column
	width   int
	places  places
	clock   clock
}

func newPersonParser(im *PeopleImport, header []string, places places) *personParser {
	return &personParser{
		im: im, columns: columnsOf(im.Options.Mapping, len(header)), width: len(header), places: places,
		clock: clock{zone: im.Options.Zone, days: im.Zone, order: im.Options.Order},
	}
}

func (p *personParser) row(rec Record) (personRow, Reason, error) {
	if rec.Bad != "" {
		return personRow{}, rec.Bad, nil
	}
	if len(rec.Cells) != p.width {
		return personRow{}, WrongColumns, nil
	}
	row := personRow{raw: rec.Raw}
	o := people.Occasion{Kind: p.im.Event, At: p.im.Options.At}
	if o.Kind == "" {
		o.Kind = people.Purchase
	}
	for i := range p.columns {
		c := &p.columns[i]
		if bad, err := p.set(&row.Contact, &o, c.field, strings.TrimSpace(Plain(rec.Cells[c.index]))); bad != "" || err != nil {
			return personRow{}, bad, err
		}
	}
	if p.im.What == Purchases {
		row.Occasion = &o
	}
	return row, "", nil
}

// set puts one cell into the row.
func (p *personParser) set(c *survey.Contact, o *people.Occasion, f Field, cell string) (bad Reason, err error) {
	if cell == "" {
		return "", nil
	}
	switch f {
	case FieldEmail:
		c.Email = cell
	case FieldCustomer:
		c.ExternalID = cell
	case FieldName:
		c.Name = cell
	case FieldLanguage:
		c.Language = cell
	case FieldZone:
		c.Zone = cell
	case FieldConsent:
		c.Consent, bad = readConsent(cell)
	case FieldExternalID:
		o.ExternalID = cell
	case FieldTime:
		o.At, _, bad = p.clock.read(cell)
	case FieldOrder:
		o.OrderRef = cell
	case FieldTouchpoint:
		o.Touchpoint, bad, err = p.places.find(survey.Clean(cell))
	case FieldEvent:
		o.Kind = cell
	default:
		if name := PropertyOf(f); name != "" {
			of := &c.Properties
			if p.im.What == Purchases {
				of = &o.Properties
			}
			if *of == nil {
				*of = map[string]string{}
			}
			(*of)[name] = cell
		}
	}
	return bad, err
}

// consents are the words that lists write for yes and no.
var consents = map[string]survey.Consent{
	"yes": survey.ConsentGiven, "y": survey.ConsentGiven, "true": survey.ConsentGiven, "1": survey.ConsentGiven, "given": survey.ConsentGiven, "subscribed": survey.ConsentGiven,
	"да": survey.ConsentGiven, "tak": survey.ConsentGiven,
	"no": survey.ConsentRefused, "n": survey.ConsentRefused, "false": survey.ConsentRefused, "0": survey.ConsentRefused, "refused": survey.ConsentRefused,
	"unsubscribed": survey.ConsentRefused, "нет": survey.ConsentRefused, "не": survey.ConsentRefused, "nie": survey.ConsentRefused,
}

func readConsent(cell string) (survey.Consent, Reason) {
	c, ok := consents[strings.ToLower(cell)]
	if !ok {
		return 0, BadConsent
	}
	return c, ""
}
