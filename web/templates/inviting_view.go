package templates

import "github.com/surveyd/surveyd/web/templates/ui"

// InvitingFrame surrounds the pages about who is asked.
type InvitingFrame struct {
	S            ui.Shell
	Heading, Sub string
	Tabs         []ui.Link
	Pause        string // why nothing is sent; "": sending goes on
	MayContinue  bool
}

// LedgerPage lists decisions.
type LedgerPage struct {
	F                  InvitingFrame
	Filtered           bool
	Nobody             bool // the filter names somebody unknown
	Decisions, Surveys []ui.Option
	Person             ui.Field
	Table              ui.Table
	Pager              ui.Pager
}

// RulesPage lists rules and has the throttle.
type RulesPage struct {
	F                    InvitingFrame
	MayAdd               bool // there is a live survey
	Rows                 []RuleRow
	Days                 ui.Field
	Schemes, Touchpoints []ui.Field
}

// RuleRow is one rule.
type RuleRow struct {
	Name, Survey, Path, Revision string
	Active                       bool
	Says                         []string // what it does, in sentences
}

// RuleFormPage makes or changes a rule.
type RuleFormPage struct {
	F                                        InvitingFrame
	Action, Revision                         string
	New                                      bool
	Survey, Name, Trigger, Event, Touchpoint ui.Field
	Channel, Delay, Unit, From, Until, Days  ui.Field
	Clock, Sample, Reminder, Expiry, Consent ui.Field
	Surveys, Triggers, Touchpoints, Channels []ui.Option
	Units, DayOptions, Clocks                []ui.Option
	ConsentOn                                bool
}

// TomorrowPage says what would be decided tomorrow.
type TomorrowPage struct {
	F       InvitingFrame
	Summary string
	Groups  []TomorrowGroup
	More    string // not all were looked at
}

// TomorrowGroup holds those about whom the same would be decided.
type TomorrowGroup struct {
	Heading, Why, Count string
	Table               ui.Table
	Rest                string // how many more there are
}

// UncertainPage lists mails that need a person's decision.
type UncertainPage struct {
	F      InvitingFrame
	Failed bool
	States []ui.Option
	Rows   []UncertainRow
	Pager  ui.Pager
	Back   string
}

// UncertainRow is one such mail.
type UncertainRow struct {
	Person                    ui.Cell
	Survey, Kind, Problem, At string
	Resend, Label             string
	Answered                  bool
}
