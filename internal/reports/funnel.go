package reports

// BySurvey tells invitations apart by survey.
const BySurvey Dimension = "survey"

// FunnelSlice says which cohorts of invitations are summed, and what is told apart in the sums.
type FunnelSlice struct {
	SurveyID   int64  // 0: all
	Period     Period // of the days of sending
	Touchpoint int64  // survey.AllTouchpoints: all
	Language   string // survey.AllLanguages: all
	By         Dimension
	Every      Grain // Whole: a single sum
}
