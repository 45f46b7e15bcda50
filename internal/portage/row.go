package portage

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// More reasons.
const (
	LongComment     Reason = "long_comment"
	ManyTouchpoints Reason = "many_touchpoints"
	BadStatus       Reason = "status"
	BadOwnID        Reason = "own_id"
	Clash           Reason = "clash" // another row's key is the same by chance
)

// Row is a response as a file has it, ready to be stored.
type Row struct {
	Key     int64     // what makes it the same row the next time
	OwnID   survey.ID // of the response that the row was exported from, if it says so; 0: none
	Record  survey.Record
	Contact survey.Contact // ID 0: none is named
	NoMail  bool           // who answered was named by an address that is none
	Raw     string
}

// Target is where a file goes.
type Target struct {
	Survey  survey.Survey
	Version survey.Version
	Zone    *time.Location // the account's, for days
}

// Options are what a person decides about a file.
type Options struct {
	Mapping     Mapping
	Zone        *time.Location // of times that name none
	At          time.Time      // of rows without a time; zero: such rows are bad
	Order       DateOrder
	CLIReversed bool // 1 means "definitely not" in the file
}

// places finds touchpoints by the values of a file, and makes those that are missing.
type places interface {
	find(value string) (id int64, bad Reason, err error)
}

// column is one mapped column.
type column struct {
	index    int
	field    Field
	question survey.Question // of q1, q2 ...
	def      scoring.Def
	mail     bool // named as a column of mail addresses
}

// columnsOf are the columns that hold something, from left to right: of several bad cells in a row, the first one is told.
func columnsOf(m Mapping, width int) (columns []column) {
	for f, i := range m {
		if i >= 0 && i < width {
			columns = append(columns, column{index: i, field: f})
		}
	}
	slices.SortFunc(columns, func(a, b column) int { return a.index - b.index })
	return columns
}

// parser makes rows of records.
type parser struct {
	target  Target
	opts    Options
	columns []column
	width   int
	primary scoring.Def
	rated   bool
	places  places
	ids     *survey.IDs
	clock   clock
	now     time.Time
	status  map[string]survey.Status
	seen    map[int64]uint32 // rows without an id of their own: how often each came
	hash    []byte
}

func newParser(t Target, o Options, header []string, places places, ids *survey.IDs, now time.Time) *parser {
	p := &parser{
		target: t, opts: o, width: len(header), places: places, ids: ids, now: now, seen: map[int64]uint32{},
		clock: clock{zone: o.Zone, days: t.Zone, order: o.Order}, status: statuses(),
	}
	q, ok := t.Version.Definition.Primary()
	if ok {
		p.primary, p.rated = q.Scheme.Def()
	}
	order := append(Answers.Fields(), questionFields(t.Version.Definition)...)
	for _, f := range order {
		i, ok := o.Mapping[f]
		if !ok || i < 0 || i >= len(header) {
			continue
		}
		c := column{index: i, field: f, mail: f == FieldContact && slices.Contains(mailColumns(), headerKey(header[i]))}
		if m := questionField.FindStringSubmatch(string(f)); m != nil {
			no, _ := strconv.Atoi(m[1]) // the expression lets only digits through
			c.question, _ = t.Version.Definition.Question(no)
			c.def, _ = c.question.Scheme.Def()
		}
		p.columns = append(p.columns, c)
	}
	return p
}

// questionFields are the fields of a survey's questions beside the primary one.
func questionFields(d survey.Definition) (fields []Field) {
	primary, ok := d.Primary()
	for _, q := range d.Questions {
		if !ok || q.No != primary.No {
			fields = append(fields, Field("q"+strconv.Itoa(q.No)))
		}
	}
	return fields
}

func statuses() map[string]survey.Status {
	return map[string]survey.Status{"": survey.Counted, "counted": survey.Counted, "test": survey.Test, "spam": survey.Spam, "deleted": survey.Deleted, "held": survey.Held}
}

// row makes a row of a record's cells, or tells why it can't.
func (p *parser) row(rec Record) (Row, Reason, error) {
	if rec.Bad != "" {
		return Row{}, rec.Bad, nil
	}
	if len(rec.Cells) != p.width {
		return Row{}, WrongColumns, nil
	}
	r := survey.Response{
		SurveyID: p.target.Survey.ID, VersionID: p.target.Version.ID, Rating: survey.NoRating, Channel: survey.ViaImport,
	}
	row, ok := Row{Raw: rec.Raw}, false
	p.hash = p.hash[:0]
	for i := range p.columns {
		c := &p.columns[i]
		cell := strings.TrimSpace(Plain(rec.Cells[c.index]))
		if c.field == FieldOwnID {
			if row.OwnID, ok = ownID(cell); !ok {
				return Row{}, BadOwnID, nil
			}
			continue // a row without an id of its own is told by what it says
		}
		p.hash = append(append(p.hash, cell...), 0x1F)
		if c.field == FieldContact {
			row.Contact, row.NoMail = p.contact(c, cell)
			continue
		}
		if bad, err := p.set(&r, c, cell); bad != "" || err != nil {
			return Row{}, bad, err
		}
	}
	if r.AnsweredAt.IsZero() {
		if p.opts.At.IsZero() {
			return Row{}, TimeMissing, nil
		}
		r.AnsweredAt, r.DateOnly = p.opts.At, true
	}
	if r.AnsweredAt.Year() < 1970 || r.AnsweredAt.After(p.now.Add(24*time.Hour)) {
		return Row{}, TimeRange, nil
	}
	r.AnsweredAt = time.UnixMilli(r.AnsweredAt.UnixMilli()).UTC()
	if r.Rating == survey.NoRating && !r.CantSay && r.Comment == "" && len(r.Answers) == 0 {
		return Row{}, Empty, nil
	}
	r.Classify(p.target.Version.Definition)
	r.ID = p.ids.Next()
	row.Key = p.key(r.ExternalID)
	row.Record = survey.NewRecord(r, p.target.Version.Definition, p.target.Zone)
	return row, "", nil
}

