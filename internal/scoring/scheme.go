package scoring

// Scheme names a scale together with its direction and its classes. Figures of different
// schemes are never pooled or compared.
type Scheme string

// Schemes a survey can be built with, then (from CSAT3 on) the ones only an import brings.
const (
	NPS11      Scheme = "nps11"       // 0-10, the default
	NPS10      Scheme = "nps10"       // 1-10
	NPS5       Scheme = "nps5"        // 1-5, 4-5 promote, 3 is passive
	NPS5Strict Scheme = "nps5_strict" // 1-5, only 5 promotes, 1-3 detract
	CSAT5      Scheme = "csat5"       // 1-5, satisfied 4-5
	CSAT7      Scheme = "csat7"       // 1-7, satisfied 6-7
	CSAT7Top3  Scheme = "csat7_top3"  // 1-7, satisfied 5-7
	CSS10      Scheme = "css10"       // 1-10, positive 6-10
	CSAT10Top3 Scheme = "csat10_top3" // 1-10, satisfied 8-10
	CES7       Scheme = "ces7"        // 1-7 agreement that it was easy
	CLI6       Scheme = "cli6"        // three questions, 1 (definitely yes) to 6

	CSAT3    Scheme = "csat3"    // 1-3, satisfied 3
	CES5     Scheme = "ces5"     // 1-5 agreement that it was easy
	Stars5   Scheme = "stars5"   // 1-5 stars, the mean
	Smileys5 Scheme = "smileys5" // 1-5, share of happy (4-5)
	Thumbs   Scheme = "thumbs"   // 0 down, 1 up, share of up
	PMF3     Scheme = "pmf3"     // 1-3, share of "very disappointed" without us
)

// Kind is the measure a scheme belongs to.
type Kind string

// Kinds of measure. Share and Mean belong to import-only schemes.
const (
	KindNPS   Kind = "nps"
	KindCSAT  Kind = "csat"
	KindCES   Kind = "ces"
	KindCLI   Kind = "cli"
	KindShare Kind = "share"
	KindMean  Kind = "mean"
)

// Unit of a Score's value.
type Unit string

// Units: points run from -100 to 100 (NPS, never with a % sign), percent from 0 to 100,
// score is in the units of the scale (CES 1-7; CLI 0-100).
const (
	UnitPoints  Unit = "points"
	UnitPercent Unit = "percent"
	UnitScore   Unit = "score"
)

// Class sorts a rating for prompts, thank-you texts, cases and segments: detractor, passive
// and promoter for NPS, and the like for the others.
type Class uint8

// Classes; ClassNone is a rating out of its scale (or no rating).
const (
	ClassNone Class = iota
	ClassWorst
	ClassMiddle
	ClassBest
)

// Def describes a scheme.
type Def struct {
	Scheme   Scheme
	Kind     Kind
	Min, Max int // ratings, both inclusive, within 0..10
	// WorstMax and BestMin are class limits on the value of a rating (see Value): up to
	// WorstMax is worst, from BestMin on is best, between them is middle.
	WorstMax, BestMin int
	// HigherIsBetter tells how to colour the Score. True for every scheme so far; the
	// reversed ratings of cli6 are turned round before they count.
	HigherIsBetter bool
	Unit           Unit
	Decimals       int  // digits after the point when the Score is shown
	ReadOnly       bool // comes by import only; the builder does not offer it
}

// Schemes lists what the builder offers, in the order it is offered.
func Schemes() []Scheme {
	return []Scheme{
		NPS11, NPS10, NPS5, NPS5Strict,
		CSAT5, CSAT7, CSAT7Top3, CSS10, CSAT10Top3,
		CES7, CLI6,
	}
}

// ImportSchemes lists the schemes that only an import brings, in a stable order.
func ImportSchemes() []Scheme {
	return []Scheme{CSAT3, CES5, Stars5, Smileys5, Thumbs, PMF3}
}

