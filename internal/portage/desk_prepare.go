package portage

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// importer is a file that is ready to come in.
type importer interface {
	Run(ctx context.Context, file io.Reader) (Counts, error)
	hooks() *Hooks
}

func (h *Hooks) hooks() *Hooks { return h }

// prepare makes an import of a run's setup.
func (d *Desk) prepare(ctx context.Context, r Run, dry bool) (importer, Sheet, error) {
	sheet, err := d.Sheet(ctx, r)
	if err != nil {
		return nil, sheet, err
	}
	o, err := d.options(r.Setup)
	if err == nil {
		err = sheet.CheckOrder(o.Mapping, o.Order)
	}
	if err != nil {
		return nil, sheet, err
	}
	var im importer
	switch {
	case r.Setup.What.Feed() != "":
		im, err = d.prepareFeed(r.Setup, o, sheet, dry)
	case r.Setup.What.People():
		im, err = d.preparePeople(r.Setup, o, sheet, dry)
	default:
		im, err = d.prepareAnswers(ctx, r.Setup, o, sheet, dry)
	}
	return im, sheet, err
}

// options reads what files of every kind have in common.
func (d *Desk) options(s Setup) (Options, error) {
	o := Options{Mapping: s.Mapping, Order: s.Order, CLIReversed: s.Reversed}
	var err error
	if o.Zone, err = time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
		return o, ErrZone
	}
	if s.At != "" {
		if o.At, err = time.ParseInLocation(time.DateOnly, s.At, d.Zone()); err != nil {
			return o, ErrAt
		}
		o.At = o.At.Add(12 * time.Hour)
	}
	if _, ok := o.Mapping[FieldTime]; !ok && o.At.IsZero() && s.What.NeedsTime() {
		return o, ErrNeedsTime
	}
	return o, nil
}

func (d *Desk) prepareFeed(s Setup, o Options, sheet Sheet, dry bool) (importer, error) {
	if err := s.What.CheckFeed(o.Mapping, s.Currency); err != nil {
		return nil, err
	}
	return &FeedImport{Taker: d.Feeds, What: s.What, Options: o, Currency: s.Currency, Zone: d.Zone(), Format: sheet.Format, DryRun: dry}, nil
}

func (d *Desk) preparePeople(s Setup, o Options, sheet Sheet, dry bool) (importer, error) {
	_, email := o.Mapping[FieldEmail]
	_, number := o.Mapping[FieldCustomer]
	if !email && !number {
		return nil, ErrNeedsPerson
	}
	if s.Event != "" && !people.ValidKind(s.Event) {
		return nil, ErrEvent
	}
	return &PeopleImport{
		Taker: d.People, Touchpoints: d.Store, What: s.What, Event: s.Event, Options: o, Zone: d.Zone(), Format: sheet.Format, Language: s.Language, DryRun: dry,
	}, nil
}

func (d *Desk) prepareAnswers(ctx context.Context, s Setup, o Options, sheet Sheet, dry bool) (importer, error) {
	if s.Survey == "" {
		return nil, ErrNeedsSurvey
	}
	define := func(scheme scoring.Scheme) survey.Definition { return Define(d.Say, []string{"en"}, scheme) }
	target, err := OpenTarget(ctx, d.Surveys, s.Survey, s.Scheme, define, d.Now(), dry)
	switch {
	case errors.Is(err, ErrNoScheme):
		return nil, ErrNeedsScheme
	case errors.Is(err, ErrOtherScheme):
		return nil, ErrScheme
	case errors.Is(err, ErrDraft), errors.Is(err, ErrNoSurvey), errors.Is(err, ErrSeveral):
		return nil, ErrNeedsSurvey
	case err != nil:
		return nil, err
	}
	if !rates(o.Mapping, target.Version.Definition) {
		return nil, ErrNeedsRating
	}
	target.Zone = d.Zone()
	return &Import{
		Store: d.Store, IDs: d.IDs, Now: d.Now, Target: target, Options: o, Format: sheet.Format, Language: s.Language, DryRun: dry,
		Erased: d.People.Erased,
	}, nil
}