// ownID reads a number of a response. What a spreadsheet made of it, 1.8E+17, is none.
func ownID(cell string) (survey.ID, bool) {
	if cell == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(cell, 10, 64)
	return survey.ID(n), err == nil && n > 0
}

// set puts one cell into the response.
func (p *parser) set(r *survey.Response, c *column, cell string) (bad Reason, err error) {
	switch c.field {
	case FieldRating:
		if p.rated {
			r.Rating, r.CantSay, _, bad = readRating(cell, p.primary, false)
		}
	case FieldComment:
		if r.Comment = survey.Clean(cell); len(r.Comment) > survey.MaxComment && utf8.RuneCountInString(r.Comment) > survey.MaxComment {
			bad = LongComment
		}
	case FieldTouchpoint:
		if cell != "" {
			r.Touchpoint, bad, err = p.places.find(survey.Clean(cell))
		}
	case FieldTime:
		if cell != "" {
			r.AnsweredAt, r.DateOnly, bad = p.clock.read(cell)
		}
	case FieldLanguage:
		r.Language = languageCode(cell)
	case FieldExternalID:
		r.ExternalID = survey.Clean(cell)
	case FieldOrder:
		r.OrderRef = survey.Clean(cell)
	case FieldStatus:
		s, ok := p.status[strings.ToLower(cell)]
		if r.Status = s; !ok {
			bad = BadStatus
		}
	case FieldScheme:
		if cell != "" && cell != string(p.target.Version.Definition.Scheme()) {
			bad = OtherScheme
		}
	default:
		bad = p.answer(r, c, cell)
	}
	return bad, err
}

// answer puts a cell into one of the questions beside the primary one.
func (p *parser) answer(r *survey.Response, c *column, cell string) (bad Reason) {
	if cell == "" {
		return ""
	}
	a := survey.Answer{Question: c.question.No, Rating: survey.NoRating}
	switch c.question.Kind {
	case survey.Rating:
		a.Rating, a.CantSay, _, bad = readRating(cell, c.def, p.opts.CLIReversed && c.def.Kind == scoring.KindCLI)
	case survey.Open:
		a.Text = survey.Clean(cell)
	case survey.Single, survey.Multiple:
		if a.CantSay = cell == cantSay; !a.CantSay {
			a.Options, bad = readOptions(cell, c.question)
		}
	}
	if bad == "" {
		r.Put(a)
	}
	return bad
}

// contact reads who answered. What is meant as an address and is none names nobody: it must not become the shop's number of a customer.
func (p *parser) contact(col *column, cell string) (c survey.Contact, noMail bool) {
	switch {
	case cell == "":
		return c, false
	case survey.PlainAddress(cell):
		c.Email = cell
	case col.mail || strings.Contains(cell, "@"):
		return c, true
	default:
		c.ExternalID = survey.Line(cell)
	}
	c.ID, c.CreatedAt = p.ids.Next(), p.now
	return c, false
}

// key is the first 63 bits of a hash of the row's own id, or, where it has none, of all that is mapped and of how often the same came before.
func (p *parser) key(externalID string) int64 {
	b := make([]byte, 0, 256)
	b = strconv.AppendInt(b, p.target.Survey.ID, 10)
	if externalID != "" {
		b = append(append(b, "\x00id\x00"...), externalID...)
		return hash63(b)
	}
	b = append(append(b, "\x00row\x00"...), p.hash...)
	h := hash63(b)
	p.seen[h]++
	if n := p.seen[h]; n > 1 {
		b = strconv.AppendUint(append(b, 0), uint64(n), 10)
		h = hash63(b)
	}
	return h
}

func hash63(b []byte) int64 {
	sum := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}

// languageCode makes "pt_BR" into "pt"; what is no code is left out.
func languageCode(cell string) string {
	base := cell
	if i := strings.IndexAny(cell, "-_"); i >= 0 {
		base = cell[:i]
	}
	if len(base) < 2 || len(base) > 3 {
		return ""
	}
	for _, b := range []byte(base) {
		if !isASCIILetter(b) {
			return ""
		}
	}
	return strings.ToLower(base)
}