// Def returns the description of the scheme, false when there is no such scheme.
func (s Scheme) Def() (Def, bool) {
	switch s {
	case NPS11:
		return define(s, KindNPS, 0, 10, 6, 9), true
	case NPS10:
		return define(s, KindNPS, 1, 10, 6, 9), true
	case NPS5:
		return define(s, KindNPS, 1, 5, 2, 4), true
	case NPS5Strict:
		return define(s, KindNPS, 1, 5, 3, 5), true
	case CSAT5:
		return define(s, KindCSAT, 1, 5, 2, 4), true
	case CSAT7:
		return define(s, KindCSAT, 1, 7, 3, 6), true
	case CSAT7Top3:
		return define(s, KindCSAT, 1, 7, 3, 5), true
	case CSS10:
		return define(s, KindCSAT, 1, 10, 5, 6), true
	case CSAT10Top3:
		return define(s, KindCSAT, 1, 10, 4, 8), true
	case CES7:
		return define(s, KindCES, 1, 7, 3, 5), true
	case CLI6:
		return define(s, KindCLI, 1, 6, cliWorstBelow-1, cliBestFrom), true
	}
	return s.importDef()
}

// importDef describes the schemes that only come in by import.
func (s Scheme) importDef() (Def, bool) {
	var d Def
	switch s {
	case CSAT3:
		d = define(s, KindCSAT, 1, 3, 1, 3)
	case CES5:
		d = define(s, KindCES, 1, 5, 2, 4)
	case Stars5:
		d = define(s, KindMean, 1, 5, 2, 4)
	case Smileys5:
		d = define(s, KindShare, 1, 5, 2, 4)
	case Thumbs:
		d = define(s, KindShare, 0, 1, 0, 1)
	case PMF3:
		d = define(s, KindShare, 1, 3, 1, 3)
	default:
		return Def{}, false
	}
	d.ReadOnly = true
	return d, true
}

// define fills in what follows from the kind.
func define(s Scheme, k Kind, lowest, highest, worstMax, bestMin int) Def {
	d := Def{
		Scheme: s, Kind: k, Min: lowest, Max: highest,
		WorstMax: worstMax, BestMin: bestMin, HigherIsBetter: true,
	}
	switch k {
	case KindNPS:
		d.Unit, d.Decimals = UnitPoints, 0
	case KindCSAT, KindShare:
		d.Unit, d.Decimals = UnitPercent, 1
	case KindCES:
		d.Unit, d.Decimals = UnitScore, 2
	case KindCLI, KindMean:
		d.Unit, d.Decimals = UnitScore, 1
	}
	return d
}

// Contains reports whether the rating is on the scale.
func (d Def) Contains(rating int) bool { return rating >= d.Min && rating <= d.Max }

// Value is what a rating on the scale counts for in a mean: the rating itself, or for cli6
// its points (0-100).
func (d Def) Value(rating int) int {
	if d.Kind == KindCLI {
		return cliPointsPerStep * (d.Max - rating)
	}
	return rating
}

// ValueRange is the lowest and highest Value of a rating on the scale.
func (d Def) ValueRange() (lo, hi int) {
	a, b := d.Value(d.Min), d.Value(d.Max)
	return min(a, b), max(a, b)
}

// Class sorts a rating, ClassNone when it is out of the scale.
func (d Def) Class(rating int) Class {
	if !d.Contains(rating) {
		return ClassNone
	}
	switch v := d.Value(rating); {
	case v <= d.WorstMax:
		return ClassWorst
	case v >= d.BestMin:
		return ClassBest
	default:
		return ClassMiddle
	}
}

// Class sorts a rating, ClassNone when it is out of the scale or the scheme is unknown. For
// cli6 it sorts one question's rating; a whole respondent is sorted by CLIClass.
func (s Scheme) Class(rating int) Class {
	d, ok := s.Def()
	if !ok {
		return ClassNone
	}
	return d.Class(rating)
}
