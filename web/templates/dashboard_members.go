package templates

import (
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// Of tells whether the dashboard is about a segment only.
func (d Dashboard) Of() bool { return d.Filter.Of != (reports.Members{}) }

// segmentOptions are the segments that are large enough to say something about them, with their customers. A currency is named where there are several.
func (d Dashboard) segmentOptions() []ui.Option {
	options := []ui.Option{{Value: "", Label: d.W.T("results.all")}}
	listed := d.Form.Segment == ""
	for _, p := range d.Pictures {
		for _, s := range p.Segments {
			o := ui.Option{Value: MembersOf(p.Currency, s.Segment), Label: SegmentName(d.W, s.Segment)}
			if len(d.Pictures) > 1 {
				o.Label += ", " + p.Currency
			}
			if p.Shows(s) || o.Value == d.Form.Segment {
				options = append(options, o)
				listed = listed || o.Value == d.Form.Segment
			}
		}
	}
	if !listed {
		options = append(options, ui.Option{Value: d.Form.Segment, Label: d.Form.Segment})
	}
	return ui.Select(d.Form.Segment, options)
}

// members says whose answers these are, and since when that is known.
func (d Dashboard) members() string {
	for _, p := range d.Pictures {
		if p.Currency == d.Filter.Of.Currency {
			return d.W.T("worth.members", "segment", SegmentName(d.W, d.Filter.Of.Segment), "time", d.W.DateTime(p.AsOf, d.Zone))
		}
	}
	return ""
}
